"""A card dragged by mouse in a traced browser: what each part of it takes of the main thread."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

CATEGORIES = ["toplevel", "blink.user_timing", "devtools.timeline", "v8"]
STEPS = 60


def drag(browser: Browser, page: Page, trace: Path | None) -> dict[str, float]:
    """Drag the first column's first card all over the second column and drop it there.

    The trace tells how long the main thread works on each task, in its own CPU time.
    """
    lists = page.locator(".board-cards")
    start, goal = lists.nth(0).locator(".board-card").first, lists.nth(1)
    began, ends = _box(start), _box(goal)
    x, y = began["x"] + 12, began["y"] + 10
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    browser.start_tracing(page=page, categories=CATEGORIES)
    _mark(page, "taken")
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    _frames(page)
    _mark(page, "carried")
    page.evaluate("bench.watchFrames()")
    for step in range(STEPS):
        share = step / STEPS
        page.mouse.move(
            x + (ends["x"] + ends["width"] / 2 - x) * min(1, share * 2),
            y + 20 + (500 * share if step % 2 else 480 * share),
        )
        page.wait_for_timeout(16)
    frames = page.evaluate("bench.frames")
    _mark(page, "dropped")
    page.mouse.up()
    until(page, "bench.settled")
    settled = page.evaluate("bench.settled - bench.dropped")
    _frames(page)
    _mark(page, "settled")
    recorded = browser.stop_tracing()
    if trace is not None:
        trace.write_bytes(recorded)
    tasks = _Tasks(json.loads(recorded)["traceEvents"])
    return {
        "drag start, CPU ms": sum(tasks.between("taken", "carried")),
        "longest frame, CPU ms": max(tasks.between("carried", "dropped"), default=0.0),
        "longest pause between frames, ms": max(
            (later - earlier for earlier, later in itertools.pairwise(frames)),
            default=0.0,
        ),
        "drop, CPU ms": sum(tasks.between("dropped", "settled")),
        "drop to settled, ms": settled,
    }


def until(page: Page, expression: str, seconds: float = 120) -> None:
    """Until it is so. Playwright's own waiting evaluates texts, which the page's policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(f"Boolean({expression})"):
        if time.monotonic() > deadline:
            raise TimeoutError(expression)
        page.wait_for_timeout(50)


class _Tasks:
    """The tasks of the page's main thread in a trace."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        marks = {
            each["name"].removeprefix("bench:"): each
            for each in events
            if each["name"].startswith("bench:")
        }
        thread = {(each["pid"], each["tid"]) for each in marks.values()}
        self._moments = {name: each["ts"] for name, each in marks.items()}
        self._tasks = [
            (each["ts"], each.get("tdur", each.get("dur", 0)) / 1000)
            for each in events
            if each["name"] == "ThreadControllerImpl::RunTask"
            and each["ph"] == "X"
            and (each["pid"], each["tid"]) in thread
        ]

    def between(self, first: str, last: str) -> list[float]:
        """How long each task between two marks took, in milliseconds."""
        after, before = self._moments[first], self._moments[last]
        return [took for moment, took in self._tasks if after <= moment < before]


def _mark(page: Page, name: str) -> None:
    page.evaluate(f"performance.mark('bench:{name}')")


def _frames(page: Page) -> None:
    """Until two more frames were drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _box(what: Any) -> dict[str, float]:
    box = what.bounding_box()
    if box is None:
        raise RuntimeError("nothing to drag is shown")
    return dict(box)
