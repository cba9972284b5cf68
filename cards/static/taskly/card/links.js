/* How the card hangs together with others: what is linked, linking by key or words, unlinking. */
import { call, Refusal } from "../js/api.js";
import { h, icon } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { pick } from "./picker.js";
import { clearNotice, explain } from "./save.js";

const MOST = 12;

/** How a link looks from this card: its kind, and whether it leads from here. */
const RELATIONS = () => [
  { kind: "blocks", leads: false, label: gettext("Blocked by…"), mark: () => icon("circle-slash") },
  { kind: "blocks", leads: true, label: gettext("Blocks…"), mark: () => icon("circle-alert") },
  { kind: "relates_to", leads: true, label: gettext("Relates to…"), mark: () => icon("link") },
  { kind: "parent_of", leads: false, label: gettext("Child of…"), mark: () => icon("arrow-up") },
  { kind: "parent_of", leads: true, label: gettext("Parent of…"), mark: () => icon("arrow-down") },
  { kind: "duplicates", leads: true, label: gettext("Duplicates…"), mark: () => icon("copy") },
  { kind: "duplicates", leads: false, label: gettext("Duplicated by…"), mark: () => icon("copy") },
];

const KEY = /^([A-Za-z][A-Za-z0-9]{1,9}-)?([1-9][0-9]{0,9})$/;

/** Cards of the workspace by key, number or words; the one of that key comes first. */
const found = (page) => async (text, signal) => {
  if (!text) {
    return [];
  }
  const cards = new Map();
  const named = text.match(KEY);
  if (named) {
    const key = named[1] ? text : `${page.workspaceKey}-${text}`;
    try {
      const { data } = await call("GET", `cards/${encodeURIComponent(key)}/`, { signal });
      cards.set(data.id, data);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
    }
  }
  const query = new URLSearchParams({ workspace: page.workspace, search: text, page_size: String(MOST) });
  const { data } = await call("GET", `cards/?${query}`, { signal });
  data.results.forEach((card) => cards.set(card.id, card));
  cards.delete(page.card.id);
  return [...cards.values()].map((card) => ({
    value: card.id,
    label: card.title,
    mark: () => h("span.detail-number.number", {}, card.key),
  }));
};

const search = (part, page, button, relation) =>
  pick({
    anchor: button,
    title: relation.label.replace(/…$/, ""),
    placeholder: gettext("Key or words of the card"),
    load: found(page),
    onpick: async (option) => {
      clearNotice(part);
      const [source, target] = relation.leads ? [page.card.id, option.value] : [option.value, page.card.id];
      try {
        await call("POST", "card-links/", { body: { source, target, kind: relation.kind } });
      } catch (error) {
        explain(part, error);
        return;
      }
      page.changed();
      await page.refresh();
    },
  });

/** The linked cards, and the button that links another. */
export const links = (part, page) => {
  if (!page.may.write) {
    return;
  }
  for (const link of part.querySelectorAll("[data-link]")) {
    const name = link.querySelector(".detail-number").textContent;
    link.append(
      h(
        "button.icon-button",
        {
          type: "button",
          "aria-label": interpolate(gettext("Take the link to %(name)s away"), { name }),
          dataset: { focus: `unlink-${link.dataset.link}` },
          onclick: async () => {
            clearNotice(part);
            try {
              await call("DELETE", `card-links/${link.dataset.link}/`);
            } catch (error) {
              explain(part, error);
            }
            page.changed();
            await page.refresh();
          },
        },
        icon("x"),
      ),
    );
  }
  const button = h(
    "button.detail-quiet-button",
    { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", dataset: { focus: "link" } },
    icon("plus"),
    gettext("Link a card"),
  );
  button.addEventListener("click", () =>
    pick({
      anchor: button,
      title: gettext("How are they linked?"),
      plain: true,
      options: RELATIONS(),
      onpick: (relation) => search(part, page, button, relation),
    }),
  );
  const heading = part.firstElementChild;
  const row = h("div.detail-section-head", {});
  heading.replaceWith(row);
  row.append(heading, button);
};
