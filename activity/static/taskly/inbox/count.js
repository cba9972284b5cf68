/*
 * How much of the inbox is unread, in the frame of a page that stays open: asked for when the page
 * is looked at again, and once a minute at most while it is.
 */
import { h } from "../js/dom.js";
import { interpolate, ngettext } from "../js/words.js";

const MINUTE = 60_000;
const SHOWN_AT_MOST = 99;

let asked = Date.now();

const link = () => document.querySelector("[data-inbox-link]");

const show = (unread) => {
  const entry = link();
  const text = unread > SHOWN_AT_MOST ? `${SHOWN_AT_MOST}+` : String(unread);
  entry.querySelector(".sidebar-count")?.remove();
  if (unread) {
    const said = interpolate(ngettext("%(count)s unread", "%(count)s unread", unread), {
      count: unread,
    });
    entry.append(
      h(
        "span.sidebar-count",
        {},
        h("span", { "aria-hidden": "true" }, text),
        h("span.visually-hidden", {}, said),
      ),
    );
  }
  for (const place of document.querySelectorAll("[data-inbox-count]")) {
    place.textContent = unread ? text : "";
  }
};

/** Ask for the count now. Where no answer comes, what is shown stays. */
export const recount = async () => {
  const address = link()?.dataset.inboxLink;
  if (!address) {
    return;
  }
  asked = Date.now();
  try {
    const response = await fetch(address, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
    });
    // Who was signed out meanwhile is sent to the page for signing in.
    if (response.ok && !response.redirected) {
      show((await response.json()).unread);
    }
  } catch {
    // The connection is lost: the next time.
  }
};

const look = () => {
  if (document.visibilityState === "visible" && Date.now() - asked >= MINUTE) {
    recount();
  }
};

document.addEventListener("visibilitychange", look);
addEventListener("pageshow", (event) => event.persisted && recount());
setInterval(look, MINUTE);
