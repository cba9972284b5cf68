/* The card's title, description and acceptance criteria, edited where they stand. */
import { h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";
import { createEditor, drafts } from "./editor.js";
import { editLine } from "./line.js";
import { explain, saveField } from "./save.js";

/** The title, on one line. */
export const title = (part, page) => {
  if (!page.may.write) {
    return;
  }
  const heading = part.querySelector(".detail-title");
  const button = h(
    "button.icon-button.detail-title-edit",
    { type: "button", "aria-label": gettext("Edit title"), dataset: { focus: "title" } },
    icon("pencil"),
  );
  part.append(button);
  const open = () => {
    if (part.dataset.busy !== undefined) {
      return;
    }
    const field = h("textarea.detail-title-field", { rows: 1, dir: "auto", "aria-label": gettext("Title"), dataset: { focus: "title" } });
    field.value = page.card.title;
    const grow = () => {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
    };
    field.addEventListener("input", grow);
    editLine(part, page, field, {
      name: "title",
      read: () => field.value.replace(/\s*\n\s*/g, " ").trim(),
      onclose: ({ refocus, saved }) => {
        const focused = part.contains(document.activeElement);
        field.remove();
        heading.textContent = saved?.title ?? heading.textContent;
        heading.hidden = button.hidden = false;
        if (refocus && focused) {
          button.focus({ preventScroll: true });
        }
      },
    });
    heading.hidden = button.hidden = true;
    part.prepend(field);
    grow();
    field.focus();
    field.select();
  };
  button.addEventListener("click", open);
  heading.addEventListener("click", () => {
    if (!String(getSelection())) {
      open();
    }
  });
};

/** A text in Markdown: the description, or the acceptance criteria. */
export const description = (part, page) => {
  if (!page.may.write) {
    return;
  }
  const name = part.dataset.field;
  const heading = part.firstElementChild;
  const isDescription = name === "description";
  const label = isDescription ? gettext("Description") : gettext("Acceptance criteria");
  const present = () => (isDescription ? page.card.description : page.card.metadata.acceptance_criteria ?? "");
  const shown = part.querySelector(".markdown, .detail-none");
  const button = h(
    "button.detail-quiet-button",
    {
      type: "button",
      "aria-label": isDescription ? gettext("Edit description") : gettext("Edit acceptance criteria"),
      dataset: { focus: `edit-${name}` },
    },
    icon("pencil"),
    gettext("Edit"),
  );
  const row = h("div.detail-section-head", {});
  heading.replaceWith(row);
  row.append(heading, button);

  const open = ({ focus = true } = {}) => {
    part.dataset.busy = "";
    const seen = page.card;
    const close = () => {
      editor.element.remove();
      shown.hidden = button.hidden = false;
      if (part.contains(document.activeElement) || document.activeElement === document.body) {
        button.focus({ preventScroll: true });
      }
      delete part.dataset.busy;
      page.refresh();
    };
    const editor = createEditor(page, {
      what: name,
      label,
      text: present(),
      base: present(),
      rows: isDescription ? 10 : 4,
      save: gettext("Save"),
      oncancel: close,
      onsave: async (text, draft) => {
        const base = isDescription
          ? { ...seen, description: draft.base }
          : { ...seen, metadata: { ...seen.metadata, acceptance_criteria: draft.base } };
        const wanted = isDescription ? text : text.trim() || null;
        try {
          await saveField(page, name, wanted, { base });
        } catch (error) {
          explain(editor.element, error, {
            mine: () => {
              draft.base = present();
              editor.element.querySelector(".button.default").click();
            },
            theirs: () => editor.setText(present(), present()),
            shown: (theirs) => theirs ?? "",
          });
          return false;
        }
        close();
        return true;
      },
    });
    shown.hidden = button.hidden = true;
    part.append(editor.element);
    editor.grow();
    if (focus) {
      editor.focus();
    }
  };
  button.addEventListener("click", () => open());
  const draft = drafts(page).read(name);
  if (draft && draft.text !== present()) {
    open({ focus: false });
  }
};
