/*
 * A card's menu, and moving cards by a dialog: for those who don't drag, and for far places.
 */
import { gettext, interpolate, ngettext } from "../js/words.js";
import { ask, choice, field } from "./dialog.js";

const ENDS = ["top", "bottom"];

export const mountMove = (board) => {
  const { store, root } = board;

  const openDialog = (ids) => {
    const moving = new Set(ids);
    const first = store.card(ids[0]);
    const columns = choice(
      store.state.columns.map(({ id, name }) => [id, name]),
      first.column_id,
    );
    const place = choice(
      [
        ["top", gettext("At the top")],
        ["bottom", gettext("At the bottom")],
        ["before", gettext("Before a card")],
        ["after", gettext("After a card")],
      ],
      "top",
    );
    const anchor = choice([], null);
    const anchorField = field(gettext("Card"), anchor);
    const others = () =>
      store
        .column(columns.value)
        .order.filter((id) => !moving.has(id))
        .map(store.card);

    const fit = () => {
      const beside = others();
      const chosen = anchor.value;
      anchor.replaceChildren(
        ...choice(
          beside.map(({ id, key, title }) => [id, `${key} ${title}`]),
          chosen,
        ).children,
      );
      for (const option of place.options) {
        option.disabled = !ENDS.includes(option.value) && !beside.length;
      }
      if (place.selectedOptions[0]?.disabled) {
        place.value = "top";
      }
      anchorField.hidden = ENDS.includes(place.value);
    };
    columns.addEventListener("change", fit);
    place.addEventListener("change", fit);

    const run = () => {
      const target = { column: columns.value };
      if (ENDS.includes(place.value)) {
        target.place = place.value;
      } else {
        target[place.value] = anchor.value;
      }
      store.moveCards(ids, target);
    };
    const title =
      ids.length === 1
        ? interpolate(gettext("Move %(key)s"), { key: first.key })
        : interpolate(ngettext("Move %(number)s card", "Move %(number)s cards", ids.length), {
            number: ids.length,
          });
    const content = [field(gettext("Column"), columns), field(gettext("Place"), place), anchorField];
    fit();
    ask({ title, content, act: gettext("Move"), run });
  };

  const mayWrite = () => store.state.may.write;
  board.cardActions.push(
    {
      label: () => gettext("Move…"),
      icon: "move",
      key: "M",
      several: true,
      when: (ids) => mayWrite() && ids.length > 0,
      run: openDialog,
    },
    {
      label: () => gettext("Archive"),
      icon: "archive",
      several: true,
      last: true,
      when: (ids) => mayWrite() && ids.length > 0,
      run: (ids) => store.archiveCards(ids),
    },
  );

  /** What can be done with a card: what the board offers, and its own page. */
  const entries = (id) => {
    const ids = board.chosen(id);
    const fit = board.cardActions.filter((action) => action.when(action.several ? ids : [id]));
    const entry = (action) => {
      const about = action.several ? ids : [id];
      return {
        label: action.label(about),
        icon: action.icon,
        key: action.key,
        run: () => action.run(about),
      };
    };
    const last = fit.filter((action) => action.last).map(entry);
    return [
      {
        label: gettext("Open"),
        icon: "panel-right",
        key: "↵",
        run: () => board.open(id),
      },
      {
        label: gettext("Open in a new tab"),
        icon: "external-link",
        run: () => window.open(board.page.urls.card.replace("{id}", id), "_blank", "noopener"),
      },
      ...(fit.length ? [null] : []),
      ...fit.filter((action) => !action.last).map(entry),
      ...(last.length ? [null, ...last] : []),
    ];
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest(".card-menu");
    if (button) {
      board.menu(button, entries(button.closest("[data-card]").dataset.card));
    }
  });
  root.addEventListener("contextmenu", (event) => {
    const card = event.target.closest("[data-card]");
    if (card && !board.touched && !event.target.closest("input, textarea, select") && !event.shiftKey) {
      event.preventDefault();
      board.menu(card.querySelector(".card-menu"), entries(card.dataset.card));
    }
  });
};
