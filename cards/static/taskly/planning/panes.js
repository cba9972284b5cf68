/*
 * The panes: the backlog, and one for each sprint, with its sum, its meter and what can be done
 * to it. A pane stays the same element as long as its sprint is there.
 */
import { h, icon } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { BACKLOG, overOf, spanText, sumPieces } from "./model.js";

/** The words of a sum; what is over capacity stands out, and says so. */
const sumNodes = (sum, sprint) =>
  sumPieces(sum, sprint).flatMap(({ text, over }, place) => [
    place ? " · " : "",
    over ? h("strong.plan-over", {}, icon("triangle-alert"), text) : text,
  ]);

const quickAdd = (label, onadd) => {
  const field = h("input", {
    type: "text",
    maxlength: "500",
    autocomplete: "off",
    placeholder: gettext("Add a card…"),
    "aria-label": label,
  });
  const send = h("button.icon-button", { type: "submit", "aria-label": gettext("Add card") }, icon("plus"));
  const form = h(
    "form.plan-quick",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        const title = field.value.trim();
        if (!title) {
          field.focus();
          return;
        }
        field.value = "";
        field.focus();
        if (!(await onadd(title)) && !field.value) {
          // Nothing that was typed is lost where the server refused it.
          field.value = title;
        }
      },
    },
    field,
    send,
  );
  return { form, field };
};

/** The pane of the backlog, around what the server drew. */
export const backlogPane = (element, { act }) => {
  const list = element.querySelector("[data-list]");
  const sum = element.querySelector(".plan-sum");
  element.querySelectorAll("[data-empty]").forEach((each) => each.remove());
  const empty = h("div.plan-empty", {}, icon("inbox", "icon-large"), h("p"));
  const quick = quickAdd(gettext("Add a card to the backlog"), (title) => act.add(BACKLOG, title));
  list.after(empty, quick.form);
  return {
    key: BACKLOG,
    element,
    list,
    quick,
    show({ cards, total, filtered, may }) {
      sum.replaceChildren(...sumNodes(total, null));
      quick.form.hidden = !may;
      empty.hidden = cards.length > 0;
      empty.querySelector("p").textContent = filtered
        ? gettext("No card of the backlog fits the filter.")
        : gettext("Nothing waits here: every open card of the board is in a sprint.");
    },
  };
};

/** The pane of a sprint. */
export const sprintPane = (id, { page, act }) => {
  const link = h("a", { href: page.urls.sprint.replace("{id}", id) });
  const heading = h("h2", { id: `sprint-${id}` }, link);
  const status = h("span.chip");
  const run = h("button.button.plan-run", { type: "button", onclick: () => act.run(id) });
  const edit = h("button.icon-button", { type: "button", onclick: () => act.edit(id) }, icon("pencil"));
  const acts = h("div.plan-acts", {}, edit, run);
  const when = h("p.plan-when.quiet");
  const meter = h("progress.plan-meter", { "aria-label": gettext("Points against capacity") });
  const sum = h("p.plan-sum.number");
  const goal = h("p.plan-goal");
  const list = h("ul.plan-list", { dataset: { list: "" } });
  const empty = h("div.plan-empty", {}, h("p"));
  const quick = quickAdd("", (title) => act.add(id, title));
  const element = h(
    "section.plan-pane.plan-sprint",
    { dataset: { pane: id }, "aria-labelledby": `sprint-${id}` },
    h("header.plan-head", {}, heading, status, acts, when, meter, sum),
    goal,
    list,
    empty,
    quick.form,
  );
  return {
    key: id,
    element,
    list,
    quick,
    heading,
    show({ sprint, cards, total, may }) {
      const isActive = sprint.status === "active";
      const values = { sprint: sprint.name };
      link.textContent = sprint.name;
      status.className = isActive ? "chip chip-blue" : "chip";
      status.textContent = isActive ? gettext("Active") : gettext("Planned");
      run.replaceChildren(
        icon(isActive ? "circle-check" : "play"),
        isActive ? gettext("Complete") : gettext("Start"),
      );
      run.setAttribute(
        "aria-label",
        interpolate(isActive ? gettext("Complete %(sprint)s") : gettext("Start %(sprint)s"), values),
      );
      edit.setAttribute("aria-label", interpolate(gettext("Edit %(sprint)s"), values));
      acts.hidden = !may;
      when.textContent = spanText(sprint);
      goal.textContent = sprint.goal;
      goal.hidden = !sprint.goal;
      const capacity = sprint.capacity_points;
      meter.hidden = !capacity;
      if (capacity) {
        meter.max = capacity;
        meter.value = Math.min(total.points, capacity);
        meter.classList.toggle("is-over", overOf(total, sprint) > 0);
      }
      sum.replaceChildren(...sumNodes(total, sprint));
      empty.hidden = cards.length > 0;
      empty.firstChild.textContent = may
        ? gettext("No cards yet. Drag some here, or press “To sprint” beside a card of the backlog.")
        : gettext("No cards yet.");
      quick.form.hidden = !may;
      quick.field.setAttribute("aria-label", interpolate(gettext("Add a card to %(sprint)s"), values));
    },
  };
};

/** What stands in the place of sprints where there is none. */
export const noSprints = ({ act, may }) =>
  h(
    "div.plan-pane.plan-empty.plan-no-sprints",
    {},
    icon("timer", "icon-large"),
    h("h2", {}, gettext("No sprint is planned")),
    h(
      "p",
      {},
      gettext(
        "A sprint is a span of time with a goal. Plan one, put cards from the backlog into it, and start it when the team agrees.",
      ),
    ),
    may &&
      h(
        "p",
        {},
        h(
          "button.button.default",
          { type: "button", onclick: () => act.edit(null) },
          icon("plus"),
          gettext("Plan the first sprint"),
        ),
      ),
  );
