/*
 * Which cards of a list are in the page: all of a short one; of a long one those near to be seen,
 * with room for the others above and below, as high as they were when they were seen, or else as
 * high as cards are on average. What is seen stays where it is, whatever changes above it.
 */

// A list of more cards than this is drawn in part.
const WHOLE = 40;
// How far beyond what is seen cards are drawn, and how near they may come before more are.
const REACH = 700;
const NEAR = 250;
// The space between cards, and how high one is before any was measured, in pixels.
const GAP = 8;
const GUESS = 116;

const middle = (numbers) => [...numbers].sort((one, other) => one - other)[numbers.length >> 1];

/** The window of `list`: its `want`, `limit`, `isFar`, `element` and `draw` are used. */
export const createWindow = (list) => {
  const { element } = list;
  const heights = new Map();
  let guess = null;
  let width = 0;
  let range = { top: 0, bottom: 0 };
  let isOpen = false;
  let measuring = false;
  let scrolling = false;

  /** Where each card begins, and after the last one where the list ends. */
  const beginnings = () => {
    const { want } = list;
    const tops = new Float64Array(want.length + 1);
    for (let index = 0; index < want.length; index += 1) {
      tops[index + 1] = tops[index] + (heights.get(want[index]) ?? guess ?? GUESS);
    }
    return tops;
  };

  const seen = () => {
    const top = element.scrollTop;
    // Before the page has its styles a list is as high as all that is in it.
    return { top, bottom: top + Math.min(element.clientHeight || innerHeight, innerHeight) };
  };

  const own = () => [...element.children].filter((card) => !card.matches(".is-aside, .is-place"));

  const measure = () => {
    measuring = false;
    if (!isOpen || !element.isConnected) {
      return;
    }
    if (element.clientWidth !== width) {
      // Narrower cards are higher: what was measured is worth nothing now.
      width = element.clientWidth;
      heights.clear();
    }
    for (const card of own()) {
      heights.set(card.dataset.card, card.offsetHeight + GAP);
    }
    if (guess === null && heights.size) {
      const sum = [...heights.values()].reduce((all, each) => all + each, 0);
      guess = sum / heights.size;
      list.draw();
    }
  };

  const measureLater = () => {
    if (!measuring) {
      measuring = true;
      requestAnimationFrame(measure);
    }
  };

  /** Where the cards that are seen stand, to find them there again. */
  const standing = () => {
    if (!element.scrollTop) {
      return [];
    }
    const frame = element.getBoundingClientRect();
    const places = [];
    for (const card of own()) {
      const { top, bottom } = card.getBoundingClientRect();
      if (bottom > frame.top && top < frame.bottom) {
        places.push([card, top]);
      }
    }
    return places;
  };

  /** Scroll by as much as most of what was seen has moved. */
  const steady = (places) => {
    const moved = places
      .filter(([card]) => card.parentElement === element)
      .map(([card, top]) => card.getBoundingClientRect().top - top);
    const by = moved.length ? middle(moved) : 0;
    if (Math.abs(by) >= 1) {
      element.scrollTop += by;
    }
  };

  const numbered = (start, end) => {
    const { want } = list;
    const positions = new Map(want.slice(start, end).map((id, index) => [id, start + index + 1]));
    for (const card of element.children) {
      const position = positions.get(card.dataset.card);
      if (position) {
        card.setAttribute("aria-posinset", position);
        card.setAttribute("aria-setsize", want.length);
      }
    }
  };

  const close = () => {
    isOpen = false;
    element.classList.remove("is-long");
    for (const card of element.children) {
      card.removeAttribute("aria-posinset");
      card.removeAttribute("aria-setsize");
    }
  };

  const drawPart = (place) => {
    const { want } = list;
    const places = standing();
    const tops = beginnings();
    const { top, bottom } = seen();
    let start = 0;
    while (start < want.length - 1 && tops[start + 1] < top - REACH) {
      start += 1;
    }
    let end = start + 1;
    while (end < want.length && tops[end] < bottom + REACH) {
      end += 1;
    }
    range = {
      top: start ? tops[start] : -Infinity,
      bottom: end < want.length ? tops[end] : Infinity,
    };
    place(want.slice(start, end));
    numbered(start, end);
    element.style.setProperty("--above", `${tops[start]}px`);
    element.style.setProperty("--below", `${tops[want.length] - tops[end]}px`);
    steady(places);
    measureLater();
  };

  element.addEventListener("scroll", () => {
    if (!isOpen || scrolling) {
      return;
    }
    scrolling = true;
    requestAnimationFrame(() => {
      scrolling = false;
      const { top, bottom } = seen();
      if (isOpen && (top - NEAR < range.top || bottom + NEAR > range.bottom)) {
        list.draw();
      }
    });
  });

  return {
    isOpen: () => isOpen,
    /** Scroll so that the card at this index is near to be seen. */
    scrollTo: (index) => {
      if (isOpen) {
        element.scrollTop = beginnings()[index] - element.clientHeight / 3;
      }
    },
    /** `place(ids)` puts cards into the list. */
    draw: (place) => {
      if (list.isFar() || list.want.length <= WHOLE) {
        if (isOpen) {
          close();
        }
        place(list.isFar() ? [] : list.want.slice(0, list.limit));
        return;
      }
      isOpen = true;
      element.classList.add("is-long");
      drawPart(place);
    },
  };
};
