/*
 * One list of cards: a column's, or a column's in a lane. Cards are put into their order by moving
 * as few elements as can be, and one of them is where the Tab key stops. Of a long list only what
 * is near to be seen is in the page; the rest is room above and below.
 */
import { h } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { createWindow } from "./window.js";

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

/**
 * The list of a column, by its id. `want` are the ids to show, `lane` is the one it is in, `limit`
 * how many cards of a short list are drawn by now: the `first` ones at once, all others by and by.
 */
export const createList = ({ column, view, context, first }) => {
  const element = h("ol.board-cards", { dataset: { column } });
  let current = null;
  let isFar = false;

  /** Columns and lanes are renamed while one works on them. */
  const drawName = () => {
    const { lane } = list;
    const name = context.store.column(column).name;
    const whole = lane ? interpolate(gettext("%(column)s, %(lane)s"), { column: name, lane: lane.title }) : name;
    if (element.getAttribute("aria-label") !== whole) {
      element.setAttribute("aria-label", whole);
      if (lane) {
        element.dataset.lane = lane.key;
      }
    }
  };

  const emptyText = () => {
    if (view.isFiltered()) {
      return gettext("Nothing here passes the filters");
    }
    if (list.lane) {
      return "";
    }
    return context.store.state.may.write ? gettext("No cards. Drop one here.") : gettext("No cards");
  };

  /** Put these cards, which follow each other, into the list, and take out what isn't there. */
  const place = (ids) => {
    const { held } = view;
    const inside = new Set(ids);
    let cursor = element.firstElementChild;
    /** Past what isn't ours to place; what is shown nowhere any more, or far away, goes. */
    const advance = () => {
      while (cursor) {
        const id = cursor.dataset.card;
        const next = cursor.nextElementSibling;
        if (!held.has(id)) {
          const home = view.home(id);
          if (home === list && inside.has(id)) {
            return;
          }
          if (home === list && cursor.contains(document.activeElement)) {
            // Whoever stands on it keeps standing there, out of sight.
            cursor.classList.add("is-aside");
          } else if (home === list || !home) {
            cursor.remove();
          }
        }
        cursor = next;
      }
    };
    for (const id of ids) {
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
      card.classList.remove("is-aside");
    }
    advance();
    while (cursor) {
      cursor = cursor.nextElementSibling;
      advance();
    }
  };

  const list = {
    element,
    column,
    lane: null,
    limit: first,
    want: [],
    /** Whether all that is to be drawn is drawn. */
    isDrawn: () => isFar || shown.isOpen() || list.limit >= list.want.length,
    /** Whether its lane is far from what is seen: then none of its cards is drawn. */
    isFar: () => isFar,
    setFar: (far) => {
      if (far && !isFar) {
        list.limit = first;
      }
      isFar = far;
    },
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
    /** See to it that a card's element is in the list, and near to be seen. */
    reveal: (id) => {
      if (isFar) {
        view.bring(list.lane);
      }
      if (view.element(id).parentElement !== element || view.element(id).matches(".is-aside")) {
        list.limit = Math.max(list.limit, list.want.indexOf(id) + 1);
        shown.scrollTo(list.want.indexOf(id));
        list.draw();
      }
    },
    draw: () => {
      drawName();
      shown.draw(place);
      if (list.want.length) {
        delete element.dataset.empty;
      } else {
        element.dataset.empty = emptyText();
      }
      if (!current || current.parentElement !== element || current.matches(".is-aside")) {
        list.rove(element.querySelector(".board-card:not(.is-aside)"));
      }
    },
  };
  const shown = createWindow(list);

  return list;
};
