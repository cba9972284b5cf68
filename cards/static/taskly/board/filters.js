/*
 * The bar of filters above the columns: words to look for, a chip for each filter, how many cards
 * are left. All of it is only a picture of the address, which is what decides.
 */
import { announce, h, icon } from "../js/dom.js";
import { shortcut } from "../js/shortcuts.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { filters, unfiltered } from "./address.js";
import { factsOf, matcher, untilTomorrow } from "./matching.js";
import { openPicker } from "./picker.js";

const PAUSE = 150;

/** "12 of 340 cards", or "340 cards" where none is left out. */
const counted = (shown, total, filtered) =>
  filtered
    ? interpolate(
        ngettext("%(shown)s of %(total)s card", "%(shown)s of %(total)s cards", total),
        { shown, total },
      )
    : interpolate(ngettext("%(total)s card", "%(total)s cards", total), { total });

export class FilterBar {
  /** `board` is the page's, `address` its address, `fields` what cards can be filtered by. */
  constructor(board, address, fields) {
    this.board = board;
    this.address = address;
    this.fields = fields;
    this.chips = new Map();
    this.match = null;
    this.waiting = null;
    this.field = h("input", {
      type: "search",
      id: "board-words",
      maxlength: "200",
      autocomplete: "off",
      placeholder: gettext("Find on this board"),
      oninput: () => this.typed(),
      onkeydown: (event) => event.key === "Enter" && this.look(),
    });
    this.button = h(
      "button.button.tool-button",
      {
        type: "button",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        "aria-keyshortcuts": "f",
        onclick: () => this.choose(),
      },
      icon("list-filter"),
      gettext("Filter"),
    );
    this.clear = h(
      "li.filter-clear",
      {},
      h(
        "button.link-button",
        { type: "button", onclick: () => this.clearAll() },
        gettext("Clear all"),
      ),
    );
    this.list = h("ul.filter-chips", { "aria-label": gettext("Filters") }, this.clear);
    this.count = h("p.filter-count.number");
    this.element = h(
      "search.board-filters",
      { "aria-label": gettext("Filters of the board") },
      h(
        "label.search-box",
        { for: "board-words" },
        icon("search"),
        h("span.visually-hidden", {}, gettext("Find on this board")),
        this.field,
      ),
      this.button,
      this.count,
      this.list,
    );
    shortcut("f", gettext("Filter the cards"), () => this.choose(), { section: gettext("Board") });
    address.subscribe(() => {
      this.show({ said: true });
      this.named();
    });
    board.store.subscribe(() => this.show());
    fields.feature.subscribe(() => this.drawChips());
    this.show();
    this.named();
    this.tomorrow();
  }

  /** Put a further tool into the bar, at the end of its first line. */
  add(element) {
    this.list.before(element);
  }

  /** Features are called by their names as soon as these are known. */
  named() {
    this.fields.feature.meet(this.address.view.feature.filter((value) => value !== "none"));
  }

  /** What is late or due within a week changes when the day does. */
  tomorrow() {
    setTimeout(() => {
      this.show();
      this.tomorrow();
    }, untilTomorrow(new Date()));
  }

  /** Filter the board as the address says, and draw the bar. */
  show({ said = false } = {}) {
    const { view } = this.address;
    const { state } = this.board.store;
    const before = this.match;
    this.match = matcher(view, factsOf(state, this.board.page.me));
    if (before || this.match) {
      this.board.setFilter(this.match);
    }
    const total = state.cards.size;
    let shown = total;
    if (this.match) {
      shown = 0;
      for (const card of state.cards.values()) {
        shown += this.match(card) ? 1 : 0;
      }
    }
    const text = state.loaded ? counted(shown, total, this.match !== null) : "";
    if (text !== this.count.textContent) {
      this.count.textContent = text;
      if (said) {
        announce(text);
      }
    }
    this.list.hidden = !filters(view);
    if (!this.waiting && this.field.value.trim() !== view.q) {
      this.field.value = view.q;
    }
    this.drawChips();
  }

