/*
 * The inbox's page: marking items without a reload, and going through them by keyboard. Without
 * this script each mark is a form of its own, and each item a link.
 */
import { call } from "../js/api.js";
import { announce, toast } from "../js/dom.js";
import { shortcut } from "../js/shortcuts.js";
import { gettext } from "../js/words.js";
import { recount } from "./count.js";

const items = () => [...document.querySelectorAll("[data-inbox-item]")];
const linkOf = (item) => item.querySelector("a.inbox-open");
const isUnread = (item) => item.classList.contains("is-unread");

const show = (item, unread) => {
  item.classList.toggle("is-unread", unread);
  item.querySelector("[data-inbox-new]").hidden = !unread;
  const buttons = [...item.querySelectorAll("[data-inbox-mark] button")];
  const focused = buttons.includes(document.activeElement);
  for (const button of buttons) {
    button.hidden = (button.value === "1") !== unread;
  }
  if (focused) {
    buttons.find((button) => !button.hidden).focus();
  }
};

const mark = async (item, read) => {
  show(item, !read);
  try {
    await call("POST", `inbox/${item.dataset.inboxItem}/${read ? "read" : "unread"}/`, { body: {} });
    announce(read ? gettext("Marked as read.") : gettext("Marked as unread."));
    await recount();
  } catch (error) {
    show(item, read);
    toast(error.message, { kind: "refused" });
  }
};

document.addEventListener("submit", (event) => {
  const item = event.target.closest("[data-inbox-mark]")?.closest("[data-inbox-item]");
  if (item) {
    event.preventDefault();
    mark(item, isUnread(item));
  }
});

/** The item that has the focus, or -1. */
const place = (listed) => listed.findIndex((item) => item.contains(document.activeElement));

const go = (step) => {
  const listed = items();
  const here = place(listed);
  const next = listed[here < 0 ? (step > 0 ? 0 : listed.length - 1) : here + step];
  if (next) {
    linkOf(next).focus();
    next.scrollIntoView({ block: "nearest" });
  }
};

const current = () => {
  const listed = items();
  return listed[place(listed)];
};

const section = gettext("Inbox");
shortcut("j", gettext("Next item"), () => go(1), { section });
shortcut("k", gettext("Previous item"), () => go(-1), { section });
shortcut("e", gettext("Mark as read or unread"), () => mark(current(), isUnread(current())), {
  section,
  when: () => Boolean(current()),
});
