/*
 * Fields of cards as they are written from beside a card: for one with the version that the person
 * saw, for several as one action. What is refused comes back as something to show at the field.
 */
import { h } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { dayName, personName } from "./card.js";
import { priorityText } from "./fields.js";
import { refusalOf } from "./refusals.js";

/** A refused change; `shown` are the nodes that tell it where it was made. */
class Told extends Error {
  constructor(message, shown = [message]) {
    super(message);
    this.name = "Told";
    this.shown = shown;
  }
}

/** The names of a card's fields, as people read them. */
export const fieldTitle = (name) =>
  ({
    title: gettext("Title"),
    assignees: gettext("People"),
    labels: gettext("Labels"),
    priority: gettext("Priority"),
    story_points: gettext("Points"),
    due_date: gettext("Due date"),
    sprint: gettext("Sprint"),
    feature: gettext("Feature"),
  })[name];

export class Edits {
  constructor(board, features) {
    this.board = board;
    this.store = board.store;
    this.features = features;
  }

  /** A field's value in words. */
  text(name, value) {
    const nothing = gettext("none");
    const { state } = this.store;
    const called = (id, known) => known.find((each) => each.id === id)?.name ?? gettext("unknown");
    const readers = {
      title: () => value,
      assignees: () =>
        value.map((id) => personName(this.store.member(id)) || gettext("unknown")).join(", ") ||
        nothing,
      labels: () => value.map((label) => label.name).join(", ") || nothing,
      priority: () => priorityText(value),
      story_points: () => (value === null ? nothing : String(value)),
      due_date: () => (value === null ? nothing : dayName(value)),
      sprint: () => (value === null ? nothing : called(value, state.sprints)),
      feature: () => (value === null ? nothing : called(value, [...this.features.byId.values()])),
    };
    return readers[name]();
  }

  /**
   * Write what `changesOf(card)` answers for each card. `seen` is the card as the person saw it,
   * where it is one. Throws `Told` for what is refused; the board shows the old value again then.
   * `settled` is called when the person has answered to somebody else's change.
   */
  async change(ids, changesOf, { seen = null, settled = () => {} } = {}) {
    let refused = null;
    const options = {
      refused: (error) => {
        refused = error;
      },
    };
    if (ids.length === 1) {
      const [id] = ids;
      const card = this.store.card(id);
      if (!card) {
        throw new Told(gettext("This card is not on the board any more."));
      }
      await this.store.changeCard(id, changesOf(card), { ...options, seen });
    } else {
      await this.store.changeCards(ids, changesOf, options);
    }
    if (refused) {
      throw this.told(refused, ids, changesOf, settled);
    }
  }

  told(error, ids, changesOf, settled) {
    const current = error.status === 412 && ids.length === 1 ? error.problem.current : null;
    if (!current) {
      return new Told(refusalOf(error, this.store, { ids }).text);
    }
    const [id] = ids;
    const fields = Object.keys(changesOf(this.store.card(id) ?? current));
    this.store.learn(current);
    const card = this.store.card(id);
    if (!card) {
      return new Told(gettext("This card is not on the board any more."));
    }
    const name = error.problem.changed_by?.name;
    const text = name
      ? interpolate(gettext("%(name)s has just changed the same:"), { name })
      : gettext("Somebody has just changed the same:");
    const act = (label, run, classes = "") =>
      h(`button.button${classes}`, { type: "button", onclick: run }, label);
    return new Told(text, [
      h("span", {}, text),
      h(
        "ul",
        {},
        fields.map((field) =>
          h("li", {}, `${fieldTitle(field)}: ${this.text(field, card[field])}`),
        ),
      ),
      act(
        gettext("Write mine again"),
        async () => {
          try {
            await this.change(ids, changesOf, { seen: card, settled });
            settled();
          } catch (again) {
            settled(again);
          }
        },
        ".default",
      ),
      act(gettext("Keep theirs"), () => settled()),
    ]);
  }
}
