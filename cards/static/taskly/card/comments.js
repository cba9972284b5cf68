/* What people say about a card: saying, changing, taking back, and what it said before. */
import { call, Refusal } from "../js/api.js";
import { h, icon } from "../js/dom.js";
import { gettext } from "../js/words.js";
import { createEditor } from "./editor.js";
import { ask } from "./picker.js";
import { Conflict, explain, notice, tagOf } from "./save.js";

/** The field for a new comment, below those that are there. */
export const composer = (part, page) => {
  if (!page.may.write) {
    return;
  }
  const present = page.composer;
  const editor =
    present ??
    createEditor(page, {
      what: "comment",
      label: gettext("New comment"),
      rows: 3,
      placeholder: gettext("Say something. @ mentions a member."),
      save: gettext("Comment"),
      onsave: async (content) => {
        if (!content.trim()) {
          editor.focus();
          return false;
        }
        try {
          await call("POST", "comments/", { body: { card: page.card.id, content } });
        } catch (error) {
          explain(editor.element, error);
          return false;
        }
        editor.clear();
        page.changed();
        await page.refresh();
        return true;
      },
    });
  // One editor for as long as the card is open: what is written in it outlasts every refreshing.
  page.composer = editor;
  editor.element.dataset.own = "";
  part.append(editor.element);
  editor.grow();
};

const change = (part, page) => {
  const body = part.querySelector(".comment-body");
  const shown = body.querySelector(".markdown");
  const open = async () => {
    part.dataset.busy = "";
    let comment;
    try {
      comment = (await call("GET", `comments/${part.dataset.id}/`)).data;
    } catch (error) {
      delete part.dataset.busy;
      explain(body, error);
      return;
    }
    const close = () => {
      editor.element.remove();
      shown.hidden = false;
      delete part.dataset.busy;
      page.refresh();
      part.querySelector("[data-focus=edit]")?.focus({ preventScroll: true });
    };
    let match = tagOf(comment);
    const editor = createEditor(page, {
      what: `comment.${comment.id}`,
      label: gettext("Comment"),
      text: comment.content,
      rows: 4,
      save: gettext("Save"),
      oncancel: close,
      onsave: async (content) => {
        try {
          await call("PATCH", `comments/${comment.id}/`, { body: { content }, match });
        } catch (error) {
          const current = error instanceof Refusal && error.status === 412 ? error.problem.current : null;
          if (current) {
            match = tagOf(current);
            const name = error.problem.changed_by?.name ?? gettext("Somebody");
            explain(editor.element, new Conflict(name, current.content), {
              mine: () => editor.element.querySelector(".button.default").click(),
              theirs: () => editor.setText(current.content, null),
            });
          } else {
            explain(editor.element, error);
          }
          return false;
        }
        page.changed();
        close();
        return true;
      },
    });
    shown.hidden = true;
    body.append(editor.element);
    editor.focus();
  };
  return h(
    "button.icon-button",
    { type: "button", "aria-label": gettext("Edit comment"), dataset: { focus: "edit" }, onclick: open },
    icon("pencil"),
  );
};

const takeBack = (part, page) =>
  h(
    "button.icon-button",
    {
      type: "button",
      "aria-label": gettext("Delete comment"),
      dataset: { focus: "delete" },
      onclick: async () => {
        const sure = await ask(page.root, {
          title: gettext("Delete this comment?"),
          text: gettext("Others will see that there was one, and not what it said."),
          yes: gettext("Delete"),
        });
        if (!sure) {
          return;
        }
        try {
          await call("DELETE", `comments/${part.dataset.id}/`, { match: part.dataset.tag });
          page.changed();
          await page.refresh();
        } catch (error) {
          explain(part.querySelector(".comment-body"), error);
          page.refresh();
        }
      },
    },
    icon("trash-2"),
  );

/** What a comment said before it was edited, in a window over the page. */
const showEarlier = async (part, page, address) => {
  let found;
  try {
    found = (await page.fetched(address)).querySelector("[data-earlier]");
  } catch (error) {
    notice(part.querySelector(".comment-body"), error.message);
    return;
  }
  if (!found) {
    return;
  }
  const dialog = h(
    "dialog.detail-dialog",
    { "aria-label": gettext("Earlier texts") },
    h(
      "div.detail-dialog-head",
      {},
      h("h2", {}, gettext("Earlier texts")),
      h("button.icon-button", { type: "button", "aria-label": gettext("Close"), onclick: () => dialog.close() }, icon("x")),
    ),
    document.adoptNode(found),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  page.root.append(dialog);
  dialog.showModal();
};

/** One comment, with what its reader may do to it. */
export const comment = (part, page) => {
  const acts = [
    part.dataset.mayEdit !== undefined && change(part, page),
    part.dataset.mayDelete !== undefined && takeBack(part, page),
  ].filter(Boolean);
  if (acts.length) {
    part.querySelector(".comment-who").append(h("span.comment-acts", {}, acts));
  }
  const edited = part.querySelector(".comment-edited");
  edited?.addEventListener("click", (event) => {
    event.preventDefault();
    showEarlier(part, page, edited.getAttribute("href"));
  });
};

/** The way to comments before those that are shown. */
export const earlier = (part, page) => {
  const link = part.querySelector("a");
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    page.comments = link.dataset.comments;
    page.refresh();
  });
};

/** The history, read when somebody asks for it, a page at a time. */
export const history = (part, page) => {
  const still = part.querySelector(".detail-still");
  const list = h("ul.feed.detail-feed", {});
  let next = 1;
  const button = h("button.detail-quiet-button", { type: "button" }, icon("history"), gettext("Show history"));
  const more = async () => {
    button.setAttribute("aria-busy", "true");
    try {
      const fresh = await page.fetched(`${page.urls.history}?p=${next}`);
      const lines = [...(fresh.querySelector(".feed")?.children ?? [])];
      list.append(...lines.map((line) => document.adoptNode(line)));
      const isLast = !fresh.querySelector(`a[href="?p=${next + 1}"]`);
      next += 1;
      button.replaceChildren(icon("history"), gettext("Show more"));
      button.hidden = isLast;
      part.dataset.opened = "";
    } catch (error) {
      notice(part, error.message);
    }
    button.removeAttribute("aria-busy");
  };
  button.addEventListener("click", more);
  still.replaceWith(list, h("p", {}, button));
};
