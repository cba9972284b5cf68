/*
 * What others do: a visible page asks for the board every second and a half and is told "nothing
 * new" for next to nothing; a hidden one rests. A lost connection is said, tried again ever more
 * rarely, and mended by itself.
 */
import { call, Refusal, Unreached } from "../js/api.js";
import { announce, h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";

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
  let wantsWhole = true;

  const banner = h("p.board-banner", { role: "status", hidden: true });
  root.before(banner);

  const say = (text, name, { urgent = false } = {}) => {
    banner.hidden = !text;
    banner.className = `board-banner is-${name}`;
    if (text) {
      banner.replaceChildren(icon(name === "lost" ? "wifi-off" : "lock"), h("span", {}, text));
    }
    if (urgent) {
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

  const stop = (text) => {
    stopped = true;
    clearTimeout(timer);
    for (const right of ["write", "administer"]) {
      store.lose(right);
    }
    say(text, "out", { urgent: true });
  };

  const failed = (error) => {
    if (error instanceof Refusal && error.status === 401) {
      stop(gettext("You are signed out. Sign in again to go on; what you see may be out of date."));
      return;
    }
    if (error instanceof Refusal && [403, 404].includes(error.status)) {
      stop(gettext("You may no longer see this board, or it was deleted. What you see may be out of date."));
      return;
    }
    failures += 1;
    if (error instanceof Refusal && error.status === 429) {
      later((error.retryAfter ?? 5) * 1000);
      return;
    }
    if (failures > 1 || navigator.onLine === false || error instanceof Unreached) {
      const text = gettext("Connection lost – trying again. Changes can't be saved meanwhile.");
      say(text, "lost", { urgent: banner.hidden });
    }
    later(pauseAfter(failures));
  };

  const mended = () => {
    if (failures && !banner.hidden) {
      say("", "lost");
      announce(gettext("Connected again. The board is up to date."));
    }
    failures = 0;
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
      mended();
      if (answer.status === 200) {
        if (writes.epoch !== epoch || (state.loaded && writes.open)) {
          // Asked before one's own change was answered: it may not be in there.
          next = 200;
        } else if (store.apply(answer.data)) {
          tag = answer.etag;
          wantsWhole = false;
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

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(timer);
      asking?.abort();
    } else {
      now();
    }
  });
  window.addEventListener("online", now);
  window.addEventListener("offline", () => {
    asking?.abort();
    failed(new Unreached());
  });
  store.onrefused = (error) => {
    if (error.status === 401) {
      failed(error);
    } else {
      now();
    }
  };
  ask();

  return {
    now,
    /** Whether the last thing that was asked was answered. */
    isConnected: () => !failures && !stopped,
  };
};
