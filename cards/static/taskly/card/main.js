/*
 * A card on its page and beside its board. The server draws it whole, readable without this; here
 * each part gets its controls, every write goes through the REST API, and after each of them (and
 * whenever somebody else changed something: follow.js) the card is asked for again and what differs
 * exchanged.
 *
 * `mountCard(element)` takes an element in which a card was drawn (`…/card/<id>/panel/`) and answers
 * a function that lets go of it. `onchange(card)` is told of each write, `onclose()` of its deletion.
 */
import { call, Refusal, Unreached } from "../js/api.js";
import { announce, h, icon, toast } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { head } from "./actions.js";
import { checklist, checklistHead, item, newChecklist } from "./checklists.js";
import { comment, composer, earlier, history } from "./comments.js";
import { choice, input } from "./facts.js";
import { follow } from "./follow.js";
import { links } from "./links.js";
import { busy, enhance, reconcile, remember } from "./parts.js";
import { calls } from "./registered.js";
import { description, title } from "./texts.js";

const KINDS = {
  head,
  title,
  choice,
  input,
  description,
  checklist,
  "checklist-head": checklistHead,
  item,
  "new-checklist": newChecklist,
  links,
  comment,
  composer,
  earlier,
  history,
  calls,
};

/**
 * A page of this server as a document, or null where it is still what `tag` names; what isn't an
 * answer is thrown like the API's refusals.
 */
const fetched = async (address, { signal, tag } = {}) => {
  const headers = tag ? { "If-None-Match": tag } : {};
  let response;
  try {
    response = await fetch(address, { headers, credentials: "same-origin", cache: "no-store", signal });
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new Unreached();
  }
  const { pathname } = new URL(address, location.href);
  const isElsewhere = response.redirected && !new URL(response.url).pathname.endsWith(pathname);
  if (isElsewhere || !response.ok) {
    // Unread, it would stay open.
    response.body?.cancel();
  }
  if (isElsewhere) {
    throw new Refusal(401, { detail: gettext("You are signed out. Sign in again, in another window, to go on.") });
  }
  if (response.status === 304) {
    return null;
  }
  if (!response.ok) {
    throw new Refusal(response.status, {});
  }
  return new DOMParser().parseFromString(await response.text(), "text/html");
};

const dataOf = (root) => JSON.parse(root.querySelector("script[type='application/json']").textContent);

/** The card's stylesheet, on pages that don't have it for themselves. */
const dress = (address) => {
  if (address && !document.querySelector(`link[href="${CSS.escape(address)}"]`)) {
    document.head.append(h("link", { rel: "stylesheet", href: address }));
  }
};

