/*
 * The board by keyboard: arrows walk from card to card, Space picks one up (or all that are
 * selected with it), arrows carry it, Space puts it down and Escape puts it back. Every step is
 * said to a screen reader.
 */
import { announce, typing } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export const mountKeyboard = (board) => {
  const { store, view, root } = board;
  let carried = null;

  const title = (id) => view.element(id)?.querySelector("a.card-title");

  const stand = (id) => {
    const list = view.listOf(id);
    const element = view.element(id);
    if (!list || !element) {
      return;
    }
    list.reveal(id);
    list.rove(element);
    title(id).focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  /** The list that stands so many columns and lanes away; undefined beyond the edge. */
  const neighbour = (list, across, down) => {
    const rows = view.rows();
    const row = rows.findIndex((lists) => lists.includes(list));
    return rows[row + down]?.[rows[row].indexOf(list) + across];
  };

  const walk = (id, across, down) => {
    const list = view.listOf(id);
    const index = list.want.indexOf(id);
    if (down) {
      const next = list.want[index + down];
      const beyond = next ? null : neighbour(list, 0, down);
      const to = next ?? (down > 0 ? beyond?.want[0] : beyond?.want.at(-1));
      if (to) {
        stand(to);
      }
      return;
    }
    let next = neighbour(list, across, 0);
    while (next && !next.want.length) {
      next = neighbour(next, across, 0);
    }
    if (next) {
      stand(next.want[Math.min(index, next.want.length - 1)]);
    }
  };

  const values = () => ({
    position: carried.index + 1,
    number: carried.list.want.filter((id) => !carried.moving.has(id)).length + carried.ids.length,
    column: carried.list.element.getAttribute("aria-label"),
  });

  const whereText = () => {
    const column = store.column(carried.list.column);
    const others = column.order.filter((id) => !carried.moving.has(id)).length;
    const crowded = column.wip_limit && column.id !== carried.from.column &&
      others + carried.ids.length > column.wip_limit;
    return crowded
      ? interpolate(gettext("Position %(position)s of %(number)s in %(column)s, over its limit"), values())
      : interpolate(gettext("Position %(position)s of %(number)s in %(column)s"), values());
  };

  /** What is carried stands at `index` among the others of `list`. */
  const target = () => {
    const { list, index, moving } = carried;
    const others = list.want.filter((id) => !moving.has(id));
    if (index > 0) {
      return { column: list.column, after: others[index - 1] };
    }
    return others.length
      ? { column: list.column, before: others[0] }
      : { column: list.column, place: "bottom" };
  };

  const changes = () =>
    carried.list.lane && carried.ids.some((id) => carried.lanes.get(id) !== carried.list.lane.key)
      ? carried.list.lane.changes
      : null;

  const pickUp = (id) => {
    const ids = board.chosen(id);
    const list = view.listOf(id);
    const moving = new Set(ids);
    const index = list.want.slice(0, list.want.indexOf(id)).filter((each) => !moving.has(each)).length;
    const lanes = new Map(ids.map((each) => [each, view.listOf(each)?.lane?.key]));
    carried = { id, ids, moving, list, lanes, index, from: list, undo: null };
    ids.forEach((each) => view.element(each)?.classList.add("is-lifted"));
    const text = ids.length > 1
      ? interpolate(gettext("Picked up %(cards)s cards."), { cards: ids.length })
      : interpolate(gettext("Picked up %(key)s."), { key: store.card(id).key });
    const help = gettext("Arrow keys move, Space puts down, Escape puts back.");
    announce(`${text} ${whereText()}. ${help}`, { urgent: true });
  };

  const carry = (list, index) => {
    const others = list.want.filter((id) => !carried.moving.has(id)).length;
    carried.list = list;
    carried.index = Math.max(0, Math.min(index, others));
    const to = target();
    const also = changes();
    const { id, undo } = carried;
    carried.undo = store.preview(carried.ids, to, also);
    undo?.();
    // Drawn at the end of this turn.
    queueMicrotask(() => {
      if (carried?.id === id) {
        stand(id);
      }
    });
    announce(whereText(), { urgent: true });
  };

  const letGo = () => {
    carried.ids.forEach((each) => view.element(each)?.classList.remove("is-lifted"));
    const { undo } = carried;
    carried = null;
    return undo;
  };

  const putDown = () => {
    const { id, ids, undo } = carried;
    const said = interpolate(gettext("Put down. Position %(position)s of %(number)s in %(column)s."), values());
    const to = target();
    const also = changes();
    const { lane } = carried.list;
    const comes = lane && ids.some((each) => carried.lanes.get(each) !== lane.key);
    letGo();
    if (comes) {
      board.intoLane?.(lane);
    }
    if (undo) {
      store.moveCards(ids, to, { changes: also }).then((done) => done && announce(said, { urgent: true }));
      undo();
    } else {
      announce(said, { urgent: true });
    }
    queueMicrotask(() => stand(id));
  };

  const putBack = () => {
    const { id } = carried;
    letGo()?.();
    const text = gettext("Put back. Nothing was moved.");
    announce(text, { urgent: true });
    return id;
  };

  const carriedKey = (event) => {
    const [across, down] = ARROWS[event.key] ?? [0, 0];
    const { list, index, moving } = carried;
    const last = list.want.filter((id) => !moving.has(id)).length;
    if (across) {
      const next = neighbour(list, across, 0);
      if (next) {
        carry(next, index);
      }
    } else if (down && index + down >= 0 && index + down <= last) {
      carry(list, index + down);
    } else if (down) {
      const next = neighbour(list, 0, down);
      if (next) {
        carry(next, down > 0 ? 0 : Infinity);
      }
    } else if (event.key === "Home") {
      carry(list, 0);
    } else if (event.key === "End") {
      carry(list, last);
    } else if (event.key === " " || event.key === "Enter") {
      putDown();
    } else if (event.key === "Escape") {
      const id = putBack();
      queueMicrotask(() => stand(id));
    } else {
      return event.key !== "Tab";
    }
    return true;
  };

  const freeKey = (event, id) => {
    const list = view.listOf(id);
    if (event.key in ARROWS) {
      walk(id, ...ARROWS[event.key]);
    } else if (event.key === "Home") {
      stand(list.want[0]);
    } else if (event.key === "End") {
      stand(list.want.at(-1));
    } else if (event.key === " " && store.state.may.write) {
      pickUp(id);
    } else {
      const action = board.cardActions.find((each) => each.key?.toLowerCase() === event.key.toLowerCase());
      if (!action?.when(board.chosen(id))) {
        return false;
      }
      action.run(action.several ? board.chosen(id) : [id]);
    }
    return true;
  };

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || event.defaultPrevented) {
      return;
    }
    const link = event.target.closest("a.card-title");
    if (!link) {
      return;
    }
    const id = link.closest("[data-card]").dataset.card;
    if (carried ? carriedKey(event) : freeKey(event, id)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });

  root.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && !carried) {
      view.listAt(card)?.rove(card);
    }
  });

  root.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (carried && to && !to.closest?.(`[data-card="${carried.id}"]`)) {
      putBack();
    }
  });

  // What is carried vanished: somebody deleted it or took it to another board.
  view.ondrawn(() => {
    if (carried && !store.card(carried.id)) {
      letGo()?.();
      announce(gettext("The card that you carried is not on this board any more."), { urgent: true });
    }
  });

  board.stand = stand;
  board.isCarrying = () => Boolean(carried);
};
