/*
 * The board as it is drawn. Elements are kept by card and column: a change touches only what it
 * changes, and nothing that somebody is editing or dragging.
 */
import { cardElement, fillCard } from "./card.js";
import { columnElement, fillColumn } from "./column.js";
import { laneElement } from "./lane.js";
import { createList } from "./list.js";
import { createNear } from "./near.js";
import { h } from "../js/dom.js";
import { gettext } from "../js/words.js";

// What is drawn at once of each list, and how long a further piece may take, in milliseconds.
const AT_FIRST = 24;
const PIECE = 30;
const SLICE = 8;

const isReached = (element) => element.tabIndex >= 0 && !element.closest("[hidden]");

// Parts that every card shows something of.
const EVERYWHERE = ["members", "labels"];

/**
 * `view` draws the store's state into `root`. What others need of it:
 * `element(id)`, `lists()`, `listOf(id)`, `hold(ids)` (leave these cards alone until the answered
 * function is called), `setFilter`, `setLanes`, `ondrawn`.
 */
export const createView = ({ store, page, root }) => {
  const context = { store, page };
  const columns = new Map();
  const elements = new Map();
  const held = new Map();
  const drawnListeners = new Set();
  const footers = [];
  let lanes = null;
  let laneElements = new Map();
  let lists = new Map();
  let home = new Map();
  let filter = null;
  let waiting = null;
  let filling = false;

  const row = h("div.board-columns");
  const note = h("div.board-note", { hidden: true });
  root.append(note, row);

  const listKey = (columnId, lane) => `${columnId} ${lane?.key ?? ""}`;

  /** The list of a column (in a lane), made where there is none yet. */
  const listOf = (column, lane) => {
    const key = listKey(column.id, lane);
    if (!lists.has(key)) {
      lists.set(key, createList({ column: column.id, view, context, first: AT_FIRST }));
    }
    const list = lists.get(key);
    list.lane = lane;
    return list;
  };

  const drawColumns = () => {
    let cursor = row.firstElementChild;
    const present = new Set();
    for (const column of store.state.columns) {
      present.add(column.id);
      if (!columns.has(column.id)) {
        const made = columnElement(column, context);
        columns.set(column.id, made);
        for (const make of footers) {
          made.querySelector(".board-column-foot").append(make(column));
        }
      }
      const element = columns.get(column.id);
      if (element !== cursor) {
        row.insertBefore(element, cursor);
      } else {
        cursor = cursor.nextElementSibling;
      }
    }
    for (const [id, element] of columns) {
      if (!present.has(id)) {
        element.remove();
        columns.delete(id);
      }
    }
    root.classList.toggle("has-lanes", Boolean(lanes));
  };

  const rowOf = (element) => element.querySelector(".board-lane-row");

  /** Put each list where it belongs: into its column, or into its lane's row. */
  const drawLists = () => {
    const used = new Set();
    if (lanes) {
      let cursor = row;
      const made = new Map();
      for (const lane of lanes) {
        const element = laneElements.get(lane.key) ?? laneElement(lane);
        element.querySelector(".board-lane-title").textContent = lane.title;
        made.set(lane.key, element);
        const cells = rowOf(element);
        store.state.columns.forEach((column, index) => {
          const list = listOf(column, lane);
          used.add(listKey(column.id, lane));
          if (cells.children[index] !== list.element) {
            cells.insertBefore(list.element, cells.children[index] ?? null);
          }
        });
        if (cursor.nextElementSibling !== element) {
          cursor.after(element);
        }
        cursor = element;
      }
      for (const [key, element] of laneElements) {
        if (!made.has(key)) {
          element.remove();
        }
      }
      laneElements = made;
    } else {
      laneElements.forEach((element) => element.remove());
      laneElements = new Map();
      for (const column of store.state.columns) {
        const list = listOf(column, null);
        used.add(listKey(column.id, null));
        const head = columns.get(column.id).querySelector(".board-column-head");
        if (head.nextElementSibling !== list.element) {
          head.after(list.element);
        }
      }
    }
    for (const [key, list] of lists) {
      if (!used.has(key)) {
        list.element.remove();
        lists.delete(key);
      }
    }
  };

  /** Which cards each list shows, in order: those that the filter lets through. */
  const sortOut = () => {
    home = new Map();
    for (const column of store.state.columns) {
      const wants = new Map((lanes ?? [null]).map((lane) => [lane, []]));
      for (const id of column.order) {
        const card = store.card(id);
        if (!card || (filter && !filter(card))) {
          continue;
        }
        const lane = lanes ? lanes.find((each) => each.holds(card)) : null;
        if (lane !== undefined) {
          wants.get(lane).push(id);
        }
      }
      for (const [lane, want] of wants) {
        const list = listOf(column, lane);
        list.want = want;
        want.forEach((id) => home.set(id, list));
      }
    }
  };

  /** Draw these lists; those of a lane that is far away hold no cards, but their room. */
  const drawThese = (some) => {
    const longest = new Map();
    for (const list of some) {
      const key = list.lane?.key;
      list.setFar(key !== undefined && near.isFar(key));
      list.draw();
      longest.set(key, Math.max(longest.get(key) ?? 0, list.want.length));
    }
    for (const [key, element] of laneElements) {
      if (longest.has(key)) {
        near.keepRoom(key, rowOf(element), longest.get(key));
      }
    }
    if (some.some((list) => !list.isDrawn())) {
      fillLater();
    }
  };

  const near = createNear(root, (keys) =>
    drawThese([...lists.values()].filter((list) => keys.has(list.lane?.key))),
  );

  const fill = () => {
    filling = false;
    const until = performance.now() + SLICE;
    let open = [...lists.values()].filter((list) => !list.isDrawn());
    while (open.length && performance.now() < until) {
      for (const list of open) {
        list.limit += PIECE;
        list.draw();
      }
      open = open.filter((list) => !list.isDrawn());
    }
    if (open.length) {
      fillLater();
    } else {
      root.dataset.drawn = "whole";
    }
  };

  const fillLater = () => {
    if (!filling) {
      filling = true;
      root.dataset.drawn = "begun";
      setTimeout(fill);
    }
  };

  const drawNote = () => {
    const isEmpty = store.state.loaded && store.state.cards.size === 0;
    note.hidden = !isEmpty;
    if (isEmpty) {
      const text = store.state.may.write
        ? gettext("This board has no cards yet. Write down the first thing to do: every column has a place for it.")
        : gettext("This board has no cards yet.");
      note.replaceChildren(h("p", {}, text));
    }
  };

  /** Draw what has changed. Nobody calls this but the view: it waits for the end of the turn. */
  const draw = () => {
    const { parts, details } = waiting;
    waiting = null;
    if (!store.state.loaded) {
      return;
    }
    const active = document.activeElement?.closest?.("[data-card]");
    const activeElement = document.activeElement;
    const place = active && placeOf(active);
    if (parts.has("columns") || parts.has("lanes")) {
      drawColumns();
    }
    drawLists();
    sortOut();
    const everywhere = EVERYWHERE.some((name) => parts.has(name)) || parts.has("columns");
    for (const id of everywhere ? elements.keys() : details.cards) {
      const element = elements.get(id);
      const card = store.card(id);
      if (element && card && !held.has(id)) {
        fillCard(element, card, context);
      }
    }
    near.watch(new Map([...laneElements].map(([key, element]) => [key, rowOf(element)])), home.size);
    drawThese([...lists.values()]);
    for (const column of store.state.columns) {
      const shown = filter ? column.order.filter((id) => home.has(id)).length : null;
      fillColumn(columns.get(column.id), column, shown, context);
    }
    for (const id of details.cards) {
      if (!store.card(id)) {
        elements.get(id)?.remove();
        elements.delete(id);
      }
    }
    for (const id of details.others) {
      flash(elements.get(id));
    }
    drawNote();
    // Where nothing in it takes the focus, the board itself does, so that keys can scroll it.
    root.tabIndex = [...root.querySelectorAll("a[href], button, [tabindex]")].some(isReached) ? -1 : 0;
    restoreFocus(activeElement, place);
    if (!filling) {
      root.dataset.drawn = "whole";
    }
    drawnListeners.forEach((listener) => listener(parts, details));
  };

  const drawSoon = (parts, details = { cards: new Set(), orders: new Set(), others: new Set() }) => {
    if (waiting) {
      parts.forEach((part) => waiting.parts.add(part));
      details.cards.forEach((id) => waiting.details.cards.add(id));
      details.others.forEach((id) => waiting.details.others.add(id));
      return;
    }
    waiting = {
      parts: new Set(parts),
      details: { cards: new Set(details.cards), others: new Set(details.others) },
    };
    queueMicrotask(draw);
  };

  const flash = (element) => {
    if (!element) {
      return;
    }
    element.classList.remove("is-fresh");
    requestAnimationFrame(() => element.classList.add("is-fresh"));
    setTimeout(() => element.classList.remove("is-fresh"), 2400);
  };

  const placeOf = (element) => {
    const list = element.parentElement;
    return list && { list, index: [...list.children].indexOf(element) };
  };

  /** Whoever stood on a card stands on it after it was moved, and beside it after it was taken. */
  const restoreFocus = (active, place) => {
    if (!place || document.activeElement === active) {
      return;
    }
    if (active.isConnected) {
      active.focus({ preventScroll: true });
    } else {
      const beside = place.list.children[Math.min(place.index, place.list.children.length - 1)];
      (beside ?? root.querySelector(".board-card"))?.querySelector("a.card-title")?.focus();
    }
  };

  const view = {
    row,
    held,
    home: (id) => home.get(id),
    bring: (lane) => near.bring(lane.key),
    /** The element of a card that is shown, made where it hasn't been drawn yet. */
    element: (id) => {
      if (!elements.has(id) && store.card(id)) {
        elements.set(id, cardElement(store.card(id), context));
      }
      return elements.get(id);
    },
    column: (id) => columns.get(id),
    lists: () => [...lists.values()],
    /** The lists as they stand: a row for each lane (or one), from the first column to the last. */
    rows: () =>
      (lanes ?? [null]).map((lane) => store.state.columns.map((column) => listOf(column, lane))),
    /** The list that shows a card. */
    listOf: (id) => home.get(id),
    /** The list that an element is of (or in). */
    listAt: (element) => {
      const at = element?.closest?.(".board-cards");
      return at && [...lists.values()].find((list) => list.element === at);
    },
    /** Leave these cards' elements alone until the answered function is called. */
    hold: (ids) => {
      const all = [ids].flat();
      all.forEach((id) => held.set(id, (held.get(id) ?? 0) + 1));
      return () => {
        for (const id of all) {
          held.set(id, (held.get(id) ?? 1) - 1);
          if (held.get(id) < 1) {
            held.delete(id);
          }
        }
        drawSoon(new Set(["cards", "orders"]), { cards: new Set(all), others: new Set() });
      };
    },
    /** Show only the cards for which `predicate(card)` holds; null shows all. */
    setFilter: (predicate) => {
      filter = predicate;
      drawSoon(new Set(["filter"]));
    },
    isFiltered: () => Boolean(filter),
    /** Lanes `[{key, title, holds(card), changes(card)}]`, or null for none. */
    setLanes: (wanted) => {
      lanes = wanted;
      drawSoon(new Set(["lanes"]));
    },
    /** Put what `make(column)` answers into the foot of every column. */
    addToColumns: (make) => {
      footers.push(make);
      for (const [id, element] of columns) {
        element.querySelector(".board-column-foot").append(make(store.column(id)));
      }
    },
    redraw: () => drawSoon(new Set(["columns", "cards", "orders"]), {
      cards: new Set(store.state.cards.keys()),
      others: new Set(),
    }),
    /** `listener(parts, details)` after each drawing. */
    ondrawn: (listener) => {
      drawnListeners.add(listener);
      return () => drawnListeners.delete(listener);
    },
  };
  store.subscribe(drawSoon);
  return view;
};
