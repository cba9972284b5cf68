/*
 * What of the board's page stands in its address: the filters, how lanes are cut, and the card
 * that is open beside. Back, forward, reload and a copied link all lead to the same view.
 */

/** The filters that hold lists of values, in the order in which chips are shown. */
export const FIELDS = ["assignee", "label", "priority", "sprint", "feature", "due", "state"];

const VIEW = [...FIELDS, "q", "lanes"];

const decoded = (text) => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // Somebody wrote a lone "%": taken as it stands, and shown as a value that nobody has.
    return text;
  }
};

// Commas part values, so one inside a value (of a label's name) stays written as %2C.
const encoded = (text) =>
  encodeURIComponent(text).replaceAll("%20", "+").replaceAll("%3A", ":").replaceAll("%40", "@");

const pairs = (search) =>
  search
    .replace(/^\?/, "")
    .split("&")
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [decoded(pair), ""] : [decoded(pair.slice(0, at)), pair.slice(at + 1)];
    });

/**
 * The view that a query names: `{assignee: [], …, q: "", lanes: ""}`. A name that comes twice
 * adds its values; each value comes once.
 */
export const readView = (search) => {
  const view = Object.fromEntries([...FIELDS.map((name) => [name, []]), ["q", ""], ["lanes", ""]]);
  for (const [name, raw] of pairs(search)) {
    if (FIELDS.includes(name)) {
      const values = raw.split(",").map(decoded).map((each) => each.trim()).filter(Boolean);
      view[name] = [...new Set([...view[name], ...values])];
    } else if (name === "q" || name === "lanes") {
      view[name] = decoded(raw).trim();
    }
  }
  return view;
};

/** The query of a view, without "?"; empty for the plain board. The same view, the same text. */
export const writeView = (view) =>
  VIEW.flatMap((name) => {
    const value = view[name];
    if (Array.isArray(value)) {
      return value.length ? [`${name}=${value.map(encoded).join(",")}`] : [];
    }
    return value ? [`${name}=${encoded(value)}`] : [];
  }).join("&");

/** Whether a view leaves any card out. */
export const filters = (view) => Boolean(view.q) || FIELDS.some((name) => view[name].length > 0);

/** A view of the same lanes without a filter. */
export const unfiltered = (view) => ({ ...readView(""), lanes: view.lanes });

/** The key of the card that is open beside the board, or null. */
const readCard = (search) => {
  const found = pairs(search).find(([name]) => name === "card");
  return (found && decoded(found[1]).trim()) || null;
};

/** The query with another view and another card; what others put there (`utm_…`) stays. */
const writeAddress = (search, { view = readView(search), card = readCard(search) } = {}) => {
  const others = pairs(search)
    .filter(([name]) => !VIEW.includes(name) && name !== "card")
    .map(([name, raw]) => `${encodeURIComponent(name)}=${raw}`);
  const query = [writeView(view), card ? `card=${encoded(card)}` : "", ...others];
  const whole = query.filter(Boolean).join("&");
  return whole ? `?${whole}` : "";
};

/**
 * The address of this page. Listeners are called with it after every change, also by back and
 * forward. The history's state says `opened` where a card was opened from the board, so that
 * closing it goes back instead of adding a further step.
 */
export class Address {
  constructor() {
    this.listeners = new Set();
    this.read();
    addEventListener("popstate", () => this.tell());
  }

  read() {
    this.view = readView(location.search);
    this.card = readCard(location.search);
  }

  tell() {
    this.read();
    for (const listener of this.listeners) {
      listener(this);
    }
  }

  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Show another view; `replace` writes over the present step (while somebody types). */
  show(view, { replace = false } = {}) {
    this.go({ view }, replace, replace ? history.state : null);
  }

  /** Open a card by its key. From one card to the next is no further step back. */
  open(card) {
    const replace = this.card !== null;
    this.go({ card }, replace, replace ? history.state : { opened: true });
  }

  /** Close the card; back to the board from which it was opened, if that was the last step. */
  close() {
    if (history.state?.opened) {
      history.back();
    } else {
      this.go({ card: null }, false, null);
    }
  }

  go(change, replace, state) {
    const query = writeAddress(location.search, change);
    if (query !== location.search) {
      const address = location.pathname + query + location.hash;
      history[replace ? "replaceState" : "pushState"](state, "", address);
      this.tell();
    }
  }

  /** The whole address of a view of this board, to be copied. */
  link(view) {
    const query = writeView(view);
    return location.origin + location.pathname + (query ? `?${query}` : "");
  }
}
