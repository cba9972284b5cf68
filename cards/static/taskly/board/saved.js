/*
 * Views that are kept: one's own, and those that others share with everybody who sees the board.
 * A view is its query; to apply one is to go to its address.
 */
import { call, everything } from "../js/api.js";
import { announce, h, icon, toast } from "../js/dom.js";
import { gettext, interpolate } from "../js/words.js";
import { readView, writeView } from "./address.js";
import { personName } from "./card.js";
import { openPopover } from "./popover.js";

const LONGEST = 2000;

const tagOf = (saved) => `"${saved.id}.${saved.version}"`;

/** The saved filters of a board over REST. */
class SavedFilters {
  constructor(boardId) {
    this.boardId = boardId;
  }

  all() {
    return everything(`saved-filters/?board=${this.boardId}&ordering=name&page_size=200`);
  }

  async create(name, query, shared) {
    const body = { board: this.boardId, name, query, shared };
    return (await call("POST", "saved-filters/", { body })).data;
  }

  async change(saved, changes) {
    const path = `saved-filters/${saved.id}/`;
    return (await call("PATCH", path, { body: changes, match: tagOf(saved) })).data;
  }

  async remove(saved) {
    await call("DELETE", `saved-filters/${saved.id}/`, { match: tagOf(saved) });
  }
}

/** The button of the bar and the sheet that it opens. */
export class SavedMenu {
  constructor(board, address) {
    this.board = board;
    this.address = address;
    this.client = new SavedFilters(board.store.state.board.id);
    this.known = [];
    this.name = h("span", {}, gettext("Views"));
    this.element = h(
      "button.button.tool-button",
      {
        type: "button",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        onclick: () => this.open(),
      },
      icon("bookmark"),
      this.name,
      icon("chevron-down"),
    );
    address.subscribe(() => this.draw());
    this.load().catch(() => {
      // The sheet asks again when it is opened, and tells then what is wrong.
    });
  }

  get query() {
    return writeView(this.address.view);
  }

  async load() {
    this.known = await this.client.all();
    this.draw();
  }

  isShown(saved) {
    return this.query !== "" && writeView(readView(saved.query)) === this.query;
  }

  draw() {
    const present = this.known.find((each) => this.isShown(each));
    this.name.textContent = present ? present.name : gettext("Views");
    if (present) {
      const label = interpolate(gettext("Views: %(name)s"), { name: present.name });
      this.element.setAttribute("aria-label", label);
    } else {
      this.element.removeAttribute("aria-label");
    }
    this.element.classList.toggle("is-on", Boolean(present));
  }

  owner(saved) {
    const person = this.board.store.state.members.find((each) => each.id === saved.user);
    return person ? personName(person) : gettext("Somebody who left");
  }

  async open() {
    this.body = h("div.saved-body");
    this.sheet = openPopover(this.element, {
      label: gettext("Views of this board"),
      classes: "saved",
      content: [this.body],
      onclose: () => {
        this.sheet = null;
      },
    });
    this.list();
    try {
      await this.load();
      // Who has gone on to one of the views meanwhile isn't called back.
      if (this.listed) {
        this.list();
      }
    } catch (error) {
      this.sheet?.say(error.message);
    }
  }

  /** Show nodes in the sheet, with the focus on what is to be used next. */
  put(...nodes) {
    this.listed = false;
    this.body.replaceChildren(...nodes);
    this.sheet.say();
    this.sheet.place();
    (this.body.querySelector("[autofocus]") ?? this.body.querySelector("button, input"))?.focus();
  }

  /** The views, and what can be done with the present one. */
  list() {
    if (!this.sheet) {
      return;
    }
    const held = this.sheet.sheet.contains(document.activeElement);
    const { me } = this.board.page;
    const mine = this.known.filter((each) => each.user === me);
    const others = this.known.filter((each) => each.user !== me);
    const group = (title, filters) =>
      filters.length > 0 &&
      h(
        "section",
        {},
        h("h3.saved-title", {}, title),
        h("ul.saved-list", {}, filters.map((each) => this.line(each))),
      );
    const acts = this.query
      ? [
          h(
            "button.saved-act",
            { type: "button", onclick: () => this.nameNew() },
            icon("bookmark-plus"),
            gettext("Save this view…"),
          ),
          h(
            "button.saved-act",
            { type: "button", onclick: () => this.copy(this.address.link(this.address.view)) },
            icon("link"),
            gettext("Copy a link to this view"),
          ),
        ]
      : [];
    const nodes = [
      this.known.length === 0 &&
        h(
          "p.saved-none",
          {},
          this.query
            ? gettext("No views are saved yet. Save this one to come back to it.")
            : gettext("No views are saved yet. Set a filter or lanes, then save them here."),
        ),
      group(gettext("Mine"), mine),
      group(gettext("Shared with me"), others),
      acts.length > 0 && h("div.saved-acts", {}, acts),
    ].filter(Boolean);
    if (held) {
      this.put(...nodes);
    } else {
      this.body.replaceChildren(...nodes);
      this.sheet.place();
    }
    this.listed = true;
  }

