/*
 * A list to choose from, opened at a button: with a field that narrows it down, by mouse and by
 * keyboard (a combobox with a listbox). It stands in the browser's top layer, so that nothing
 * around the button cuts it off.
 */
import { announce, h, icon } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";

const SOON = 200;
let opened = null;
let count = 0;

const place = (box, anchor) => {
  const around = anchor.getBoundingClientRect();
  const width = Math.min(320, innerWidth - 16);
  const height = box.offsetHeight;
  const below = innerHeight - around.bottom - 8;
  box.style.width = `${width}px`;
  box.style.left = `${Math.max(8, Math.min(around.left, innerWidth - width - 8))}px`;
  const top = below >= height || below > around.top ? around.bottom + 4 : around.top - height - 4;
  box.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
};

/**
 * Open a list at `anchor`. `options` are `{value, label, note, mark, chosen, danger}` (`mark` makes
 * what stands before the label), or a promise of them, or come from `load(text, signal)`: the field
 * is there at once, so that what is typed meanwhile goes into it. With `multiple` it stays open.
 * `create(text)` makes an option for what isn't there. `onpick(option)` may answer a promise of new
 * options. Answers a function that closes it.
 */
export const pick = ({ anchor, title, options = [], load, multiple, create, placeholder, plain, onpick, onclose }) => {
  opened?.();
  const number = (count += 1);
  let shown = [];
  let active = 0;
  let waiting = null;
  let known = Array.isArray(options) ? options : [];
  let ready = Array.isArray(options) ? null : options;

  const list = h("ul.pick-list", {
    role: "listbox",
    id: `pick-${number}`,
    "aria-label": title,
    "aria-multiselectable": multiple ? "true" : null,
  });
  const empty = h("p.pick-empty", { role: "status" });
  const field = h("input.pick-field", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    readonly: plain,
    "aria-label": title,
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    placeholder: placeholder ?? gettext("Filter…"),
  });
  const box = h(
    `div.pick${plain ? ".pick-plain" : ""}`,
    { popover: "manual", role: "dialog", "aria-label": title, tabindex: "-1" },
    field,
    list,
    empty,
  );

  const point = (index, { scroll = true } = {}) => {
    active = Math.max(0, Math.min(index, shown.length - 1));
    [...list.children].forEach((item, place) => item.classList.toggle("is-active", place === active));
    const item = list.children[active];
    if (item) {
      field.setAttribute("aria-activedescendant", item.id);
      if (scroll) {
        item.scrollIntoView({ block: "nearest" });
      }
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const draw = (found) => {
    shown = found;
    list.replaceChildren(
      ...found.map((option, index) =>
        h(
          `li.pick-option${option.danger ? ".is-danger" : ""}`,
          {
            role: "option",
            id: `pick-${number}-${index}`,
            "aria-selected": String(Boolean(option.chosen)),
            onpointermove: () => active !== index && point(index, { scroll: false }),
            onclick: () => choose(option),
          },
          multiple && h("span.pick-tick", {}, option.chosen && icon("check")),
          option.mark?.(),
          h("span.pick-label", { dir: "auto" }, option.label),
          option.note && h("span.pick-note", {}, option.note),
          !multiple && option.chosen && h("span.pick-tick", {}, icon("check")),
        ),
      ),
    );
    empty.textContent = found.length || ready ? "" : gettext("Nothing fits.");
    place(box, anchor);
  };

  const narrow = () => {
    const text = field.value.trim().toLowerCase();
    const words = text.split(/\s+/).filter(Boolean);
    const fits = ({ label, note }) => words.every((word) => `${label} ${note ?? ""}`.toLowerCase().includes(word));
    const found = known.filter(fits);
    const exact = known.some((option) => option.label.toLowerCase() === text);
    if (create && text && !exact && !ready) {
      found.push(create(field.value.trim()));
    }
    draw(found);
    point(text ? 0 : Math.max(0, found.findIndex((option) => option.chosen && !multiple)));
  };

  const look = () => {
    clearTimeout(waiting?.timer);
    waiting?.control.abort();
    const control = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const found = await load(field.value.trim(), control.signal);
        draw(found);
        point(0);
        if (!field.value.trim()) {
          empty.textContent = "";
        } else {
          const told = ngettext("%(number)s card found", "%(number)s cards found", found.length);
          announce(interpolate(told, { number: found.length }));
        }
      } catch (error) {
        if (error.name !== "AbortError") {
          draw([]);
          empty.textContent = error.message;
        }
      }
    }, SOON);
    waiting = { timer, control };
  };

  const choose = async (option) => {
    if (!multiple) {
      close();
      onpick(option);
      return;
    }
    const answered = await onpick(option);
    if (answered && box.isConnected) {
      known = answered;
      const index = active;
      if (option.created) {
        field.value = "";
      }
      narrow();
      point(index);
    }
  };

  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) {
      close({ refocus: false });
    }
  };
  const follow = () => place(box, anchor);

  function close({ refocus = true } = {}) {
    if (opened !== close) {
      return;
    }
    opened = null;
    waiting?.control.abort();
    clearTimeout(waiting?.timer);
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("scroll", follow, true);
    removeEventListener("resize", follow);
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus) {
      anchor.focus({ preventScroll: true });
    }
    onclose?.();
  }

  box.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) {
      const length = Math.max(1, shown.length);
      const step = steps[event.key];
      point(Math.abs(step) > 1 ? active + step : (active + step + length) % length);
    } else if (event.key === "Enter") {
      // Pressed before there was anything to choose from, it is meant for what comes.
      Promise.resolve(ready)
        .then(() => shown[active] && box.isConnected && choose(shown[active]))
        .catch(() => {});
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Tab") {
      close();
      return;
    } else if (event.key === "Home" && plain) {
      point(0);
    } else if (event.key === "End" && plain) {
      point(shown.length - 1);
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    // Keys that were for the list are not for the page (or the panel) around it.
    event.stopPropagation();
  });
  field.addEventListener("input", load ? look : narrow);
  // Choosing by mouse leaves the keyboard where it was.
  list.addEventListener("mousedown", (event) => event.preventDefault());

  anchor.after(box);
  box.showPopover();
  opened = close;
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  addEventListener("scroll", follow, true);
  addEventListener("resize", follow);
  if (load) {
    draw([]);
    empty.textContent = "";
    look();
  } else {
    narrow();
  }
  field.focus({ preventScroll: true });
  ready = ready?.then(
    (found) => {
      known = found;
      ready = null;
      if (box.isConnected) {
        narrow();
      }
    },
    (error) => {
      ready = null;
      empty.textContent = error.message;
    },
  );
  return close;
};

/** A question before something that can't be taken back; answers whether it was said yes to. */
export const ask = (host, { title, text, yes }) =>
  new Promise((answer) => {
    const done = (said) => {
      dialog.close();
      dialog.remove();
      answer(said);
    };
    const dialog = h(
      "dialog.detail-dialog",
      { "aria-label": title },
      h("h2", {}, title),
      h("p", {}, text),
      h(
        "div.detail-dialog-acts",
        {},
        h("button.button", { type: "button", onclick: () => done(false) }, gettext("Cancel")),
        h("button.button.danger", { type: "button", onclick: () => done(true) }, yes),
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      done(false);
    });
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    host.append(dialog);
    dialog.showModal();
  });
