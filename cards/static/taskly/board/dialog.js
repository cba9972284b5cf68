/*
 * A dialog with a form: what it asks, a button that does it and one that doesn't.
 */
import { h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";

let count = 0;

/** A field with its label: `control` is the input or select, `help` a sentence below it. */
export const field = (label, control, help = null) => {
  count += 1;
  control.id = `dialog-field-${count}`;
  const said = help && h("p.help", { id: `${control.id}-help` }, help);
  if (said) {
    control.setAttribute("aria-describedby", said.id);
  }
  return h("div.dialog-field", {}, h("label", { for: control.id }, label), control, said);
};

/** A select of `[value, text]` pairs. */
export const choice = (options, chosen, properties = {}) => {
  const select = h("select", properties);
  for (const [value, text] of options) {
    select.append(h("option", { value, selected: value === chosen }, text));
  }
  return select;
};

/**
 * Ask: `run()` is called when the form is sent, and may answer a promise; the dialog closes then.
 * `kind: "danger"` is for what takes away.
 */
export const ask = ({ title, content, act, run, kind = "default" }) => {
  count += 1;
  const name = `dialog-title-${count}`;
  const dialog = h("dialog.board-dialog", { "aria-labelledby": name });
  const form = h(
    "form",
    {
      method: "dialog",
      onsubmit: () => {
        run();
      },
    },
    h(
      "header",
      {},
      h("h2", { id: name }, title),
      h(
        "button.icon-button",
        { type: "button", "aria-label": gettext("Close"), onclick: () => dialog.close() },
        icon("x"),
      ),
    ),
    ...content,
    h(
      "footer",
      {},
      h("button.button", { type: "button", onclick: () => dialog.close() }, gettext("Cancel")),
      h(`button.button.${kind}`, { type: "submit" }, act),
    ),
  );
  dialog.append(form);
  dialog.addEventListener("close", () => dialog.remove());
  // The page behind has keys of its own.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector(":scope > .dialog-field :is(input, select)")?.focus();
  return dialog;
};
