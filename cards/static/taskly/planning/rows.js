/*
 * A card as a row of a pane: a box to select it, its title, what one plans by, and a button that
 * sends it to the other side.
 */
import { h, icon } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { initials, personName } from "../board/card.js";
import { labelMark, priorityText } from "../board/fields.js";
import { BACKLOG } from "./model.js";

const PRESSING = { urgent: "chip-red", high: "chip-amber" };
const FACES = 3;
const LABELS = 3;

const face = (person) => [
  h("span.initials", { title: personName(person), "aria-hidden": "true" }, initials(person)),
  h("span.visually-hidden", {}, personName(person)),
];

const facts = (card, column, store) => {
  const shown = card.labels
    .slice(0, LABELS)
    .map((label) => h("span.plan-label", {}, labelMark(label.color), label.name));
  if (card.labels.length > LABELS) {
    shown.push(h("span.plan-label", {}, `+${card.labels.length - LABELS}`));
  }
  if (PRESSING[card.priority]) {
    shown.push(h(`span.chip.${PRESSING[card.priority]}`, {}, icon("flag"), priorityText(card.priority)));
  }
  const people = card.assignees.map((id) => store.member(id)).filter(Boolean);
  if (people.length) {
    const faces = people.slice(0, FACES).flatMap(face);
    if (people.length > FACES) {
      const rest = people.slice(FACES).map(personName).join(", ");
      faces.push(h("span.initials", { title: rest, "aria-hidden": "true" }, `+${people.length - FACES}`));
      faces.push(h("span.visually-hidden", {}, rest));
    }
    shown.push(h("span.plan-people", {}, faces));
  }
  if (column) {
    shown.push(h(`span.chip${column.category === "done" ? ".chip-green" : ""}`, {}, column.name));
  }
  return shown;
};

const points = (card) =>
  card.story_points === null
    ? h(
        "span.plan-points.is-none",
        { title: gettext("No points") },
        h("span", { "aria-hidden": "true" }, "–"),
        h("span.visually-hidden", {}, gettext("No points")),
      )
    : h(
        "span.plan-points.number",
        {},
        h("span", { "aria-hidden": "true" }, String(card.story_points)),
        h(
          "span.visually-hidden",
          {},
          interpolate(gettext("Points: %(number)s"), { number: card.story_points }),
        ),
      );

/**
 * The rows of the page. `act` says what a row's controls do: `select(id, checked, range)`,
 * `send(id)`.
 */
export const createRows = ({ store, page, act }) => {
  const rows = new Map();

  const make = (id) => {
    const box = h("input", {
      type: "checkbox",
      onclick: (event) => act.select(id, box.checked, event.shiftKey),
    });
    const tick = icon("circle-check");
    const title = h("a.plan-title", { draggable: "false" });
    const shown = h("span.plan-facts");
    const number = h("span.plan-number");
    const send = h("button.icon-button.plan-send", { type: "button", onclick: () => act.send(id) });
    const element = h(
      "li.plan-card",
      { dataset: { card: id } },
      h("span.plan-box", {}, box, tick),
      title,
      shown,
      number,
      send,
    );
    return { element, box, tick, title, shown, number, send, card: null };
  };

  const fill = (row, card, column, pane, may) => {
    const { key } = card;
    const isDone = column?.category === "done";
    const isBacklog = pane === BACKLOG;
    row.element.classList.toggle("is-done", isDone);
    row.element.classList.toggle("is-open", may && !isDone);
    row.title.replaceChildren(h("span.quiet.number", {}, key), " ", card.title);
    row.title.setAttribute("title", card.title);
    row.title.setAttribute("href", page.urls.card.replace("{id}", card.id));
    row.shown.replaceChildren(...facts(card, column, store));
    row.number.replaceChildren(points(card));
    row.box.setAttribute("aria-label", interpolate(gettext("Select %(key)s"), { key }));
    row.box.hidden = row.send.hidden = !may || isDone;
    // An SVG has no such property, only the attribute.
    row.tick.toggleAttribute("hidden", !isDone);
    row.send.setAttribute(
      "aria-label",
      isBacklog
        ? interpolate(gettext("%(key)s: to sprint"), { key })
        : interpolate(gettext("%(key)s: to backlog"), { key }),
    );
    row.send.setAttribute("title", isBacklog ? gettext("To sprint") : gettext("To backlog"));
    row.send.replaceChildren(icon(isBacklog ? "arrow-right" : "arrow-left"));
  };

  return {
    /** The row of a card in a pane, filled with what the card says now. */
    of(card, pane, selected) {
      let row = rows.get(card.id);
      if (!row) {
        row = make(card.id);
        rows.set(card.id, row);
      }
      const column = store.column(card.column_id);
      const state = JSON.stringify([pane, store.state.may.write, column?.name, column?.category]);
      if (row.card !== card || row.state !== state || row.members !== store.state.members) {
        fill(row, card, column, pane, store.state.may.write);
        row.card = card;
        row.state = state;
        row.members = store.state.members;
      }
      row.box.checked = selected;
      row.element.classList.toggle("is-selected", selected);
      return row.element;
    },
    /** The parts of a row that is there. */
    get: (id) => rows.get(id),
    /** Forget the rows of cards that aren't among these. */
    keep(ids) {
      for (const id of rows.keys()) {
        if (!ids.has(id)) {
          rows.delete(id);
        }
      }
    },
  };
};
