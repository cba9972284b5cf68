/*
 * What a stretch or a point of a picture tells, beside the pointer: also where a finger points.
 * Without this script the browser shows the same text as a tooltip.
 */
import { h } from "./js/dom.js";

const GAP = 12;
let shown = null;

function hide() {
  shown?.box.remove();
  shown?.band.classList.remove("is-told");
  shown = null;
}

function place(box, event) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const right = window.scrollX + document.documentElement.clientWidth;
  const left = Math.min(event.pageX + GAP, right - width - GAP);
  box.style.left = `${Math.max(window.scrollX + GAP, left)}px`;
  box.style.top = `${Math.max(window.scrollY + GAP, event.pageY - height - GAP)}px`;
}

function tell(event) {
  const band = event.target.closest?.(".plot-band, .plot-point");
  if (!band) {
    hide();
    return;
  }
  if (shown?.band !== band) {
    hide();
    const box = h("div", { class: "plot-told", "aria-hidden": "true" }, band.dataset.told);
    document.body.append(box);
    band.classList.add("is-told");
    shown = { band, box };
  }
  place(shown.box, event);
}

for (const band of document.querySelectorAll(".plot-band, .plot-point")) {
  // The browser's own tooltip would come beside ours.
  const title = band.querySelector("title");
  band.dataset.told = title.textContent;
  title.remove();
}

// The names of time zones, for who looks for another one.
const zones = document.getElementById("chart-zones");
const names = zones && Intl.supportedValuesOf ? ["UTC", ...Intl.supportedValuesOf("timeZone")] : [];
zones?.append(...names.map((name) => h("option", { value: name })));

document.addEventListener("pointermove", tell);
document.addEventListener("pointerdown", tell);
document.addEventListener("scroll", hide, { capture: true, passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
