/*
 * Lanes: rows across all columns, cut by a field of the cards. A card stands in exactly one of
 * them: who has it alone, or "Several people" where it has more. To drop a card into another lane
 * is to give it that lane's value.
 */
import { announce, h, icon, toast } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { openPicker } from "./picker.js";

const FOLDED = "taskly.lanes.";

/** The fields by which lanes can be cut, in the order of the menu. */
const LANES = ["assignee", "sprint", "priority", "feature"];

/** The key of a lane stands in ids and addresses of the page: nothing but letters and digits. */
const lane = (key, title, holds, changes, mark = null) => ({ key, title, holds, changes, mark });

const people = (fields) => [
  ...fields.assignee
    .values()
    .map(({ value, text, mark }) =>
      lane(
        value,
        text,
        (card) => card.assignees.length === 1 && card.assignees[0] === value,
        () => ({ assignees: [value] }),
        mark,
      ),
    ),
  lane(
    "several",
    gettext("Several people"),
    (card) => card.assignees.length > 1,
    // Which people, a lane can't say: cards come into it by being given them.
    null,
    () => icon("users"),
  ),
  lane(
    "none",
    gettext("Nobody"),
    (card) => card.assignees.length === 0,
    () => ({ assignees: [] }),
    () => icon("user-x"),
  ),
];

/** Lanes of a field that holds one value or null; `values` has "none" for null. */
const single = (name, values) =>
  values.map(({ value, text, mark }) => {
    const meant = value === "none" ? null : value;
    return lane(
      value,
      text,
      (card) => card[name] === meant,
      () => ({ [name]: meant }),
      mark,
    );
  });

const last = (values) => [
  ...values.filter((each) => each.value !== "none"),
  ...values.filter((each) => each.value === "none"),
];

const MAKERS = {
  assignee: people,
  priority: (fields) =>
    fields.priority
      .values()
      .map(({ value, text, mark }) =>
        lane(
          value,
          text,
          (card) => card.priority === value,
          () => ({ priority: value }),
          mark,
        ),
      ),
  sprint: (fields) =>
    single("sprint", last(fields.sprint.options().filter((each) => each.value !== "active"))),
  feature: (fields) => single("feature", last(fields.feature.options())),
};

export class Lanes {
  /** `match()` answers the test of the filters, or null where every card is shown. */
  constructor(board, address, fields, match) {
    this.board = board;
    this.address = address;
    this.fields = fields;
    this.match = match;
    this.by = "";
    this.shown = "";
    this.lanes = null;
    this.name = h("span");
    this.element = h(
      "button.button.tool-button",
      {
        type: "button",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        onclick: () => this.choose(),
      },
      icon("rows-3"),
      this.name,
      icon("chevron-down"),
    );
    address.subscribe(() => this.follow({ said: true }));
    board.store.subscribe((parts) => this.changed(parts));
    fields.feature.subscribe(() => this.draw());
    board.view.ondrawn(() => this.drawHeads());
    board.root.addEventListener("click", (event) => this.folded(event));
    board.intoLane = (lane) => this.came(lane);
    this.follow();
  }

  /** The field that the address names, or "" for none and for what isn't one. */
  get wanted() {
    const { lanes } = this.address.view;
    return LANES.includes(lanes) ? lanes : "";
  }

  choose() {
    openPicker(this.element, {
      label: gettext("Lanes"),
      options: [
        { value: "", text: gettext("No lanes"), mark: () => icon("columns-3") },
        ...LANES.map((name) => ({
          value: name,
          text: this.fields[name].title,
          mark: () => icon(this.fields[name].icon),
        })),
      ],
      chosen: [this.wanted],
      onchoose: (value) => this.address.show({ ...this.address.view, lanes: value }),
    });
  }

  async follow({ said = false } = {}) {
    const by = this.wanted;
    const title = by ? this.fields[by].title : "";
    this.name.textContent = by
      ? interpolate(gettext("Lanes: %(field)s"), { field: title })
      : gettext("Lanes");
    this.element.classList.toggle("is-on", Boolean(by));
    if (by === this.by) {
      this.draw();
      return;
    }
    this.by = by;
    this.shown = "";
    if (by) {
      // Without the features' names the lanes are still right: they say "unknown" until then.
      await this.fields[by].load?.().catch(() => {});
    }
    if (this.by !== by) {
      return;
    }
    this.draw();
    if (said) {
      announce(
        by ? interpolate(gettext("Lanes by %(field)s"), { field: title }) : gettext("No lanes"),
      );
    }
  }

  changed(parts) {
    if (this.by && ["cards", "members", "sprints", "board"].some((part) => parts.has(part))) {
      this.draw();
    }
  }

