/*
 * Which lanes are drawn: of a board with many cards those near to be seen. The others keep their
 * room, as high as they were when they were drawn, or else as high as their cards are likely to be.
 */

// With more cards than this, lanes that are far away are not drawn.
const MANY = 200;
// A lane is near when it is within this much of what is seen, above and below.
const REACH = "75% 0px";
// How high a card is likely to be, with the space below it, and the edges of its cell, in pixels.
const CARD = 124;
const EDGES = 18;

/** `onmoved(keys)` is called when lanes have come near or gone far. */
export const createNear = (root, onmoved) => {
  const keys = new Map();
  const near = new Set();
  const heights = new Map();
  let isOn = false;

  const observer = new IntersectionObserver(
    (entries) => {
      const moved = new Set();
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        const key = keys.get(target);
        if (key === undefined || near.has(key) === isIntersecting) {
          continue;
        }
        if (isIntersecting) {
          near.add(key);
        } else {
          near.delete(key);
          heights.set(key, boundingClientRect.height);
        }
        moved.add(key);
      }
      if (moved.size && isOn) {
        onmoved(moved);
      }
    },
    { root, rootMargin: REACH },
  );

  const isFar = (key) => isOn && !near.has(key);

  return {
    isFar,
    /** Watch these lanes' rows, `Map(key → element)`, and no others; `number` cards are shown. */
    watch: (rows, number) => {
      isOn = number > MANY;
      for (const [row, key] of keys) {
        if (rows.get(key) !== row) {
          observer.unobserve(row);
          keys.delete(row);
          near.delete(key);
          heights.delete(key);
        }
      }
      for (const [key, row] of rows) {
        if (!keys.has(row)) {
          keys.set(row, key);
          observer.observe(row);
        }
      }
    },
    /** Somebody goes to a lane: it is drawn before it is seen. */
    bring: (key) => {
      near.add(key);
      onmoved(new Set([key]));
    },
    /** Keep the room of a lane that is far, whose longest list has so many cards. */
    keepRoom: (key, row, longest) => {
      const likely = Math.min(innerHeight * 0.6, longest * CARD + EDGES);
      row.style.minHeight = isFar(key) ? `${Math.round(heights.get(key) ?? likely)}px` : "";
    },
  };
};
