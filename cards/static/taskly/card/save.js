/*
 * Writes of one field of a card. Two people may work on a card at once: what they changed in
 * different fields is kept of both; where it is the same field, nothing is overwritten unasked.
 */
import { call, Refusal } from "../js/api.js";
import { h, icon, toast } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";

const TRIES = 4;
const IN_METADATA = ["labels", "acceptance_criteria"];

/** The value of a field as the API's card has it. */
export const valueOf = (card, field) =>
  IN_METADATA.includes(field) ? card.metadata?.[field] ?? null : card[field];

const comparable = (value, field) => {
  if (field === "labels") {
    return JSON.stringify((value ?? []).map((label) => label.name.toLowerCase()));
  }
  if (field === "estimated_hours" && value !== null) {
    return String(Number(value));
  }
  return JSON.stringify(value === "" || value === undefined ? null : value);
};

/** Whether two values of a field say the same. */
export const same = (one, other, field) => comparable(one, field) === comparable(other, field);

/** Somebody else changed the same thing in the meantime. */
export class Conflict extends Error {
  constructor(who, theirs) {
    super(interpolate(gettext("%(who)s changed this in the meantime. Nothing was overwritten."), { who }));
    this.name = "Conflict";
    this.who = who;
    this.theirs = theirs;
  }
}

/** The ETag of a version of a row. */
export const tagOf = (row) => `"${row.id}.${row.version}"`;

const who = (refusal) => refusal.problem.changed_by?.name ?? gettext("Somebody");

/**
 * Write one field: `value` is what it becomes, or a function of what it is. `base` is the card that
 * the person saw. `write(match, value)` is the call, if it isn't a PATCH of the card.
 */
export const saveField = async (page, field, value, { base = page.card, write } = {}) => {
  for (let attempt = 1; ; attempt += 1) {
    const wanted = typeof value === "function" ? value(valueOf(page.card, field)) : value;
    const body = IN_METADATA.includes(field) ? { metadata: { [field]: wanted } } : { [field]: wanted };
    // What is drawn anew while somebody writes may have changed below them: then no version is right,
    // and the refusal says whose change it was.
    const known = valueOf(page.card, field);
    const seen = typeof value === "function" || same(known, valueOf(base, field), field) || same(known, wanted, field);
    const match = tagOf(seen ? page.card : { ...page.card, version: 0 });
    try {
      const { data } = write
        ? await write(match, wanted)
        : await call("PATCH", `cards/${page.card.id}/`, { body, match });
      page.accept(data);
      return data;
    } catch (error) {
      const current = error instanceof Refusal && error.status === 412 ? error.problem.current : null;
      if (!current || attempt === TRIES) {
        throw error;
      }
      const theirs = valueOf(current, field);
      const untouched = same(theirs, valueOf(base, field), field) || same(theirs, wanted, field);
      page.accept(current);
      if (!untouched && typeof value !== "function") {
        throw new Conflict(who(error), theirs);
      }
      toast(
        interpolate(gettext("%(who)s changed the card at the same time. Both changes are kept."), {
          who: who(error),
        }),
      );
    }
  }
};

/** Take away what was said beside a field. */
export const clearNotice = (place) => {
  place.querySelectorAll(":scope > .detail-refusal").forEach((notice) => notice.remove());
};

/** Say beside a field why it wasn't saved; `acts` are further buttons `{label, run}`. */
export const notice = (place, text, acts = []) => {
  clearNotice(place);
  const buttons = acts.map(({ label, run }) =>
    h("button.button", { type: "button", onclick: () => (clearNotice(place), run()) }, label),
  );
  place.append(
    h(
      "div.detail-refusal",
      { role: "alert", dataset: { own: "" } },
      icon("circle-alert"),
      h("div", {}, h("p", {}, text), buttons.length > 0 && h("p.detail-refusal-acts", {}, buttons)),
    ),
  );
};

/**
 * Say beside a field what came of a write that failed. Where somebody else changed the same thing,
 * their version is shown with the choice between it and one's own.
 */
export const explain = (place, error, { mine, theirs, shown = (value) => value } = {}) => {
  if (!(error instanceof Conflict)) {
    if (!(error instanceof Error) || !("status" in error)) {
      throw error;
    }
    const signedOut = gettext(
      "You are signed out, so this was not saved. What you wrote is kept: sign in again in another window, then save it here.",
    );
    notice(place, error.status === 401 ? signedOut : error.message);
    return;
  }
  const text = shown(error.theirs);
  notice(
    place,
    text
      ? interpolate(gettext("%(who)s changed this in the meantime. It is now: %(value)s"), { who: error.who, value: text })
      : interpolate(gettext("%(who)s emptied this in the meantime."), { who: error.who }),
    [
      ...(mine ? [{ label: gettext("Save mine all the same"), run: mine }] : []),
      ...(theirs ? [{ label: gettext("Take theirs"), run: theirs }] : []),
    ],
  );
};
