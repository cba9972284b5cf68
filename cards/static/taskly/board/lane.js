/*
 * A lane: a row across all columns that a button folds away.
 */
import { h, icon } from "../js/dom.js";

/** The element of a lane; its lists are put into `.board-lane-row`. */
export const laneElement = (lane) => {
  const cells = h("div.board-lane-row", { id: `lane-${lane.key}` });
  const button = h(
    "button.board-lane-toggle",
    {
      type: "button",
      "aria-expanded": "true",
      "aria-controls": cells.id,
      onclick: () => {
        cells.hidden = !cells.hidden;
        button.setAttribute("aria-expanded", String(!cells.hidden));
      },
    },
    icon("chevron-down"),
    h("span.board-lane-title", {}, lane.title),
  );
  return h("section.board-lane", { dataset: { lane: lane.key } }, h("h3", {}, button), cells);
};
