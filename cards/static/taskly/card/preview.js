/* Two tabs around a field for Markdown: one to write in, one that shows it as the server will. */
import { call } from "../js/api.js";
import { h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";

let count = 0;

/** HTML that the server made safe, as nodes of this page. */
const nodesOf = (html) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return [...parsed.body.childNodes].map((node) => document.adoptNode(node));
};

/**
 * Tabs and panels for `field`, which goes into the first of them with what stands `beneath` it.
 * `workspace()` is the id of the workspace whose members are mentioned.
 */
export const previewing = ({ field, label, workspace, beneath = null }) => {
  const number = (count += 1);
  const panel = (name, classes, properties, ...children) =>
    h(
      `div.editor-panel${classes}`,
      { role: "tabpanel", id: `editor-${name}-${number}`, "aria-labelledby": `editor-tab-${name}-${number}`, ...properties },
      ...children,
    );
  const panels = [
    panel("write", "", {}, field, beneath),
    panel("preview", ".editor-preview.markdown", { tabindex: "0", dir: "auto", hidden: true }),
  ];
  const [, preview] = panels;

  const tab = (name, title) =>
    h("button.editor-tab", { type: "button", role: "tab", id: `editor-tab-${name}-${number}`, "aria-controls": `editor-${name}-${number}` }, title);
  const choices = [tab("write", gettext("Write")), tab("preview", gettext("Preview"))];

  const draw = async () => {
    preview.setAttribute("aria-busy", "true");
    try {
      const { data } = await call("POST", "markdown/", { body: { text: field.value, workspace: workspace() } });
      const shown = nodesOf(data.html);
      preview.replaceChildren(...(shown.length ? shown : [h("p.detail-none", {}, gettext("Nothing to show yet."))]));
    } catch (error) {
      preview.replaceChildren(h("p.detail-refusal", { role: "alert" }, icon("circle-alert"), error.message));
    }
    preview.removeAttribute("aria-busy");
  };

  const show = (index, { focus = false } = {}) => {
    choices.forEach((each, place) => {
      each.setAttribute("aria-selected", String(place === index));
      each.tabIndex = place === index ? 0 : -1;
      panels[place].hidden = place !== index;
    });
    if (focus) {
      choices[index].focus();
    }
    return index === 1 ? draw() : undefined;
  };

  choices.forEach((each, index) => {
    each.addEventListener("click", () => show(index));
    each.addEventListener("keydown", (event) => {
      const goal = { ArrowRight: 1 - index, ArrowLeft: 1 - index, Home: 0, End: 1 }[event.key];
      if (goal !== undefined) {
        event.preventDefault();
        show(goal, { focus: true });
      }
    });
  });
  show(0);
  return { tabs: h("div.editor-tabs", { role: "tablist", "aria-label": label }, choices), panels, show };
};
