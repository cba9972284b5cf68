/*
 * New cards at the foot of a column: Enter adds and stays for the next, several lines become
 * several cards in one action, and what is written stays until it is added or taken away.
 */
import { announce, h, icon } from "../js/dom.js";
import { shortcut } from "../js/shortcuts.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { unfiltered } from "./address.js";
import { refusalOf } from "./refusals.js";

const MOST = 500;
const LONGEST = 500;

/** What lists are written with in other programs: "- ", "* ", "1. ", "[ ] ". */
const BULLET = /^(?:[-*+•–]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]?\]\s+)?/u;

/** The titles that a text makes: a line each, without the marks of a list. */
const titlesOf = (text) => {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim()).filter(Boolean);
  return lines.length > 1
    ? lines.map((line) => line.replace(BULLET, "").trim()).filter(Boolean)
    : lines;
};

const oneLine = (text) => text.trim().replace(/\s+/g, " ");

/** One column's foot: a button, and the field that it opens. */
class QuickAdd {
  constructor(quick, column) {
    this.quick = quick;
    this.column = column.id;
    this.lane = null;
    this.busy = false;
    const id = `quick-${column.id}`;
    this.button = h(
      "button.quick-open",
      { type: "button", onclick: () => this.open(null) },
      icon("plus"),
      h("span", {}, gettext("Add card")),
    );
    this.field = h("textarea.quick-field", {
      id,
      rows: "1",
      placeholder: gettext("What is to be done?"),
      "aria-describedby": `${id}-error`,
      oninput: () => this.written(),
      onkeydown: (event) => this.key(event),
    });
    this.label = h("label.quick-label", { for: id });
    this.error = h("p.quick-error", { id: `${id}-error`, role: "alert", hidden: true });
    this.told = h("p.quick-told", { role: "status", hidden: true });
    this.add = h("button.button.default", { type: "submit" }, gettext("Add card"));
    this.join = h(
      "button.button",
      { type: "button", hidden: true, onclick: () => this.send([oneLine(this.field.value)]) },
      gettext("As one card"),
    );
    this.form = h(
      "form.quick-form",
      {
        hidden: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.send(titlesOf(this.field.value));
        },
      },
      this.label,
      this.field,
      this.error,
      h(
        "div.quick-acts",
        {},
        this.add,
        this.join,
        h(
          "button.icon-button",
          { type: "button", "aria-label": gettext("Close"), onclick: () => this.close() },
          icon("x"),
        ),
      ),
      this.told,
    );
    this.element = h("div.quick", {}, this.button, this.form);
    this.offer();
  }

  get store() {
    return this.quick.board.store;
  }

  /** Offered to whoever may write; what somebody has written stays, whatever right they lost. */
  offer() {
    this.element.hidden = !this.store.state.may.write && !this.field.value.trim();
    const name = this.store.column(this.column)?.name ?? "";
    const text = interpolate(gettext("Add a card to %(column)s"), { column: name });
    if (this.button.getAttribute("aria-label") !== text) {
      this.button.setAttribute("aria-label", text);
    }
  }

  /** Show the field, with what was written there before; in a lane the card gets its value. */
  open(lane) {
    this.lane = lane?.changes?.() ? lane : null;
    const column = this.store.column(this.column)?.name ?? "";
    this.label.textContent = this.lane
      ? interpolate(gettext("New card in %(column)s, %(lane)s"), { column, lane: this.lane.title })
      : interpolate(gettext("New card in %(column)s"), { column });
    this.quick.closeOthers(this);
    this.form.hidden = false;
    this.button.hidden = true;
    this.written();
    this.field.focus();
    this.form.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Hide the field; what is written in it is there again when it is opened. */
  close({ refocus = true } = {}) {
    this.form.hidden = true;
    this.button.hidden = false;
    this.say("");
    this.tell();
    this.button.querySelector("span").textContent = this.field.value.trim()
      ? gettext("Go on with the draft")
      : gettext("Add card");
    if (refocus) {
      (this.quick.cameFrom?.isConnected ? this.quick.cameFrom : this.button).focus();
    }
    this.quick.cameFrom = null;
  }

  say(text) {
    this.error.textContent = text;
    this.error.hidden = !text;
    this.field.toggleAttribute("aria-invalid", Boolean(text));
    if (text) {
      this.field.setAttribute("aria-invalid", "true");
    }
  }

  tell(...nodes) {
    this.told.replaceChildren(...nodes);
    this.told.hidden = nodes.length === 0;
  }

  written() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 240)}px`;
    const number = titlesOf(this.field.value).length;
    this.add.textContent =
      number > 1
        ? interpolate(ngettext("Add %(number)s card", "Add %(number)s cards", number), { number })
        : gettext("Add card");
    this.join.hidden = number < 2;
    this.say("");
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  /** Why these titles can't be sent, or nothing. */
  wrong(titles) {
    if (titles.length > MOST) {
      return interpolate(gettext("At most %(number)s cards can be added at once."), {
        number: MOST,
      });
    }
    const long = titles.findIndex((title) => [...title].length > LONGEST);
    if (long < 0) {
      return "";
    }
    const length = [...titles[long]].length;
    return titles.length > 1
      ? interpolate(
          gettext("Line %(line)s has %(length)s characters; a title has at most %(most)s."),
          { line: long + 1, length, most: LONGEST },
        )
      : interpolate(gettext("This has %(length)s characters; a title has at most %(most)s."), {
          length,
          most: LONGEST,
        });
  }

  async send(titles) {
    if (this.busy || !titles.length) {
      return;
    }
    const wrong = this.wrong(titles);
    if (wrong) {
      this.say(wrong);
      return;
    }
    const text = this.field.value;
    const given = this.lane?.changes() ?? {};
    let refused = null;
    this.busy = true;
    this.form.setAttribute("aria-busy", "true");
    const cards = await this.store.createCards(
      this.column,
      titles.map((title) => ({ ...given, title })),
      {
        refused: (error) => {
          refused = error;
        },
      },
    );
    this.busy = false;
    this.form.removeAttribute("aria-busy");
    if (refused) {
      const { text: why } = refusalOf(refused, this.store, {
        column: this.column,
        creating: true,
      });
      this.say(why);
      this.field.focus();
      return;
    }
    // What was written while the answer was on its way is a further card's.
    this.field.value = this.field.value.startsWith(text)
      ? this.field.value.slice(text.length)
      : this.field.value;
    this.written();
    this.added(cards ?? []);
  }

  /** Say what came of it: where the card is, or that the filters hide it. */
  added(cards) {
    const hidden = cards.filter((card) => {
      const known = this.store.card(card.id);
      return known && this.quick.match()?.(known) === false;
    });
    const number = cards.length;
    const text =
      number === 1
        ? interpolate(gettext("%(key)s is added."), { key: cards[0].key })
        : interpolate(ngettext("%(number)s card is added.", "%(number)s cards are added.", number), {
            number,
          });
    if (!hidden.length) {
      this.tell();
      announce(text);
      // In its column the new card is seen; lanes stay where one looks.
      if (!this.lane) {
        const { view } = this.quick.board;
        const id = cards.at(-1)?.id;
        queueMicrotask(() => {
          view.listOf(id)?.reveal(id);
          view.element(id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
        });
      }
      return;
    }
    const why =
      hidden.length === 1 && number === 1
        ? interpolate(gettext("%(key)s is added, but the filters hide it."), { key: cards[0].key })
        : interpolate(
            ngettext(
              "Added; the filters hide %(number)s card of them.",
              "Added; the filters hide %(number)s cards of them.",
              hidden.length,
            ),
            { number: hidden.length },
          );
    this.tell(
      h("span", {}, why),
      " ",
      h(
        "button.link-button",
        {
          type: "button",
          onclick: () => {
            this.tell();
            this.quick.address.show(unfiltered(this.quick.address.view));
            this.field.focus();
          },
        },
        gettext("Clear the filters"),
      ),
    );
  }
}

export class Quick {
  /** `match()` answers the test of the filters or null; `lanes` says where a lane's card is. */
  constructor(board, address, { match, lanes }) {
    this.board = board;
    this.address = address;
    this.match = match;
    this.lanes = lanes;
    this.adders = new Map();
    this.cameFrom = null;
    board.addToColumns((column) => {
      const adder = new QuickAdd(this, column);
      this.adders.set(column.id, adder);
      return adder.element;
    });
    board.store.subscribe((parts) => {
      if (parts.has("may") || parts.has("columns")) {
        this.adders.forEach((adder) => adder.offer());
      }
    });
    if (board.page.may.write) {
      shortcut("n", gettext("Add a card"), ({ target }) => this.add(target), {
        section: gettext("Board"),
        when: () => this.board.store.state.may.write,
      });
    }
  }

  closeOthers(adder) {
    for (const each of this.adders.values()) {
      if (each !== adder && !each.form.hidden) {
        each.close({ refocus: false });
      }
    }
  }

  /** Add to the column (and lane) in which one is, or else to the first. */
  add(target) {
    const place = target.closest("[data-column]");
    const first = this.board.store.state.columns[0]?.id;
    const adder = this.adders.get(place?.dataset.column ?? first);
    if (adder) {
      this.cameFrom = place ? target : null;
      adder.open(this.lanes.at(target) ?? null);
    }
  }
}
