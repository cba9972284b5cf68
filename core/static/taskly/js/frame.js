/*
 * What the frame of every page does by script: the palette, the shortcuts that go to places, and
 * their help. Without it all of that is links and forms.
 */
import { createPalette } from "./palette.js";
import { keysOf, shortcut, showHelp } from "./shortcuts.js";
import { gettext } from "./words.js";

const places = document.getElementById("sidebar");
const sidebarLink = (name) => places?.querySelector(`a[data-place="${name}"]`);
const goTo = (name) => location.assign(sidebarLink(name).href);

const theme = (value) => () =>
  document.dispatchEvent(new CustomEvent("taskly:theme", { detail: value }));

const palette = createPalette({
  url: document.body.dataset.palette,
  actions: [
    { title: gettext("Theme: light"), icon: "sun", run: theme("light") },
    { title: gettext("Theme: dark"), icon: "moon", run: theme("dark") },
    { title: gettext("Theme: as the system"), icon: "monitor", run: theme("auto") },
    { title: gettext("Keyboard shortcuts"), icon: "keyboard", run: showHelp },
  ],
});
shortcut("mod+k", gettext("Search and go anywhere"), () => palette.open());
shortcut("/", gettext("Search and go anywhere"), () => palette.open());

const searching = document.querySelector("[data-palette-field]");
if (searching) {
  const field = searching.querySelector("input");
  searching.querySelector("[data-palette-keys]").textContent = keysOf("mod+k").join(" ");
  // By keyboard the field stays a field: focus alone must not open anything.
  field.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    palette.open(field.value);
  });
  document.querySelector("[data-palette-link]")?.addEventListener("click", (event) => {
    event.preventDefault();
    palette.open();
  });
}

for (const [keys, place, label] of [
  ["g h", "home", gettext("Go home")],
  ["g i", "inbox", gettext("Go to the inbox")],
  ["g m", "my-work", gettext("Go to my work")],
  ["g b", "board", gettext("Go to the boards")],
  ["g c", "card", gettext("Go to the cards")],
  ["g p", "project", gettext("Go to the projects")],
]) {
  if (sidebarLink(place)) {
    shortcut(keys, label, () => goTo(place), { section: gettext("Go") });
  }
}
if (sidebarLink("new-card")) {
  shortcut("c", gettext("New card"), () => goTo("new-card"), { section: gettext("Do") });
}
shortcut("?", gettext("Show these shortcuts"), showHelp);

document.querySelector("[data-shortcut-help]")?.addEventListener("click", showHelp);
