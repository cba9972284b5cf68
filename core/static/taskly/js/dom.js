/*
 * Small pieces that every scripted page uses: elements, icons, what is said to a screen reader and
 * what is shown for a moment. Texts are always set as text: nothing here takes HTML.
 */
import { gettext } from "./words.js";

/**
 * An element: `h("button.icon-button", {type: "button", "aria-label": name, onclick}, icon("x"))`.
 * Properties that start with "on" are listeners, `dataset` is one by name, `true` sets an empty
 * attribute, and `false`, null and undefined leave it out. Children are nodes or texts.
 */
export const h = (selector, properties = {}, ...children) => {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) {
    element.className = classes.join(" ");
  }
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === false || value === null || value === undefined) {
      continue;
    }
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const SVG = "http://www.w3.org/2000/svg";
const sprite = () => document.documentElement.dataset.sprite ?? "";

/** An icon of the sprite, an ornament like the template tag of that name. */
export const icon = (name, classes = "") => {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", `icon ${classes}`.trim());
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  drawn.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite()}#${name}`);
  drawn.append(use);
  return drawn;
};

let live;

/** Say something to a screen reader; `urgent` interrupts what it is saying. */
export const announce = (text, { urgent = false } = {}) => {
  if (!live) {
    live = {
      polite: h("div.visually-hidden", { role: "status", "aria-live": "polite" }),
      assertive: h("div.visually-hidden", { role: "alert", "aria-live": "assertive" }),
    };
    document.body.append(live.polite, live.assertive);
  }
  const region = urgent ? live.assertive : live.polite;
  // The same text twice is said twice only when it has been away in between.
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 30);
};

let shelf;

/**
 * Show a message for a while: `kind` is "done", "told" or "refused" (which stays until it is
 * closed); `act` is a further button `{label, run}`. Answers a function that takes it away.
 */
export const toast = (text, { kind = "told", act = null, seconds = 6 } = {}) => {
  if (!shelf) {
    shelf = h("section.toasts", { "aria-label": gettext("Messages") });
    document.body.append(shelf);
  }
  const away = () => message.remove();
  const message = h(
    `div.toast.toast-${kind}`,
    { role: kind === "refused" ? "alert" : "status" },
    icon(kind === "refused" ? "triangle-alert" : kind === "done" ? "circle-check" : "info"),
    h("p", {}, text),
    act &&
      h("button.toast-act", { type: "button", onclick: () => (away(), act.run()) }, act.label),
    h(
      "button.icon-button",
      { type: "button", "aria-label": gettext("Close"), onclick: away },
      icon("x"),
    ),
  );
  shelf.append(message);
  while (shelf.children.length > 4) {
    shelf.firstElementChild.remove();
  }
  if (kind !== "refused") {
    setTimeout(away, seconds * 1000);
  }
  return away;
};

/** What the page was given by `json_script` under `id`. */
export const given = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");

/** Whether keys belong to a field of text and not to the page. */
export const typing = (target) =>
  Boolean(target?.closest?.("input, textarea, select, [contenteditable]"));
