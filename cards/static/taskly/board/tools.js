/*
 * Everything of the board's page around the cards: filters, lanes and kept views in its address,
 * new cards, changes on the card itself, and the card beside the board.
 */
import { icon } from "../js/dom.js";
import { gettext } from "../js/words.js";
import { Address } from "./address.js";
import { Beside } from "./beside.js";
import { boardFields, Features } from "./fields.js";
import { FilterBar } from "./filters.js";
import { Inline } from "./inline.js";
import { Lanes } from "./lanes.js";
import { Quick } from "./quick.js";
import { SavedMenu } from "./saved.js";

export const mountTools = (board) => {
  const { store, page } = board;
  const address = new Address();
  const features = new Features(page.board.workspace);
  const fields = boardFields(store, page.me, features);
  const filters = new FilterBar(board, address, fields);
  const lanes = new Lanes(board, address, fields);
  const saved = new SavedMenu(board, address);
  board.addTool(filters.element);
  board.addTool(lanes.element);
  board.addTool(saved.element);
  new Quick(board, address, { match: () => filters.match, lanes });
  new Inline(board, fields, features);
  new Beside(board, address, () =>
    store.state.columns.flatMap((column) =>
      column.order.filter((id) => board.view.listOf(id)),
    ),
  );
};
