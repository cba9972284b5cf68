/*
 * Controls of the parts that other apps show on a card. The part says in its HTML what can be
 * done: a button with `data-call` ("DELETE cards/…/pull-requests/…/") does it, and a button with
 * `data-find` (an API list that takes `search`) lets choose what is sent to `data-call`.
 */
import { call } from "../js/api.js";
import { gettext } from "../js/words.js";
import { pick } from "./picker.js";
import { clearNotice, explain } from "./save.js";

const carryOut = async (part, page, told, body) => {
  const [method, address] = told.split(" ");
  clearNotice(part);
  try {
    await call(method, address, { body });
  } catch (error) {
    explain(part, error);
    return;
  }
  page.changed();
  await page.refresh();
};

/** Rows of the list that `data-find` names, those that fit the text. */
const rowsOf = (button) => async (text, signal) => {
  const { find, labelled, noted } = button.dataset;
  const separator = find.includes("?") ? "&" : "?";
  const query = text ? `${separator}${new URLSearchParams({ search: text })}` : "";
  const { data } = await call("GET", find + query, { signal });
  return data.results.map((row) => ({
    value: row.id,
    label: String(row[labelled]),
    note: noted ? `#${row[noted]}` : "",
  }));
};

/** Give a registered part its controls. */
export const calls = (part, page) => {
  for (const button of part.querySelectorAll("button[data-call]")) {
    button.hidden = !page.may.write;
    button.addEventListener("click", () => {
      if (!button.dataset.find) {
        carryOut(part, page, button.dataset.call);
        return;
      }
      pick({
        anchor: button,
        title: button.textContent.trim(),
        placeholder: gettext("Words of the title"),
        load: rowsOf(button),
        onpick: (option) => carryOut(part, page, button.dataset.call, { [button.dataset.sends]: option.value }),
      });
    });
  }
};
