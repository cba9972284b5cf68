/*
 * A card's title, written over itself where it stands on the board.
 */
import { h } from "../js/dom.js";
import { gettext } from "../js/words.js";
import { openPopover } from "./popover.js";

const MOST = 500;

/** Write the one card's title: Enter or going on elsewhere saves, Escape leaves it as it was. */
export const titleSheet = (inline, about) => {
  const [card] = about.cards;
  const find = () => inline.board.view.element(card.id)?.querySelector(".card-title") ?? null;
  const field = h("textarea.title-field", {
    rows: "1",
    autofocus: true,
    "aria-label": about.label,
    spellcheck: "true",
  });
  field.value = card.title;
  const count = h("p.title-count.number");
  let busy = false;
  let sheet = null;
  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
    const length = [...field.value.trim()].length;
    count.textContent = length > MOST - 50 ? `${length} / ${MOST}` : "";
    sheet?.place();
  };
  const save = async () => {
    const title = field.value.trim().replace(/\s+/g, " ");
    if (busy) {
      return;
    }
    if (!title || title === card.title) {
      sheet.close();
      return;
    }
    busy = true;
    try {
      await inline.write(about, () => ({ title }), () => sheet);
      sheet.close();
    } catch (error) {
      sheet.say(...(error.shown ?? [error.message]));
      field.focus();
    }
    busy = false;
  };
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      save();
    }
  });
  sheet = openPopover(find, {
    label: about.label,
    classes: "title-editor",
    content: [
      field,
      count,
      h(
        "div.title-acts",
        {},
        h("button.button.default", { type: "button", onclick: save }, gettext("Save")),
      ),
    ],
    over: true,
    onclose: about.onclose,
    onoutside: save,
  });
  grow();
  field.select();
};
