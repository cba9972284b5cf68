/*
 * Which cards a view shows. Within one filter any of its values is enough, and every filter has
 * to be met, as in an address that one reads aloud: "(mine or nobody's) and urgent".
 */
import { FIELDS } from "./address.js";

const DAY = 24 * 60 * 60 * 1000;

/** A day as the API writes it, `days` after `date`, in the person's own time zone. */
export const dayText = (date, days = 0) => {
  const at = new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};

/** Milliseconds until the next day begins, when what is overdue changes by itself. */
export const untilTomorrow = (now) =>
  Math.min(
    DAY,
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime() + 500,
  );

const folded = (text) => text.toLocaleLowerCase().normalize("NFC");

/** What decides about cards beyond themselves: who asks, the day, sprints and done columns. */
export const factsOf = (state, me, now = new Date()) => ({
  me,
  today: dayText(now),
  inAWeek: dayText(now, 7),
  active: new Set(state.sprints.filter((each) => each.status === "active").map((each) => each.id)),
  done: new Set(
    state.columns.filter((column) => column.category === "done").map((column) => column.id),
  ),
});

/*
 * Each answers a test of cards for one value. What nobody has simply matches nothing: its chip
 * says that it isn't known here.
 */
const TESTS = {
  assignee: (value, { me }) => {
    if (value === "none") {
      return (card) => card.assignees.length === 0;
    }
    const id = value === "me" ? me : value;
    return (card) => card.assignees.includes(id);
  },
  label: (value) => {
    if (value === "none") {
      return (card) => card.labels.length === 0;
    }
    const name = folded(value);
    return (card) => card.labels.some((each) => each.id === value || folded(each.name) === name);
  },
  priority: (value) => (card) => card.priority === value,
  sprint: (value, { active }) => {
    if (value === "none") {
      return (card) => card.sprint === null;
    }
    return value === "active"
      ? (card) => active.has(card.sprint)
      : (card) => card.sprint === value;
  },
  feature: (value) =>
    value === "none" ? (card) => card.feature === null : (card) => card.feature === value,
  due: (value, { today, inAWeek, done }) =>
    ({
      none: (card) => card.due_date === null,
      // What is done is late no more.
      overdue: (card) => card.due_date !== null && card.due_date < today && !done.has(card.column_id),
      week: (card) =>
        card.due_date !== null && card.due_date >= today && card.due_date <= inAWeek,
    })[value] ?? (() => false),
  state: (value, { done }) =>
    ({
      open: (card) => !done.has(card.column_id),
      done: (card) => done.has(card.column_id),
    })[value] ?? (() => false),
};

const words = (text) => {
  const wanted = folded(text).split(/\s+/).filter(Boolean);
  return (card) => {
    const said = folded(`${card.key} ${card.title} ${card.labels.map((each) => each.name).join(" ")}`);
    return wanted.every((word) => said.includes(word));
  };
};

/** Whether a card belongs to a view: a function of the card, or null where every card does. */
export const matcher = (view, facts) => {
  const tests = FIELDS.filter((name) => view[name].length > 0).map((name) => {
    const any = view[name].map((value) => TESTS[name](value, facts));
    return any.length === 1 ? any[0] : (card) => any.some((test) => test(card));
  });
  if (view.q) {
    tests.push(words(view.q));
  }
  return tests.length ? (card) => tests.every((test) => test(card)) : null;
};
