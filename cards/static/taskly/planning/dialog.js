/*
 * A dialog over the page: a title, a form, what went wrong, and two buttons. While the server is
 * asked it can't be sent twice; it closes by Escape, by its buttons, and when it is done.
 */
import { h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";

let numbered = 0;

/** A field with its label, and below it what the server says against it. */
export const field = (name, label, control, { hint = "" } = {}) => {
  const id = `plan-field-${(numbered += 1)}`;
  control.id = id;
  control.name = name;
  const wrong = h("p.plan-wrong", { id: `${id}-wrong` });
  wrong.hidden = true;
  const told = hint && h("p.quiet.plan-hint", { id: `${id}-hint` }, hint);
  if (hint) {
    control.setAttribute("aria-describedby", `${id}-hint`);
  }
  const element = h("div.plan-field", {}, h("label", { for: id }, label), control, told || null, wrong);
  return {
    name,
    element,
    control,
    say(text) {
      wrong.textContent = text;
      wrong.hidden = !text;
      if (text) {
        control.setAttribute("aria-invalid", "true");
        control.setAttribute("aria-describedby", [hint && `${id}-hint`, `${id}-wrong`].filter(Boolean).join(" "));
      } else {
        control.removeAttribute("aria-invalid");
      }
    },
  };
};

const sentences = (value) =>
  typeof value === "string" ? value : Object.values(value ?? {}).map(sentences).join(" ");

/**
 * Open a dialog. `content` are its nodes, `fields` those that can be wrong; `send()` does what it
 * is for and may throw what the server refused, which is said at its field or above the buttons.
 * Without `submit` there is only a way out. Answers whether it was done, when it has closed.
 */
export const openDialog = ({ title, content, fields = [], submit = null, send }) =>
  new Promise((resolve) => {
    const id = `plan-dialog-${(numbered += 1)}`;
    const wrong = h("p.plan-dialog-wrong", { role: "alert" });
    wrong.hidden = true;
    const ok = submit && h("button.button.default", { type: "submit" }, submit);
    const cancel = h(
      "button.button",
      { type: "button", onclick: () => dialog.close() },
      submit ? gettext("Cancel") : gettext("Close"),
    );
    let done = false;
    let busy = false;

    const refuse = (error) => {
      const left = [];
      const place = ([name, value]) => {
        const at = fields.find((each) => each.name === name);
        if (at) {
          at.say(sentences(value));
        } else if (value && typeof value === "object" && !Array.isArray(value)) {
          Object.entries(value).forEach(place);
        } else {
          left.push(sentences(value));
        }
      };
      Object.entries(error.errors ?? {}).forEach(place);
      const named = fields.some((each) => each.control.hasAttribute("aria-invalid"));
      wrong.textContent = left.join(" ") || (named ? "" : error.message);
      wrong.hidden = !wrong.textContent;
      fields.find((each) => each.control.hasAttribute("aria-invalid"))?.control.focus();
    };

    const form = h(
      "form.plan-dialog-form",
      {
        novalidate: true,
        onsubmit: async (event) => {
          event.preventDefault();
          if (busy || !submit) {
            return;
          }
          fields.forEach((each) => each.say(""));
          wrong.hidden = true;
          busy = true;
          dialog.setAttribute("aria-busy", "true");
          try {
            await send();
            done = true;
            dialog.close();
          } catch (error) {
            refuse(error);
          } finally {
            busy = false;
            dialog.removeAttribute("aria-busy");
          }
        },
      },
      h("div.plan-dialog-body", {}, ...content),
      wrong,
      h("footer.plan-dialog-foot", {}, cancel, ok),
    );
    const dialog = h(
      "dialog.plan-dialog",
      { "aria-labelledby": id },
      h(
        "header.plan-dialog-head",
        {},
        h("h2", { id }, title),
        h(
          "button.icon-button",
          { type: "button", "aria-label": gettext("Close"), onclick: () => dialog.close() },
          icon("x"),
        ),
      ),
      form,
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(done);
    });
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector("[autofocus]") ?? ok ?? cancel).focus();
  });
