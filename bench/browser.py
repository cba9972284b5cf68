"""`python -m bench.browser`: what the board's page costs in Chromium, beside its plain HTML.

Both are served by one gunicorn with collected, compressed static files, and loaded in turn in one
run: by a browser that has nothing of them yet (cold) and by one that has been there before (warm).
What the main thread works is told in CPU time, which other work on the machine doesn't lengthen.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from bench import installation
from bench.dragging import drag, until
from bench.plain import PREFIX
from bench.servers import serving

WATCHING = Path(__file__).with_name("watching.js").read_text(encoding="utf-8")
PATIENCE = 120_000
SCREEN = {"width": 1280, "height": 800}
# The page as its scripts draw it, with every card of its columns, and without the scripts.
PLAIN = """async () => {
  const { board } = await import(document.querySelector("script[src*='board/main']").src);
  const page = document.documentElement.cloneNode(true);
  page.querySelectorAll("script, noscript, link[rel=modulepreload], link[rel=preload][as=fetch]")
      .forEach((each) => each.remove());
  for (const { id, order } of board.store.state.columns) {
    const list = page.querySelector(`.board-cards[data-column="${id}"]`);
    list.replaceChildren(...order.map((card) => board.view.element(card).cloneNode(true)));
  }
  return "<!doctype html>" + page.outerHTML;
}"""
FIRST_DRAWN = 1.5
DRAG_START = 50.0
FRAME = 50.0

Figures = dict[str, list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.browser", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 5_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trace", type=Path, help="keep the trace of the last drag here")
    arguments = parser.parse_args()
    installation.prepare()
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--if-changed", "--noinput", "-v0"],
        cwd=installation.ROOT,
        check=True,
    )
    django.setup()
    # Its models can be imported only now.
    made = importlib.import_module("bench.filling").fill(tuple(arguments.sizes))
    session = importlib.import_module("bench.signing").session_of(made.user)
    over = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("bench.plain:application", {}, BENCH_PLAIN=folder) as server,
        sync_playwright() as playwright,
        _launched(playwright) as browser,
    ):
        address = f"http://127.0.0.1:{server.port}"
        pages = Pages(browser, address, session)
        for size in arguments.sizes:
            board = f"{address}/admin/boards/board/{made.boards[size]}/board/"
            _write_plain(pages, board, Path(folder) / f"{size}.html")
            plain = f"{address}{PREFIX}{size}"
            figures = measured(pages, board, plain, arguments.rounds, arguments.trace)
            over += told(size, figures)
    return 1 if over else 0


class Pages:
    """Pages of browsers in which somebody is signed in."""

    def __init__(self, browser: Browser, address: str, session: str) -> None:
        self.browser = browser
        self._address = address
        self._session = session

    def fresh(self) -> BrowserContext:
        """A browser that has nothing of the pages yet."""
        context = self.browser.new_context(viewport=SCREEN)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "sessionid", "value": self._session, "url": self._address}])
        context.add_init_script(WATCHING)
        return context


@contextmanager
def _launched(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, or the one that TASKLY_TEST_BROWSER names, or Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    given = os.environ.get("TASKLY_TEST_BROWSER")
    path = given or next(filter(None, map(shutil.which, names)), None)
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    browser = playwright.chromium.launch(executable_path=path, args=sandbox)
    try:
        yield browser
    finally:
        browser.close()


def _write_plain(pages: Pages, board: str, path: Path) -> None:
    context = pages.fresh()
    page = context.new_page()
    page.goto(board)
    until(page, "bench.whole")
    path.write_text(page.evaluate(PLAIN), encoding="utf-8")
    context.close()


def measured(
    pages: Pages, board: str, plain: str, rounds: int, trace: Path | None
) -> dict[str, Figures]:
    """Load the two in turn, and drag a card on the board, a round after another."""
    figures: dict[str, Figures] = defaultdict(lambda: defaultdict(list))
    for _round in range(rounds):
        for name, address in (("board", board), ("plain", plain)):
            context = pages.fresh()
            page = _loaded(context, address, figures[name], "cold")
            page.close()
            page = _loaded(context, address, figures[name], "warm")
            if name == "board":
                for figure, value in drag(pages.browser, page, trace).items():
                    figures[name][figure].append(value)
            context.close()
    return figures


def _loaded(context: BrowserContext, address: str, figures: Figures, state: str) -> Page:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Performance.enable")
    received: list[float] = []
    # What comes out of the browser's own cache has no length.
    devtools.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    page.goto(address)
    until(page, "bench.whole")
    page.wait_for_load_state("networkidle")
    for name in ("drawn", "whole"):
        figures[f"{name}, {state}"].append(page.evaluate(f"bench.{name}"))
    figures[f"requests, {state}"].append(sum(1 for length in received if length))
    figures[f"KB, {state}"].append(sum(received) / 1000)
    if state == "warm":
        devtools.send("HeapProfiler.collectGarbage")
        metrics: Any = devtools.send("Performance.getMetrics")["metrics"]
        found = {each["name"]: each["value"] for each in metrics}
        figures["script memory, MB"].append(found["JSHeapUsedSize"] / 1e6)
        figures["nodes"].append(found["Nodes"])
    devtools.detach()
    return page


def told(size: int, figures: dict[str, Figures]) -> int:
    """Print the medians, the ratios of each round, and which of them are over their limits."""
    limits = {"drawn, cold": FIRST_DRAWN, "drawn, warm": FIRST_DRAWN} if size <= 1_000 else {}
    caps = {"drag start, CPU ms": DRAG_START, "longest frame, CPU ms": FRAME}
    over = 0
    sys.stdout.write(
        f"{f'{size} cards':<34} {'board':>10} {'plain':>10} {'ratio':>7} {'limit':>6}\n"
    )
    for name, values in figures["board"].items():
        ours = statistics.median(values)
        beside = figures["plain"].get(name)
        line = f"{name:<34} {ours:10.1f}"
        limit = limits.get(name)
        reached = ours
        if beside:
            ratios = [one / other for one, other in zip(values, beside, strict=True) if other]
            reached = statistics.median(ratios) if ratios else 0.0
            line += f" {statistics.median(beside):10.1f} {reached:7.2f}"
        elif name in caps and size <= 1_000:
            limit = caps[name]
            line += " " * 19
        if limit is not None:
            over += reached > limit
            line += f" {limit:6.1f}  {'OVER' if reached > limit else 'ok'}"
        sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()
    return over


if __name__ == "__main__":
    sys.exit(main())
