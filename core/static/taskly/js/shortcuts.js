/*
 * Keyboard shortcuts: one registry for all of a page's, and the dialog that lists them.
 *
 * `shortcut("g b", label, run, {section})` makes one. Keys are a key ("c", "?", "ArrowDown"), two
 * after each other ("g b"), or one with Ctrl, Cmd on a Mac ("mod+k"). None is heard while somebody
 * types or a dialog is open, but those with Ctrl. Shortcuts of single keys can be turned off, for
 * those whose speech input or unsteady hands press keys that they don't mean.
 */
import { h, icon, typing } from "./dom.js";
import { gettext } from "./words.js";

const OFF = "taskly.shortcuts";
const PAUSE = 1200;
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const registered = new Map();
let pressed = "";
let pressedAt = 0;

/** Whether shortcuts of single keys are on. */
const areOn = () => localStorage.getItem(OFF) !== "off";

const turn = (on) => {
  if (on) {
    localStorage.removeItem(OFF);
  } else {
    localStorage.setItem(OFF, "off");
  }
};

/**
 * Make a shortcut; answers a function that takes it away again. `when` says whether it can be used
 * at the moment; what it can't do now is left to the browser.
 */
export const shortcut = (keys, label, run, { section = "", when = () => true } = {}) => {
  const entry = { keys, label, run, section: section || gettext("Everywhere"), when };
  registered.set(keys, entry);
  return () => {
    if (registered.get(keys) === entry) {
      registered.delete(keys);
    }
  };
};

// On a keyboard of another script the key's place says which letter is meant.
const nameOf = (event) => {
  const letter = /^Key([A-Z])$/.exec(event.code);
  if (letter && !/^[a-z]$/i.test(event.key)) {
    return letter[1].toLowerCase();
  }
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
};

const runIf = (entry, event) => {
  if (!entry || !entry.when()) {
    return false;
  }
  event.preventDefault();
  entry.run(event);
  return true;
};

const onKey = (event) => {
  if (event.defaultPrevented || event.repeat) {
    return;
  }
  const key = nameOf(event);
  if (event.altKey) {
    return;
  }
  if (isMac ? event.metaKey : event.ctrlKey) {
    runIf(registered.get(`mod+${key}`), event);
    return;
  }
  const isBusy = typing(event.target) || document.querySelector("dialog:modal");
  if (event.metaKey || event.ctrlKey || isBusy || !areOn()) {
    pressed = "";
    return;
  }
  const isInTime = event.timeStamp - pressedAt < PAUSE;
  const first = isInTime ? pressed : "";
  pressed = "";
  if (first && runIf(registered.get(`${first} ${key}`), event)) {
    return;
  }
  if (runIf(registered.get(key), event)) {
    return;
  }
  if ([...registered.keys()].some((keys) => keys.startsWith(`${key} `))) {
    pressed = key;
    pressedAt = event.timeStamp;
  }
};

const SAID = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  " ": gettext("Space"),
  Escape: "Esc",
};

/** The keys of a shortcut as they stand on the keyboard. */
export const keysOf = (keys) => {
  const parts = keys.length === 1 ? [keys] : keys.split(/[ +]/);
  return parts.map((part) => {
    if (part === "mod") {
      return isMac ? "⌘" : "Ctrl";
    }
    return SAID[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
};

const row = ([label, ways]) =>
  h(
    "div.shortcut",
    {},
    h("dt", {}, ways.map((keys) => h("span", {}, keysOf(keys).map((key) => h("kbd", {}, key))))),
    h("dd", {}, label),
  );

/** The shortcuts by section and by what they do, which there may be several ways for. */
const lists = () => {
  const sections = new Map();
  for (const { keys, label, section } of registered.values()) {
    const labels = sections.get(section) ?? new Map();
    labels.set(label, [...(labels.get(label) ?? []), keys]);
    sections.set(section, labels);
  }
  return [...sections].map(([name, labels]) =>
    h("section", {}, h("h3", {}, name), h("dl", {}, [...labels].map(row))),
  );
};

let dialog;

/** Show what can be done by keyboard on this page. */
export const showHelp = () => {
  dialog?.remove();
  const on = h("input", {
    type: "checkbox",
    checked: areOn(),
    onchange: (event) => turn(event.target.checked),
  });
  dialog = h(
    "dialog.sheet.shortcuts",
    { "aria-labelledby": "shortcuts-title" },
    h(
      "header.sheet-head",
      {},
      h("h2", { id: "shortcuts-title" }, gettext("Keyboard shortcuts")),
      h(
        "button.icon-button",
        { type: "button", "aria-label": gettext("Close"), onclick: () => dialog.close() },
        icon("x"),
      ),
    ),
    h("div.shortcut-lists", {}, lists()),
    h(
      "footer.sheet-foot",
      {},
      h("label.switched", {}, on, h("span", {}, gettext("Shortcuts of single keys"))),
      h("p.help", {}, gettext("Turned off, only those with Ctrl or Cmd are heard.")),
    ),
  );
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
};

// While an input method composes a word, its keys are nobody else's: no field, no list and no
// shortcut hears of them. Safari tells of the key that ends a word after the word has ended; all
// that is special about that key is its code.
const composed = (event) => event.isComposing || event.keyCode === 229;
addEventListener("keydown", (event) => composed(event) && event.stopPropagation(), true);

document.addEventListener("keydown", onKey);
