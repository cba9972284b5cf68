/* Checklists: adding, ticking, rewording, ordering by mouse, touch and keyboard, taking away. */
import { call } from "../js/api.js";
import { announce, h, icon } from "../js/dom.js";
import { landWhereReleased } from "../js/release.js";
import { gettext, interpolate } from "../js/words.js";
import { lineKeys } from "./line.js";
import { ask, pick } from "./picker.js";
import { clearNotice, explain } from "./save.js";

const tagOfItem = (part) => `"${part.dataset.id}.${part.dataset.version}"`;

const itemsOf = (list) => [...list.querySelectorAll(":scope > [data-kind=item]")];

/** Carry out a write and show the card as it is then; refusals stand beside `place`. */
const write = async (page, place, run) => {
  clearNotice(place);
  try {
    await run();
  } catch (error) {
    explain(place, error);
    await page.refresh();
    return false;
  }
  page.changed();
  await page.refresh();
  return true;
};

/** A field for one line of a checklist. */
const lineField = ({ label, value = "", placeholder, onsave, onclose, name }) => {
  const field = h("input.checklist-field", { type: "text", dir: "auto", "aria-label": label, placeholder, autocomplete: "off", dataset: { focus: name } });
  field.value = value;
  let saving = false;
  let closed = false;
  const close = () => {
    // Taking the field away is leaving it as well, which is said once.
    if (!closed) {
      closed = true;
      onclose();
    }
  };
  const save = async () => {
    const text = field.value.trim();
    if (saving || closed) {
      return;
    }
    if (!text || text === value) {
      close();
      return;
    }
    saving = true;
    try {
      if (await onsave(text)) {
        close();
      }
    } finally {
      saving = false;
    }
  };
  lineKeys(field, { save, leave: close });
  return { field, save };
};

/**
 * A field for one line after another: `onsave(text)` is called for each in turn, however fast they
 * are typed. A line that is refused comes back into the field, and those behind it wait for it.
 */
const linesField = ({ label, placeholder, onsave, onclose, name }) => {
  const field = h("input.checklist-field", { type: "text", dir: "auto", "aria-label": label, placeholder, autocomplete: "off", dataset: { focus: name } });
  const waiting = [];
  let saving = false;
  const takeBack = () => {
    const typed = field.value.trim();
    field.value = waiting.shift();
    if (typed) {
      waiting.push(typed);
    }
  };
  const save = async () => {
    const text = field.value.trim();
    if (!text) {
      if (!saving) {
        onclose();
      }
      return;
    }
    field.value = "";
    if (saving) {
      waiting.push(text);
      return;
    }
    waiting.unshift(text);
    saving = true;
    try {
      while (waiting.length) {
        if (!(await onsave(waiting[0]))) {
          takeBack();
          break;
        }
        waiting.shift();
      }
    } finally {
      saving = false;
    }
  };
  lineKeys(field, { save, leave: onclose });
  return field;
};

const move = (part, page, body) =>
  write(page, part, () => call("POST", `checklist-items/${part.dataset.id}/move/`, { body }));

/** One place up or down in its checklist. */
const step = async (part, page, by) => {
  const list = part.parentElement;
  const items = itemsOf(list);
  const anchor = items[items.indexOf(part) + by];
  if (!anchor) {
    announce(by < 0 ? gettext("This is the first item already.") : gettext("This is the last item already."));
    return;
  }
  const { id } = part.dataset;
  const place = by < 0 ? { before: anchor.dataset.id } : { after: anchor.dataset.id };
  if (await move(part, page, place)) {
    const moved = page.root.querySelector(`[data-kind=item][data-id="${id}"]`);
    const present = itemsOf(moved.parentElement);
    announce(
      interpolate(gettext("Item %(number)s of %(total)s"), {
        number: present.indexOf(moved) + 1,
        total: present.length,
      }),
    );
    moved.querySelector("[data-focus=more]")?.focus({ preventScroll: true });
  }
};

