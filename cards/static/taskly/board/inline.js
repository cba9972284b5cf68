/*
 * Changing what a card says without opening it: a small sheet at the card for each field, for one
 * card or for all that are selected.
 */
import { h, icon } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { dayName } from "./card.js";
import { Edits, fieldTitle } from "./edits.js";
import { dayText } from "./matching.js";
import { openPicker } from "./picker.js";
import { openPopover } from "./popover.js";

const POINTS = [0, 1, 2, 3, 5, 8, 13, 21];
const MOST = 500;

/** Which key changes which field of the focused or selected cards. */
export const KEYS = {
  a: "assignees",
  l: "labels",
  p: "priority",
  e: "story_points",
  d: "due_date",
  s: "sprint",
};

export class Inline {
  constructor(board, fields, features) {
    this.board = board;
    this.store = board.store;
    this.fields = fields;
    this.edits = new Edits(board, features);
  }

  /** Open the sheet of a field for cards. `anchor` is where it stands; else at the first card. */
  open(name, ids, anchor = () => this.board.view.element(ids[0])) {
    const cards = ids.map((id) => this.store.card(id)).filter(Boolean);
    if (!this.store.state.may.write || !cards.length) {
      return;
    }
    const about = {
      name,
      ids: cards.map((card) => card.id),
      cards,
      anchor,
      label:
        cards.length === 1
          ? `${fieldTitle(name)} · ${cards[0].key}`
          : interpolate(
              ngettext("%(field)s of %(count)s card", "%(field)s of %(count)s cards", cards.length),
              { field: fieldTitle(name), count: cards.length },
            ),
    };
    const sheets = {
      title: () => this.title(about),
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
      make: (text) =>
        text.length > 50
          ? null
          : {
              value: text,
              text: interpolate(gettext("New label “%(name)s”…"), { name: text }),
              // It needs a colour first: the list gives way to the choice of one.
              instead: () => {
                sheet.close();
                this.newLabel(about, text);
              },
            },
    });
  }

  /** The colour of a new label. */
  newLabel(about, name) {
    const palette = this.board.page.palette;
    const used = new Set(this.store.state.labels.map((each) => each.color));
    const first = palette.find((color) => !used.has(color)) ?? palette[0];
    const swatch = (color, index) => {
      const field = h("input.swatch", {
        type: "radio",
        name: "label-color",
        value: color,
        checked: color === first,
        autofocus: color === first,
        "aria-label": interpolate(gettext("Color %(number)s"), { number: index + 1 }),
      });
      field.style.setProperty("--label", color);
      return field;
    };
    let sheet = null;
    const form = h(
      "form.label-form",
      {
        onsubmit: async (event) => {
          event.preventDefault();
          const color = new FormData(form).get("label-color");
          const changesOf = (card) => ({ labels: [...card.labels, { name, color }] });
          try {
            await this.write(about, changesOf, () => sheet);
            sheet.close();
          } catch (error) {
            sheet.say(...(error.shown ?? [error.message]));
          }
        },
      },
      h("fieldset.swatches", {}, h("legend", {}, gettext("Color")), palette.map(swatch)),
      h("button.button.default", { type: "submit" }, gettext("Add the label")),
    );
    sheet = openPopover(about.anchor, {
      label: interpolate(gettext("New label “%(name)s”"), { name }),
      classes: "label-maker",
      content: [form],
    });
  }

  /** The title, written over itself on the card. */
  title(about) {
    const [card] = about.cards;
    const find = () => this.board.view.element(card.id)?.querySelector(".card-title") ?? null;
    const field = h("textarea.title-field", {
      rows: "1",
      autofocus: true,
      "aria-label": about.label,
      spellcheck: "true",
    });
    field.value = card.title;
    const count = h("p.title-count.number");
    let busy = false;
    let sheet = null;
    const grow = () => {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
      const length = [...field.value.trim()].length;
      count.textContent = length > MOST - 50 ? `${length} / ${MOST}` : "";
      sheet?.place();
    };
    const save = async () => {
      const title = field.value.trim().replace(/\s+/g, " ");
      if (busy) {
        return;
      }
      if (!title || title === card.title) {
        sheet.close();
        return;
      }
      busy = true;
      try {
        await this.write(about, () => ({ title }), () => sheet);
        sheet.close();
      } catch (error) {
        sheet.say(...(error.shown ?? [error.message]));
        field.focus();
      }
      busy = false;
    };
    field.addEventListener("input", grow);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        save();
      }
    });
    sheet = openPopover(find, {
      label: about.label,
      classes: "title-editor",
      content: [
        field,
        count,
        h(
          "div.title-acts",
          {},
          h("button.button.default", { type: "button", onclick: save }, gettext("Save")),
        ),
      ],
      over: true,
      onoutside: save,
    });
    grow();
    field.select();
  }
}

