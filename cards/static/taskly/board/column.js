/*
 * A column's head: its name, how many cards and points it holds, its limit, and its menu.
 */
import { h, icon } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";

/** The element of a column; its list of cards is put behind its head. */
export const columnElement = (column) => {
  const name = `column-${column.id}`;
  return h(
    "section.board-column",
    { "aria-labelledby": name, dataset: { column: column.id } },
    h(
      "header.board-column-head",
      {},
      h("span.column-category"),
      h("h2", { id: name }),
      h("span.chip.number.column-count"),
      h("span.column-points.number"),
      h(
        "button.icon-button.column-menu",
        { type: "button", "aria-haspopup": "menu", "aria-expanded": "false" },
        icon("ellipsis"),
      ),
    ),
    h("footer.board-column-foot"),
  );
};

const countText = (number, limit, shown) => {
  if (shown !== null && shown !== number) {
    return interpolate(gettext("%(shown)s of %(number)s"), { shown, number });
  }
  return limit ? interpolate(gettext("%(number)s / %(limit)s"), { number, limit }) : String(number);
};

const countSaid = (number, limit, shown) => {
  if (shown !== null && shown !== number) {
    return interpolate(gettext("%(shown)s of %(number)s cards shown"), { shown, number });
  }
  if (!limit) {
    return interpolate(gettext("Cards: %(number)s"), { number });
  }
  return number > limit
    ? interpolate(gettext("Cards: %(number)s, over the limit of %(limit)s"), { number, limit })
    : interpolate(gettext("Cards: %(number)s, limit %(limit)s"), { number, limit });
};

const set = (element, text) => {
  if (element.textContent !== text) {
    element.textContent = text;
  }
};

/** Fill a column's head; `shown` is how many cards pass the filter, null without one. */
export const fillColumn = (element, column, shown, { store }) => {
  const [category, name, count, points, menu] = element.querySelector(".board-column-head").children;
  const number = column.order.length;
  const limit = column.wip_limit;
  category.className = `column-category is-${column.category}`;
  set(name, column.name);
  set(count, countText(number, limit, shown));
  const said = countSaid(number, limit, shown);
  count.setAttribute("role", "img");
  count.setAttribute("aria-label", said);
  count.title = said;
  count.classList.toggle("chip-amber", Boolean(limit) && number === limit);
  count.classList.toggle("chip-red", Boolean(limit) && number > limit);
  let sum = 0;
  for (const id of column.order) {
    sum += store.card(id)?.story_points ?? 0;
  }
  points.hidden = !sum;
  set(points, interpolate(gettext("%(number)s pts"), { number: sum }));
  points.title = interpolate(gettext("Points: %(number)s"), { number: sum });
  menu.setAttribute("aria-label", interpolate(gettext("Actions for column %(column)s"), { column: column.name }));
  menu.hidden = !store.state.may.write;
};
