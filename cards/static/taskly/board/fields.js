/*
 * The fields of cards by which the board is filtered, cut into lanes and edited: what they are
 * called, which values there are on this board and how each of them looks.
 */
import { everything } from "../js/api.js";
import { h, icon } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { FIELDS } from "./address.js";
import { initials, personName } from "./card.js";

// How long a list waits for names that may have changed, in milliseconds.
const SOON = 500;

/** The priorities, the most pressing first. */
const PRIORITIES = ["urgent", "high", "medium", "low", "none"];

export const priorityText = (value) =>
  ({
    urgent: gettext("Urgent"),
    high: gettext("High"),
    medium: gettext("Medium"),
    low: gettext("Low"),
    none: gettext("No priority"),
  })[value];

const PRIORITY_ICONS = {
  urgent: "triangle-alert",
  high: "signal-high",
  medium: "signal-medium",
  low: "signal-low",
  none: "minus",
};

const personMark = (person) =>
  h("span.initials", { "aria-hidden": "true" }, initials(person));

const SVG = "http://www.w3.org/2000/svg";

export const labelMark = (color) => {
  const dot = document.createElementNS(SVG, "svg");
  dot.setAttribute("class", "label-dot");
  dot.setAttribute("viewBox", "0 0 8 8");
  dot.setAttribute("aria-hidden", "true");
  const circle = document.createElementNS(SVG, "circle");
  for (const [name, value] of Object.entries({ cx: 4, cy: 4, r: 4, fill: color })) {
    circle.setAttribute(name, value);
  }
  dot.append(circle);
  return dot;
};

const SPRINT_ICONS = { active: "play", planned: "circle", completed: "circle-check" };

export const sprintStatus = (sprint) =>
  ({
    active: gettext("Active"),
    planned: gettext("Planned"),
    completed: gettext("Completed"),
  })[sprint.status];

/**
 * The features of the board's workspace. The snapshot names them by id alone, since most boards
 * show none: their names are asked for when something needs them. Others make and rename them
 * meanwhile, so that they are asked for again from time to time.
 */
export class Features {
  constructor(workspace) {
    this.workspace = workspace;
    this.byId = new Map();
    this.isKnown = false;
    this.asked = null;
    this.strange = new Set();
    this.listeners = new Set();
  }

  /** `listener()` is called after each time that they were asked for. */
  subscribe(listener) {
    this.listeners.add(listener);
  }

  /** Read them, whatever is known already. */
  renew() {
    this.asked ??= this.read().finally(() => {
      this.asked = null;
      this.listeners.forEach((listener) => listener());
    });
    return this.asked;
  }

  async read() {
    const found = await everything(`features/?workspace=${this.workspace}&page_size=200`);
    this.byId = new Map(found.map((each) => [each.id, each]));
    this.isKnown = true;
  }

  /** Read them for somebody who waits; on a slow line what is known already has to do. */
  load() {
    const renewed = this.renew();
    return this.isKnown
      ? Promise.race([renewed.catch(() => {}), new Promise((done) => setTimeout(done, SOON))])
      : renewed;
  }

  /** These are named somewhere: unknown ones are asked for, but not twice. */
  meet(ids) {
    const strange = ids.filter((id) => id && !this.byId.has(id) && !this.strange.has(id));
    if (strange.length && !this.asked) {
      strange.forEach((id) => this.strange.add(id));
      this.renew().catch(() => strange.forEach((id) => this.strange.delete(id)));
    }
  }
}

