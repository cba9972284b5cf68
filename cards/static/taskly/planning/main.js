/*
 * The planning page: the backlog beside the sprints, kept true by the board's own store and sync.
 * What is written here is the sprint of cards, and the sprints themselves.
 */
import { announce, given, icon } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { Address } from "../board/address.js";
import { boardFields, Features, sprintStatus } from "../board/fields.js";
import { FilterBar } from "../board/filters.js";
import { openPicker } from "../board/picker.js";
import { createStore } from "../board/store.js";
import { startSync } from "../board/sync.js";
import { createDragging } from "./dragging.js";
import { BACKLOG, cardsByPane, doneColumns, openSprints, sumOf, sumPieces } from "./model.js";
import { backlogPane, noSprints, sprintPane } from "./panes.js";
import { createRows } from "./rows.js";
import { createSelection } from "./selection.js";
import { createShown } from "./shown.js";
import { createSprints } from "./sprints.js";

const page = given("planning-page");
const root = document.getElementById("plan");
const side = root.querySelector("[data-sprints]");
const store = createStore(page);
const { state } = store;

let inPanes = new Map([[BACKLOG, []]]);
let match = null;
let nothing = null;
const panes = new Map();

const sprintOf = (id) => state.sprints.find((sprint) => sprint.id === id);
const isOpen = (id) => state.cards.has(id) && !doneColumns(state).has(store.card(id).column_id);
const visible = (pane) => {
  const cards = inPanes.get(pane) ?? [];
  return pane === BACKLOG && match ? cards.filter(match) : cards;
};

/** The ids of all cards that are to be seen, in the order of the page. */
const onPage = () =>
  [BACKLOG, ...openSprints(state).map((sprint) => sprint.id)]
    .filter((key) => panes.has(key))
    .flatMap((key) => visible(key).map((card) => card.id));

/** A pane's name and sum, for who hears it. */
const told = (pane) => {
  const sprint = pane === BACKLOG ? null : sprintOf(pane);
  const name = sprint ? sprint.name : gettext("Backlog");
  const sum = sumOf(inPanes.get(pane) ?? [], doneColumns(state));
  const pieces = sumPieces(sum, sprint).map((each) => each.text);
  return interpolate(gettext("%(name)s: %(sum)s"), { name, sum: pieces.join(", ") });
};

/** Write that these cards are in `pane` now; one is a change, several one action. */
const put = async (ids, pane) => {
  const sprint = pane === BACKLOG ? null : pane;
  const moving = ids.filter((id) => isOpen(id) && store.card(id).sprint !== sprint);
  if (!moving.length) {
    return;
  }
  const key = store.card(moving[0]).key;
  const saving = moving.length === 1 ? store.changeCard(moving[0], { sprint }) : store.changeCards(moving, { sprint });
  selection.keep((id) => !moving.includes(id));
  const done = await saving;
  sync.now();
  if (done) {
    const moved =
      moving.length === 1
        ? interpolate(gettext("%(key)s moved."), { key })
        : interpolate(ngettext("%(number)s card moved.", "%(number)s cards moved.", moving.length), {
            number: moving.length,
          });
    announce(`${moved} ${told(pane)}`);
  }
};

/** Send cards to the sprint that is shown, or ask which where there are several. */
const toSprint = async (ids, anchor) => {
  const sprints = openSprints(state).filter((sprint) => shown.has(sprint.id));
  const choice = sprints.length ? sprints : openSprints(state);
  if (choice.length === 1) {
    await put(ids, choice[0].id);
  } else if (choice.length) {
    openPicker(anchor, {
      label: gettext("To which sprint?"),
      options: choice.map((sprint) => ({
        value: sprint.id,
        text: sprint.name,
        hint: sprintStatus(sprint),
        mark: () => icon("timer"),
      })),
      onchoose: (value) => put(ids, value),
    });
  } else {
    const made = await sprintDialogs.plan();
    if (made) {
      await put(ids, made.id);
    }
  }
};

/** After a row has gone to the other side: the focus stays where the person was working. */
const keepFocus = (id, pane) => {
  const list = panes.get(pane)?.list;
  const ids = visible(pane).filter((card) => isOpen(card.id)).map((card) => card.id);
  const at = ids.indexOf(id);
  const next = ids[at + 1] ?? ids[at - 1];
  return () => {
    if (document.activeElement && document.activeElement !== document.body) {
      return;
    }
    const target = next && rows.get(next)?.send;
    (target?.isConnected ? target : panes.get(pane)?.quick.field ?? list)?.focus();
  };
};

const act = {
  select: (id, checked, range) => selection.select(id, checked, range),
  send: async (id) => {
    const card = store.card(id);
    const pane = panes.has(card.sprint) ? card.sprint : BACKLOG;
    const refocus = keepFocus(id, pane);
    const writing = pane === BACKLOG ? toSprint([id], rows.get(id).send) : put([id], BACKLOG);
    refocus();
    await writing;
  },
  add: async (pane, title) => {
    const body = { title, sprint: pane === BACKLOG ? null : pane };
    const column = state.columns.find((each) => each.category !== "done") ?? state.columns[0];
    const made = await store.createCards(column.id, [body]);
    sync.now();
    if (made) {
      announce(`${interpolate(gettext("%(key)s added."), { key: made[0].key })} ${told(pane)}`);
      rows.get(made[0].id)?.element.scrollIntoView({ block: "nearest" });
    }
    return Boolean(made);
  },
  edit: (id) => (id === null ? sprintDialogs.plan() : sprintDialogs.edit(sprintOf(id))),
  run: (id) => {
    const sprint = sprintOf(id);
    return sprint.status === "active" ? sprintDialogs.complete(sprint) : sprintDialogs.start(sprint);
  },
};

