/*
 * A drop lands where the hand lets go. SortableJS looks twenty times a second at what lies under a
 * dragged element, and at the release not once more: what is let go quickly, or in a browser that is
 * busy, would land where it was a moment before, or nowhere.
 */
const look = () => globalThis.Sortable?.active?._emulateDragOver?.();

/** Look once more before any drag of this page ends. Said twice, it is done once. */
export const landWhereReleased = () => {
  for (const kind of ["pointerup", "mouseup", "touchend"]) {
    document.addEventListener(kind, look, { capture: true });
  }
};
