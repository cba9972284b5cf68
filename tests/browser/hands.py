"""Dragging as a hand does it, by mouse and by finger, on however slow a machine."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

# Where the hand takes hold of what it drags, in pixels from its left upper corner.
GRIP = (60, 12)

DRAGGING = "() => Boolean(globalThis.Sortable?.active)"


def take(page: Page, source: Locator, grip: tuple[float, float] = GRIP) -> None:
    """Press the mouse on something and pull at it a little."""
    source.scroll_into_view_if_needed()
    start = source.bounding_box()
    x, y = start["x"] + grip[0], start["y"] + grip[1]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 10, steps=4)


def drag(
    page: Page,
    source: Locator,
    target: Locator,
    *,
    shown: Locator,
    grip: tuple[float, float] = GRIP,
) -> None:
    """Carry `source` to the middle of `target`, and let go once `shown` is there.

    `shown` is what the page draws where a release would put it.
    """
    take(page, source, grip)
    page.wait_for_function(DRAGGING)
    x, y = middle(target)
    page.mouse.move(x, y, steps=12)
    page.mouse.move(x + 2, y + 2, steps=3)
    expect(shown).to_be_attached()
    page.mouse.up()


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


class Finger:
    """A finger on the screen of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def does(self, kind: str, x: float | None = None, y: float | None = None) -> None:
        points: list[dict[str, Any]] = [] if x is None else [{"x": x, "y": y}]
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def slides(self, start: tuple, end: tuple, steps: int = 12) -> None:
        (left, top), (right, bottom) = start, end
        for step in range(1, steps + 1):
            part = step / steps
            self.does("touchMove", left + (right - left) * part, top + (bottom - top) * part)
            self.page.wait_for_timeout(40)

    def lifts(self, start: tuple) -> None:
        """Rest on something until it is held, and carry it off a little: it is dragged then."""
        self.does("touchStart", *start)
        expect(self.page.locator(".sortable-chosen, .is-chosen").first).to_be_attached()
        self.slides(start, (start[0] + 6, start[1] + 6), steps=3)
        self.page.wait_for_function(DRAGGING)
