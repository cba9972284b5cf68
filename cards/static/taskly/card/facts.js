/* The facts of a card (state, people, labels, points, dates …), each changed where it stands. */
import { call } from "../js/api.js";
import { h, icon } from "../js/dom.js";
import { gettext, interpolate, language } from "../js/words.js";
import { editLine } from "./line.js";
import { pick } from "./picker.js";
import { clearNotice, explain, notice, saveField } from "./save.js";

const initials = (name) => {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? words[0][0] + words[words.length - 1][0] : (words[0] ?? "?").slice(0, 2);
  return letters.toUpperCase();
};

const face = (name) => () => h("span.initials", { "aria-hidden": "true" }, initials(name));
const dot = (category) => () => h(`span.detail-dot.detail-dot-${category}`, { "aria-hidden": "true" });
const colour = (value) => () => {
  const mark = h("span.pick-colour", { "aria-hidden": "true" });
  mark.style.background = value;
  return mark;
};

const PRIORITIES = () => [
  { value: "urgent", label: gettext("Urgent"), mark: () => icon("flag") },
  { value: "high", label: gettext("High"), mark: () => icon("signal-high") },
  { value: "medium", label: gettext("Medium"), mark: () => icon("signal-medium") },
  { value: "low", label: gettext("Low"), mark: () => icon("signal-low") },
  { value: "none", label: gettext("None"), mark: () => icon("minus") },
];

const columnOptions = (columns, chosen) =>
  columns.map((column) => ({
    value: column.id,
    label: column.name,
    note: column.wip_limit
      ? interpolate(gettext("limit %(number)s"), { number: column.wip_limit })
      : "",
    mark: dot(column.category),
    chosen: column.id === chosen,
  }));

/** What each field of one value offers, from what the server says that it can be. */
const SINGLE = {
  column_id: (page, { columns }) => columnOptions(columns, page.card.column_id),
  priority: (page) =>
    PRIORITIES().map((option) => ({ ...option, chosen: option.value === page.card.priority })),
  sprint: (page, { sprints }) => [
    { value: null, label: gettext("Backlog"), mark: () => icon("layers"), chosen: page.card.sprint === null },
    ...sprints.map((sprint) => ({
      value: sprint.id,
      label: sprint.name,
      note: sprint.status,
      mark: () => icon("repeat"),
      chosen: sprint.id === page.card.sprint,
    })),
  ],
  feature: (page, { features }) => [
    { value: null, label: gettext("None"), mark: () => icon("minus"), chosen: page.card.feature === null },
    ...features.map((feature) => ({
      value: feature.id,
      label: feature.name,
      note: feature.project,
      mark: () => icon("star"),
      chosen: feature.id === page.card.feature,
    })),
  ],
  board: (page, { boards }) =>
    boards
      .filter((board) => board.id !== page.card.board)
      .map((board) => ({ value: board, label: board.name, mark: () => icon("square-kanban") })),
};

const MULTIPLE = {
  assignees: {
    options: (page, { members }) => {
      const chosen = new Set(page.card.assignees);
      const everybody = members.map((person) => ({
        value: person.id,
        label: person.name,
        note: `@${person.username}`,
        mark: face(person.name),
        chosen: chosen.has(person.id),
      }));
      return [...everybody.filter((each) => each.chosen), ...everybody.filter((each) => !each.chosen)];
    },
    toggle: (option) => (present) =>
      present.includes(option.value)
        ? present.filter((id) => id !== option.value)
        : [...present, option.value],
  },
  labels: {
    options: (page, { labels }) => {
      const own = page.card.metadata.labels ?? [];
      const known = new Map([...own, ...labels].map((label) => [label.name.toLowerCase(), label]));
      const chosen = new Set(own.map((label) => label.name.toLowerCase()));
      return [...known.values()]
        .sort((one, other) => one.name.localeCompare(other.name, language))
        .map((label) => ({
          value: label,
          label: label.name,
          mark: colour(label.color),
          chosen: chosen.has(label.name.toLowerCase()),
        }));
    },
    toggle: (option) => (present) => {
      const name = option.value.name.toLowerCase();
      const others = (present ?? []).filter((label) => label.name.toLowerCase() !== name);
      return others.length === (present ?? []).length ? [...others, option.value] : others;
    },
    create: (text) => ({
      value: { name: text },
      label: interpolate(gettext("New label “%(name)s”"), { name: text }),
      mark: () => icon("plus"),
      created: true,
    }),
  },
};

/** The value of a fact becomes a button that says what it is and what it does. */
const valueButton = (part) => {
  const value = part.querySelector(".detail-value");
  const name = part.querySelector("dt").textContent.trim();
  const spoken = value.cloneNode(true);
  spoken.querySelectorAll("[aria-hidden=true]").forEach((ornament) => ornament.remove());
  const words = [...spoken.childNodes].map((node) => node.textContent.trim().replace(/\s+/g, " "));
  const text = words.filter(Boolean).join(", ");
  const button = h("button", {
    type: "button",
    class: `${value.className} detail-value-button`,
    "aria-label": `${name}: ${text}`,
    dataset: { focus: part.dataset.field },
  });
  button.append(...value.childNodes);
  value.replaceWith(button);
  return button;
};

