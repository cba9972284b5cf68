/*
 * What the board's page knows: what the server said last, and over it what the person has done
 * and the server hasn't answered yet. Every change recomputes what is shown from these two, so
 * that a refused change leaves nothing behind, whatever came in between.
 */
import { createOverlay, placed } from "./overlay.js";
import { createWrites } from "./writes.js";

const equal = (one, other) =>
  one === other ||
  (typeof one === "object" && typeof other === "object" && JSON.stringify(one) === JSON.stringify(other));

/** Whether two lists hold the same in the same order. */
const alike = (one, other) =>
  one.length === other.length && one.every((each, index) => each === other[index]);

/** What of a column its head shows. */
const head = ({ order, ...column }) => column;

/** Whether two cards are drawn alike and are the same version. */
const same = (one, other) => {
  for (const name in other) {
    if (!equal(one[name], other[name])) {
      return false;
    }
  }
  return true;
};

/**
 * `page` is what the server put into the page. `store.state` is what is shown:
 * `{board, columns: [{id, name, category, wip_limit, position, order: [card ids]}],
 * cards: Map(id → card with column_id), sprints, labels, members, eventId, may, loaded}`.
 */
export const createStore = (page) => {
  const truth = { columns: [], orders: new Map(), cards: new Map() };
  const state = {
    board: page.board,
    columns: [],
    cards: new Map(),
    sprints: [],
    labels: [],
    members: [],
    eventId: null,
    may: { ...page.may },
    loaded: false,
  };
  const listeners = new Set();
  const overlay = createOverlay();
  let granted = page.may;
  // An operator administers without a role; anybody else's right follows their role.
  let operates = null;

  /**
   * Listen: `listener(parts, details)`, where `parts` is a Set out of "board", "columns",
   * "orders", "cards", "sprints", "labels", "members", "may", and `details` tells
   * `{cards: Set(ids), orders: Set(column ids), others: Set(ids that somebody else changed)}`.
   */
  const subscribe = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  /** Work out anew what is shown, and tell the listeners what became different. */
  const refresh = (parts = new Set(), others = new Set()) => {
    const shown = overlay.over(truth);
    const details = { cards: new Set(), orders: new Set(), others };
    for (const [id, card] of shown.cards) {
      if (state.cards.get(id) !== card) {
        state.cards.set(id, card);
        details.cards.add(id);
      }
    }
    if (state.cards.size > shown.cards.size) {
      for (const id of [...state.cards.keys()]) {
        if (!shown.cards.has(id)) {
          state.cards.delete(id);
          details.cards.add(id);
        }
      }
    }
    const before = new Map(state.columns.map((column) => [column.id, column]));
    const heads = JSON.stringify(state.columns.map(head));
    state.columns = shown.columns.map((column, position) => {
      const order = shown.orders.get(column.id) ?? [];
      const old = before.get(column.id)?.order;
      const kept = old && alike(old, order) ? old : order;
      if (kept !== old) {
        details.orders.add(column.id);
      }
      return { ...column, position, order: kept };
    });
    if (JSON.stringify(state.columns.map(head)) !== heads) {
      parts.add("columns");
    }
    if (details.cards.size) {
      parts.add("cards");
    }
    if (details.orders.size) {
      parts.add("orders");
    }
    if (parts.size) {
      for (const listener of [...listeners]) {
        listener(parts, details);
      }
    }
  };

  const setMay = (may) => {
    if (may.write === state.may.write && may.administer === state.may.administer) {
      return false;
    }
    state.may = may;
    return true;
  };

  /** The card as it is known already where the new one says the same: it isn't drawn again. */
  const keep = (card, columnId) => {
    card.column_id = columnId;
    const old = truth.cards.get(card.id);
    return old && same(old, card) ? old : card;
  };

  const applyWhole = (columns, others) => {
    const cards = new Map();
    const orders = new Map();
    for (const column of columns) {
      for (const card of column.cards) {
        const kept = keep(card, column.id);
        cards.set(card.id, kept);
        if (kept !== truth.cards.get(card.id)) {
          others.add(card.id);
        }
      }
      orders.set(
        column.id,
        column.cards.map((card) => card.id),
      );
    }
    for (const id of truth.cards.keys()) {
      if (!cards.has(id)) {
        others.add(id);
      }
    }
    truth.cards = cards;
    truth.orders = orders;
  };

  /**
   * Put in what changed: each card comes with the one that it stands behind, in order. False where
   * the pieces don't fit together, and nothing was done.
   */
  const applyChanges = ({ columns, cards, left }, others) => {
    const gone = new Set([...left, ...cards.map((card) => card.id)]);
    const orders = new Map();
    for (const { id } of columns) {
      orders.set(
        id,
        (truth.orders.get(id) ?? []).filter((each) => !gone.has(each)),
      );
    }
    for (const card of cards) {
      const order = orders.get(card.column_id);
      const place = card.after ? order?.indexOf(card.after) + 1 : 0;
      if (!order || (card.after && !place)) {
        return false;
      }
      order.splice(place, 0, card.id);
    }
    const size = [...orders.values()].reduce((sum, order) => sum + order.length, 0);
    const known = [...truth.cards.keys()].filter((id) => !gone.has(id)).length;
    if (size !== known + cards.length) {
      return false;
    }
    for (const id of gone) {
      others.add(id);
    }
    for (const { after, ...card } of cards) {
      const kept = keep(card, card.column_id);
      if (kept === truth.cards.get(card.id)) {
        others.delete(card.id);
      }
      truth.cards.set(card.id, kept);
    }
    for (const id of left) {
      truth.cards.delete(id);
    }
    truth.orders = orders;
    return true;
  };

  /**
   * Take in a snapshot, whole or since an event. Answers false where what came doesn't fit what
   * is known (then a whole one has to be asked for).
   */
  const apply = (data) => {
    const others = new Set();
    const parts = new Set();
    const isWhole = data.columns.every((column) => Array.isArray(column.cards));
    if (isWhole) {
      applyWhole(data.columns, others);
    } else if (!state.loaded || !Array.isArray(data.cards) || !applyChanges(data, others)) {
      return false;
    }
    truth.columns = data.columns.map(({ cards, ...column }) => column);
    for (const name of ["board", "sprints", "labels", "members"]) {
      if (!equal(state[name], data[name])) {
        state[name] = data[name];
        parts.add(name);
      }
    }
    state.eventId = data.event_id;
    const mine = state.members.find((member) => member.id === page.me);
    operates ??= page.may.administer && mine?.role !== "admin";
    const may = {
      write: granted.write && !state.board.archived,
      administer: operates || mine?.role === "admin",
    };
    if (setMay(may)) {
      parts.add("may");
    }
    const first = !state.loaded;
    if (first) {
      state.loaded = true;
      for (const name of ["board", "columns", "orders", "cards", "sprints", "labels", "members", "may"]) {
        parts.add(name);
      }
    }
    refresh(parts, first ? new Set() : others);
    return true;
  };

  /** The server says what cards are like now: take it into what is known. */
  const learn = (answers) => {
    for (const answer of answers) {
      const old = truth.cards.get(answer.id);
      if (answer.board !== state.board.id || answer.archived_at) {
        truth.cards.delete(answer.id);
        for (const [id, order] of truth.orders) {
          truth.orders.set(
            id,
            order.filter((each) => each !== answer.id),
          );
        }
        continue;
      }
      const card = {
        comments: 0,
        checklist_items: 0,
        checklist_done: 0,
        pull_requests: 0,
        pull_request_state: null,
        ...old,
      };
      for (const name of ["id", "key", "version", "title", "priority", "story_points", "due_date",
        "sprint", "feature", "assignees", "column_id"]) {
        card[name] = answer[name];
      }
      card.labels = answer.metadata?.labels ?? [];
      if (old?.column_id !== card.column_id) {
        placed(truth.orders, [card.id], { column: card.column_id });
      }
      truth.cards.set(card.id, card);
    }
  };

  /** Lay operations over what is known; the answered function takes them away again. */
  const laid = (...operations) => {
    const taken = operations.map(overlay.add);
    refresh();
    return () => {
      taken.forEach((take) => take());
      refresh();
    };
  };

  /** What `changes(card)` says of each of the cards, by id. */
  const fieldsOf = (ids, changes) =>
    new Map(changes ? ids.map((id) => [id, changes(state.cards.get(id))]) : []);

  const store = {
    state,
    subscribe,
    apply,
    refresh,
    /** A card that is shown, by id. */
    card: (id) => state.cards.get(id),
    /** The column of this id. */
    column: (id) => state.columns.find((column) => column.id === id),
    /** Somebody of the workspace, by id. */
    member: (id) => state.members.find((member) => member.id === id),
    /**
     * Show cards somewhere else until the answered function takes it back: nothing is written.
     * `changes(card)` are fields that the place means as well.
     */
    preview: (ids, target, changes = null) =>
      laid({ kind: "change", fields: fieldsOf(ids, changes) }, { kind: "move", ids, target }),
    /** Take rights away that the server has refused, so that they aren't offered any more. */
    lose: (right) => {
      granted = { ...granted, [right]: false };
      if (setMay({ ...state.may, [right]: false })) {
        refresh(new Set(["may"]));
      }
    },
    /** What the server says anew that the person may do. */
    grant: (may) => {
      granted = may;
      if (setMay({ ...may, write: may.write && !state.board.archived })) {
        refresh(new Set(["may"]));
      }
    },
  };
  return Object.assign(store, createWrites(store, { me: page.me, truth, overlay, learn, fieldsOf, laid }));
};
