/*
 * Which sprints are shown beside the backlog: the first two, unless somebody chose others. What
 * was chosen stands in the address, so that a reload and a copied link show the same.
 */
import { h } from "../js/dom.js";
import { gettext } from "../js/words.js";

const NAME = "show";
const AT_FIRST = 2;

export const createShown = ({ onchange }) => {
  const given = new URLSearchParams(location.search).get(NAME);
  let chosen = given === null ? null : new Set(given.split(",").filter(Boolean));
  let offered = [];
  const buttons = new Map();
  const element = h("div.plan-choice", { role: "group", "aria-label": gettext("Sprints that are shown") });

  const present = () => {
    const known = chosen && offered.filter((sprint) => chosen.has(sprint.id));
    const list = known?.length ? known : offered.slice(0, AT_FIRST);
    return new Set(list.map((sprint) => sprint.id));
  };

  const remember = (ids) => {
    chosen = ids;
    const address = new URL(location.href);
    address.searchParams.set(NAME, [...ids].join(","));
    history.replaceState(history.state, "", address);
  };

  const toggle = (id) => {
    const ids = present();
    if (!ids.delete(id)) {
      ids.add(id);
    }
    if (ids.size) {
      remember(ids);
      onchange();
    }
  };

  const self = {
    element,
    has: (id) => present().has(id),
    /** Show one more. */
    add(id) {
      if (chosen || offered.length >= AT_FIRST) {
        remember(present().add(id));
      }
    },
    /** Offer these sprints; one or none needs no choice. */
    offer(sprints) {
      offered = sprints;
      const on = present();
      element.hidden = sprints.length < 2;
      for (const id of buttons.keys()) {
        if (!sprints.some((sprint) => sprint.id === id)) {
          buttons.get(id).remove();
          buttons.delete(id);
        }
      }
      sprints.forEach((sprint, place) => {
        if (!buttons.has(sprint.id)) {
          const button = h("button.plan-choice-button", { type: "button", onclick: () => toggle(sprint.id) });
          buttons.set(sprint.id, button);
        }
        const button = buttons.get(sprint.id);
        button.textContent = sprint.name;
        button.setAttribute("aria-pressed", String(on.has(sprint.id)));
        if (element.children[place] !== button) {
          element.insertBefore(button, element.children[place] ?? null);
        }
      });
    },
  };
  return self;
};
