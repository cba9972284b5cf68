/*
 * What the board's page writes: shown at once, sent in turn, and put back with the reason where
 * the server refuses. Whatever touches the same card, the same column or a card to land beside
 * waits for what was done before, so that the server sees a person's changes in their order.
 */
import { call, Refusal, Unreached } from "../js/api.js";
import { toast } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { bodyOf, createChanges } from "./changes.js";
import { refusalOf } from "./refusals.js";
import { readAnew } from "./session.js";

// The API takes as many cards in one call.
const AT_ONCE = 500;
const PATIENCE = 20000;
// How long a change waits for a server that says when it can, in seconds.
const LONGEST_WAIT = 5;

/** A key that lets a call be sent again without being carried out twice. */
const onceKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const createWrites = (store, { me, truth, overlay, learn, fieldsOf, laid }) => {
  const { state } = store;
  const tails = new Map();
  const writes = { epoch: 0, open: 0 };

  /**
   * What to wait for before a refused call is sent once more, or null where that helps nothing: a
   * busy server says when, and a token that signing in again has changed is read anew.
   */
  const mending = (method, error) => {
    if (error.status === 503 && error.retryAfter && error.retryAfter <= LONGEST_WAIT) {
      return () => pause(error.retryAfter * 1000);
    }
    if (error.status === 403 && error.code === "permission_denied") {
      return async () => {
        if ((await readAnew(me)).me !== me) {
          throw new Refusal(401, {});
        }
      };
    }
    const isBroken = error instanceof Unreached && navigator.onLine !== false;
    return method === "POST" && isBroken ? () => pause(700) : null;
  };

  /** A call that is sent once more where that may help: its key keeps it from acting twice. */
  const post = async (method, path, options = {}) => {
    const key = method === "POST" ? onceKey() : undefined;
    const sent = () =>
      call(method, path, { ...options, key, signal: AbortSignal.timeout(PATIENCE) });
    try {
      return await sent();
    } catch (error) {
      const mend = mending(method, error);
      if (!mend) {
        throw error;
      }
      await mend();
      return await sent();
    }
  };

  /**
   * Show `operation`, send it when its turn has come, and then keep it or take it back.
   * `about` are the names of what it touches. Answers what `send` answered, or null.
   */
  const write = async (about, operation, send, { told = {} } = {}) => {
    const taken = operation ? overlay.add(operation) : () => {};
    writes.open += 1;
    store.refresh();
    const waitsFor = about.map((name) => tails.get(name)).filter(Boolean);
    const job = (async () => {
      await Promise.all(waitsFor);
      try {
        const answer = await send();
        taken();
        if (operation) {
          overlay.settle(truth, operation);
        }
        return { answer };
      } catch (error) {
        taken();
        return { error };
      }
    })();
    const done = job.then(() => {});
    about.forEach((name) => tails.set(name, done));
    const { answer, error } = await job;
    writes.open -= 1;
    writes.epoch += 1;
    for (const name of about) {
      if (tails.get(name) === done) {
        tails.delete(name);
      }
    }
    if (error) {
      store.refresh();
      refuse(error, told);
      return null;
    }
    return answer;
  };

  /** Say why something was not done; what the server no longer grants isn't offered again. */
  const refuse = (error, told) => {
    const refusal = refusalOf(error, store, told);
    if (refusal.lost) {
      store.lose(refusal.lost);
    }
    if (told.refused) {
      told.refused(error);
    } else {
      toast(refusal.text, { kind: "refused", act: refusal.act });
    }
    store.onrefused?.(error);
  };

  /** Take in what cards are like now, and show it. */
  const learned = (answers) => {
    learn(answers);
    store.refresh();
  };

  const changing = createChanges(store, { truth, post, write, learned, fieldsOf });

  const names = (ids, target = {}) =>
    [...ids, target.before, target.after, target.column && `column ${target.column}`].filter(Boolean);

  /** The body of each card's move, so that together they stand in their order at the place. */
  const steps = (ids, target, override) =>
    ids.map((id, index) => {
      const step = { id, column_id: target.column };
      if (index > 0 && !target.before && target.place !== "bottom") {
        step.after = ids[index - 1];
      } else if (target.before) {
        step.before = target.before;
      } else if (target.after) {
        step.after = target.after;
      } else {
        step.place = target.place ?? "bottom";
      }
      if (override) {
        step.override_wip_limit = true;
      }
      return step;
    });

  /**
   * Move cards, in the order given, to `{column, before | after | place: "top" | "bottom"}`.
   * `changes(card)` are fields of a card that the place means as well (a lane's). Answers whether
   * it was done.
   */
  const moveCards = async (ids, target, { changes = null, override = false } = {}) => {
    if (ids.length > AT_ONCE) {
      toast(interpolate(gettext("At most %(number)s cards can be moved at once."), { number: AT_ONCE }), {
        kind: "refused",
      });
      return false;
    }
    const fields = fieldsOf(ids, changes);
    const undo = laid({ kind: "change", fields });
    const operation = { kind: "move", ids, target };
    const send = async (left) => {
      const moves = steps(left, target, override);
      if (ids.length === 1 && !changes) {
        const [{ id, ...body }] = moves;
        return [(await post("POST", `cards/${id}/move/`, { body })).data];
      }
      const body = { move: moves };
      if (changes) {
        body.change = left.map((id) => ({ id, ...bodyOf(fields.get(id)) }));
      }
      return (await post("POST", "cards/bulk/", { body })).data.move;
    };
    const drop = (gone) => {
      operation.ids = operation.ids.filter((id) => id !== gone);
    };
    const whole = () => changing.sendOfThese(ids, send, drop);
    const again = () => moveCards(ids, target, { changes, override: true });
    const answers = await write(names(ids, target), operation, whole, {
      told: { ids, column: target.column, again, override },
    });
    undo();
    if (answers) {
      learned(answers);
    }
    return Boolean(answers);
  };

  /** Make cards at the bottom of a column, one for each body (`{title, …}`). Answers them. */
  const createCards = async (column, bodies, { override = false, refused = null } = {}) => {
    const create = bodies.map((body) => ({
      ...bodyOf(body),
      board: state.board.id,
      column_id: column,
      ...(override ? { override_wip_limit: true } : {}),
    }));
    const send = async () => {
      if (create.length === 1) {
        return [(await post("POST", "cards/", { body: create[0] })).data];
      }
      return (await post("POST", "cards/bulk/", { body: { create } })).data.create;
    };
    const again = () => createCards(column, bodies, { override: true });
    const answers = await write([`column ${column}`], null, send, {
      told: { column, again, override, creating: true, refused },
    });
    if (answers) {
      learned(answers);
    }
    return answers;
  };

  /** Take cards off the board, or back onto it. */
  const shelve = async (ids, name) => {
    const operation = name === "archive" ? { kind: "remove", ids } : null;
    const send = async () => (await post("POST", "cards/bulk/", { body: { [name]: ids } })).data[name];
    const answers = await write(ids, operation, send, { told: { ids } });
    if (answers) {
      learned(answers);
    }
    return answers;
  };

  /** Archive cards; a message offers to bring them back. */
  const archiveCards = async (ids) => {
    const answers = await shelve(ids, "archive");
    if (answers) {
      const text = ngettext("%(number)s card archived.", "%(number)s cards archived.", ids.length);
      toast(interpolate(text, { number: ids.length }), {
        kind: "done",
        act: { label: gettext("Undo"), run: () => shelve(ids, "unarchive") },
      });
    }
    return Boolean(answers);
  };

  const columnsAre = (answer) => {
    truth.columns = answer.columns;
    for (const column of answer.columns) {
      if (!truth.orders.has(column.id)) {
        truth.orders.set(column.id, []);
      }
    }
    store.refresh();
  };

  /** Change a column's name, category, limit or position. Answers whether it was done. */
  const changeColumn = async (id, changes) => {
    const path = `boards/${state.board.id}/columns/${id}/`;
    const send = async () => (await post("PATCH", path, { body: changes })).data;
    const answer = await write(["columns"], { kind: "column", id, changes }, send);
    if (answer) {
      columnsAre(answer);
    }
    return Boolean(answer);
  };

  /** Add a column: `{name, category, wip_limit, position}`. */
  const addColumn = async (body) => {
    const path = `boards/${state.board.id}/columns/`;
    const send = async () => (await post("POST", path, { body })).data;
    const answer = await write(["columns"], null, send, { told: { columns: true } });
    if (answer) {
      columnsAre(answer);
    }
    return Boolean(answer);
  };

  /** Remove a column; `into` is the column that takes its cards. */
  const removeColumn = async (id, into, { override = false } = {}) => {
    const asked = new URLSearchParams();
    if (into) {
      asked.set("move_cards_to", into);
    }
    if (override) {
      asked.set("override_wip_limit", "true");
    }
    const path = `boards/${state.board.id}/columns/${id}/?${asked}`;
    const send = async () => (await post("DELETE", path)).data;
    const answer = await write(["columns"], null, send, {
      told: { override, column: into, again: () => removeColumn(id, into, { override: true }) },
    });
    if (answer) {
      const moved = truth.orders.get(id) ?? [];
      if (into && moved.length) {
        overlay.settle(truth, { kind: "move", ids: moved, target: { column: into } });
      }
      truth.orders.delete(id);
      columnsAre(answer);
    }
    return Boolean(answer);
  };

  return {
    writes,
    moveCards,
    changeCard: changing.changeCard,
    changeCards: changing.changeCards,
    createCards,
    archiveCards,
    changeColumn,
    addColumn,
    removeColumn,
    /** Take in a card that somebody on this page has written (an API answer). */
    learn: (answer) => learned([answer]),
  };
};
