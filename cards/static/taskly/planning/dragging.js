/*
 * Cards dragged from one pane to another, by mouse and by touch. The drag changes nothing by
 * itself: where a card was dropped is told, the page writes it, and draws what came of it.
 */

import { landWhereReleased } from "../js/release.js";

const SCROLLS_AT = 60;

/**
 * `chosen(id)` are the cards that go with a dragged one, `ondrop(ids, pane)` is told where they
 * were let go, `onend` that the drag is over. Answers what takes in a pane, and whether somebody
 * is dragging.
 */
export const createDragging = ({ chosen, ondrop, onend }) => {
  let dragged = null;
  const lists = new Map();

  const start = (event) => {
    const ids = chosen(event.item.dataset.card);
    dragged = { ids, item: event.item, list: event.from, next: event.item.nextElementSibling };
    for (const id of ids) {
      const row = event.from.ownerDocument.querySelector(`.plan-card[data-card="${CSS.escape(id)}"]`);
      row?.classList.add("is-carried");
    }
    const ghost = globalThis.Sortable.ghost;
    if (ghost && ids.length > 1) {
      ghost.dataset.count = String(ids.length);
      ghost.classList.add("has-count");
    }
    document.documentElement.classList.add("plan-dragging");
  };

  const end = (event) => {
    const { ids, item, list, next } = dragged;
    dragged = null;
    document.documentElement.classList.remove("plan-dragging");
    document.querySelectorAll(".is-carried").forEach((each) => each.classList.remove("is-carried"));
    const to = event.to.closest("[data-pane]").dataset.pane;
    const moved = event.to !== event.from;
    // Back to where it was: what is shown follows from what is written, and nothing else.
    list.insertBefore(item, next);
    if (moved) {
      ondrop(ids, to);
    }
    onend();
  };

  const options = {
    group: "planning",
    sort: false,
    draggable: ".plan-card.is-open",
    filter: "input, button",
    preventOnFilter: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 180,
    delayOnTouchOnly: true,
    touchStartThreshold: 6,
    fallbackTolerance: 4,
    // The same way with mouse and touch; what the browser drags by itself can't show a count.
    forceFallback: true,
    fallbackOnBody: true,
    scrollSensitivity: SCROLLS_AT,
    bubbleScroll: true,
    ghostClass: "plan-ghost",
    fallbackClass: "plan-carried",
    onStart: start,
    onEnd: end,
  };

  landWhereReleased();
  return {
    isOn: () => dragged !== null,
    /** Let cards of this list be dragged, and others be dropped on it. */
    add(list) {
      lists.set(list, globalThis.Sortable.create(list, options));
    },
    remove(list) {
      lists.get(list)?.destroy();
      lists.delete(list);
    },
    /** Whether anything may be dragged at all. */
    allow(may) {
      lists.forEach((sortable) => sortable.option("disabled", !may));
    },
  };
};
