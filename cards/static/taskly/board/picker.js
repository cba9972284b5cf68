/*
 * Choosing from a list by mouse, touch or keyboard: type to filter, arrows to go, Enter to choose.
 * One of several (it closes then), or any number of them.
 */
import { announce, h, icon } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { openPopover } from "./popover.js";

let numbered = 0;

const plain = (text) => text.toLocaleLowerCase().normalize("NFC");

/**
 * Open a list beside `anchor`. `options` are `{value, text, hint, mark}` (`mark()` makes a picture
 * before the text); `chosen` are the values that are ticked; `several` lets any number be so.
 * `onchoose(value, chosen)` is called at each choice with the values ticked from then on, and may
 * answer a promise: what it refuses is said in the sheet and the tick taken back (an error with
 * `shown` nodes shows these). `make(text)` answers an option for a text that no option has, or
 * null (its `named` is what the list calls it from then on; its `instead()` is called in place of
 * choosing it); `prompt` says what to type; `foot` are further nodes. Answers what `openPopover` does.
 */
export const openPicker = (
  anchor,
  {
    label,
    options,
    chosen = [],
    several = false,
    onchoose,
    make = null,
    prompt = gettext("Find…"),
    foot = [],
    onclose,
  },
) => {
  const ticked = new Set(chosen);
  const id = `picker-${(numbered += 1)}`;
  const typed = options.length > 7 || make !== null;
  // A finger chooses from the list: the keyboard comes up when the field is touched.
  const touched = matchMedia("(pointer: coarse)").matches;
  let all = [...options];
  let shown = [];
  let active = 0;

  const list = h("ul.picker-list", {
    id: `${id}-list`,
    role: "listbox",
    "aria-label": label,
    "aria-multiselectable": several && "true",
    tabindex: typed ? "-1" : "0",
    autofocus: !typed || touched,
  });
  const field = h("input.picker-search", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    maxlength: "200",
    placeholder: prompt,
    "aria-label": prompt,
    "aria-expanded": "true",
    "aria-controls": `${id}-list`,
    "aria-autocomplete": "list",
    autofocus: typed && !touched,
  });
  const none = h("p.picker-none", {}, gettext("Nothing of that name"));
  const keyed = typed ? field : list;

  const go = (index) => {
    active = Math.max(0, Math.min(index, shown.length - 1));
    for (const [place, item] of [...list.children].entries()) {
      item.classList.toggle("is-active", place === active);
    }
    const item = list.children[active];
    if (item) {
      keyed.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      keyed.removeAttribute("aria-activedescendant");
    }
  };

  const draw = () => {
    const wanted = plain(field.value.trim());
    shown = all.filter(
      (each) => !wanted || plain(each.text).includes(wanted) || plain(each.hint ?? "").includes(wanted),
    );
    if (make && wanted && !all.some((each) => plain(each.text) === wanted)) {
      const made = make(field.value.trim());
      shown.push(...(made ? [{ ...made, made: true }] : []));
    }
    list.replaceChildren(
      ...shown.map((each, place) =>
        h(
          `li.picker-option${each.made ? ".is-made" : ""}`,
          {
            id: `${id}-${place}`,
            role: "option",
            "aria-selected": String(ticked.has(each.value)),
            onclick: () => choose(place),
            onpointermove: () => place !== active && go(place),
          },
          several && !each.made && h("span.picker-box", { "aria-hidden": "true" }, icon("check")),
          each.made ? icon("plus") : (each.mark?.() ?? null),
          h("span.picker-text", {}, each.text),
          each.hint && h("span.picker-hint", {}, each.hint),
          !several && ticked.has(each.value) && icon("check", "picker-tick"),
        ),
      ),
    );
    none.hidden = shown.length > 0;
    list.hidden = shown.length === 0;
  };

  const redraw = (index) => {
    draw();
    go(index);
    sheet.place();
  };

  const choose = async (place) => {
    const each = shown[place];
    if (!each) {
      return;
    }
    if (each.instead) {
      each.instead();
      return;
    }
    const before = new Set(ticked);
    if (!several) {
      ticked.clear();
      ticked.add(each.value);
    } else if (!ticked.delete(each.value)) {
      ticked.add(each.value);
    }
    if (each.made) {
      all = [...all, { ...each, text: each.named ?? each.text, made: false }];
      field.value = "";
    }
    sheet.say();
    redraw(each.made ? all.length - 1 : place);
    try {
      const done = onchoose(each.value, [...ticked]);
      if (!several && !(done instanceof Promise)) {
        sheet.close();
        return;
      }
      await done;
      if (!several) {
        sheet.close();
      }
    } catch (error) {
      ticked.clear();
      before.forEach((value) => ticked.add(value));
      if (each.made) {
        all = all.filter((other) => other.value !== each.value);
      }
      redraw(place);
      sheet.say(...(error.shown ?? [error.message]));
    }
  };

  const letters = { text: "", at: 0 };
  const find = (letter) => {
    const now = performance.now();
    letters.text = now - letters.at < 700 ? letters.text + plain(letter) : plain(letter);
    letters.at = now;
    const found = shown.findIndex((each) => plain(each.text).startsWith(letters.text));
    if (found >= 0) {
      go(found);
    }
  };

  const keys = (event) => {
    const steps = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 8, PageUp: active - 8 };
    const ends = { Home: 0, End: shown.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      go(steps[event.key]);
    } else if (event.key in ends && !typed) {
      event.preventDefault();
      go(ends[event.key]);
    } else if (event.key === "Enter" || (event.key === " " && !typed)) {
      event.preventDefault();
      choose(active);
    } else if (!typed && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      find(event.key);
    }
  };
  keyed.addEventListener("keydown", keys);
  field.addEventListener("input", () => {
    redraw(0);
    announce(
      interpolate(ngettext("%(count)s choice", "%(count)s choices", shown.length), {
        count: shown.length,
      }),
    );
  });

  draw();
  const sheet = openPopover(anchor, {
    label,
    classes: "picker",
    content: [typed ? field : null, list, none, ...foot].filter(Boolean),
    onclose,
  });
  const first = shown.findIndex((each) => ticked.has(each.value));
  go(several || first < 0 ? 0 : first);
  return sheet;
};
