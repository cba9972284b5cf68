/*
 * Completion of `@username` in a field of text: a list of members below it, chosen by mouse or by
 * arrow keys. The field keeps the focus and says which of them is meant.
 */
import { announce, h } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";

const MOST = 8;
let count = 0;

// What is typed after an @ that no word goes before, up to the caret.
const BEGUN = /(?:^|[\s([{>*_"'])@([\p{L}\p{N}_.+-]*)$/u;

/** Offer members in `field` once an @ is typed; `people()` answers a promise of them. */
export const completeMentions = (field, people) => {
  const list = h("ul.mention-list", { role: "listbox", id: `mentions-${(count += 1)}`, "aria-label": gettext("Members"), hidden: true });
  let offered = [];
  let active = 0;
  let asked = 0;

  const close = () => {
    asked += 1;
    list.hidden = true;
    offered = [];
    field.removeAttribute("aria-activedescendant");
    field.removeAttribute("aria-controls");
  };

  const point = (index) => {
    active = (index + offered.length) % offered.length;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    field.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  };

  const take = (person) => {
    const begun = field.value.slice(0, field.selectionStart).match(BEGUN);
    if (begun) {
      const start = field.selectionStart - begun[1].length;
      const space = /^\s/.test(field.value.slice(field.selectionStart)) ? "" : " ";
      field.setRangeText(person.username + space, start, field.selectionStart, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    close();
    field.focus();
  };

  const offer = async () => {
    const begun = field.selectionStart === field.selectionEnd
      ? field.value.slice(0, field.selectionStart).match(BEGUN)
      : null;
    if (!begun) {
      close();
      return;
    }
    const question = (asked += 1);
    const text = begun[1].toLowerCase();
    const everybody = await people().catch(() => []);
    if (question !== asked) {
      return;
    }
    const begins = (name) => name.toLowerCase().split(/\s+/).some((word) => word.startsWith(text));
    offered = everybody.filter((person) => begins(person.username) || begins(person.name)).slice(0, MOST);
    if (!offered.length || (offered.length === 1 && offered[0].username.toLowerCase() === text)) {
      close();
      return;
    }
    list.replaceChildren(
      ...offered.map((person, place) =>
        h(
          "li.mention-option",
          {
            role: "option",
            id: `${list.id}-${place}`,
            onpointerdown: (event) => (event.preventDefault(), take(person)),
          },
          h("strong", {}, person.name),
          h("span.quiet", {}, `@${person.username}`),
        ),
      ),
    );
    list.hidden = false;
    field.setAttribute("aria-controls", list.id);
    point(0);
    const told = ngettext("%(number)s member to choose from", "%(number)s members to choose from", offered.length);
    announce(interpolate(told, { number: offered.length }));
  };

  field.setAttribute("aria-autocomplete", "list");
  field.addEventListener("input", offer);
  field.addEventListener("click", offer);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      point(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" || event.key === "Tab") {
      take(offered[active]);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  return list;
};
