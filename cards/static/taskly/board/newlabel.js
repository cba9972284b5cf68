/*
 * A label that the board doesn't have yet: what it is called is known, its colour is chosen here.
 */
import { h } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { openPopover } from "./popover.js";

/** Make the label `name` for the cards of `about`, in a colour that is chosen first. */
export const labelSheet = (inline, about, name) => {
  const palette = inline.board.page.palette;
  const used = new Set(inline.store.state.labels.map((each) => each.color));
  const first = palette.find((color) => !used.has(color)) ?? palette[0];
  const swatch = (color, index) => {
    const field = h("input.swatch", {
      type: "radio",
      name: "label-color",
      value: color,
      checked: color === first,
      autofocus: color === first,
      "aria-label": interpolate(gettext("Color %(number)s"), { number: index + 1 }),
    });
    field.style.setProperty("--label", color);
    return field;
  };
  let sheet = null;
  const form = h(
    "form.label-form",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        const color = new FormData(form).get("label-color");
        const changesOf = (card) => ({ labels: [...card.labels, { name, color }] });
        try {
          await inline.write(about, changesOf, () => sheet);
          sheet.close();
        } catch (error) {
          sheet.say(...(error.shown ?? [error.message]));
        }
      },
    },
    h("fieldset.swatches", {}, h("legend", {}, gettext("Color")), palette.map(swatch)),
    h("button.button.default", { type: "submit" }, gettext("Add the label")),
  );
  sheet = openPopover(about.anchor, {
    label: interpolate(gettext("New label “%(name)s”"), { name }),
    classes: "label-maker",
    content: [form],
    onclose: about.onclose,
  });
};
