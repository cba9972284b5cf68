/*
 * What the person has done and the server hasn't confirmed: operations, in order, that are laid
 * over what the server said last.
 */

/** Put `ids`, in this order, where `target` says: `{column, before | after | place}`. */
export const placed = (orders, ids, { column, before, after, place }) => {
  const moving = new Set(ids);
  for (const [id, order] of orders) {
    if (order.some((each) => moving.has(each))) {
      orders.set(
        id,
        order.filter((each) => !moving.has(each)),
      );
    }
  }
  const order = [...(orders.get(column) ?? [])];
  let index = place === "top" ? 0 : order.length;
  const anchor = order.indexOf(before ?? after ?? "");
  if (anchor >= 0) {
    index = before ? anchor : anchor + 1;
  }
  order.splice(index, 0, ...ids);
  orders.set(column, order);
};

const LAID = {
  move: (shown, { ids, target }) => {
    const there = ids.filter((id) => shown.cards.has(id));
    if (!shown.orders.has(target.column) || !there.length) {
      return;
    }
    placed(shown.orders, there, target);
    for (const id of there) {
      const card = shown.cards.get(id);
      if (card.column_id !== target.column) {
        shown.cards.set(id, { ...card, column_id: target.column });
      }
    }
  },
  change: (shown, { fields: each }) => {
    for (const [id, fields] of each) {
      const card = shown.cards.get(id);
      if (card) {
        shown.cards.set(id, { ...card, ...fields });
      }
    }
  },
  remove: (shown, { ids }) => {
    const gone = new Set(ids);
    for (const id of gone) {
      shown.cards.delete(id);
    }
    for (const [column, order] of shown.orders) {
      shown.orders.set(
        column,
        order.filter((id) => !gone.has(id)),
      );
    }
  },
  column: (shown, { id, changes }) => {
    const column = shown.columns.find((each) => each.id === id);
    if (!column) {
      return;
    }
    const others = shown.columns.filter((each) => each.id !== id);
    others.splice(changes.position ?? shown.columns.indexOf(column), 0, { ...column, ...changes });
    shown.columns = others;
  },
};

/** Operations over what is known; each is taken away by the function that adding it answers. */
export const createOverlay = () => {
  let operations = [];
  return {
    add: (operation) => {
      operations.push(operation);
      return () => {
        operations = operations.filter((each) => each !== operation);
      };
    },
    /** What is shown: `truth` itself where nothing lies over it, never changed. */
    over: (truth) => {
      if (!operations.length) {
        return truth;
      }
      const shown = {
        columns: truth.columns,
        cards: new Map(truth.cards),
        orders: new Map(truth.orders),
      };
      for (const operation of operations) {
        LAID[operation.kind](shown, operation);
      }
      return shown;
    },
    /** Carry an operation out on what is known, once the server has confirmed it. */
    settle: (truth, operation) => LAID[operation.kind](truth, operation),
  };
};
