"""How long a test in the browser waits for what is to come."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

# In milliseconds. Other work may keep the machine busy: a condition is waited for, and no longer.
PATIENCE = 60_000
TURN = 50


def wait_for(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that the page itself doesn't tell: what the database has."""
    for _turn in range(PATIENCE // TURN):
        if holds():
            return
        page.wait_for_timeout(TURN)
    assert holds()
