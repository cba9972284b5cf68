/*
 * Changing what a card says without opening it: a small sheet at the card for each field, for one
 * card or for all that are selected.
 */
import { h, icon } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { dayName } from "./card.js";
import { Edits, fieldTitle } from "./edits.js";
import { dayText } from "./matching.js";
import { labelSheet } from "./newlabel.js";
import { openPicker } from "./picker.js";
import { titleSheet } from "./title.js";

const POINTS = [0, 1, 2, 3, 5, 8, 13, 21];

/** The fields in the order of a card's menu, with the key that opens each and its icon. */
const ACTIONS = [
  ["title", "F2", "pencil"],
  ["assignees", "A", "user"],
  ["labels", "L", "tag"],
  ["priority", "P", "signal-high"],
  ["story_points", "E", "hash"],
  ["due_date", "D", "calendar"],
  ["sprint", "S", "repeat"],
  ["feature", null, "package"],
];

/** What of a drawn card opens the sheet of its field when it is clicked. */
const MARKS = {
  ".card-priority": "priority",
  ".card-due": "due_date",
  ".card-points": "story_points",
  ".card-people": "assignees",
  ".card-labels": "labels",
};

export class Inline {
  constructor(board, fields, features) {
    this.board = board;
    this.store = board.store;
    this.fields = fields;
    this.edits = new Edits(board, features);
    for (const [name, key, picture] of ACTIONS) {
      board.cardActions.push({
        label: () => fieldTitle(name),
        icon: picture,
        key,
        several: name !== "title",
        when: (ids) => this.store.state.may.write && (name !== "title" || ids.length === 1),
        run: (ids) => this.open(name, ids),
      });
    }
    // Before the board takes the click as one that opens the card.
    board.root.addEventListener("click", (event) => this.clicked(event), true);
    board.root.addEventListener("dblclick", (event) => this.doubled(event));
  }

  /** A click on what shows a field changes that field, of all that are selected with the card. */
  clicked(event) {
    const held = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
    const mark = held ? null : event.target.closest(Object.keys(MARKS).join());
    const id = mark?.closest("[data-card]")?.dataset.card;
    const touchSelects = this.board.touched && this.board.selection.ids().length > 0;
    if (!id || touchSelects || !this.store.state.may.write) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const [, name] = Object.entries(MARKS).find(([selector]) => mark.matches(selector));
    this.open(name, this.board.chosen(id), () => this.mark(id, mark) ?? null);
  }

  /** Where a mark is by now: cards are filled anew when they change. */
  mark(id, mark) {
    if (mark.isConnected) {
      return mark;
    }
    const [selector] = Object.entries(MARKS).find(([each]) => mark.matches(each));
    const card = this.board.view.element(id);
    return card?.querySelector(selector) ?? card;
  }

  doubled(event) {
    const id = event.target.closest(".card-title")?.closest("[data-card]")?.dataset.card;
    if (id) {
      this.open("title", [id]);
    }
  }

  /** Open the sheet of a field for cards. `anchor` is where it stands; else at the first card. */
  open(name, ids, anchor = this.anchor(ids[0])) {
    const cards = ids.map((id) => this.store.card(id)).filter(Boolean);
    if (!this.store.state.may.write || !cards.length) {
      return;
    }
    const about = {
      name,
      ids: cards.map((card) => card.id),
      cards,
      anchor,
      onclose: this.standing(ids[0]),
      label:
        cards.length === 1
          ? `${fieldTitle(name)} · ${cards[0].key}`
          : interpolate(
              ngettext("%(field)s of %(count)s card", "%(field)s of %(count)s cards", cards.length),
              { field: fieldTitle(name), count: cards.length },
            ),
    };
    const sheets = {
      title: () => titleSheet(this, about),
      assignees: () => this.set(about, this.fields.assignee.values(), (id) => id),
      labels: () => this.labels(about),
      priority: () => this.one(about, this.fields.priority.values()),
      story_points: () => this.points(about),
      due_date: () => this.due(about),
      sprint: () => this.one(about, this.fields.sprint.values(), { none: null }),
      feature: () => this.feature(about),
    };
    sheets[name]();
  }

  /** Where one goes on when the change has taken the card out of what the filters show. */
  standing(id) {
    const list = this.board.view.listOf(id);
    const index = list?.want.indexOf(id) ?? -1;
    return (isBack) => {
      if (!isBack || document.activeElement !== document.body) {
        return;
      }
      const next = list?.want[Math.min(index, list.want.length - 1)];
      if (next) {
        this.board.stand(next);
      } else {
        this.board.root.focus();
      }
    };
  }

  /** The button of the bar of selected cards that was pressed, or else the card. */
  anchor(id) {
    const pressed = document.activeElement?.closest?.(".board-selection button");
    return pressed ?? (() => this.board.view.element(id));
  }

  /** What all of the cards have in common; undefined where they differ. */
  common({ cards, name }) {
    const [first, ...others] = cards.map((card) => card[name]);
    return others.every((each) => each === first) ? first : undefined;
  }

  seen({ cards, ids, name }) {
    const [card] = cards;
    return ids.length === 1 ? { version: card.version, [name]: card[name] } : null;
  }