const reword = (part, page) => {
  if (part.dataset.busy !== undefined) {
    return;
  }
  part.dataset.busy = "";
  const shown = part.querySelector(".checklist-text");
  const close = () => {
    if (part.dataset.busy === undefined) {
      return;
    }
    delete part.dataset.busy;
    field.remove();
    shown.hidden = false;
    clearNotice(part);
    page.refresh();
    part.querySelector("[data-focus=more]")?.focus({ preventScroll: true });
  };
  const { field, save } = lineField({
    label: gettext("Text of the item"),
    value: shown.textContent,
    name: "text",
    onclose: close,
    onsave: async (text) => {
      clearNotice(part);
      try {
        await call("PATCH", `checklist-items/${part.dataset.id}/`, { body: { text }, match: tagOfItem(part) });
      } catch (error) {
        const current = error.status === 412 ? error.problem.current : null;
        if (current) {
          // Ticking an item raises its version, too: only another text is somebody's loss.
          part.dataset.version = current.version;
          if (current.text === shown.textContent) {
            return save.again(text);
          }
        }
        explain(part, error);
        return false;
      }
      shown.textContent = text;
      page.changed();
      return true;
    },
  });
  save.again = async (text) => {
    await call("PATCH", `checklist-items/${part.dataset.id}/`, { body: { text }, match: tagOfItem(part) });
    shown.textContent = text;
    page.changed();
    return true;
  };
  shown.hidden = true;
  shown.after(field);
  field.addEventListener("blur", (event) => {
    if (!part.contains(event.relatedTarget) && !part.querySelector(".detail-refusal")) {
      save();
    }
  });
  field.focus();
};

/** One item: its box, its text, and what else can be done with it. */
export const item = (part, page) => {
  if (!page.may.write) {
    return;
  }
  const text = part.querySelector(".checklist-text").textContent;
  const tick = h("input", {
    type: "checkbox",
    "aria-label": text,
    dataset: { focus: "tick" },
    onchange: () =>
      write(page, part, async () => {
        const { data } = await call("PATCH", `checklist-items/${part.dataset.id}/`, {
          body: { done: tick.checked },
        });
        part.dataset.version = data.version;
      }),
  });
  tick.checked = part.dataset.done === "true";
  part.querySelector(".checklist-box").replaceChildren(tick);
  part.querySelector(".checklist-text").addEventListener("click", () => reword(part, page));

  const handle = h("span.checklist-handle", { "aria-hidden": "true" }, icon("grip-vertical"));
  const remove = async () => {
    const next = part.nextElementSibling ?? part.previousElementSibling;
    const id = next?.dataset.id;
    const done = await write(page, part, () =>
      call("DELETE", `checklist-items/${part.dataset.id}/`, { match: tagOfItem(part) }),
    );
    if (done && id) {
      page.root.querySelector(`[data-kind=item][data-id="${id}"] [data-focus=more]`)?.focus();
    }
  };
  const more = h(
    "button.icon-button.checklist-more",
    {
      type: "button",
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      "aria-label": interpolate(gettext("Actions for %(name)s"), { name: text }),
      dataset: { focus: "more" },
      onclick: () => {
        part.dataset.busy = "";
        pick({
          anchor: more,
          title: interpolate(gettext("Actions for %(name)s"), { name: text }),
          plain: true,
          options: [
            { value: () => reword(part, page), label: gettext("Reword"), mark: () => icon("pencil") },
            { value: () => step(part, page, -1), label: gettext("Move up"), mark: () => icon("arrow-up") },
            { value: () => step(part, page, 1), label: gettext("Move down"), mark: () => icon("arrow-down") },
            { value: remove, label: gettext("Delete"), mark: () => icon("trash-2"), danger: true },
          ],
          onpick: (option) => option.value(),
          onclose: () => delete part.dataset.busy,
        });
      },
    },
    icon("ellipsis"),
  );
  part.prepend(handle);
  part.append(more);
  part.addEventListener("keydown", (event) => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step(part, page, event.key === "ArrowUp" ? -1 : 1);
    }
  });
};

let sorting;
/** SortableJS, which puts itself on the window; fetched when there is something to drag. */
const sortable = async () => {
  sorting ??= import("../../vendor/sortablejs/Sortable.min.js");
  await sorting;
  landWhereReleased();
  return window.Sortable;
};

/** A checklist as a whole: dragging its items, and the line that adds one. */
export const checklist = async (section, page) => {
  if (!page.may.write) {
    return;
  }
  const list = section.querySelector(".checklist-items");
  const name = section.dataset.key;
  const button = h(
    "button.detail-quiet-button.checklist-add",
    { type: "button", dataset: { focus: "add-item" } },
    icon("plus"),
    gettext("Add item"),
  );
  const place = h("div.checklist-new", {}, button);
  section.append(place);
  button.addEventListener("click", () => {
    const close = () => {
      const focused = place.contains(document.activeElement);
      field.remove();
      clearNotice(place);
      button.hidden = false;
      if (focused) {
        button.focus({ preventScroll: true });
      }
    };
    const field = linesField({
      label: interpolate(gettext("New item of %(name)s"), { name }),
      placeholder: gettext("What is to be done?"),
      name: "new-item",
      onclose: close,
      onsave: (text) =>
        write(page, place, () =>
          call("POST", "checklist-items/", { body: { card: page.card.id, checklist: name, text } }),
        ),
    });
    button.hidden = true;
    place.prepend(field);
    field.focus();
  });

  const Sortable = await sortable();
  Sortable.create(list, {
    group: `checklist-${page.card.id}`,
    handle: ".checklist-handle",
    draggable: "[data-kind=item]",
    // Its own dragging and not the browser's: the same by mouse and by finger.
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 4,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    ghostClass: "is-dragged",
    onEnd: ({ item: dragged, from, to, oldDraggableIndex, newDraggableIndex }) => {
      if (from === to && oldDraggableIndex === newDraggableIndex) {
        return;
      }
      const items = itemsOf(to);
      const index = items.indexOf(dragged);
      const beside = items[index - 1]
        ? { after: items[index - 1].dataset.id }
        : items[1]
          ? { before: items[1].dataset.id }
          : { place: "bottom" };
      move(dragged, page, { ...beside, checklist: to.closest(".checklist").dataset.key });
    },
  });
};

