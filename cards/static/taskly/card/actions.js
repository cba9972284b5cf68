/* What is done with the card as a whole: copying its key and address, archiving, deleting. */
import { call } from "../js/api.js";
import { h, icon, toast } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { ask, pick } from "./picker.js";
import { tagOf } from "./save.js";

const copy = async (text, told) => {
  try {
    await navigator.clipboard.writeText(text);
    toast(told, { kind: "done" });
  } catch {
    // Without https a browser keeps the clipboard to itself: then the text is shown to be copied.
    toast(text, { kind: "told", seconds: 20 });
  }
};

const button = (name, label, run, focus) =>
  h("button.icon-button", { type: "button", "aria-label": label, title: label, onclick: run, dataset: { focus } }, icon(name));

/** Archive the card or take it out again; a full column takes it back only from an admin. */
const archive = async (page, verb, body = {}) => {
  try {
    const { data } = await call("POST", `cards/${page.card.id}/${verb}/`, { match: tagOf(page.card), body });
    page.accept(data);
    const told = verb === "archive" ? gettext("%(key)s is archived.") : gettext("%(key)s is on its board again.");
    const back = verb === "archive" ? "unarchive" : "archive";
    toast(interpolate(told, { key: page.card.key }), {
      kind: "done",
      act: { label: gettext("Undo"), run: () => archive(page, back) },
    });
  } catch (error) {
    if (error.status === 412 && error.problem?.current) {
      page.accept(error.problem.current);
      await archive(page, verb, body);
      return;
    }
    const full = error.code === "column_full" && page.may.administer;
    toast(error.message, {
      kind: "refused",
      act: full
        ? { label: gettext("Let it in all the same"), run: () => archive(page, verb, { override_wip_limit: true }) }
        : null,
    });
  }
};

const remove = async (page) => {
  const sure = await ask(page.root, {
    title: interpolate(gettext("Delete %(key)s for good?"), { key: page.card.key }),
    text: gettext("Its comments, checklists and links go with it. This can't be undone; a card that is archived can come back."),
    yes: gettext("Delete card"),
  });
  if (!sure) {
    return;
  }
  try {
    await call("DELETE", `cards/${page.card.id}/`);
  } catch (error) {
    toast(error.message, { kind: "refused" });
    return;
  }
  page.gone();
};

/** The row above the card: its key, and what can be done with it. */
export const head = (part, page) => {
  const place = part.querySelector(".detail-actions");
  const address = new URL(page.urls.page, location.href).href;
  const { key } = page.card;
  place.append(
    button("hash", interpolate(gettext("Copy key %(key)s"), { key }), () => copy(key, interpolate(gettext("%(key)s copied."), { key })), "copy-key"),
    button("link", gettext("Copy link"), () => copy(address, gettext("Link copied.")), "copy-link"),
  );
  if (page.may.write) {
    const isArchived = Boolean(page.card.archived_at);
    const more = button("ellipsis", gettext("More actions"), () =>
      pick({
        anchor: more,
        title: gettext("More actions"),
        plain: true,
        options: [
          isArchived
            ? { value: () => archive(page, "unarchive"), label: gettext("Take out of the archive"), mark: () => icon("archive-restore") }
            : { value: () => archive(page, "archive"), label: gettext("Archive"), mark: () => icon("archive") },
          { value: () => location.assign(place.dataset.edit), label: gettext("Edit as a form"), mark: () => icon("pen-line") },
          { value: () => remove(page), label: gettext("Delete…"), mark: () => icon("trash-2"), danger: true },
        ],
        onpick: (option) => option.value(),
      }), "more-actions");
    more.setAttribute("aria-haspopup", "dialog");
    more.setAttribute("aria-expanded", "false");
    place.append(more);
  }
};
