/*
 * A field for Markdown: written in one tab, shown in the other as the server will show it. What
 * is written is kept in the browser until it is saved, so that no reload and no lost connection
 * takes it away.
 */
import { h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";
import { completeMentions } from "./mentions.js";
import { previewing } from "./preview.js";
import { clearNotice } from "./save.js";

const SOON = 250;
let count = 0;

// How each field that is open keeps its text. A card that was closed is held by nothing, and what
// stood in its fields is not kept once more over what was saved since.
const keepers = new WeakMap();
addEventListener("pagehide", () => {
  document.querySelectorAll(".editor textarea").forEach((field) => keepers.get(field)?.());
});

/** What is kept of unsaved texts: by person and card, in this browser alone. */
export const drafts = (page) => {
  const name = (what) => `taskly.draft.${page.me}.${page.card.id}.${what}`;
  return {
    read(what) {
      try {
        return JSON.parse(localStorage.getItem(name(what)));
      } catch {
        return null;
      }
    },
    keep(what, draft) {
      try {
        localStorage.setItem(name(what), JSON.stringify(draft));
      } catch {
        // A full or forbidden store keeps no drafts; the text in the field is still there.
      }
    },
    drop(what) {
      try {
        localStorage.removeItem(name(what));
      } catch {
        // Nothing was kept either.
      }
    },
  };
};

/**
 * An editor for one text. `what` names its draft, `base` goes with the draft (what the writer had
 * seen); `onsave(text, draft)` answers a promise, and what it throws is for it to tell.
 */
export const createEditor = (page, { what, label, text = "", base = null, save, rows = 8, most, placeholder, onsave, oncancel }) => {
  const number = (count += 1);
  const kept = drafts(page);
  const present = kept.read(what);
  const restored = present && present.text !== text ? present : null;
  const draft = restored ?? { text, base };

  const field = h("textarea", {
    id: `editor-${number}`,
    rows,
    dir: "auto",
    "aria-label": label,
    placeholder,
    dataset: { focus: `editor-${what}` },
  });
  field.value = draft.text;
  const mentions = completeMentions(field, async () => (await page.choices()).members);
  const { tabs, panels, show } = previewing({ field, label, workspace: () => page.workspace, beneath: mentions });

  let timer;
  const keep = () => {
    clearTimeout(timer);
    if (field.value === text) {
      kept.drop(what);
    } else {
      kept.keep(what, { ...draft, text: field.value });
    }
  };
  const grow = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, innerHeight * 0.7)}px`;
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, SOON);
    grow();
    told.hidden = true;
  });
  keepers.set(field, keep);

  const end = () => {
    clearTimeout(timer);
    keepers.delete(field);
    kept.drop(what);
  };
  const cancel = () => {
    end();
    oncancel?.();
  };
  const submit = async () => {
    if (button.getAttribute("aria-busy") === "true") {
      return;
    }
    keep();
    clearNotice(element);
    button.setAttribute("aria-busy", "true");
    try {
      if (await onsave(field.value, draft)) {
        end();
      }
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  const button = h("button.button.default", { type: "button", onclick: submit }, save);
  const told = h(
    "p.editor-restored",
    { role: "status", hidden: !restored },
    icon("history"),
    h("span", {}, gettext("What you had not saved is here again.")),
    h(
      "button.detail-quiet-button",
      {
        type: "button",
        onclick: () => {
          field.value = text;
          draft.base = base;
          kept.drop(what);
          told.hidden = true;
          grow();
          field.focus();
        },
      },
      gettext("Discard it"),
    ),
  );
  const element = h(
    "div.editor",
    { role: "group", "aria-label": label },
    told,
    tabs,
    panels,
    h(
      "div.editor-acts",
      {},
      button,
      oncancel && h("button.button", { type: "button", onclick: cancel }, gettext("Cancel")),
      h("span.editor-hint.quiet", {}, gettext("Markdown. Ctrl+Enter saves.")),
    ),
  );
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && oncancel) {
      event.preventDefault();
      // A panel around it would close as well.
      event.stopPropagation();
      if (field.value === text) {
        cancel();
      }
    }
  });
  return {
    element,
    field,
    draft,
    grow,
    focus: () => {
      grow();
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    },
    setText: (value, seen) => {
      field.value = value;
      draft.base = seen;
      grow();
    },
    isRestored: Boolean(restored),
    isWritten: () => field.value !== text,
    clear: () => {
      field.value = "";
      kept.drop(what);
      grow();
      show(0);
    },
  };
};
