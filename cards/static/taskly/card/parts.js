/*
 * The card's parts on the page against those that the server has just sent: what changed is
 * exchanged, what somebody is working on stays as it is until they are done.
 */

// What the server sent for each part: the page's own controls are added to it afterwards.
const sources = new WeakMap();

const own = (element) => element.querySelectorAll(":scope [data-own]");

/** Remember what the server sent for each part of `root`, before anything is added to it. */
export const remember = (root) => {
  for (const part of root.querySelectorAll("[data-part]")) {
    sources.set(part, part.outerHTML);
  }
};

/** Give each part below `root` (and `root` itself) its controls, as its kind wants them. */
export const enhance = (root, kinds, page) => {
  const wanted = [...(root.matches("[data-kind]") ? [root] : []), ...root.querySelectorAll("[data-kind]")];
  for (const element of wanted) {
    kinds[element.dataset.kind]?.(element, page);
  }
};

/** Whether somebody works on the part: an editor is open in it, or a list to choose from. */
export const busy = (part) => part.dataset.busy !== undefined || part.querySelector("[data-busy], .pick") !== null;

/** Answers whether the part says now what the server does. */
const exchange = (live, fresh, adopt) => {
  const source = fresh.outerHTML;
  if (sources.get(live) === source) {
    return true;
  }
  if (busy(live)) {
    return false;
  }
  const focused = live.contains(document.activeElement)
    ? document.activeElement.closest("[data-focus]")?.dataset.focus
    : undefined;
  fresh.append(...own(live));
  sources.set(fresh, source);
  live.replaceWith(fresh);
  adopt(fresh);
  if (focused !== undefined) {
    const again = [...fresh.querySelectorAll("[data-focus]")].find((each) => each.dataset.focus === focused);
    again?.focus({ preventScroll: true });
  }
  return true;
};

const keyed = (list) =>
  new Map([...list.children].filter((child) => child.dataset.key !== undefined).map((child) => [child.dataset.key, child]));

/** Answers whether all that is gone could be taken away. */
const reorder = (live, fresh, adopt) => {
  const there = keyed(live);
  const wanted = keyed(fresh);
  const gone = [...there].filter(([key]) => !wanted.has(key)).map(([, element]) => element);
  const kept = gone.filter(busy);
  for (const element of gone) {
    if (!kept.includes(element)) {
      element.remove();
    }
  }
  let before = null;
  for (const [key, element] of wanted) {
    let present = there.get(key);
    if (!present) {
      for (const part of [element, ...element.querySelectorAll("[data-part]")]) {
        sources.set(part, part.outerHTML);
      }
      present = element;
    }
    const place = before ? before.nextElementSibling : live.firstElementChild;
    if (place !== present) {
      // Moving an element takes the focus from it; what is in its place already is left there.
      const focused = present.contains(document.activeElement) ? document.activeElement : null;
      live.insertBefore(present, place);
      focused?.focus({ preventScroll: true });
    }
    if (!there.has(key)) {
      adopt(present);
    }
    before = present;
  }
  return kept.length === 0;
};

/**
 * Bring the card `live` to what the server says now (`fresh`); `adopt` gives new parts controls.
 * Answers whether it is: what somebody works on is left as it was.
 */
export const reconcile = (live, fresh, adopt) => {
  let isWhole = true;
  for (const list of fresh.querySelectorAll("[data-list]")) {
    const present = [...live.querySelectorAll("[data-list]")].find((each) => each.dataset.list === list.dataset.list);
    if (present) {
      isWhole = reorder(present, list, adopt) && isWhole;
    }
  }
  const parts = new Map([...live.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const present = parts.get(part.dataset.part);
    if (present && present !== part) {
      isWhole = exchange(present, part, adopt) && isWhole;
    }
  }
  // A part that comes and goes (when it was done) has no place of its own in a list.
  for (const holder of fresh.querySelectorAll("dl")) {
    const present = live.querySelector("dl");
    for (const part of [...holder.children].filter((child) => !parts.has(child.dataset.part))) {
      sources.set(part, part.outerHTML);
      present.append(part);
    }
  }
  return isWhole;
};
