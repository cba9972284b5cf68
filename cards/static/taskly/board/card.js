/*
 * A card as it is drawn: made by copying one prepared element and filling in what there is, since
 * a board draws a thousand of them. Icons are drawn by the stylesheet for the same reason.
 */
import { h } from "../js/dom.js";
import { gettext, interpolate, language } from "../js/words.js";

const PRIORITIES = {
  low: () => gettext("Low priority"),
  medium: () => gettext("Medium priority"),
  high: () => gettext("High priority"),
  urgent: () => gettext("Urgent"),
};

const PULLS = {
  open: () => gettext("Pull request open"),
  draft: () => gettext("Pull request in draft"),
  merged: () => gettext("Pull request merged"),
  closed: () => gettext("Pull request closed"),
};

// More people than this are counted.
const FACES = 3;

const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
const dayOfYear = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** Today as the API writes days, where the person is. */
export const today = (now = new Date()) =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

/** A day as people say it; the year where it isn't this one. */
export const dayName = (date) => {
  const shown = date.slice(0, 4) === today().slice(0, 4) ? day : dayOfYear;
  return shown.format(new Date(`${date}T00:00:00Z`));
};

/** What to call somebody. */
export const personName = (person) => person?.full_name || person?.username || "";

/** Up to two letters that stand for a person. */
export const initials = (person) => {
  const words = personName(person).split(/\s+/).filter(Boolean);
  const letters = (word, number) => [...word].slice(0, number).join("");
  if (!words.length) {
    return "?";
  }
  return (
    words.length > 1 ? letters(words[0], 1) + letters(words.at(-1), 1) : letters(words[0], 2)
  ).toUpperCase();
};

/** A person as a round sign with their letters. */
export const face = (person) =>
  h("span.initials", { role: "img", "aria-label": personName(person), title: personName(person) }, initials(person));

const model = h(
  "li.board-card",
  {},
  h("span.card-key"),
  h("a.card-title", { tabindex: "-1", draggable: "false" }),
  h("button.card-menu", { type: "button", tabindex: "-1", "aria-haspopup": "menu" }),
);

/** Something small in the card's foot that has a picture and is read as `said`. */
const mark = (name, said, text = "") =>
  h(`span.card-mark.card-${name}`, { role: "img", "aria-label": said, title: said }, text);

const labelled = (labels) => {
  const list = h("ul.card-labels", { "aria-label": gettext("Labels") });
  for (const { name, color } of labels) {
    const shown = h("li", {}, name);
    shown.style.setProperty("--label", color ?? "");
    list.append(shown);
  }
  return list;
};

const due = (card, isDone) => {
  const isLate = !isDone && card.due_date < today();
  const name = dayName(card.due_date);
  const said = isLate
    ? interpolate(gettext("Overdue since %(day)s"), { day: name })
    : interpolate(gettext("Due %(day)s"), { day: name });
  return mark(isLate ? "due.is-late" : "due", said, name);
};

const foot = (card, { store }) => {
  const shown = [];
  if (card.priority !== "none") {
    shown.push(mark(`priority.is-${card.priority}`, PRIORITIES[card.priority]?.() ?? card.priority));
  }
  if (card.due_date) {
    shown.push(due(card, store.column(card.column_id)?.category === "done"));
  }
  if (card.checklist_items) {
    const values = { done: card.checklist_done, all: card.checklist_items };
    const said = interpolate(gettext("%(done)s of %(all)s steps done"), values);
    const name = values.done === values.all ? "steps.is-done" : "steps";
    shown.push(mark(name, said, `${values.done}/${values.all}`));
  }
  if (card.comments) {
    const said = interpolate(gettext("Comments: %(number)s"), { number: card.comments });
    shown.push(mark("comments", said, card.comments));
  }
  if (card.pull_requests) {
    const state = card.pull_request_state;
    const number = card.pull_requests > 1 ? card.pull_requests : "";
    shown.push(mark(`pulls.is-${state}`, PULLS[state]?.() ?? gettext("Pull requests"), number));
  }
  if (card.story_points !== null && card.story_points !== undefined) {
    const said = interpolate(gettext("Points: %(number)s"), { number: card.story_points });
    shown.push(mark("points", said, card.story_points));
  }
  const people = card.assignees.map(store.member).filter(Boolean);
  if (people.length) {
    const faces = h("span.card-people", {}, people.slice(0, FACES).map(face));
    if (people.length > FACES) {
      const rest = people.slice(FACES).map(personName).join(", ");
      faces.append(h("span.initials", { role: "img", "aria-label": rest, title: rest }, `+${people.length - FACES}`));
    }
    shown.push(faces);
  }
  return shown;
};

/** Fill a card's element with what the card says now. */
export const fillCard = (element, card, { store, page }) => {
  const [key, title, menu] = element.children;
  key.textContent = card.key;
  menu.setAttribute("aria-label", interpolate(gettext("Actions for %(key)s"), { key: card.key }));
  title.textContent = card.title;
  // What may be cut off is told where one points at it.
  title.title = card.title.length > 80 ? card.title : "";
  title.setAttribute("href", page.urls.card.replace("{id}", card.id));
  while (element.children.length > 3) {
    element.lastElementChild.remove();
  }
  if (card.labels.length) {
    element.append(labelled(card.labels));
  }
  const marks = foot(card, { store });
  if (marks.length) {
    element.append(h("div.card-foot", {}, marks));
  }
};

/** The element of a card. */
export const cardElement = (card, context) => {
  const element = model.cloneNode(true);
  element.id = `card-${card.id}`;
  element.dataset.card = card.id;
  fillCard(element, card, context);
  return element;
};
