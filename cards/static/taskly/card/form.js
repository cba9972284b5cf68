/* The card as a form: its texts can be looked at before they are saved. */
import { h } from "../js/dom.js";
import { previewing } from "./preview.js";

for (const field of document.querySelectorAll("#id_description, #id_acceptance_criteria")) {
  const label = field.labels[0].textContent.trim();
  const place = h("div.editor", {});
  field.before(place);
  const workspace = document.querySelector("[data-workspace]").dataset.workspace;
  const { tabs, panels } = previewing({ field, label, workspace: () => workspace });
  place.append(tabs, ...panels);
}
