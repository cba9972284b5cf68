/*
 * The theme: as the system says, light or dark. Loaded in the head and not deferred, so that no
 * page is drawn in the wrong one first.
 */
"use strict";
{
  const KEY = "theme";
  const THEMES = ["auto", "light", "dark"];
  const root = document.documentElement;

  const kept = () => {
    const theme = localStorage.getItem(KEY);
    return THEMES.includes(theme) ? theme : "auto";
  };

  // The browser's own bars take the colour that the page's ground has.
  const colourBars = () => {
    const meta = document.querySelector("meta[name=theme-color]");
    if (meta && document.body) {
      meta.content = getComputedStyle(document.body).backgroundColor;
    }
  };

  const show = (theme) => {
    root.dataset.theme = theme;
    const meta = document.querySelector("meta[name=color-scheme]");
    if (meta) {
      meta.content = theme === "auto" ? "light dark" : theme;
    }
    for (const choice of document.querySelectorAll("[data-theme-choice] input")) {
      choice.checked = choice.value === theme;
    }
    colourBars();
  };

  document.addEventListener("change", (event) => {
    if (event.target.closest?.("[data-theme-choice]")) {
      localStorage.setItem(KEY, event.target.value);
      show(event.target.value);
    }
  });
  document.addEventListener("DOMContentLoaded", () => show(kept()));
  // Another window of the same person chose another one.
  window.addEventListener("storage", (event) => event.key === KEY && show(kept()));
  window.addEventListener("load", colourBars);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", colourBars);
  document.addEventListener("taskly:theme", (event) => {
    localStorage.setItem(KEY, event.detail);
    show(kept());
  });
  show(kept());
}
