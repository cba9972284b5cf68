/*
 * The board's page. Its parts find each other in `board`, which is also what further tools build
 * on: each is a function `mount…(board)` that is called below.
 *
 * - `board.page`, `board.store`, `board.view`, `board.sync`: see page data, store.js, draw.js, sync.js
 * - `board.addTool(element)`: into the toolbar
 * - `board.setFilter(predicate | null)`, `board.setLanes(lanes | null)`: see draw.js
 * - `board.addToColumns(make)`: `make(column)` is put into the foot of every column
 * - `board.onOpen(fn)`: `fn(cardId, event)` answers true where it has opened the card itself
 * - `board.open(cardId, event)`: open a card as a click does
 * - `board.cardActions`: entries of a card's menu, `{label(ids), icon, key, when(ids), run(ids)}`
 * - `board.selection`: see selection.js; `board.chosen(cardId)`: the card, or all selected with it
 * - `board.menu(button, entries)`: a menu below a button, see menu.js
 */
import { given } from "../js/dom.js";
import { mountColumns } from "./columns.js";
import { mountDrag } from "./drag.js";
import { createView } from "./draw.js";
import { mountKeyboard } from "./keyboard.js";
import { openMenu } from "./menu.js";
import { mountMove } from "./move.js";
import { mountOpening } from "./opening.js";
import { mountPeople } from "./people.js";
import { mountSelection } from "./selection.js";
import { createStore } from "./store.js";
import { startSync } from "./sync.js";

const page = given("board-page");
const root = document.getElementById("board");
const store = createStore(page);
const view = createView({ store, page, root });

export const board = {
  page,
  root,
  store,
  view,
  cardActions: [],
  addTool: (element) => document.getElementById("board-tools").append(element),
  setFilter: view.setFilter,
  setLanes: view.setLanes,
  addToColumns: view.addToColumns,
  menu: openMenu,
};

board.sync = startSync(board);
mountOpening(board);
mountSelection(board);
mountMove(board);
mountDrag(board);
mountKeyboard(board);
mountColumns(board);
mountPeople(board);