/** The fields of one board: `store` is its data, `me` the person's id, `features` their names. */
export const boardFields = (store, me, features) => {
  const state = () => store.state;
  const nobody = { value: "none", text: gettext("Nobody"), mark: () => icon("user-x") };

  const people = () => {
    const known = state().members.map((person) => ({
      value: person.id,
      text: personName(person),
      hint: `@${person.username}`,
      mark: () => personMark(person),
    }));
    return known.sort((one, other) => one.text.localeCompare(other.text));
  };

  const sprints = () => {
    const order = { active: 0, planned: 1, completed: 2 };
    return [...state().sprints]
      .sort((one, other) => order[one.status] - order[other.status])
      .map((sprint) => ({
        value: sprint.id,
        text: sprint.name,
        hint: sprintStatus(sprint),
        mark: () => icon(SPRINT_ICONS[sprint.status]),
        status: sprint.status,
      }));
  };

  const labels = () =>
    state().labels.map((label) => ({
      value: label.name,
      text: label.name,
      mark: () => labelMark(label.color),
      id: label.id,
    }));

  const priorities = () =>
    PRIORITIES.map((value) => ({
      value,
      text: priorityText(value),
      mark: () => icon(PRIORITY_ICONS[value], `priority-${value}`),
    }));

  const featuresKnown = () => {
    const used = new Set();
    for (const card of state().cards.values()) {
      used.add(card.feature);
    }
    return [...features.byId.values()]
      .filter((each) => used.has(each.id) || !["done", "cancelled"].includes(each.status))
      .filter((each) => used.has(each.id) || each.project === (state().board.project ?? each.project))
      .sort((one, other) => one.name.localeCompare(other.name))
      .map((each) => ({ value: each.id, text: each.name, mark: () => icon("package") }));
  };

  const noSprint = { value: "none", text: gettext("No sprint"), mark: () => icon("inbox") };
  const noFeature = { value: "none", text: gettext("No feature"), mark: () => icon("minus") };

  const fields = {
    assignee: {
      title: gettext("Person"),
      icon: "user",
      options: () => [
        { value: "me", text: gettext("Me"), mark: () => icon("circle-user-round") },
        nobody,
        ...people(),
      ],
      values: people,
    },
    label: {
      title: gettext("Label"),
      icon: "tag",
      options: () => [
        { value: "none", text: gettext("No label"), mark: () => icon("minus") },
        ...labels(),
      ],
      values: labels,
    },
    priority: {
      title: gettext("Priority"),
      icon: "signal-high",
      options: priorities,
      values: priorities,
    },
    sprint: {
      title: gettext("Sprint"),
      icon: "repeat",
      options: () => [
        { value: "active", text: gettext("Active sprint"), mark: () => icon("play") },
        noSprint,
        ...sprints(),
      ],
      values: () => [noSprint, ...sprints().filter((each) => each.status !== "completed")],
    },
    feature: {
      title: gettext("Feature"),
      icon: "package",
      options: () => [noFeature, ...featuresKnown()],
      values: () => [noFeature, ...featuresKnown()],
      load: () => features.load(),
      meet: (ids) => features.meet(ids),
      subscribe: (listener) => features.subscribe(listener),
    },
    due: {
      title: gettext("Due"),
      icon: "calendar",
      options: () => [
        { value: "overdue", text: gettext("Overdue"), mark: () => icon("circle-alert") },
        { value: "week", text: gettext("Within 7 days"), mark: () => icon("calendar-clock") },
        { value: "none", text: gettext("No due date"), mark: () => icon("minus") },
      ],
    },
    state: {
      title: gettext("State"),
      icon: "circle-dot",
      options: () => [
        { value: "open", text: gettext("Open"), mark: () => icon("circle") },
        { value: "done", text: gettext("Done"), mark: () => icon("circle-check") },
      ],
    },
  };

  /** How a value of an address reads: `{text, known}`; labels go by id as well as by name. */
  const shown = (name, value) => {
    if (!state().loaded) {
      return { text: "…", known: true };
    }
    const wanted = value.toLocaleLowerCase();
    const found = fields[name]
      .options()
      .find(
        (each) =>
          each.value === value ||
          (name === "label" && (each.id === value || each.text.toLocaleLowerCase() === wanted)),
      );
    if (found) {
      return { text: found.text, known: true };
    }
    const feature = name === "feature" && features.byId.get(value);
    if (feature) {
      return { text: feature.name, known: true };
    }
    if (name === "feature" && features.asked) {
      return { text: "…", known: true };
    }
    const text = value.length > 40 ? `${value.slice(0, 39)}…` : value;
    return { text: interpolate(gettext("unknown (%(value)s)"), { value: text }), known: false };
  };

  // Somebody gave a card a feature that was made since their names were read.
  store.subscribe((parts, details) => {
    if (features.isKnown && parts.has("cards")) {
      features.meet([...details.cards].map((id) => store.card(id)?.feature));
    }
  });

  return { names: FIELDS, ...fields, shown };
};
