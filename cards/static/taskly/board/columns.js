/*
 * What can be done with a column: its menu, its settings, adding and removing one.
 */
import { announce, h, icon } from "../js/dom.js";
import { gettext, interpolate, ngettext } from "../js/words.js";
import { ask, choice, field } from "./dialog.js";

const CATEGORIES = () => [
  ["todo", gettext("To do")],
  ["in_progress", gettext("In progress")],
  ["in_review", gettext("In review")],
  ["done", gettext("Done")],
];

export const mountColumns = (board) => {
  const { store, view, root, page } = board;

  const inputs = (column) => ({
    name: h("input", { type: "text", maxlength: "100", required: true, value: column.name }),
    category: choice(CATEGORIES(), column.category),
    limit: h("input", {
      type: "number",
      min: "1",
      max: "999999999",
      value: column.wip_limit,
    }),
  });

  const fields = ({ name, category, limit }) => [
    field(gettext("Name"), name),
    field(gettext("Category"), category, gettext("Cards that come into a column of category “Done” are completed.")),
    field(gettext("Limit"), limit, gettext("How many cards it may hold; leave it empty for no limit.")),
  ];

  const given = ({ name, category, limit }) => ({
    name: name.value.trim(),
    category: category.value,
    wip_limit: limit.value ? Number(limit.value) : null,
  });

  const edit = (column) => {
    const asked = inputs(column);
    ask({
      title: interpolate(gettext("Column %(column)s"), { column: column.name }),
      content: fields(asked),
      act: gettext("Save"),
      run: () => {
        const wanted = given(asked);
        const changes = Object.fromEntries(
          Object.entries(wanted).filter(([name, value]) => column[name] !== value),
        );
        if (Object.keys(changes).length) {
          store.changeColumn(column.id, changes);
        }
      },
    });
  };

  const add = () => {
    const asked = inputs({ name: "", category: "in_progress", wip_limit: null });
    ask({
      title: gettext("New column"),
      content: fields(asked),
      act: gettext("Add column"),
      run: async () => {
        const body = given(asked);
        if (await store.addColumn(body)) {
          announce(interpolate(gettext("Column %(column)s was added."), { column: body.name }));
          view.row.lastElementChild?.scrollIntoView({ inline: "nearest", block: "nearest" });
        }
      },
    });
  };

  const remove = (column) => {
    const others = store.state.columns.filter(({ id }) => id !== column.id);
    const number = column.order.length;
    const into = choice(
      others.map(({ id, name }) => [id, name]),
      others[Math.max(0, column.position - 1)]?.id,
    );
    const moved = ngettext("Its %(number)s card goes to", "Its %(number)s cards go to", number);
    const content = [
      h("p", {}, gettext("Archived cards of this column go there as well, and can be brought back.")),
      field(number ? interpolate(moved, { number }) : gettext("Its archived cards go to"), into),
    ];
    ask({
      title: interpolate(gettext("Remove column %(column)s?"), { column: column.name }),
      content,
      act: gettext("Remove column"),
      kind: "danger",
      run: () => store.removeColumn(column.id, into.value),
    });
  };

  const shift = async (column, by) => {
    const position = column.position + by;
    if (await store.changeColumn(column.id, { position })) {
      const values = { column: column.name, position: position + 1, number: store.state.columns.length };
      announce(interpolate(gettext("Column %(column)s is at position %(position)s of %(number)s"), values));
      view.column(column.id)?.querySelector(".column-menu")?.focus();
    }
  };

  const entries = (column) => {
    const last = store.state.columns.length - 1;
    return [
      page.urls.add && {
        label: gettext("Add a card"),
        icon: "plus",
        href: `${page.urls.add}?board=${store.state.board.id}&column=${column.id}`,
      },
      { label: gettext("Name, category, limit…"), icon: "settings", run: () => edit(column) },
      column.position > 0 && {
        label: gettext("Move left"),
        icon: "arrow-left",
        run: () => shift(column, -1),
      },
      column.position < last && {
        label: gettext("Move right"),
        icon: "arrow-right",
        run: () => shift(column, 1),
      },
      last > 0 && null,
      last > 0 && {
        label: gettext("Remove column…"),
        icon: "trash-2",
        kind: "danger",
        run: () => remove(column),
      },
    ].filter((entry) => entry !== false && entry !== undefined);
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest(".column-menu");
    const column = button && store.column(button.closest("[data-column]").dataset.column);
    if (column) {
      board.menu(button, entries(column));
    }
  });

  const more = h(
    "button.icon-button.board-add-column",
    { type: "button", "aria-label": gettext("Add column"), title: gettext("Add column"), onclick: add },
    icon("plus"),
  );
  view.ondrawn((parts) => {
    if (parts.has("may") || parts.has("columns")) {
      if (store.state.may.write) {
        view.row.append(more);
      } else {
        more.remove();
      }
    }
  });
};
