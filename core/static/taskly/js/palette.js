/*
 * The search palette: a dialog that goes to anything by a few letters. The server answers what the
 * person may see; a few actions of the page itself are added here.
 */
import { call } from "./api.js";
import { h, icon } from "./dom.js";
import { gettext, interpolate, ngettext } from "./words.js";

const PAUSE = 120;
const LONGEST = 200;

/**
 * A palette: `url` is asked, `actions` are `{title, icon, run}` of the page. Answers
 * `{open(text), close()}`.
 */
export const createPalette = ({ url, actions }) => {
  let asking = null;
  let timer = 0;
  let asked = null;
  let options = [];
  let chosen = -1;

  const field = h("input", {
    type: "text",
    role: "combobox",
    id: "palette-field",
    maxlength: LONGEST,
    placeholder: gettext("Search, or go to…"),
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": gettext("Search everything"),
    "aria-autocomplete": "list",
    "aria-controls": "palette-list",
    "aria-expanded": "false",
  });
  const list = h("div.palette-list", {
    id: "palette-list",
    role: "listbox",
    "aria-label": gettext("Found"),
  });
  const said = h("p.palette-said", { hidden: true });
  const spoken = h("p.visually-hidden", { role: "status" });
  const close = h(
    "button.icon-button",
    { type: "button", "aria-label": gettext("Close"), onclick: () => dialog.close() },
    icon("x"),
  );
  const hint = (key, text) => h("span", {}, h("kbd", {}, key), text);
  const dialog = h(
    "dialog.palette",
    { "aria-label": gettext("Search everything") },
    h("div.palette-head", {}, icon("search"), field, close),
    list,
    said,
    spoken,
    h(
      "div.palette-foot",
      { "aria-hidden": "true" },
      hint("↑↓", gettext("choose")),
      hint("↵", gettext("open")),
      hint("Esc", gettext("close")),
    ),
  );
  document.body.append(dialog);

  const choose = (index) => {
    options[chosen]?.element.setAttribute("aria-selected", "false");
    chosen = options.length ? (index + options.length) % options.length : -1;
    const option = options[chosen];
    if (option) {
      option.element.setAttribute("aria-selected", "true");
      field.setAttribute("aria-activedescendant", option.element.id);
      option.element.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  };

  const follow = (option, event) => {
    if (option.run) {
      event.preventDefault();
      dialog.close();
      option.run();
    } else if (event.type !== "click") {
      if (event.ctrlKey || event.metaKey) {
        window.open(option.url, "_blank", "noopener");
      } else {
        location.assign(option.url);
      }
    }
  };

  const pieces = (parts) =>
    parts.map(([text, isFound]) => (isFound ? h("mark", {}, text) : text));

  const draw = (item) => {
    const position = options.length;
    const option = { ...item };
    option.element = h(
      item.url ? "a.palette-option" : "div.palette-option",
      {
        href: item.url,
        id: `palette-option-${position}`,
        role: "option",
        tabindex: "-1",
        "aria-selected": "false",
        onclick: (event) => follow(option, event),
        onpointermove: () => chosen !== position && choose(position),
      },
      icon(item.icon),
      h(
        "span.palette-text",
        {},
        h(
          "span.palette-title",
          {},
          item.key && h("span.palette-key", {}, item.key),
          item.parts ? pieces(item.parts) : item.title,
        ),
        item.excerpt?.some(([, isFound]) => isFound) &&
          h("span.palette-excerpt", {}, pieces(item.excerpt)),
      ),
      item.note && h("span.palette-note", {}, item.note),
    );
    options.push(option);
    return option.element;
  };

  const group = ({ name, items }, number) => {
    const title = `palette-group-${number}`;
    return h(
      "div.palette-group",
      { role: "group", "aria-labelledby": title },
      h("div.palette-group-name", { id: title, role: "presentation" }, name),
      items.map(draw),
    );
  };

  const ownActions = (text) => {
    const wanted = text.toLocaleLowerCase();
    return actions.filter(({ title }) => {
      const name = title.toLocaleLowerCase();
      return name.startsWith(wanted) || name.includes(` ${wanted}`);
    });
  };

  const show = (text, answer) => {
    options = [];
    chosen = -1;
    const groups = [...answer.groups];
    const own = text ? ownActions(text) : [];
    if (own.length) {
      groups.push({ name: gettext("Actions of this page"), items: own });
    }
    if (answer.all) {
      const title = interpolate(gettext("All that has “%(text)s”"), { text });
      groups.push({
        name: gettext("Search everywhere"),
        items: [{ title, url: answer.all, icon: "search" }],
      });
    }
    list.replaceChildren(...groups.map(group));
    const found = options.length - (answer.all ? 1 : 0);
    said.hidden = Boolean(options.length);
    said.textContent = text
      ? gettext("Nothing is called that.")
      : gettext("Type a key such as ACME-42, a word, or the name of a page.");
    field.setAttribute("aria-expanded", String(Boolean(options.length)));
    choose(text || options.length ? 0 : -1);
    spoken.textContent = text
      ? interpolate(ngettext("%(found)s found", "%(found)s found", found), { found })
      : "";
  };

  const fail = () => {
    options = [];
    chosen = -1;
    list.replaceChildren();
    said.hidden = false;
    said.textContent = gettext("The search can't be reached. Try again in a moment.");
    field.setAttribute("aria-expanded", "false");
    spoken.textContent = said.textContent;
  };

  const ask = async () => {
    const text = field.value.trim();
    if (text === asked) {
      return;
    }
    asked = text;
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    dialog.classList.add("is-asking");
    try {
      const { data } = await call("GET", `${url}?${new URLSearchParams({ q: text })}`, {
        signal: mine.signal,
      });
      // Whoever was signed out meanwhile gets the page for signing in, which is no answer.
      if (data?.groups) {
        show(text, data);
      } else {
        fail();
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        asked = null;
        fail();
      }
    } finally {
      if (asking === mine) {
        dialog.classList.remove("is-asking");
      }
    }
  };

  const MOVES = { ArrowDown: () => chosen + 1, ArrowUp: () => chosen - 1 };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key in MOVES) {
      event.preventDefault();
      choose(MOVES[event.key]());
    } else if (event.key === "Enter") {
      event.preventDefault();
      const isSettled = field.value.trim() === asked && !dialog.classList.contains("is-asking");
      if (isSettled && options[chosen]) {
        follow(options[chosen], event);
      } else {
        // Faster than the answer: it is opened as soon as it is there.
        clearTimeout(timer);
        ask().then(() => options[chosen] && dialog.open && follow(options[chosen], event));
      }
    }
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    asking?.abort();
    asked = null;
    field.value = "";
  });

  return {
    open: (text = "") => {
      if (dialog.open) {
        dialog.close();
        return;
      }
      list.replaceChildren();
      said.hidden = true;
      options = [];
      field.value = text;
      dialog.showModal();
      field.focus();
      field.select();
      ask();
    },
    close: () => dialog.close(),
  };
};
