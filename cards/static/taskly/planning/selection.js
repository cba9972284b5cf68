/*
 * Several cards at once: ticked one by one or, with Shift, as a range, and sent together by the
 * bar at the foot of the page.
 */
import { announce, h, icon } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";

const chosenText = (number) =>
  interpolate(ngettext("%(number)s card selected", "%(number)s cards selected", number), { number });

/**
 * `order()` are the ids as they stand on the page, `isPlanned(id)` says which are in a sprint;
 * `send(ids, where, anchor)` moves them.
 */
export const createSelection = ({ order, isOpen, isPlanned, send, onchange }) => {
  const ids = new Set();
  let last = null;

  const text = h("strong.number");
  const button = (name, label, run) =>
    h("button.button", { type: "button", onclick: run }, icon(name), h("span", {}, label));
  const toSprint = button("arrow-right", gettext("To sprint"), () => send([...ids], "sprint", toSprint));
  const toBacklog = button("arrow-left", gettext("To backlog"), () => send([...ids], "backlog", toBacklog));
  const clear = h(
    "button.icon-button",
    { type: "button", "aria-label": gettext("Clear the selection"), onclick: () => self.clear() },
    icon("x"),
  );
  const bar = h(
    "section.plan-bar",
    { "aria-label": gettext("Selected cards") },
    text,
    toSprint,
    toBacklog,
    clear,
  );
  bar.hidden = true;

  const show = ({ said = true } = {}) => {
    bar.hidden = ids.size === 0;
    text.textContent = chosenText(ids.size);
    toBacklog.hidden = ![...ids].some(isPlanned);
    if (said && ids.size) {
      announce(chosenText(ids.size));
    }
    onchange();
  };

  document.addEventListener("keydown", (event) => {
    const within = event.target.closest?.("dialog, [popover], [role=dialog], input[type=text], input[type=search]");
    if (event.key === "Escape" && ids.size && !event.defaultPrevented && !within) {
      self.clear();
    }
  });

  const self = {
    bar,
    has: (id) => ids.has(id),
    size: () => ids.size,
    /** The cards that go with one: all that are selected where it is among them. */
    with: (id) => (ids.has(id) ? order().filter((each) => ids.has(each)) : [id]),
    select(id, checked, range) {
      const all = order();
      const [from, to] = [all.indexOf(last), all.indexOf(id)].sort((one, other) => one - other);
      const between = range && last !== null && from >= 0 ? all.slice(from, to + 1) : [id];
      for (const each of between.filter(isOpen)) {
        ids[checked ? "add" : "delete"](each);
      }
      last = id;
      show();
    },
    /** Let go of cards that can't be moved any more. */
    keep(present) {
      const before = ids.size;
      for (const id of ids) {
        if (!present(id)) {
          ids.delete(id);
        }
      }
      if (ids.size !== before) {
        show({ said: false });
      }
    },
    clear() {
      const within = bar.contains(document.activeElement);
      const first = [...ids][0];
      ids.clear();
      show();
      if (within) {
        document.querySelector(`.plan-card[data-card="${CSS.escape(first)}"] input`)?.focus();
      }
    },
  };
  return self;
};
