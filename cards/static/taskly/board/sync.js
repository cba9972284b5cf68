/*
 * What others do: a visible page asks for the board every second and a half and is told "nothing
 * new" for next to nothing; a hidden one rests. A lost connection is said, tried again ever more
 * rarely, and mended by itself; so is having been signed out, once one has signed in again.
 */
import { call, Refusal, Unreached } from "../js/api.js";
import { announce, h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";
import { readAnew } from "./session.js";

const EVERY = 1500;
const LONGEST = 30000;
const PATIENCE = 15000;

/** How long to wait after so many failures in a row: ever longer, and not all pages at once. */
const pauseAfter = (failures) => {
  const whole = Math.min(LONGEST, EVERY * 2 ** (failures - 1));
  return whole / 2 + (Math.random() * whole) / 2;
};

export const startSync = ({ store, page, root }) => {
  const { writes, state } = store;
  let tag = null;
  let timer = null;
  let failures = 0;
  let asking = null;
  let stopped = false;
  let signedOut = false;
  let wantsWhole = true;
  let { archived } = page.board;

  // What there is to say, the gravest first: nothing comes any more, not now, or nothing may go.
  const told = { out: null, lost: null, locked: null };
  const banner = h("p.board-banner", { role: "status", hidden: true });
  root.before(banner);

  /** Say it until it is taken back by an empty text; `act` is a link or button behind it. */
  const say = (name, text, { act = null } = {}) => {
    const isNews = text && told[name]?.text !== text;
    told[name] = text ? { text, act } : null;
    const shown = Object.keys(told).find((each) => told[each]);
    banner.hidden = !shown;
    if (shown) {
      banner.className = `board-banner is-${shown}`;
      banner.replaceChildren(
        icon(shown === "lost" ? "wifi-off" : "lock"),
        h("span", {}, told[shown].text),
        told[shown].act ?? "",
      );
    }
    if (isNews) {
      announce(text, { urgent: true });
    }
  };

  const later = (milliseconds) => {
    clearTimeout(timer);
    timer = stopped || document.hidden ? null : setTimeout(ask, milliseconds);
  };

  /** The first answer was asked for by the page's head, before any script was there. */
  const first = async () => {
    const response = await fetch(page.urls.snapshot, { credentials: "same-origin" });
    if (!response.ok) {
      throw new Refusal(response.status, {}, Number(response.headers.get("Retry-After")) || null);
    }
    return { status: 200, data: await response.json(), etag: response.headers.get("ETag") };
  };

  const stop = (text, act = null) => {
    stopped = true;
    clearTimeout(timer);
    for (const right of ["write", "administer"]) {
      store.lose(right);
    }
    say("out", text, { act });
  };

  const failed = (error) => {
    if (error instanceof Refusal && error.status === 401) {
      signedOut = true;
      stop(
        gettext("You are signed out. Sign in again to go on; what you see may be out of date."),
        // In a tab of its own, so that what is half written here is not lost.
        h("a", { href: location.href, target: "_blank" }, gettext("Sign in")),
      );
      return;
    }
    if (error instanceof Refusal && [403, 404].includes(error.status)) {
      stop(gettext("You may no longer see this board, or it was deleted. What you see may be out of date."));
      return;
    }
    failures += 1;
    const wait = (error.retryAfter ?? 0) * 1000;
    if (error instanceof Refusal && error.status === 429) {
      later(wait || 5000);
      return;
    }
    if (failures > 1 || navigator.onLine === false || error instanceof Unreached) {
      say(
        "lost",
        error.status === 503
          ? gettext("The server can't answer at the moment – trying again. Changes can't be saved meanwhile.")
          : gettext("Connection lost – trying again. Changes can't be saved meanwhile."),
      );
    }
    later(Math.max(wait, pauseAfter(failures)));
  };

  const mended = () => {
    if (told.lost) {
      say("lost", "");
      announce(gettext("Connected again. The board is up to date."));
    }
    failures = 0;
  };

  /** What the person may do by now; `told.locked` goes once that is to write again. */
  const readRights = async () => {
    const { me, may } = await readAnew(page.me);
    if (me === page.me) {
      store.grant(may);
      if (may.write) {
        say("locked", "");
      }
    }
    return me === page.me;
  };

  /** Whether who was signed out is back, and nobody else in their place. */
  const isBack = async () => {
    if (!(await readRights())) {
      const reload = { type: "button", onclick: () => location.reload() };
      stop(
        gettext("Somebody else is signed in now. Load the page again to go on as them."),
        h("button.link-button", reload, gettext("Load again")),
      );
      return false;
    }
    signedOut = false;
    say("out", "");
    announce(gettext("Connected again. The board is up to date."));
    return true;
  };

  /** Somebody else has archived the board, or brought it back. */
  const followArchive = () => {
    if (state.board.archived === archived) {
      return;
    }
    ({ archived } = state.board);
    document.getElementById("board-archived")?.remove();
    if (archived) {
      say("locked", gettext("This board was archived: it can be read, but not changed."));
    } else {
      say("locked", "");
      readRights().catch(() => {});
    }
  };

  const ask = async () => {
    if (asking || stopped) {
      return;
    }
    const epoch = writes.epoch;
    const since = !wantsWhole && state.eventId !== null;
    const path = since ? `${page.urls.snapshot}?since_event=${state.eventId}` : page.urls.snapshot;
    asking = new AbortController();
    let next = EVERY;
    try {
      const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(PATIENCE)]);
      const answer = state.loaded ? await call("GET", path, { tag: wantsWhole ? null : tag, signal }) : await first();
      if (signedOut && !(await isBack())) {
        return;
      }
      mended();
      if (answer.status === 200) {
        if (writes.epoch !== epoch || (state.loaded && writes.open)) {
          // Asked before one's own change was answered: it may not be in there.
          next = 200;
        } else if (store.apply(answer.data)) {
          tag = answer.etag;
          wantsWhole = false;
          followArchive();
        } else {
          wantsWhole = true;
          next = 0;
        }
      }
      later(next);
    } catch (error) {
      if (error.name !== "AbortError") {
        failed(error.name === "TypeError" ? new Unreached() : error);
      }
    } finally {
      asking = null;
    }
  };

  /** Ask at once: somebody looks again, the line is back, or a refusal showed news. */
  const now = () => {
    if (!stopped && !document.hidden) {
      later(0);
    }
  };

  /** Somebody looks here again: perhaps they have signed in meanwhile, or were given a right. */
  const looked = () => {
    if (signedOut) {
      stopped = false;
    } else if (told.locked && !archived) {
      readRights().catch(() => {});
    }
    now();
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      asking?.abort();
    } else {
      looked();
    }
  });
  window.addEventListener("focus", looked);
  window.addEventListener("online", now);
  window.addEventListener("offline", () => {
    asking?.abort();
    failed(new Unreached());
  });
  store.onrefused = (error) => {
    if (error.status === 401) {
      failed(error);
      return;
    }
    if (error.code === "forbidden" && !state.may.write) {
      say("locked", error.message);
    }
    now();
  };
  ask();

  return { now };
};
