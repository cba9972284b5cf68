/*
 * Everything of the board's page around the cards: filters, lanes and kept views in its address,
 * new cards, changes on the card itself, and the card beside the board.
 */
import { shortcut } from "../js/shortcuts.js";
import { gettext } from "../js/words.js";
import { Address } from "./address.js";
import { Beside } from "./beside.js";
import { boardFields, Features } from "./fields.js";
import { FilterBar } from "./filters.js";
import { Inline } from "./inline.js";
import { Lanes } from "./lanes.js";
import { board } from "./main.js";
import { Quick } from "./quick.js";
import { SavedMenu } from "./saved.js";

// How often names that are on show are read again, in milliseconds.
const NAMES_EVERY = 10000;

/** Tell the help of keys which the board itself hears, where a card has the focus. */
const explain = () => {
  const keys = [
    ["ArrowUp", gettext("Go from card to card")],
    ["ArrowDown", gettext("Go from card to card")],
    ["ArrowLeft", gettext("Go from card to card")],
    ["ArrowRight", gettext("Go from card to card")],
    ["Enter", gettext("Open the card")],
  ];
  if (board.page.may.write) {
    keys.push([" ", gettext("Pick the card up, and put it down")]);
    for (const { key, label } of board.cardActions.filter((action) => action.key)) {
      keys.push([key.length === 1 ? key.toLowerCase() : key, label([])]);
    }
  }
  for (const [key, label] of keys) {
    shortcut(key, label, () => {}, { section: gettext("On a card"), when: () => false });
  }
};

const mount = () => {
  const { store, page } = board;
  const address = new Address();
  const features = new Features(page.board.workspace);
  const fields = boardFields(store, page.me, features);
  const filters = new FilterBar(board, address, fields);
  const match = () => filters.match;
  const lanes = new Lanes(board, address, fields, match);
  const saved = new SavedMenu(board, address);
  filters.add(lanes.element);
  filters.add(saved.element);
  board.addTool(filters.element);
  // The snapshot doesn't tell of features: who looks at their names is shown others' changes so.
  const nameFeatures = () => {
    const { feature, lanes: by } = address.view;
    if (!document.hidden && (by === "feature" || feature.length)) {
      features.renew().catch(() => {});
    }
  };
  setInterval(nameFeatures, NAMES_EVERY);
  document.addEventListener("visibilitychange", nameFeatures);
  new Quick(board, address, { match, lanes });
  new Inline(board, fields, features);
  new Beside(board, address, () =>
    store.state.columns.flatMap((column) =>
      column.order.filter((id) => board.view.listOf(id)),
    ),
  );
};

mount();
explain();
