/*
 * What the pages need beyond HTML: they are told the time zone that they are read in, the sidebar
 * remembers whether it is shut, an open menu closes, and select2's controls get the names that
 * their labels already say.
 */
"use strict";
{
  const root = document.documentElement;

  const tellTimeZone = () => {
    const told = `taskly_timezone=${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
    if (!document.cookie.split("; ").includes(told)) {
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `${told}; Path=/admin/; Max-Age=31536000; SameSite=Lax${secure}`;
    }
  };
  tellTimeZone();

  const nameSelect2 = (scope) => {
    for (const select of scope.querySelectorAll("select.select2-hidden-accessible")) {
      const container = select.nextElementSibling;
      const control = container?.querySelector(".select2-selection");
      const label = select.labels?.[0];
      const name = label ? label.textContent.trim() : select.getAttribute("aria-label");
      if (!control || !name) {
        continue;
      }
      const shown = control.querySelector(".select2-selection__rendered");
      control.removeAttribute("aria-labelledby");
      control.setAttribute("aria-label", shown?.title ? `${name}: ${shown.title}` : name);
      control.setAttribute("aria-controls", control.getAttribute("aria-controls") || container.id || select.id);
      shown?.removeAttribute("role");
      shown?.removeAttribute("aria-readonly");
      control.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
    }
  };

  const nameOpenedSearch = () => {
    const field = document.querySelector(".select2-container--open .select2-search__field");
    const open = document.querySelector(".select2-container--open .select2-selection");
    if (field && open) {
      field.setAttribute("aria-label", open.getAttribute("aria-label") || "");
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-sidebar-toggle]")) {
      const tell = () =>
        button.setAttribute("aria-expanded", String(root.dataset.sidebar !== "closed"));
      button.addEventListener("click", () => {
        root.dataset.sidebar = root.dataset.sidebar === "closed" ? "open" : "closed";
        localStorage.setItem("taskly.sidebar", root.dataset.sidebar);
        tell();
      });
      tell();
    }

    if (window.django?.jQuery) {
      const $ = window.django.jQuery;
      // Django makes the controls when jQuery says "ready", which comes after this moment.
      window.addEventListener("load", () => setTimeout(() => nameSelect2(document)));
      $(document).on("select2:open", nameOpenedSearch);
      $(document).on("change", "select.select2-hidden-accessible", () => nameSelect2(document));
      document.addEventListener("formset:added", () => setTimeout(() => nameSelect2(document)));
    }
  });

  const OPEN_MENU = "details.menu[open], .sidebar-user > details[open]";

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll(OPEN_MENU)) {
      if (!menu.contains(except)) {
        menu.open = false;
      }
    }
  };

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest?.(".menu-items a");
    closeMenus(chosen ? null : event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = event.target.closest?.(OPEN_MENU);
      closeMenus(null);
      menu?.querySelector("summary").focus();
    }
  });

  root.dataset.sidebar = localStorage.getItem("taskly.sidebar") || "open";
}
