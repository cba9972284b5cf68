/* Run in each measured page before anything else: when it is drawn, and what a drag takes. */
(() => {
  const seen = (window.bench = { frames: [] });
  /** Once what is there now has been painted. */
  const painted = (done) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now());
      channel.port2.postMessage(null);
    });
  const keep = (name) => painted((moment) => (seen[name] ??= moment));
  if (location.pathname.startsWith("/bench/plain/")) {
    document.addEventListener("DOMContentLoaded", () => {
      keep("drawn");
      keep("whole");
    });
    return;
  }
  new MutationObserver((records) => {
    keep("drawn");
    if (records.some(({ target }) => target.dataset.drawn === "whole")) {
      keep("whole");
    }
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-drawn"] });
  addEventListener("pointerup", () => (seen.dropped = performance.now()), true);
  new PerformanceObserver((list) => {
    if (list.getEntries().some(({ name }) => name.endsWith("/move/"))) {
      painted((moment) => (seen.settled = moment));
    }
  }).observe({ type: "resource" });
  const frame = (moment) => {
    seen.frames.push(moment);
    requestAnimationFrame(frame);
  };
  seen.watchFrames = () => requestAnimationFrame(frame);
})();