  /** Write, and let the sheet close or say what came of somebody else's change. */
  write(about, changesOf, sheet) {
    return this.edits.change(about.ids, changesOf, {
      seen: this.seen(about),
      settled: (error) => {
        if (error) {
          sheet().say(...(error.shown ?? [error.message]));
        } else {
          sheet().close();
        }
      },
    });
  }

  /** A field with one value. `meaning` translates values of the list into the card's. */
  one(about, options, meaning = {}, more = {}) {
    const meant = (value) => (value in meaning ? meaning[value] : value);
    const common = this.common(about);
    const present = options.find((each) => common !== undefined && meant(each.value) === common);
    let sheet = null;
    sheet = openPicker(about.anchor, {
      label: about.label,
      options,
      chosen: present ? [present.value] : [],
      onchoose: (value) =>
        this.write(about, () => ({ [about.name]: meant(value) }), () => sheet),
      onclose: about.onclose,
      ...more,
    });
    return sheet;
  }

  async feature(about) {
    let failed = null;
    await this.fields.feature.load().catch((error) => {
      failed = error;
    });
    const sheet = this.one(about, this.fields.feature.values(), { none: null });
    if (failed) {
      sheet.say(failed.message);
    }
  }

  points(about) {
    const option = (value) => ({ value, text: String(value) });
    const none = { value: "none", text: gettext("No points"), mark: () => icon("minus") };
    const present = this.common(about);
    const known = typeof present === "number" && !POINTS.includes(present) ? [present] : [];
    const numbers = [...POINTS, ...known].sort((one, other) => one - other);
    this.one(about, [none, ...numbers.map(option)], { none: null }, {
      prompt: gettext("Type a number…"),
      make: (text) =>
        /^\d{1,9}$/.test(text)
          ? {
              value: Number(text),
              text: interpolate(gettext("Set to %(points)s"), { points: Number(text) }),
              named: text,
            }
          : null,
    });
  }

  due(about) {
    const now = new Date();
    const day = (value, text) => ({
      value,
      text,
      hint: dayName(value),
      mark: () => icon("calendar"),
    });
    const options = [
      day(dayText(now), gettext("Today")),
      day(dayText(now, 1), gettext("Tomorrow")),
      day(dayText(now, 7), gettext("In a week")),
      { value: "none", text: gettext("No due date"), mark: () => icon("minus") },
    ];
    const present = this.common(about);
    const field = h("input", { type: "date", id: "inline-due", max: "9999-12-31" });
    field.value = present ?? "";
    let sheet = null;
    const form = h(
      "form.inline-due",
      {
        onsubmit: async (event) => {
          event.preventDefault();
          if (!field.value) {
            return;
          }
          try {
            await this.write(about, () => ({ due_date: field.value }), () => sheet);
            sheet.close();
          } catch (error) {
            sheet.say(...(error.shown ?? [error.message]));
          }
        },
      },
      h("label", { for: "inline-due" }, gettext("Another day")),
      field,
      h("button.button", { type: "submit" }, gettext("Set")),
    );
    sheet = this.one(about, options, { none: null }, { foot: [form] });
  }

  /** A field with any number of values; for several cards each tick adds to all or takes away. */
  set(about, options, made, more = {}) {
    const { name, cards } = about;
    const has = (card, value) =>
      card[name].some((each) => (each.id ?? each) === value || each.name === value);
    const count = (value) => cards.filter((card) => has(card, value)).length;
    const shown = options.map((each) => {
      const some = count(each.value);
      return some > 0 && some < cards.length
        ? {
            ...each,
            hint: interpolate(gettext("%(some)s of %(all)s"), { some, all: cards.length }),
          }
        : each;
    });
    let sheet = null;
    let before = this.seen(about);
    sheet = openPicker(about.anchor, {
      label: about.label,
      options: shown,
      chosen: options.map((each) => each.value).filter((value) => count(value) === cards.length),
      several: true,
      onclose: about.onclose,
      onchoose: (value, chosen) => {
        const wanted = chosen.includes(value);
        const changesOf = (card) => ({
          [name]: wanted
            ? has(card, value)
              ? card[name]
              : [...card[name], made(value)]
            : card[name].filter((each) => (each.id ?? each) !== value && each.name !== value),
        });
        const present = this.store.card(about.ids[0]);
        const seen = before;
        // The next tick is made on what this one leads to, and not on what stood there before.
        before = before && present && { ...before, ...changesOf(present) };
        return this.edits.change(about.ids, changesOf, {
          seen,
          settled: (error) => {
            if (error) {
              sheet.say(...(error.shown ?? [error.message]));
            } else {
              sheet.close();
            }
          },
        });
      },
      ...more,
    });
    return sheet;
  }

  labels(about) {
    const known = (name) => this.store.state.labels.find((each) => each.name === name);
    let sheet = null;
    sheet = this.set(about, this.fields.label.values(), (name) => ({ ...known(name), name }), {
      prompt: gettext("Find or make…"),
      make: (text) =>
        text.length > 50
          ? null
          : {
              value: text,
              text: interpolate(gettext("New label “%(name)s”…"), { name: text }),
              // It needs a colour first: the list gives way to the choice of one.
              instead: () => {
                sheet.close();
                const cards = about.ids.map((id) => this.store.card(id)).filter(Boolean);
                labelSheet(this, { ...about, cards }, text);
              },
            },
    });
  }
}