const rows = createRows({ store, page, act });

const selection = createSelection({
  order: () => onPage(),
  isOpen,
  isPlanned: (id) => panes.has(store.card(id)?.sprint),
  send: (ids, where, anchor) => (where === "backlog" ? put(ids, BACKLOG) : toSprint(ids, anchor)),
  onchange: () => draw(),
});

const dragging = createDragging({
  chosen: selection.with,
  ondrop: put,
  onend: () => draw(),
});

const shown = createShown({ onchange: () => draw() });

/** Put a list's rows into this order, touching only those that stand elsewhere. */
const arrange = (list, elements) => {
  const wanted = new Set(elements);
  // What goes first: then the rows after it stand still, and keep the focus.
  [...list.children].filter((child) => !wanted.has(child)).forEach((child) => child.remove());
  elements.forEach((element, place) => {
    if (list.children[place] !== element) {
      list.insertBefore(element, list.children[place] ?? null);
    }
  });
};

const drawPane = (pane, done) => {
  const cards = visible(pane.key);
  pane.show({
    sprint: pane.key === BACKLOG ? null : sprintOf(pane.key),
    cards,
    total: sumOf(inPanes.get(pane.key), done),
    filtered: pane.key === BACKLOG && match !== null,
    may: state.may.write,
  });
  arrange(
    pane.list,
    cards.map((card) => rows.of(card, pane.key, selection.has(card.id))),
  );
};

/** Draw everything from the state. While somebody drags, what is new waits. */
const draw = () => {
  if (!state.loaded || dragging.isOn()) {
    return;
  }
  inPanes = cardsByPane(state);
  const sprints = openSprints(state);
  shown.offer(sprints);
  const wanted = sprints.filter((sprint) => shown.has(sprint.id));
  for (const [key, pane] of panes) {
    if (key !== BACKLOG && !wanted.some((sprint) => sprint.id === key)) {
      dragging.remove(pane.list);
      pane.element.remove();
      panes.delete(key);
    }
  }
  const built = wanted.map((sprint) => {
    if (!panes.has(sprint.id)) {
      const pane = sprintPane(sprint.id, { page, act });
      dragging.add(pane.list);
      panes.set(sprint.id, pane);
    }
    return panes.get(sprint.id).element;
  });
  nothing ??= sprints.length ? null : noSprints({ act, may: state.may.write });
  const none = sprints.length ? [] : [nothing];
  arrange(side, [shown.element, ...built, ...none]);
  dragging.allow(state.may.write);
  const done = doneColumns(state);
  panes.forEach((pane) => drawPane(pane, done));
  rows.keep(new Set(state.cards.keys()));
  // What a filter or a closed sprint hides isn't moved unseen.
  const seen = new Set(onPage());
  selection.keep((id) => seen.has(id) && isOpen(id) && state.may.write);
  root.classList.add("is-live");
};

const sprintDialogs = createSprints({
  store,
  cards: (id) => inPanes.get(id) ?? [],
  changed: (sprint) => {
    const open = sprint.status === "completed" ? sprint.carried_over_to : sprint.id;
    if (open) {
      shown.add(open);
    }
    sync.now();
  },
});

/** The board's own filters, over what the backlog holds. */
const addFilters = () => {
  const fields = boardFields(store, page.me, new Features(page.workspace));
  const tools = root.querySelector("[data-tools]");
  const backlog = {
    page,
    store: {
      get state() {
        return { ...state, cards: new Map((inPanes.get(BACKLOG) ?? []).map((card) => [card.id, card])) };
      },
      subscribe: (listener) => store.subscribe(listener),
    },
    setFilter: (predicate) => {
      match = predicate;
      tools.classList.toggle("is-filtered", match !== null);
      draw();
    },
  };
  const names = fields.names.filter((name) => !["sprint", "state"].includes(name));
  const bar = new FilterBar(backlog, new Address(), { ...fields, names });
  const label = gettext("Find in the backlog");
  bar.field.placeholder = label;
  bar.element.setAttribute("aria-label", gettext("Filters of the backlog"));
  bar.element.querySelector(".visually-hidden").textContent = label;
  tools.append(bar.element);
};

/** Up and down go from row to row, staying on the same of its controls. */
root.addEventListener("keydown", (event) => {
  const row = event.target.closest?.(".plan-card");
  if (!row || !["ArrowDown", "ArrowUp"].includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const kind = ["input", "a", "button"].find((each) => event.target.matches(each));
  let next = row;
  do {
    next = event.key === "ArrowDown" ? next.nextElementSibling : next.previousElementSibling;
  } while (next && !next.querySelector(`${kind}:not([hidden])`));
  if (next) {
    event.preventDefault();
    next.querySelector(kind).focus();
  }
});

document.querySelectorAll("[data-act=new-sprint]").forEach((link) =>
  link.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && state.loaded) {
      event.preventDefault();
      sprintDialogs.plan();
    }
  }),
);

panes.set(BACKLOG, backlogPane(root.querySelector(".plan-backlog"), { act }));
dragging.add(panes.get(BACKLOG).list);
store.subscribe(draw);
addFilters();
root.after(selection.bar);
const sync = startSync({ store, page, root });
