/*
 * A card beside the board, under its own address (`?card=ACME-42`): the board stays what it is and
 * can be worked on. On a phone the card covers the window, and what lies below takes no part.
 */
import { call, Refusal, Unreached } from "../js/api.js";
import { announce, h, icon, typing } from "../js/dom.js";
import { shortcut } from "../js/shortcuts.js";
import { gettext, interpolate } from "../js/words.js";
import { popoverOpen } from "./popover.js";

const NARROW = matchMedia("(max-width: 899px)");
const WIDTH = "taskly.beside";
const LEAST = 360;
const STEP = 32;

/** The card as the server draws it, without the frame of its page. */
const drawn = async (address, signal) => {
  let response;
  try {
    response = await fetch(address, { signal, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Unreached();
  }
  // Who is signed out meanwhile is led to the form for signing in, which isn't a card.
  if (!response.ok || response.redirected) {
    throw new Refusal(response.redirected ? 401 : response.status, {});
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return [...page.body.childNodes];
};

const sentence = (error, key) => {
  if (error.status === 404) {
    return interpolate(
      gettext("%(key)s is not there any more, or you may not see it."),
      { key },
    );
  }
  if (error.status === 401) {
    return gettext("You are signed out. Sign in again to go on.");
  }
  return error instanceof Unreached
    ? gettext("The server can't be reached. The card could not be read.")
    : gettext("The card could not be read. Try again in a moment.");
};

export class Beside {
  /** `order()` answers the ids of the cards that are shown, in the order in which they are read. */
  constructor(board, address, order) {
    this.board = board;
    this.address = address;
    this.order = order;
    this.key = null;
    this.id = null;
    this.unmount = null;
    this.build();
    board.onOpen((id) => this.openCard(id));
    address.subscribe(() => this.follow());
    board.store.subscribe((parts, details) => this.changed(details));
    document.addEventListener("keydown", (event) => this.keyed(event));
    NARROW.addEventListener("change", () => this.cover());
    const steps = { section: gettext("Board"), when: () => this.isOn() };
    shortcut("j", gettext("Next card, when one is open"), () => this.step(1), steps);
    shortcut("k", gettext("Previous card, when one is open"), () => this.step(-1), steps);
    this.follow();
  }

  build() {
    const button = (name, label, run, shortcut) =>
      h(
        "button.icon-button",
        { type: "button", "aria-label": label, title: label, "aria-keyshortcuts": shortcut, onclick: run },
        icon(name),
      );
    this.place = h("span.beside-place.number");
    this.page = h(
      "a.icon-button",
      { "aria-label": gettext("Open as a page"), title: gettext("Open as a page") },
      icon("expand"),
    );
    this.previous = button("chevron-up", gettext("Previous card"), () => this.step(-1), "k");
    this.next = button("chevron-down", gettext("Next card"), () => this.step(1), "j");
    this.body = h("div.beside-body", { tabindex: "-1" });
    this.grip = h("div.beside-grip", {
      role: "separator",
      tabindex: "0",
      "aria-orientation": "vertical",
      "aria-label": gettext("Width of the card"),
      "aria-valuemin": String(LEAST),
      onpointerdown: (event) => this.drag(event),
      onkeydown: (event) => this.resizeByKey(event),
    });
    this.element = h(
      "aside.beside",
      { "aria-label": gettext("Card"), hidden: true },
      this.grip,
      h(
        "header.beside-head",
        {},
        this.previous,
        this.next,
        this.place,
        h("span.beside-gap"),
        this.page,
        button("x", gettext("Close"), () => this.address.close(), "Escape"),
      ),
      this.body,
    );
    document.querySelector("main").after(this.element);
    this.resize(Number(localStorage.getItem(WIDTH)) || 560);
  }

  /** Open a card of the board, by its address. */
  openCard(id) {
    const card = this.board.store.card(id);
    if (card) {
      this.address.open(card.key);
    }
    return Boolean(card);
  }

  /** Show what the address says. */
  follow() {
    if (this.address.card === this.key) {
      return;
    }
    if (this.address.card === null) {
      this.hide();
    } else {
      this.show(this.address.card);
    }
  }

  async show(key) {
    const again = this.key !== null;
    this.leave();
    this.key = key;
    this.loading = new AbortController();
    const { signal } = this.loading;
    this.element.hidden = false;
    this.element.setAttribute("aria-label", interpolate(gettext("Card %(key)s"), { key }));
    document.documentElement.classList.add("has-beside");
    this.cover();
    this.element.setAttribute("aria-busy", "true");
    if (!again) {
      this.body.replaceChildren(h("p.beside-wait", {}, gettext("Reading the card…")));
    }
    try {
      this.id = await this.find(key, signal);
      this.page.href = this.board.page.urls.card.replace("{id}", this.id);
      this.page.hidden = false;
      // The card's own script is needed by who opens a card, and by nobody before.
      const [nodes, { mountCard }] = await Promise.all([
        drawn(this.board.page.urls.panel.replace("{id}", this.id), signal),
        import("../card/main.js"),
      ]);
      signal.throwIfAborted();
      this.body.replaceChildren(...nodes);
      this.unmount = mountCard(this.body, { onclose: () => this.address.close() });
      this.body.scrollTop = 0;
      announce(interpolate(gettext("Card %(key)s is open beside the board."), { key }));
    } catch (error) {
      if (error.name === "AbortError") {
        return;
      }
      if (!error.status && !(error instanceof Unreached)) {
        reportError(error);
      }
      this.refuse(error, key);
    }
    this.element.removeAttribute("aria-busy");
    this.mark();
    this.neighbours();
    if (!this.element.contains(document.activeElement) || document.activeElement === this.body) {
      this.body.focus({ preventScroll: true });
    }
  }

  /** The id of a card: from the board, or asked for where it is not on it. */
  async find(key, signal) {
    const wanted = key.toUpperCase();
    for (const card of this.board.store.state.cards.values()) {
      if (card.key === wanted) {
        return card.id;
      }
    }
    if (!/^[A-Z][A-Z0-9]{1,9}-[1-9]\d{0,9}$/.test(wanted)) {
      throw new Refusal(404, {});
    }
    return (await call("GET", `cards/${wanted}/`, { signal })).data.id;
  }

  refuse(error, key) {
    this.page.hidden = true;
    this.body.replaceChildren(
      h(
        "div.beside-gone",
        { role: "alert" },
        icon(error.status === 404 ? "circle-slash" : "triangle-alert", "icon-large"),
        h("p", {}, sentence(error, key)),
        h(
          "div.button-row",
          {},
          error.status !== 404 &&
            h(
              "button.button",
              { type: "button", onclick: () => this.show(key) },
              gettext("Try again"),
            ),
          h(
            "button.button",
            { type: "button", onclick: () => this.address.close() },
            gettext("Back to the board"),
          ),
        ),
      ),
    );
  }

  /** Let go of the card that is shown. */
  leave() {
    this.loading?.abort();
    this.unmount?.();
    this.unmount = null;
    this.id = null;
    this.key = null;
    this.mark();
  }

  hide() {
    const { id } = this;
    const held = this.element.contains(document.activeElement) || document.activeElement === document.body;
    this.leave();
    this.element.hidden = true;
    this.body.replaceChildren();
    document.documentElement.classList.remove("has-beside");
    this.cover();
    if (held) {
      this.focusCard(id);
    }
  }

  /** Back to where one came from: the card on the board, if it is shown there. */
  focusCard(id) {
    if (id && this.board.view.listOf(id)) {
      this.board.stand(id);
    } else {
      this.board.root.focus();
    }
  }

  /** Which card of the board is open, for the eye. */
  mark() {
    document.querySelector(".board-card.is-open")?.classList.remove("is-open");
    if (this.id) {
      this.board.view.element(this.id)?.classList.add("is-open");
    }
  }

  /** On a phone the card is all there is: the keyboard doesn't wander below it. */
  cover() {
    const covers = NARROW.matches && this.key !== null;
    for (const each of this.element.parentElement.children) {
      if (each !== this.element) {
        each.inert = covers;
      }
    }
    document.getElementById("sidebar")?.toggleAttribute("inert", covers);
    this.element.toggleAttribute("data-covers", covers);
  }

  /** What the board has learnt of the card: somebody else's change is shown in it as well. */
  changed(details) {
    if (this.id && details.cards.has(this.id)) {
      this.mark();
      if (details.others.has(this.id) || !this.board.store.card(this.id)) {
        document.dispatchEvent(new CustomEvent("taskly:changed", { detail: { id: this.id } }));
      }
    }
    if (this.key !== null) {
      this.neighbours();
    }
  }

  neighbours() {
    const order = this.order();
    const at = order.indexOf(this.id);
    this.previous.disabled = at < 1;
    this.next.disabled = at < 0 || at >= order.length - 1;
    const text =
      at < 0
        ? ""
        : interpolate(gettext("%(place)s of %(number)s"), { place: at + 1, number: order.length });
    if (this.place.textContent !== text) {
      this.place.textContent = text;
    }
  }

  step(by) {
    const order = this.order();
    const at = order.indexOf(this.id);
    const next = at < 0 ? undefined : order[at + by];
    if (next) {
      this.openCard(next);
      this.board.view.listOf(next)?.reveal(next);
      this.board.view.element(next)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  /** Whether a card is open and one is in it, or nowhere. */
  isOn() {
    const at = document.activeElement;
    return this.key !== null && (at === document.body || this.element.contains(at));
  }

  /** Escape leaves the field in which one writes, and then the card. */
  keyed(event) {
    if (event.key !== "Escape" || this.key === null || event.defaultPrevented || popoverOpen()) {
      return;
    }
    if (event.target.closest("dialog, [popover], [role=dialog], [role=menu]")) {
      return;
    }
    event.preventDefault();
    if (typing(event.target) && this.element.contains(event.target)) {
      this.body.focus();
    } else {
      this.address.close();
    }
  }

  resize(width) {
    this.width = Math.round(Math.max(LEAST, Math.min(width, innerWidth * 0.7)));
    document.documentElement.style.setProperty("--beside-width", `${this.width}px`);
    this.grip.setAttribute("aria-valuenow", String(this.width));
    this.grip.setAttribute("aria-valuemax", String(Math.round(innerWidth * 0.7)));
  }

  drag(event) {
    event.preventDefault();
    this.grip.setPointerCapture(event.pointerId);
    const move = (moved) => this.resize(innerWidth - moved.clientX);
    const end = () => {
      this.grip.removeEventListener("pointermove", move);
      localStorage.setItem(WIDTH, String(this.width));
    };
    this.grip.addEventListener("pointermove", move);
    this.grip.addEventListener("lostpointercapture", end, { once: true });
  }

  resizeByKey(event) {
    const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (by) {
      event.preventDefault();
      event.stopPropagation();
      this.resize(this.width + by);
      localStorage.setItem(WIDTH, String(this.width));
    }
  }
}