/** The name of a checklist, and what can be done with all of it. */
export const checklistHead = (part, page) => {
  if (!page.may.write) {
    return;
  }
  const { name } = part.dataset;
  const body = { card: page.card.id, checklist: name };
  const rename = () => {
    part.dataset.busy = "";
    const shown = part.querySelector(".checklist-name");
    const close = () => {
      delete part.dataset.busy;
      field.remove();
      shown.hidden = false;
      page.refresh();
    };
    const { field } = lineField({
      label: gettext("Name of the checklist"),
      value: name,
      name: "checklist-name",
      onclose: close,
      onsave: async (text) => {
        clearNotice(part);
        try {
          await call("POST", "checklist-items/rename/", { body: { ...body, name: text } });
        } catch (error) {
          explain(part, error);
          return false;
        }
        page.changed();
        return true;
      },
    });
    shown.hidden = true;
    shown.after(field);
    field.focus();
    field.select();
  };
  const remove = async () => {
    const sure = await ask(page.root, {
      title: interpolate(gettext("Delete the checklist “%(name)s”?"), { name }),
      text: gettext("All of its items go with it."),
      yes: gettext("Delete"),
    });
    if (sure) {
      await write(page, part, () => call("POST", "checklist-items/clear/", { body }));
    }
  };
  const more = h(
    "button.icon-button",
    {
      type: "button",
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      "aria-label": interpolate(gettext("Actions for the checklist %(name)s"), { name }),
      dataset: { focus: "more-checklist" },
      onclick: () =>
        pick({
          anchor: more,
          title: interpolate(gettext("Actions for the checklist %(name)s"), { name }),
          plain: true,
          options: [
            { value: rename, label: gettext("Rename"), mark: () => icon("pencil") },
            { value: remove, label: gettext("Delete"), mark: () => icon("trash-2"), danger: true },
          ],
          onpick: (option) => option.value(),
        }),
    },
    icon("ellipsis"),
  );
  part.append(more);
};

/** A new checklist: its name and its first item, since there is none without items. */
export const newChecklist = (part, page) => {
  if (!page.may.write) {
    return;
  }
  const button = h(
    "button.detail-quiet-button",
    { type: "button", dataset: { focus: "new-checklist" } },
    icon("list-plus"),
    gettext("Add checklist"),
  );
  part.append(button);
  button.addEventListener("click", () => {
    part.dataset.busy = "";
    const name = h("input.checklist-field", { type: "text", dir: "auto", "aria-label": gettext("Name of the checklist"), placeholder: gettext("Checklist") });
    const first = h("input.checklist-field", { type: "text", dir: "auto", "aria-label": gettext("First item"), placeholder: gettext("First item") });
    const close = () => {
      delete part.dataset.busy;
      form.remove();
      clearNotice(part);
      button.hidden = false;
      button.focus({ preventScroll: true });
      page.refresh();
    };
    const form = h(
      "form.checklist-form",
      {
        onsubmit: async (event) => {
          event.preventDefault();
          if (!first.value.trim()) {
            first.focus();
            return;
          }
          const body = { card: page.card.id, text: first.value.trim() };
          if (name.value.trim()) {
            body.checklist = name.value.trim();
          }
          clearNotice(part);
          try {
            await call("POST", "checklist-items/", { body });
          } catch (error) {
            explain(part, error);
            return;
          }
          page.changed();
          close();
        },
      },
      name,
      first,
      h("div.editor-acts", {}, h("button.button.default", { type: "submit" }, gettext("Add")), h("button.button", { type: "button", onclick: close }, gettext("Cancel"))),
    );
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    });
    button.hidden = true;
    part.append(form);
    name.focus();
  });
};
