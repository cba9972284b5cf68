/*
 * A small sheet beside a control: where it stands, how it takes the keyboard and gives it back.
 * On a phone it stands at the foot of the window, where a thumb reaches it.
 */
import { h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";

const NARROW = "(max-width: 639px)";
const GAP = 4;
const EDGE = 8;
const INSET = 10;

let open = null;

/** Close what is open, as when somebody chooses something else. */
const closePopover = () => open?.close({ refocus: false });

/** Whether a sheet is open: then keys belong to it. */
export const popoverOpen = () => open !== null;

/** Say so where the anchor is a button that opens a sheet, and not just a place. */
const expand = (anchor, isOpen) => {
  if (anchor?.hasAttribute("aria-haspopup")) {
    anchor.setAttribute("aria-expanded", String(isOpen));
  }
};

const lie = (sheet, anchor) => {
  const at = anchor.getBoundingClientRect();
  sheet.style.width = `${Math.max(at.width + 2 * INSET, 200)}px`;
  const { width, height } = sheet.getBoundingClientRect();
  const top = Math.max(EDGE, Math.min(at.top - INSET, innerHeight - height - EDGE));
  sheet.style.left = `${Math.max(EDGE, Math.min(at.left - INSET, innerWidth - width - EDGE))}px`;
  sheet.style.top = `${top}px`;
};

const place = (sheet, anchor, over) => {
  if (matchMedia(NARROW).matches || !anchor.isConnected) {
    sheet.classList.add("is-at-foot");
    sheet.style.left = sheet.style.top = sheet.style.maxHeight = sheet.style.width = "";
    return;
  }
  sheet.classList.remove("is-at-foot");
  if (over) {
    lie(sheet, anchor);
    return;
  }
  sheet.style.maxHeight = "";
  const at = anchor.getBoundingClientRect();
  const { width, height } = sheet.getBoundingClientRect();
  const below = innerHeight - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const under = below >= Math.min(height, 240) || below >= above;
  const room = Math.max(160, under ? below : above);
  const tall = Math.min(height, room);
  const left = Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE));
  const top = under ? at.bottom + GAP : at.top - GAP - tall;
  sheet.style.left = `${left}px`;
  sheet.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - tall - EDGE))}px`;
  sheet.style.maxHeight = `${room}px`;
};

/**
 * Open a sheet called `label` beside `anchor` (an element, or a function that finds it, where it
 * may be drawn anew meanwhile). `content` are its nodes; the one with `autofocus` gets the focus,
 * which goes back to where it was when Escape or a choice closes it. `over` lays the sheet on the
 * anchor instead of beside it; `onoutside` is asked instead of closing when somebody goes on
 * elsewhere. `onclose` is called once, and told whether the focus was to go back. Answers
 * `{sheet, close, say, place}`; `say` shows what went wrong, and takes it away when empty.
 */
export const openPopover = (
  anchor,
  { label, classes = "", content, over = false, onoutside = null, onclose = () => {} },
) => {
  closePopover();
  const find = typeof anchor === "function" ? anchor : () => anchor;
  const started = document.activeElement;
  const wrong = h("p.popover-error", { role: "alert" });
  const sheet = h(
    `div.popover${classes && `.${classes}`}`,
    // It takes the focus itself where a click leaves it nowhere else (on a text; in Safari on a
    // button, too), so that its keys are heard.
    { role: "dialog", "aria-label": label, popover: "manual", tabindex: "-1" },
    h(
      "div.popover-head",
      {},
      h("strong", {}, label),
      h(
        "button.icon-button",
        { type: "button", "aria-label": gettext("Close"), onclick: () => self.close() },
        icon("x"),
      ),
    ),
    ...content,
    wrong,
  );
  wrong.hidden = true;

  const leave = onoutside ?? (() => self.close({ refocus: false }));
  const outside = (event) => {
    const on = event.target;
    if (!sheet.contains(on) && (over || !find()?.contains(on))) {
      leave();
    }
  };
  const left = (event) => {
    if (event.relatedTarget && !sheet.contains(event.relatedTarget)) {
      leave();
    }
  };
  const again = () => find() && place(sheet, find(), over);

  const self = {
    sheet,
    place: again,
    say(...nodes) {
      wrong.replaceChildren(...nodes);
      wrong.hidden = nodes.length === 0;
      again();
    },
    close({ refocus = true } = {}) {
      if (open !== self) {
        return;
      }
      open = null;
      sheet.removeEventListener("focusout", left);
      document.removeEventListener("pointerdown", outside, true);
      removeEventListener("resize", again);
      removeEventListener("scroll", again, true);
      sheet.remove();
      expand(find(), false);
      if (refocus) {
        const back = started?.isConnected && started !== document.body ? started : find();
        back?.focus({ preventScroll: true });
      }
      onclose(refocus);
    },
  };

  sheet.addEventListener("keydown", (event) => {
    // What is typed here is no shortcut of the board.
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      self.close();
    }
  });
  open = self;
  document.body.append(sheet);
  sheet.showPopover();
  expand(find(), true);
  again();
  (sheet.querySelector("[autofocus]") ?? sheet.querySelector("input, button"))?.focus();
  sheet.addEventListener("focusout", left);
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", again);
  addEventListener("scroll", again, true);
  return self;
};