/** Give the card that stands in `element` its controls. */
export const mountCard = (element, { onchange, onclose, beside = Boolean(onclose) } = {}) => {
  const root = element.matches(".detail") ? element : element.querySelector(".detail");
  const listening = new AbortController();
  const { signal } = listening;
  let choices = null;
  let refreshing = null;
  let again = false;
  let isWhole = true;
  let signedOut = null;

  /** One drawing at a time, and after it the one that was asked for meanwhile. */
  const alone = (draw) => {
    refreshing = draw().finally(() => {
      refreshing = null;
      return again && !signal.aborted ? page.refresh() : undefined;
    });
    return refreshing;
  };

  const page = {
    root,
    comments: new URLSearchParams(beside ? "" : location.search).get("comments"),
    fetched: (address) => fetched(address, { signal }),

    take(data) {
      // Somebody else's page is not this one: they would write in the name of who opened it.
      if (page.me && data.me !== page.me) {
        throw new Refusal(401, { detail: gettext("Somebody else is signed in now. Load the page again to go on as them.") });
      }
      // Who signs in again in another window gets another token, and what is written here needs it.
      document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => field.setAttribute("value", data.token));
      page.tag = data.tag;
      page.card = data.card;
      page.me = data.me;
      page.may = data.may;
      page.urls = data.urls;
      page.workspace = data.workspace;
      page.workspaceKey = data.workspace_key;
    },

    /** What fields can be set to, asked for once until somebody changes something. */
    choices() {
      choices ??= call("GET", page.urls.choices).then(({ data }) => data);
      choices.catch(() => {
        choices = null;
      });
      return choices;
    },

    /** The card as a write answered it: told to the page around, and drawn. */
    accept(card) {
      page.card = card;
      choices = null;
      page.changed();
      return page.refresh();
    },

    /** Tell the page around that something of the card was written. */
    changed() {
      onchange?.(page.card);
      document.dispatchEvent(new CustomEvent("taskly:card", { detail: page.card }));
    },

    /** Ask for the card and exchange what differs. Asked for twice at once, it is done once more. */
    refresh() {
      again = Boolean(refreshing);
      return refreshing ?? alone(() => page.redraw().catch((error) => page.fail(error)));
    },

    /** Whether the card is still what it was: drawn only where it isn't. Fails without an answer. */
    async look() {
      if (root.querySelector(".is-dragged")) {
        return;
      }
      // What was left as it was, since somebody worked on it, is drawn once they are done.
      const tag = isWhole || busy(root) ? page.tag : null;
      let failure = null;
      await (refreshing ?? alone(() => page.redraw({ tag }).catch((error) => (failure = error))));
      if (failure) {
        // That the line is lost is said where something is written.
        if ([401, 404].includes(failure.status)) {
          page.fail(failure);
        }
        throw failure;
      }
    },

    /** Draw the card as it is now; with a `tag`, only where it isn't what that names. */
    async redraw({ tag } = {}) {
      const address = page.comments ? `${page.urls.panel}?comments=${page.comments}` : page.urls.panel;
      const drawn = (await fetched(address, { signal, tag }))?.querySelector(".detail");
      if (!drawn || signal.aborted) {
        return;
      }
      choices = tag ? null : choices;
      page.take(dataOf(drawn));
      signedOut?.();
      signedOut = null;
      root.querySelector(".detail-gone")?.remove();
      // A card on a page may be headed otherwise than beside its board.
      const fresh = document.adoptNode(drawn);
      for (const heading of fresh.querySelectorAll("h2, h3, h4")) {
        page.level(heading);
      }
      isWhole = reconcile(root, fresh, (part) => enhance(part, KINDS, page));
    },

    /** On the page the card's headings stand one level higher than in the panel. */
    level(heading) {
      if (beside || heading.closest(".markdown")) {
        return;
      }
      const raised = document.createElement(`h${Number(heading.tagName[1]) - 1}`);
      for (const { name, value } of heading.attributes) {
        raised.setAttribute(name, value);
      }
      raised.append(...heading.childNodes);
      heading.replaceWith(raised);
    },

    fail(error) {
      if (error.name === "AbortError" || signal.aborted) {
        return;
      }
      if (error.status === 404) {
        page.lost();
      } else if (error.status === 401) {
        page.tag = null;
        signedOut ??= toast(error.message, { kind: "refused" });
      } else if (error.status) {
        toast(error.message, { kind: "refused" });
      } else if (!(error instanceof Unreached)) {
        throw error;
      }
    },

    /** The card isn't there any more, or not for this person: what was typed stays to be copied. */
    lost() {
      // What it was is nothing to go by: it is drawn anew should it come back.
      page.tag = null;
      if (root.querySelector(".detail-gone")) {
        return;
      }
      const text = gettext("This card is not here any more, or you may not see it any more. What you typed is still here to be copied.");
      root.prepend(h("p.detail-warning.detail-gone", { role: "alert" }, icon("triangle-alert"), h("span", {}, text)));
    },

    /** The person deleted the card. */
    gone() {
      const { key, board } = page.card;
      document.dispatchEvent(new CustomEvent("taskly:card", { detail: { ...page.card, deleted: true } }));
      const told = interpolate(gettext("%(key)s is deleted."), { key });
      if (onclose) {
        toast(told, { kind: "done" });
        onclose();
      } else {
        announce(told);
        location.assign(page.urls.board ?? `/admin/boards/board/${board}/board/`);
      }
    },
  };

  dress(root.dataset.styles);
  page.take(dataOf(root));
  remember(root);
  root.classList.add("is-live");
  enhance(root, KINDS, page);

  document.addEventListener(
    "taskly:changed",
    ({ detail }) => {
      const told = [detail?.id, detail?.card, ...(detail?.ids ?? detail?.cards ?? [])].filter(Boolean);
      if (!told.length || told.includes(page.card.id)) {
        choices = null;
        page.refresh();
      }
    },
    { signal },
  );
  follow({
    look: page.look,
    back: () => {
      choices = null;
      page.refresh();
    },
    signal,
  });

  return () => {
    listening.abort();
    root.remove();
  };
};
