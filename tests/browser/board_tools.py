"""How the tests of a board's tools find their way about the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

PHONE = pytest.mark.browser_context_args(
    viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
)


def open_board(page: Page, live_server, board, query: str = "") -> None:
    """Open a board's page and wait until all of its cards are drawn."""
    page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/board/{query}")
    whole(page)


def whole(page: Page) -> None:
    """Wait until all cards are drawn."""
    expect(page.locator("#board[data-drawn=whole]")).to_be_attached()


def card_of(page: Page, card):
    """The element of a card."""
    return page.locator(f"#card-{card.pk}")


def title_of(page: Page, card):
    """What of a card takes the focus."""
    return page.locator(f"#card-{card.pk} a.card-title")


def shown(page: Page, *titles: str) -> None:
    """Wait until exactly the cards of these titles are shown, in this order."""
    expect(page.locator("#board .board-card a.card-title")).to_have_text(list(titles))


def sheet(page: Page):
    """The small sheet that is open."""
    return page.locator(".popover")


def option(page: Page, text: str):
    """A line of the list that is open."""
    return page.locator(".popover [role=option]").filter(has_text=text)