  line(saved) {
    const own = saved.user === this.board.page.me;
    const may = own || this.board.store.state.may.administer;
    const whose = own ? (saved.shared ? gettext("Shared") : "") : this.owner(saved);
    return h(
      "li.saved-line",
      {},
      h(
        "button.saved-apply",
        {
          type: "button",
          "aria-pressed": String(this.isShown(saved)),
          onclick: () => this.apply(saved),
        },
        icon(this.isShown(saved) ? "check" : saved.shared ? "users" : "bookmark"),
        h("span.saved-name", {}, saved.name),
        whose && h("span.saved-whose", {}, whose),
      ),
      h(
        "button.icon-button",
        {
          type: "button",
          "aria-label": interpolate(gettext("More about %(name)s"), { name: saved.name }),
          onclick: () => this.more(saved, own, may),
        },
        icon("ellipsis"),
      ),
    );
  }

  apply(saved) {
    this.sheet.close();
    this.address.show(readView(saved.query));
    announce(interpolate(gettext("View: %(name)s"), { name: saved.name }));
  }

  /** What can be done with one of the views. */
  more(saved, own, may) {
    const act = (name, text, run, classes = "") =>
      h(
        `button.saved-act${classes}`,
        { type: "button", onclick: run },
        icon(name),
        text,
      );
    const changed = this.query !== "" && !this.isShown(saved);
    // What others find there is for those to write who may write on the board.
    const { write } = this.board.store.state.may;
    const changes = own && (write || !saved.shared);
    this.put(
      this.back(saved.name),
      h(
        "div.saved-acts",
        {},
        act("link", gettext("Copy link"), () => this.copy(this.address.link(readView(saved.query)))),
        changes && act("pencil", gettext("Rename…"), () => this.rename(saved)),
        own &&
          (write || saved.shared) &&
          act(
            saved.shared ? "lock" : "share-2",
            saved.shared
              ? gettext("Stop sharing")
              : gettext("Share with everybody on this board"),
            () => this.change(saved, { shared: !saved.shared }),
          ),
        changes &&
          changed &&
          act("save", gettext("Replace by the present view"), () =>
            this.change(saved, { query: this.query }),
          ),
        may && act("trash-2", gettext("Delete"), () => this.remove(saved), ".is-danger"),
      ),
    );
  }

  back(title) {
    return h(
      "button.saved-back",
      { type: "button", onclick: () => this.list() },
      icon("chevron-left"),
      h("span.visually-hidden", {}, gettext("Back to all views")),
      h("span", {}, title),
    );
  }

  /** A form for a name; `send(name, shared)` saves. */
  form(title, { name = "", share = null, send }) {
    const field = h("input", {
      type: "text",
      id: "saved-name",
      maxlength: "100",
      required: true,
      autocomplete: "off",
      autofocus: true,
    });
    field.value = name;
    const shared = share !== null && h("input", { type: "checkbox", id: "saved-shared" });
    this.put(
      this.back(title),
      h(
        "form.saved-form",
        {
          onsubmit: (event) => {
            event.preventDefault();
            this.run(() => send(field.value.trim(), shared ? shared.checked : false));
          },
        },
        h("label", { for: "saved-name" }, gettext("Name")),
        field,
        shared &&
          h(
            "label.saved-share",
            { for: "saved-shared" },
            shared,
            gettext("Share with everybody on this board"),
          ),
        h("button.button.default", { type: "submit" }, gettext("Save")),
      ),
    );
    field.select();
  }

  nameNew() {
    this.form(gettext("Save this view"), {
      share: this.board.store.state.may.write ? false : null,
      send: async (name, shared) => {
        if (this.query.length > LONGEST) {
          throw new Error(gettext("This view has too many filters to be saved."));
        }
        await this.client.create(name, this.query, shared);
        await this.load();
        this.sheet?.close();
        toast(interpolate(gettext("The view %(name)s is saved."), { name }), { kind: "done" });
      },
    });
  }

  rename(saved) {
    this.form(gettext("Rename the view"), {
      name: saved.name,
      send: (name) => this.changed(saved, { name }),
    });
  }

  change(saved, changes) {
    this.run(() => this.changed(saved, changes));
  }

  async changed(saved, changes) {
    await this.client.change(saved, changes);
    await this.load();
    this.list();
  }

  remove(saved) {
    this.run(async () => {
      await this.client.remove(saved);
      await this.load();
      this.list();
      toast(interpolate(gettext("The view %(name)s is deleted."), { name: saved.name }), {
        kind: "done",
        act: {
          label: gettext("Undo"),
          run: () => this.restore(saved),
        },
      });
    });
  }

  async restore(saved) {
    try {
      await this.client.create(saved.name, saved.query, saved.shared);
      await this.load();
    } catch (error) {
      toast(error.message, { kind: "refused" });
    }
  }

  /** Do it, and say in the sheet what was refused; somebody else's change is shown afterwards. */
  async run(send) {
    try {
      await send();
    } catch (error) {
      this.sheet?.say(error.message);
      if (error.status === 412 || error.status === 404) {
        await this.load().catch(() => {});
      }
    }
  }

  async copy(address) {
    try {
      await navigator.clipboard.writeText(address);
      this.sheet?.close();
      toast(gettext("The link is copied."), { kind: "done" });
    } catch {
      // No clipboard without a secure address: the link is shown, to be copied by hand.
      const field = h("input", { type: "text", readonly: true, "aria-label": gettext("Link") });
      field.value = address;
      this.sheet?.say(gettext("Copy this link:"), field);
      field.select();
    }
  }
}
