/*
 * Why something was not done, in words that say what to do about it.
 */
import { Unreached } from "../js/api.js";
import { gettext, interpolate, ngettext } from "../js/words.js";

/** What was tried, by name where it is one card. */
const nameOf = (store, ids = []) => (ids.length === 1 ? store.card(ids[0])?.key : null);

const full = (store, told) => {
  const column = store.column(told.column);
  const limit = column?.wip_limit ?? 0;
  const known = ngettext(
    "“%(column)s” is full: its limit is %(limit)s card.",
    "“%(column)s” is full: its limit is %(limit)s cards.",
    limit,
  );
  const text = limit
    ? interpolate(known, { column: column.name, limit })
    : gettext("The column is full.");
  const anyway = store.state.may.administer && told.again;
  const label = told.creating ? gettext("Add anyway") : gettext("Move anyway");
  return { text, act: anyway ? { label, run: told.again } : null };
};

const gone = (store, told) => {
  const key = nameOf(store, told.ids);
  return key
    ? interpolate(gettext("%(key)s is not on this board any more, or you may no longer see it."), { key })
    : gettext("This is not here any more, or you may no longer see it.");
};

const waiting = (error) =>
  error.retryAfter
    ? interpolate(gettext("Too many requests. Try again in %(seconds)s seconds. Nothing was changed."), {
        seconds: error.retryAfter,
      })
    : gettext("Too many requests. Try again in a moment. Nothing was changed.");

/** An admin's wish that is forbidden shows that they are none now; any other, an observer. */
const lostBy = (error, told) => {
  if (error.code !== "forbidden") {
    return null;
  }
  return told.override ? "administer" : "write";
};

/**
 * `{text, act, lost}`: what to tell, a further button, and the right that the refusal shows to be
 * lost. `told` says what was tried: `{ids, column, again, override,
 * creating}`.
 */
export const refusalOf = (error, store, told = {}) => {
  if (error instanceof Unreached || error.name === "TimeoutError") {
    return { text: gettext("The server can't be reached. Your change was not saved.") };
  }
  if (error.code === "column_full") {
    return full(store, told);
  }
  if (error.code === "anchor_gone") {
    return {
      text: gettext(
        "Somebody moved the card beside which you put yours. It was put back: look where it should go now.",
      ),
    };
  }
  if (error.status === 401) {
    return { text: gettext("You are signed out. Your change was not saved: sign in and try again.") };
  }
  if (error.status === 403) {
    return { text: error.message, lost: lostBy(error, told) };
  }
  if (error.status === 404 || error.code === "card_gone") {
    return { text: gone(store, told) };
  }
  if (error.status === 412) {
    return {
      text: gettext("Somebody else changed the same at this moment. Theirs was kept: look at it and try again."),
    };
  }
  if (error.status === 429) {
    return { text: waiting(error) };
  }
  if (error.status >= 500) {
    return { text: gettext("The server could not do that now. Nothing was changed: try again in a moment.") };
  }
  return { text: error.message };
};
