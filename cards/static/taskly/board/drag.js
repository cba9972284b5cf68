/*
 * Dragging cards and columns with mouse and finger, by SortableJS. It moves elements about; what
 * a drop means is said to the store, and what the store shows is drawn, so that a drag that came
 * to nothing leaves nothing behind.
 */
import { announce } from "../js/dom.js";
import { landWhereReleased } from "../js/release.js";
import { gettext, interpolate } from "../js/words.js";

// Beyond this, sliding cards aside would measure too many of them.
const FEW = 150;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

const COMMON = {
  forceFallback: true,
  fallbackOnBody: true,
  fallbackTolerance: 4,
  delay: 220,
  delayOnTouchOnly: true,
  touchStartThreshold: 8,
  ghostClass: "is-place",
  chosenClass: "is-chosen",
  dragClass: "is-carried",
  preventOnFilter: false,
  // Before or after by the half that is pointed at: cards of different heights never flutter.
  invertSwap: true,
  scroll: true,
  scrollSensitivity: 56,
  scrollSpeed: 16,
  bubbleScroll: true,
};

/** Where an element was dropped: beside which card that isn't moved itself. */
const targetAt = (element, column, moving) => {
  const beside = (step) => {
    let found = element[step];
    while (found && (!found.dataset.card || moving.has(found.dataset.card))) {
      found = found[step];
    }
    return found?.dataset.card;
  };
  const after = beside("previousElementSibling");
  const before = after ? null : beside("nextElementSibling");
  if (after) {
    return { column, after };
  }
  return before ? { column, before } : { column, place: "bottom" };
};

/** Whether an element lies where its card is anyway: beside one of its neighbours. */
const standsStill = (element, { want }) => {
  const index = want.indexOf(element.dataset.card);
  const above = element.previousElementSibling?.dataset.card;
  const below = element.nextElementSibling?.dataset.card;
  return above ? above === want[index - 1] : below === want[index + 1];
};

export const mountDrag = (board) => {
  const { store, view, root } = board;
  const { Sortable } = window;
  const made = new Map();
  let columns = null;
  let dragged = null;

  const drop = ({ item, to }) => {
    const { id, ids, release, from } = dragged;
    const wasStopped = dragged.stopped;
    end();
    const list = view.listAt(to);
    const stays = to === from && ids.length === 1 && list && standsStill(item, list);
    if (wasStopped || stays || !list || !store.card(id)) {
      release();
      if (wasStopped) {
        announce(interpolate(gettext("Put back: %(key)s"), { key: store.card(id)?.key ?? "" }));
      }
      return;
    }
    const target = targetAt(item, list.column, new Set(ids));
    const comes = list.lane && !ids.every((each) => list.lane.holds(store.card(each)));
    store.moveCards(ids, target, { changes: comes ? list.lane.changes : null });
    if (comes) {
      board.intoLane?.(list.lane);
    }
    release();
  };

  const end = () => {
    dragged = null;
    root.classList.remove("is-dragging");
    document.removeEventListener("keydown", stopByKey, true);
  };

  /** Escape ends the drag as a release would, and what was dragged is put back. */
  const stopByKey = (event) => {
    if (event.key === "Escape" && dragged) {
      event.preventDefault();
      event.stopPropagation();
      dragged.stopped = true;
      // In Safari SortableJS listens to the mouse, everywhere else to pointers.
      document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
      document.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
    }
  };

  const begin = () => {
    root.classList.add("is-dragging");
    document.addEventListener("keydown", stopByKey, true);
  };

  const startCard = ({ item, from }) => {
    const id = item.dataset.card;
    const ids = board.chosen(id);
    dragged = { id, ids, from, release: view.hold(id) };
    if (ids.length > 1 && Sortable.ghost) {
      Sortable.ghost.dataset.count = ids.length;
    }
    begin();
  };

  const lists = () => {
    const present = new Set();
    const animation = store.state.cards.size <= FEW && !CALM.matches ? 140 : 0;
    for (const { element } of view.lists()) {
      present.add(element);
      if (!made.has(element)) {
        made.set(
          element,
          Sortable.create(element, {
            ...COMMON,
            group: "cards",
            draggable: ".board-card",
            filter: "input, textarea, select, [contenteditable], .card-menu, .is-editing",
            onStart: startCard,
            onEnd: drop,
          }),
        );
      }
      made.get(element).option("animation", animation);
    }
    for (const [element, sortable] of made) {
      if (!present.has(element)) {
        sortable.destroy();
        made.delete(element);
      }
    }
  };

  const startColumn = ({ item }) => {
    dragged = { column: item.dataset.column };
    begin();
  };

  const dropColumn = ({ item, newDraggableIndex: position }) => {
    const { column, stopped } = dragged;
    end();
    const present = store.column(column);
    if (stopped || !present || present.position === position) {
      view.redraw();
      return;
    }
    store.changeColumn(column, { position }).then((done) => {
      if (done) {
        const values = { column: present.name, position: position + 1, number: store.state.columns.length };
        announce(interpolate(gettext("Column %(column)s is at position %(position)s of %(number)s"), values));
      }
      item.querySelector(".column-menu")?.blur();
    });
  };

  const prepare = () => {
    const may = store.state.may.write;
    if (may) {
      lists();
      columns ??= Sortable.create(view.row, {
        ...COMMON,
        draggable: ".board-column",
        handle: ".board-column-head",
        filter: "button",
        direction: "horizontal",
        animation: 0,
        onStart: startColumn,
        onEnd: dropColumn,
      });
      return;
    }
    made.forEach((sortable) => sortable.destroy());
    made.clear();
    columns?.destroy();
    columns = null;
  };

  landWhereReleased();
  view.ondrawn((parts) => {
    if (["columns", "lanes", "may", "orders"].some((part) => parts.has(part))) {
      prepare();
      root.classList.toggle("may-write", store.state.may.write);
    }
  });
};
