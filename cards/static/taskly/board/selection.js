/*
 * Several cards at once: chosen with Ctrl or Shift and a click, with X, or from a card's menu;
 * then a bar says how many they are and what can be done with them.
 */
import { announce, h, icon, typing } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";

export const mountSelection = (board) => {
  const { store, view, root } = board;
  const chosen = new Set();
  let anchor = null;

  const mark = h("span.visually-hidden", { id: "board-selected" }, gettext("Selected"));
  const bar = h("div.board-selection", {
    role: "toolbar",
    "aria-label": gettext("Selected cards"),
    hidden: true,
  });
  root.after(bar, mark);

  /** In the order of the board, column by column. */
  const ids = () => {
    const all = [];
    for (const list of view.lists()) {
      all.push(...list.want.filter((id) => chosen.has(id)));
    }
    return all;
  };

  const show = (id) => {
    const element = view.element(id);
    element?.classList.toggle("is-selected", chosen.has(id));
    const title = element?.querySelector("a.card-title");
    if (chosen.has(id)) {
      title?.setAttribute("aria-describedby", mark.id);
    } else {
      title?.removeAttribute("aria-describedby");
    }
  };

  const words = () =>
    interpolate(ngettext("%(number)s card selected", "%(number)s cards selected", chosen.size), {
      number: chosen.size,
    });

  const button = (name, text, run) =>
    h("button.button", { type: "button", onclick: run }, icon(name), text);

  const drawBar = () => {
    root.classList.toggle("is-selecting", chosen.size > 0);
    bar.hidden = !chosen.size;
    if (!chosen.size) {
      return;
    }
    const actions = board.cardActions.filter((action) => action.several && action.when(ids()));
    bar.replaceChildren(
      h(
        "button.icon-button",
        { type: "button", "aria-label": gettext("Select nothing"), onclick: clear },
        icon("x"),
      ),
      h("strong", {}, words()),
      ...actions.map((action) => button(action.icon, action.label(ids()), () => action.run(ids()))),
    );
  };

  const changed = (touched) => {
    touched.forEach(show);
    drawBar();
    announce(chosen.size ? words() : gettext("Nothing selected"));
  };

  const toggle = (id) => {
    if (!chosen.delete(id)) {
      chosen.add(id);
      anchor = id;
    }
    changed([id]);
  };

  const clear = () => {
    const touched = [...chosen];
    chosen.clear();
    anchor = null;
    if (touched.length) {
      changed(touched);
    }
  };

  /** From the card chosen last to this one, where they stand in one list. */
  const reach = (id) => {
    const { want } = view.listOf(id) ?? { want: [] };
    const from = want.indexOf(anchor);
    if (from < 0) {
      toggle(id);
      return;
    }
    const to = want.indexOf(id);
    const between = want.slice(Math.min(from, to), Math.max(from, to) + 1);
    between.forEach((each) => chosen.add(each));
    changed(between);
  };

  root.addEventListener(
    "click",
    (event) => {
      const card = event.target.closest("[data-card]");
      if (!card || event.target.closest("button, input, textarea, select")) {
        return;
      }
      const id = card.dataset.card;
      if (event.shiftKey) {
        event.preventDefault();
        document.getSelection().removeAllRanges();
        reach(id);
      } else if (event.ctrlKey || event.metaKey || (chosen.size && board.touched)) {
        event.preventDefault();
        toggle(id);
      }
    },
    true,
  );
  root.addEventListener("pointerdown", (event) => {
    board.touched = event.pointerType === "touch";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen.size && !event.defaultPrevented && !typing(event.target)) {
      clear();
    }
  });

  view.ondrawn((parts, { cards }) => {
    const gone = [...chosen].filter((id) => !store.card(id) || !view.home(id));
    if (gone.length) {
      gone.forEach((id) => chosen.delete(id));
      gone.forEach(show);
    }
    if (chosen.size || gone.length) {
      [...cards].filter((id) => chosen.has(id)).forEach(show);
      drawBar();
    }
  });

  board.selection = { ids, has: (id) => chosen.has(id), toggle, clear };
  /** The card, or all that are selected with it. */
  board.chosen = (id) => (chosen.has(id) ? ids() : [id]);
  board.cardActions.push({
    label: (some) => (chosen.has(some[0]) ? gettext("Don't select") : gettext("Select")),
    icon: "square-check",
    key: "X",
    when: (some) => store.state.may.write && some.length > 0,
    run: ([id]) => toggle(id),
  });
};
