/*
 * A menu below the button that opens it, the same for mouse, touch and keyboard.
 */
import { h, icon } from "../js/dom.js";

let shown = null;

/** Close the menu that is open, if any. */
const closeMenu = ({ refocus = false } = {}) => {
  if (!shown) {
    return;
  }
  const { element, button } = shown;
  shown = null;
  element.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus && button.isConnected) {
    button.focus({ preventScroll: true });
  }
};

const place = (element, at) => {
  const { width, height } = element.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.right - width), innerWidth - width - 8);
  const below = at.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, at.top - height - 4) : below;
  element.style.left = `${Math.max(8, left)}px`;
  element.style.top = `${top}px`;
};

const keys = (event, items) => {
  const at = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1 + items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  event.stopPropagation();
  if (to !== undefined) {
    event.preventDefault();
    items[to % items.length].focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    closeMenu({ refocus: true });
  } else if (event.key === "Tab") {
    closeMenu({ refocus: true });
  }
};

/**
 * Open a menu below `button` (again: close it). `entries` are `{label, icon, run, kind, href}`,
 * `kind: "danger"` for what takes away, or null for a line between groups.
 */
export const openMenu = (button, entries, { label = button.getAttribute("aria-label") } = {}) => {
  const again = shown?.button === button;
  closeMenu();
  if (again) {
    return;
  }
  const items = [];
  const element = h("div.board-menu", {
    role: "menu",
    "aria-label": label,
    popover: "manual",
    tabindex: "-1",
  });
  for (const entry of entries) {
    if (!entry) {
      element.append(h("hr", { role: "separator" }));
      continue;
    }
    const item = h(
      `${entry.href ? "a" : "button"}.board-menu-item${entry.kind === "danger" ? ".is-danger" : ""}`,
      {
        type: entry.href ? null : "button",
        href: entry.href,
        role: "menuitem",
        tabindex: "-1",
        onclick: () => {
          closeMenu({ refocus: true });
          entry.run?.();
        },
      },
      icon(entry.icon),
      h("span", {}, entry.label),
      entry.key && h("kbd", { "aria-hidden": "true" }, entry.key),
    );
    items.push(item);
    element.append(item);
  }
  element.addEventListener("keydown", (event) => keys(event, items));
  shown = { element, button };
  // Within the page's content, where whoever reads by landmarks finds it.
  (button.closest("main") ?? document.body).append(element);
  element.showPopover();
  button.setAttribute("aria-expanded", "true");
  place(element, button.getBoundingClientRect());
  items[0]?.focus();
};

document.addEventListener(
  "pointerdown",
  (event) => {
    if (shown && !shown.element.contains(event.target) && !shown.button.contains(event.target)) {
      closeMenu();
    }
  },
  true,
);
addEventListener("resize", () => closeMenu());
addEventListener("scroll", (event) => shown && !shown.element.contains(event.target) && closeMenu(), true);