  typed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.look(), PAUSE);
  }

  /** Look for the words that are written by now: one step of the history, however long they are. */
  look() {
    clearTimeout(this.waiting);
    this.waiting = null;
    const q = this.field.value.trim();
    const { view } = this.address;
    if (q !== view.q) {
      this.address.show({ ...view, q }, { replace: view.q !== "" });
    }
  }

  clearAll() {
    clearTimeout(this.waiting);
    this.waiting = null;
    this.address.show(unfiltered(this.address.view));
    this.field.focus();
  }

  /** Choose a field, then its values. */
  choose() {
    openPicker(this.button, {
      label: gettext("Filter by"),
      options: this.fields.names.map((name) => ({
        value: name,
        text: this.fields[name].title,
        mark: () => icon(this.fields[name].icon),
      })),
      onchoose: (name) => {
        // After the first list has closed and given the focus back.
        queueMicrotask(() => this.values(name, () => this.button));
      },
    });
  }

  /** Tick the values of a field; each tick is shown at once, and the whole is one step back. */
  async values(name, anchor) {
    const field = this.fields[name];
    let first = true;
    let failed = null;
    await field.load?.().catch((error) => {
      failed = error;
    });
    const options = field.options();
    const given = this.address.view[name].map((value) => this.same(name, value, options));
    for (const value of given.filter((each) => !options.some((one) => one.value === each))) {
      options.push({
        value,
        text: this.fields.shown(name, value).text,
        mark: () => icon("circle-alert"),
      });
    }
    const sheet = openPicker(anchor, {
      label: field.title,
      options,
      chosen: given,
      several: true,
      onchoose: (value, chosen) => {
        const view = { ...this.address.view, [name]: chosen };
        this.address.show(view, { replace: !first });
        first = false;
      },
    });
    if (failed) {
      sheet.say(failed.message);
    }
  }

  /** The option's own value for one of the address: a label's name in another case, or its id. */
  same(name, value, options) {
    const wanted = value.toLocaleLowerCase();
    const found = options.find(
      (each) => each.value === value || each.id === value || each.value.toLocaleLowerCase() === wanted,
    );
    return found ? found.value : value;
  }

  /** A chip for each field that filters; those that are there already stay where they are. */
  drawChips() {
    const { view } = this.address;
    for (const name of this.fields.names) {
      const values = view[name];
      const old = this.chips.get(name);
      if (!values.length) {
        old?.element.remove();
        this.chips.delete(name);
        continue;
      }
      const chip = old ?? this.newChip(name);
      const shown = values.map((value) => this.fields.shown(name, value));
      const text = shown.map((each) => each.text).join(gettext(", "));
      chip.element.classList.toggle("is-unknown", shown.some((each) => !each.known));
      if (chip.text.textContent !== text) {
        chip.text.textContent = text;
      }
      if (!old) {
        const later = this.fields.names.slice(this.fields.names.indexOf(name) + 1);
        const next = later.map((each) => this.chips.get(each)?.element).find(Boolean) ?? this.clear;
        this.list.insertBefore(chip.element, next);
        this.chips.set(name, chip);
      }
    }
  }

  newChip(name) {
    const { title } = this.fields[name];
    const text = h("span.filter-chip-values");
    const change = h(
      "button.filter-chip-change",
      {
        type: "button",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        onclick: () => this.values(name, () => this.chips.get(name)?.change ?? this.button),
      },
      icon(this.fields[name].icon),
      h("span.filter-chip-name", {}, `${title}:`),
      " ",
      text,
    );
    const remove = h(
      "button.filter-chip-remove",
      {
        type: "button",
        "aria-label": interpolate(gettext("Remove the filter %(name)s"), { name: title }),
        onclick: () => {
          this.address.show({ ...this.address.view, [name]: [] });
          this.button.focus();
        },
      },
      icon("x"),
    );
    return { element: h("li.filter-chip", {}, change, remove), change, text };
  }
}
