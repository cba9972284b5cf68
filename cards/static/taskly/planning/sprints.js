/*
 * What is done to sprints: planned, edited, started and completed, each in a dialog that says
 * what it will do before it does it.
 */
import { call } from "../js/api.js";
import { h, icon, toast } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { dayText } from "../board/matching.js";
import { field, openDialog } from "./dialog.js";
import { cardsText, doneColumns, nextSprint, openSprints, overOf, overText, pointsText, sumOf } from "./model.js";

const input = (type, value, more = {}) => h("input", { type, value: value ?? "", ...more });

const tag = (sprint) => `"${sprint.id}.${sprint.version}"`;

/** "3 cards, 8 points" */
const amount = (cards, points) =>
  interpolate(gettext("%(cards)s, %(points)s"), { cards: cardsText(cards), points: pointsText(points) });

const line = (title, text) => h("div", {}, h("dt", {}, title), h("dd.number", {}, text));

/** What the board's last sprints completed on average, in points; null before there is any. */
const usual = async (board) => {
  const { sprints, completed } = (await call("GET", `boards/${board}/velocity/`)).data;
  const points = Math.round(completed?.points ?? 0);
  return points ? { points, sprints: sprints.length } : null;
};

/** Beside the capacity: what the team usually does, to be taken over by a click. */
const suggestion = (capacity, board) => {
  const place = h("p.quiet.plan-hint.plan-usual", { role: "status" });
  const show = ({ points, sprints }) => {
    const said = interpolate(
      ngettext(
        "The last sprint completed %(points)s.",
        "The last %(number)s sprints completed %(points)s on average.",
        sprints,
      ),
      { number: sprints, points: pointsText(points) },
    );
    const take = () => {
      capacity.value = String(points);
      capacity.focus();
    };
    const text = interpolate(gettext("Take %(points)s"), { points: pointsText(points) });
    place.append(said, " ", h("button.plan-take", { type: "button", onclick: take }, text));
  };
  // A hint that doesn't come isn't missed.
  usual(board).then((found) => found && show(found), () => {});
  return place;
};

/** The fields of a sprint's plan on a board, and what they say. */
const planFields = (values, board) => {
  const fields = {
    name: field("name", gettext("Name"), input("text", values.name, { maxlength: "100", required: true, autofocus: true })),
    goal: field("goal", gettext("Goal"), h("textarea", { rows: "3", maxlength: "10000" }, values.goal ?? "")),
    start_date: field("start_date", gettext("Starts on"), input("date", values.start_date, { required: true })),
    end_date: field("end_date", gettext("Ends on"), input("date", values.end_date, { required: true })),
    capacity_points: field(
      "capacity_points",
      gettext("Capacity in points"),
      input("number", values.capacity_points, { min: "0", max: "1000000", step: "1", inputmode: "numeric" }),
      { hint: gettext("How much the team can do in this time; empty if you don't count.") },
    ),
  };
  fields.capacity_points.element.append(suggestion(fields.capacity_points.control, board));
  return {
    fields: Object.values(fields),
    nodes: [
      fields.name.element,
      fields.goal.element,
      h("div.plan-pair", {}, fields.start_date.element, fields.end_date.element),
      fields.capacity_points.element,
    ],
    body: () => ({
      name: fields.name.control.value.trim(),
      goal: fields.goal.control.value,
      start_date: fields.start_date.control.value,
      end_date: fields.end_date.control.value,
      capacity_points:
        fields.capacity_points.control.value === "" ? null : Number(fields.capacity_points.control.value),
    }),
  };
};

/**
 * The dialogs of a page's sprints. `changed(sprint)` is told of what the server answered; `cards`
 * answers the cards of a sprint as they are shown.
 */