const released = (part, page) => {
  delete part.dataset.busy;
  page.refresh();
};

const move = (page, body) => async (match) =>
  call("POST", `cards/${page.card.id}/move/`, { match, body });

const isFull = (error) => error.code === "column_full";

/** Put the card into a column; a full one takes it only from an admin who says so. */
const moveTo = async (part, page, body) => {
  clearNotice(part);
  const attempt = (more) =>
    saveField(page, "column_id", body.column_id, { write: move(page, { ...body, ...more }) });
  try {
    await attempt({});
  } catch (error) {
    if (isFull(error) && page.may.administer) {
      notice(part, error.message, [
        {
          label: gettext("Let it in all the same"),
          run: () => attempt({ override_wip_limit: true }).catch((again) => explain(part, again)),
        },
      ]);
      return;
    }
    explain(part, error, { mine: () => moveTo(part, page, body) });
  }
};

const choose = (part, page, button, field) => {
  // Read when the list is opened; until then it is empty, and its field takes what is typed.
  let choices = {};
  const offered = async (options) => {
    choices = field === "priority" ? {} : await page.choices();
    return options(page, choices);
  };
  const title = part.querySelector("dt").textContent.trim();
  if (field === "board") {
    pick({
      anchor: button,
      title: gettext("Move to another board"),
      options: offered(SINGLE.board),
      onpick: (option) =>
        pick({
          anchor: button,
          title: interpolate(gettext("Column on %(board)s"), { board: option.label }),
          options: columnOptions(option.value.columns),
          onpick: (column) =>
            moveTo(part, page, { board_id: option.value.id, column_id: column.value }),
        }),
    });
    return;
  }
  const several = MULTIPLE[field];
  if (several) {
    part.dataset.busy = "";
    pick({
      anchor: button,
      title,
      options: offered(several.options),
      multiple: true,
      create: several.create,
      placeholder: field === "labels" ? gettext("Filter or make a label…") : undefined,
      onpick: async (option) => {
        clearNotice(part);
        try {
          await saveField(page, field, several.toggle(option));
        } catch (error) {
          explain(part, error);
        }
        return several.options(page, choices);
      },
      onclose: () => released(part, page),
    });
    return;
  }
  const seen = page.card;
  pick({
    anchor: button,
    title,
    options: offered(SINGLE[field]),
    onpick: (option) => {
      if (option.chosen) {
        return;
      }
      if (field === "column_id") {
        moveTo(part, page, { column_id: option.value });
        return;
      }
      const save = async (base) => {
        clearNotice(part);
        try {
          await saveField(page, field, option.value, { base });
        } catch (error) {
          const told = (theirs) =>
            SINGLE[field](page, choices).find((each) => each.value === theirs)?.label ?? "";
          explain(part, error, { mine: () => save(page.card), theirs: () => {}, shown: told });
        }
      };
      save(seen);
    },
  });
};

/** A fact that is chosen from a list. */
export const choice = (part, page) => {
  const { field } = part.dataset;
  if (!page.may.write) {
    return;
  }
  const button = valueButton(part);
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-expanded") !== "true") {
      clearNotice(part);
      choose(part, page, button, field);
    }
  });
};

const INPUTS = {
  story_points: {
    attributes: { type: "number", min: "0", max: "999", step: "1", inputmode: "numeric" },
    read: (text) => (text === "" ? null : Number(text)),
  },
  estimated_hours: {
    attributes: { type: "number", min: "0.01", step: "any", inputmode: "decimal" },
    read: (text) => (text === "" ? null : text),
  },
  due_date: {
    attributes: { type: "date" },
    read: (text) => (text === "" ? null : text),
  },
};

/** A fact that is typed. */
export const input = (part, page) => {
  if (!page.may.write) {
    return;
  }
  const { field } = part.dataset;
  const { attributes, read } = INPUTS[field];
  const name = part.querySelector("dt").textContent.trim();
  const button = valueButton(part);
  button.addEventListener("click", () => {
    clearNotice(part);
    const before = page.card[field];
    const control = h("input.detail-input", { ...attributes, "aria-label": name, dataset: { focus: field } });
    control.value = before === null ? "" : field === "estimated_hours" ? Number(before) : before;
    editLine(part, page, control, {
      name: field,
      read: () => {
        if (control.validity.badInput) {
          notice(part, gettext("This is not a number or date that can be kept."));
          return undefined;
        }
        return read(control.value);
      },
      shown: (value) => (value === null ? "" : String(value)),
      onclose: ({ refocus }) => {
        control.replaceWith(button);
        if (refocus) {
          button.focus({ preventScroll: true });
        }
      },
    });
    button.replaceWith(control);
    control.focus();
    if (control.type === "number") {
      control.select();
    }
  });
};
