/*
 * One list of cards: a column's, or a column's in a lane. Cards are put into their order by moving
 * as few elements as can be, and one of them is where the Tab key stops.
 */
import { h } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";

/** Move an element without its losing focus, where the browser can. */
const put = (parent, element, before) => {
  if (parent.moveBefore && element.isConnected && parent.isConnected) {
    parent.moveBefore(element, before);
  } else {
    parent.insertBefore(element, before);
  }
};

const stops = (element, isStop) => {
  for (const each of element.querySelectorAll(":scope > a.card-title, :scope > .card-menu")) {
    each.tabIndex = isStop ? 0 : -1;
  }
};

/** `want` are the ids to show, `limit` how many of them are drawn by now. */
export const createList = ({ column, lane, view, context, limit }) => {
  const name = lane
    ? interpolate(gettext("%(column)s, %(lane)s"), { column: column.name, lane: lane.title })
    : column.name;
  const element = h("ol.board-cards", {
    "aria-label": name,
    dataset: { column: column.id, ...(lane ? { lane: lane.key } : {}) },
  });
  let current = null;

  const list = {
    element,
    column: column.id,
    lane,
    limit,
    want: [],
    /** Make this card the one where the Tab key stops. */
    rove: (card) => {
      if (current !== card) {
        if (current) {
          stops(current, false);
        }
        current = card;
        if (current) {
          stops(current, true);
        }
      }
    },
    draw: () => {
      const { held } = view;
      let cursor = element.firstElementChild;
      /** Past what isn't ours to place; what is shown nowhere any more goes. */
      const advance = () => {
        while (cursor) {
          const id = cursor.dataset.card;
          if (!held.has(id)) {
            const home = view.home(id);
            if (home === list) {
              return;
            }
            if (!home) {
              const next = cursor.nextElementSibling;
              cursor.remove();
              cursor = next;
              continue;
            }
          }
          cursor = cursor.nextElementSibling;
        }
      };
      const { want } = list;
      const end = Math.min(list.limit, want.length);
      for (let index = 0; index < end; index += 1) {
        const id = want[index];
        if (held.has(id)) {
          continue;
        }
        const card = view.element(id);
        advance();
        if (cursor && cursor !== card && cursor.nextElementSibling === card) {
          // The one before it has gone down: it alone moves, not all that follow.
          const down = cursor;
          cursor = card;
          put(element, down, null);
        }
        if (cursor === card) {
          cursor = cursor.nextElementSibling;
        } else {
          put(element, card, cursor);
        }
      }
      advance();
      while (cursor) {
        cursor = cursor.nextElementSibling;
        advance();
      }
      element.classList.toggle("is-empty", !want.length);
      if (want.length) {
        delete element.dataset.empty;
      } else {
        element.dataset.empty = emptyText();
      }
      if (!current || current.parentElement !== element) {
        list.rove(element.firstElementChild);
      }
    },
  };

  const emptyText = () => {
    if (view.isFiltered()) {
      return gettext("Nothing here passes the filters");
    }
    if (lane) {
      return "";
    }
    return context.store.state.may.write ? gettext("No cards. Drop one here.") : gettext("No cards");
  };

  return list;
};