  /**
   * Cut the lanes anew where they became others. Those without any card are left out, but for
   * some to which cards are often taken; with filters also these, since nothing of them is shown.
   */
  draw() {
    if (!this.by) {
      if (this.lanes) {
        this.lanes = null;
        this.board.setLanes(null);
      }
      return;
    }
    const { state } = this.board.store;
    if (!state.loaded) {
      return;
    }
    const match = this.match();
    const cards = [...state.cards.values()].filter((card) => !match || match(card));
    const all = MAKERS[this.by](this.fields);
    // While a card is carried by keyboard, the lane that it came from is still there to go back.
    const held = new Set(this.board.isCarrying?.() ? this.lanes?.map((each) => each.key) : []);
    const lanes = all.filter(
      (each) =>
        held.has(each.key) || (!match && this.stays(each)) || cards.some((card) => each.holds(card)),
    );
    const isStrange = (card) => !all.some((each) => each.holds(card));
    if (cards.some(isStrange)) {
      lanes.push(lane("unknown", gettext("Unknown"), isStrange, null));
    }
    const now = JSON.stringify(lanes.map((each) => [each.key, each.title]));
    this.lanes = lanes;
    if (now !== this.shown) {
      this.shown = now;
      this.board.setLanes(lanes);
    }
  }

  /** Whether a lane is there without any card as well. */
  stays({ key }) {
    const { sprints } = this.board.store.state;
    return {
      assignee: () => key === "none",
      priority: () => true,
      feature: () => key === "none",
      sprint: () =>
        key === "none" || sprints.some((each) => each.id === key && each.status !== "completed"),
    }[this.by]();
  }

  /** Cards were put into a lane that can't say what is to become of them: they only moved. */
  came({ changes, title }) {
    if (!changes) {
      const text = gettext("The lane “%(lane)s” can't be dropped into: only the column was changed.");
      toast(interpolate(text, { lane: title }));
    }
  }

  get folds() {
    return `${FOLDED}${this.board.store.state.board.id}.${this.by}`;
  }

  get foldedKeys() {
    try {
      return new Set(JSON.parse(localStorage.getItem(this.folds) ?? "[]"));
    } catch {
      return new Set();
    }
  }

  /** A lane was folded away or opened: remembered on this computer, for this board and field. */
  folded(event) {
    const toggle = event.target.closest(".board-lane-toggle");
    const key = toggle?.closest(".board-lane")?.dataset.lane;
    if (key) {
      const keys = this.foldedKeys;
      if (toggle.getAttribute("aria-expanded") === "false") {
        keys.add(key);
      } else {
        keys.delete(key);
      }
      localStorage.setItem(this.folds, JSON.stringify([...keys]));
    }
  }

  /** What is in each lane: cards (of those, how many the filters show) and their points. */
  drawHeads() {
    if (!this.by || !this.lanes) {
      return;
    }
    const { state } = this.board.store;
    const folded = this.foldedKeys;
    const tally = new Map(this.lanes.map((each) => [each.key, { all: 0, shown: 0, points: 0 }]));
    for (const card of state.cards.values()) {
      const held = this.lanes.find((each) => each.holds(card));
      if (held) {
        const sums = tally.get(held.key);
        const isShown = Boolean(this.board.view.listOf(card.id));
        sums.all += 1;
        sums.shown += isShown ? 1 : 0;
        sums.points += isShown ? (card.story_points ?? 0) : 0;
      }
    }
    for (const element of this.board.root.querySelectorAll(".board-lane")) {
      const found = this.lanes.find((each) => each.key === element.dataset.lane);
      if (found) {
        this.head(element, found, tally.get(found.key), folded.has(found.key));
      }
    }
  }

  head(element, { mark }, { all, shown, points }, isFolded) {
    const toggle = element.querySelector(".board-lane-toggle");
    let sums = element.querySelector(".board-lane-sums");
    if (!sums) {
      sums = h("span.board-lane-sums.number");
      if (mark) {
        toggle.querySelector(".board-lane-title").before(mark());
      }
      toggle.append(sums);
      element.querySelector(".board-lane-row").hidden = isFolded;
      toggle.setAttribute("aria-expanded", String(!isFolded));
    }
    const cards =
      shown === all
        ? interpolate(ngettext("%(number)s card", "%(number)s cards", all), { number: all })
        : interpolate(ngettext("%(shown)s of %(number)s card", "%(shown)s of %(number)s cards", all), {
            shown,
            number: all,
          });
    const sum = interpolate(ngettext("%(number)s point", "%(number)s points", points), {
      number: points,
    });
    const text = points ? `${cards} · ${sum}` : cards;
    if (sums.textContent !== text) {
      sums.textContent = text;
    }
  }

  /** The lane in which something is, by the element that stands there. */
  at(element) {
    const key = element?.closest?.("[data-lane]")?.dataset.lane;
    return this.by ? this.lanes?.find((each) => each.key === key) : undefined;
  }
}