export const createSprints = ({ store, cards, changed }) => {
  const { state } = store;
  const today = () => dayText(new Date());

  const sum = (sprint) => sumOf(cards(sprint.id), doneColumns(state));

  /** Plan a further sprint; answers it, or null. */
  const plan = async () => {
    const form = planFields({ ...nextSprint(state.sprints, today()), goal: "" }, state.board.id);
    let made = null;
    await openDialog({
      title: gettext("New sprint"),
      content: form.nodes,
      fields: form.fields,
      submit: gettext("Plan it"),
      send: async () => {
        made = (await call("POST", "sprints/", { body: { board: state.board.id, ...form.body() } })).data;
        changed(made);
      },
    });
    return made;
  };

  const edit = async (sprint) => {
    const form = planFields(sprint, state.board.id);
    await openDialog({
      title: interpolate(gettext("Edit %(sprint)s"), { sprint: sprint.name }),
      content: form.nodes,
      fields: form.fields,
      submit: gettext("Save"),
      send: async () => {
        const body = form.body();
        const changes = Object.fromEntries(
          Object.entries(body).filter(([name, value]) => value !== (sprint[name] ?? null)),
        );
        if (Object.keys(changes).length) {
          changed((await call("PATCH", `sprints/${sprint.id}/`, { body: changes, match: tag(sprint) })).data);
        }
      },
    });
  };

  const start = async (sprint) => {
    const active = openSprints(state).find((each) => each.status === "active");
    const title = interpolate(gettext("Start %(sprint)s"), { sprint: sprint.name });
    if (active) {
      await openDialog({
        title,
        content: [
          h(
            "p.notice",
            {},
            icon("info"),
            h(
              "span",
              {},
              interpolate(
                gettext("“%(sprint)s” is active. A board has one active sprint: complete that one first."),
                { sprint: active.name },
              ),
            ),
          ),
        ],
      });
      return;
    }
    const promised = sum(sprint);
    const over = overOf(promised, sprint);
    const done = await openDialog({
      title,
      content: [
        h("p", {}, gettext("This is what the sprint promises when you start it now:")),
        h("p.plan-promise.number", {}, amount(promised.cards, promised.points)),
        over ? h("p.chip.chip-amber", {}, icon("triangle-alert"), overText(over)) : null,
        promised.without
          ? h(
              "p.quiet",
              {},
              interpolate(
                ngettext("%(number)s card has no points.", "%(number)s cards have no points.", promised.without),
                { number: promised.without },
              ),
            )
          : null,
        promised.cards ? null : h("p.quiet", {}, gettext("The sprint is empty: it would promise nothing.")),
        h("p.quiet", {}, gettext("The promise is fixed once. Cards can still come and go; the charts will show it.")),
      ].filter(Boolean),
      submit: gettext("Start the sprint"),
      send: async () => {
        changed((await call("POST", `sprints/${sprint.id}/start/`, { body: {}, match: tag(sprint) })).data);
      },
    });
    if (done) {
      toast(interpolate(gettext("%(sprint)s has started."), { sprint: sprint.name }), { kind: "done" });
    }
  };

  /** Where what is open goes: further sprints, a new one, the backlog. */
  const destinations = (sprint, others) => {
    const form = planFields({ ...nextSprint(state.sprints, today()), goal: "" }, state.board.id);
    form.fields[0].control.removeAttribute("autofocus");
    const made = h("div.plan-made", {}, ...form.nodes);
    const option = (value, text, checked) =>
      h("label.plan-option", {}, h("input", { type: "radio", name: "to", value, checked, onchange: shown }), text);
    const options = h(
      "fieldset.plain.plan-options",
      {},
      h("legend", {}, gettext("Open cards go to")),
    );
    const to = () => options.querySelector("input:checked").value;
    function shown() {
      made.hidden = to() !== "new";
    }
    options.append(
      ...others.map((each, place) => option(each.id, each.name, place === 0)),
      option("new", gettext("A new sprint"), false),
      option("backlog", gettext("The backlog"), others.length === 0),
    );
    made.hidden = true;
    return { form, to, nodes: [options, made] };
  };

  const complete = async (sprint) => {
    const held = sum(sprint);
    const left = { cards: held.cards - held.doneCards, points: held.points - held.donePoints };
    const others = openSprints(state).filter((each) => each.id !== sprint.id);
    const where = destinations(sprint, others);
    let answer = null;
    const done = await openDialog({
      title: interpolate(gettext("Complete %(sprint)s"), { sprint: sprint.name }),
      content: [
        h(
          "dl.plan-facts-list",
          {},
          line(gettext("Done"), amount(held.doneCards, held.donePoints)),
          line(gettext("Open"), amount(left.cards, left.points)),
        ),
        ...(left.cards ? where.nodes : [h("p", {}, gettext("Everything is done: nothing has to be carried over."))]),
        h("p.quiet", {}, gettext("A sprint is completed once. What is done stays in it; what is open leaves it.")),
      ],
      fields: where.form.fields,
      submit: gettext("Complete the sprint"),
      send: async () => {
        const to = left.cards ? where.to() : "backlog";
        // A new sprint is made in the same step: either all of it happens, or nothing.
        const body = to === "new" ? { new_sprint: where.form.body() } : { carry_over_to: to === "backlog" ? null : to };
        answer = (await call("POST", `sprints/${sprint.id}/complete/`, { body, match: tag(sprint) })).data;
        changed(answer);
      },
    });
    if (done) {
      const values = {
        sprint: sprint.name,
        done: amount(answer.completed_cards, answer.completed_points),
      };
      toast(interpolate(gettext("%(sprint)s is completed: %(done)s."), values), { kind: "done" });
    }
  };

  return { plan, edit, start, complete };
};
