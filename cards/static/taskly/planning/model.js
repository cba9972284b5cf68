/*
 * What the planning page is about, worked out of the board's state: the backlog, the sprints that
 * aren't completed, and how much each holds. Nothing here knows the page.
 */
import { gettext, interpolate, language, ngettext } from "../js/words.js";

export const BACKLOG = "backlog";

/** The sprints that cards can be planned into: the active one first, then by date. */
export const openSprints = (state) =>
  state.sprints
    .filter((sprint) => sprint.status !== "completed")
    .map((sprint, place) => ({ sprint, place }))
    .sort(
      (one, other) =>
        (one.sprint.status !== "active") - (other.sprint.status !== "active") || one.place - other.place,
    )
    .map(({ sprint }) => sprint);

/**
 * The cards of each pane in the order of the board, by the pane's key: of the backlog those that
 * are open and in no sprint that could still finish them, of a sprint all that are in it.
 */
export const cardsByPane = (state) => {
  const panes = new Map([[BACKLOG, []], ...openSprints(state).map((sprint) => [sprint.id, []])]);
  for (const column of state.columns) {
    for (const id of column.order) {
      const card = state.cards.get(id);
      if (!card) {
        continue;
      }
      const planned = card.sprint !== BACKLOG && panes.get(card.sprint);
      if (planned) {
        planned.push(card);
      } else if (column.category !== "done") {
        panes.get(BACKLOG).push(card);
      }
    }
  }
  return panes;
};

/** The ids of the columns in which cards are done. */
export const doneColumns = (state) =>
  new Set(state.columns.filter((column) => column.category === "done").map((column) => column.id));

/** How many cards and points these are, how many of them done, and how many have no points. */
export const sumOf = (cards, done) => {
  const sum = { cards: cards.length, points: 0, without: 0, doneCards: 0, donePoints: 0 };
  for (const card of cards) {
    const points = card.story_points ?? 0;
    sum.points += points;
    sum.without += card.story_points === null ? 1 : 0;
    if (done.has(card.column_id)) {
      sum.doneCards += 1;
      sum.donePoints += points;
    }
  }
  return sum;
};

/** By how many points a sum passes the sprint's capacity. */
export const overOf = (sum, sprint) =>
  sprint?.capacity_points === null || sprint?.capacity_points === undefined
    ? 0
    : Math.max(0, sum.points - sprint.capacity_points);

export const cardsText = (number) =>
  interpolate(ngettext("%(number)s card", "%(number)s cards", number), { number });

export const pointsText = (number) =>
  interpolate(ngettext("%(number)s point", "%(number)s points", number), { number });

export const overText = (number) =>
  interpolate(
    ngettext("%(number)s point over capacity", "%(number)s points over capacity", number),
    { number },
  );

const withoutText = (number) =>
  interpolate(ngettext("%(number)s without points", "%(number)s without points", number), { number });

/** The points of a sum, against the capacity where there is one. */
const pointsOf = (sum, sprint) => {
  const capacity = sprint?.capacity_points ?? null;
  if (capacity === null) {
    return pointsText(sum.points);
  }
  const text = ngettext("%(points)s of %(capacity)s point", "%(points)s of %(capacity)s points", capacity);
  return interpolate(text, { points: sum.points, capacity });
};

/** A sum in words, piece by piece; what is over capacity is a piece of its own. */
export const sumPieces = (sum, sprint) => {
  const pieces = [{ text: cardsText(sum.cards) }, { text: pointsOf(sum, sprint) }];
  const over = overOf(sum, sprint);
  if (over) {
    pieces.push({ text: overText(over), over: true });
  }
  if (sum.without) {
    pieces.push({ text: withoutText(sum.without) });
  }
  if (sprint?.status === "active" && sum.doneCards) {
    pieces.push({ text: interpolate(gettext("%(number)s done"), { number: sum.doneCards }) });
  }
  return pieces;
};

const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
const dayOfYear = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

const at = (text) => new Date(`${text}T00:00:00Z`);

/** "2 Nov – 15 Nov 2026" in the page's language. */
export const spanText = (sprint) =>
  `${day.format(at(sprint.start_date))} – ${dayOfYear.format(at(sprint.end_date))}`;

const DAY = 24 * 60 * 60 * 1000;

/** A day as the API writes it, `days` after another. */
const dayAfter = (text, days) => new Date(at(text).getTime() + days * DAY).toISOString().slice(0, 10);

/**
 * What a further sprint would be like: the name counted on, and the dates that follow the last
 * one's, as long as it; two weeks from `today` where there is none.
 */
export const nextSprint = (sprints, today) => {
  if (!sprints.length) {
    return {
      name: interpolate(gettext("Sprint %(number)s"), { number: 1 }),
      start_date: today,
      end_date: dayAfter(today, 13),
      capacity_points: null,
    };
  }
  const last = sprints.reduce((one, other) => (other.end_date >= one.end_date ? other : one));
  const length = Math.round((at(last.end_date) - at(last.start_date)) / DAY);
  const start = dayAfter(last.end_date, 1) > today ? dayAfter(last.end_date, 1) : today;
  const counted = /^(.*?)(\d{1,6})(\D*)$/su.exec(last.name);
  return {
    name: counted ? `${counted[1]}${Number(counted[2]) + 1}${counted[3]}`.slice(0, 100) : "",
    start_date: start,
    end_date: dayAfter(start, length),
    capacity_points: last.capacity_points,
  };
};
