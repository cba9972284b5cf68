"""The board's page as its tests see it: what stands where, and how a person acts on it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from cards.models import Card
from tests.browser.patience import PATIENCE, wait_for
from tests.factories import CardFactory


class BoardPage:
    """A board open in a browser."""

    def __init__(self, page: Page, server: str, board: Any, query: str = "") -> None:
        self.page = page
        self.board = board
        page.set_default_timeout(PATIENCE)
        page.goto(f"{server}/admin/boards/board/{board.pk}/board/{query}")
        expect(page.locator("#board[data-drawn=whole]")).to_be_attached(timeout=PATIENCE)

    def card(self, card: Card) -> Locator:
        return self.page.locator(f"#card-{card.pk}")

    def title(self, card: Card) -> Locator:
        return self.card(card).locator("a.card-title")

    def list(self, place: int) -> Locator:
        """The cards of the column at this place."""
        column = self.board.columns[place]["id"]
        return self.page.locator(f".board-cards[data-column='{column}']")

    def head(self, place: int) -> Locator:
        column = self.board.columns[place]["id"]
        return self.page.locator(f".board-column[data-column='{column}'] .board-column-head")

    def shows(self, place: int, *titles: str) -> None:
        """Wait until the column shows exactly these cards, in order."""
        found = self.list(place).locator("a.card-title")
        expect(found).to_have_text(list(titles), timeout=PATIENCE)

    def keeps(self, place: int, *titles: str) -> None:
        """Wait until the column shows these cards and the database has them so as well."""
        self.shows(place, *titles)
        wait_for(self.page, lambda: order_of(self.board, place) == list(titles))

    def says(self, text: str) -> None:
        """Wait until a screen reader is told this."""
        live = self.page.locator("[aria-live]", has_text=text)
        expect(live.first).to_be_attached(timeout=PATIENCE)

    def refuses(self, text: str) -> Locator:
        """Wait until a message says why something was not done."""
        message = self.page.locator(".toast-refused", has_text=text)
        expect(message).to_be_visible(timeout=PATIENCE)
        return message

    def drag(self, what: Locator, to: Locator, *, below: bool = False, drop: bool = True) -> None:
        """Drag by mouse onto the upper or lower part of something, in small steps."""
        mouse = self.page.mouse
        what.scroll_into_view_if_needed()
        start = what.bounding_box()
        mouse.move(start["x"] + start["width"] / 3, start["y"] + min(14, start["height"] / 2))
        mouse.down()
        mouse.move(start["x"] + start["width"] / 3 + 8, start["y"] + 22, steps=3)
        for step in range(10):
            # What lies there gives way, so that it has to be looked for again; and the drag looks
            # where it is a few times a second.
            end = to.bounding_box()
            x = end["x"] + end["width"] / 2 + step % 2
            y = end["y"] + end["height"] * (0.85 if below else 0.15)
            mouse.move(x, y, steps=12 if step == 0 else 2)
            self.page.wait_for_timeout(60)
        if drop:
            mouse.up()


def four_cards(board: Any) -> dict[str, Card]:
    """Three cards in the first column, one in the second, by title."""
    made = {title: CardFactory(board=board, title=title) for title in ("One", "Two", "Three")}
    second = board.columns[1]["id"]
    return {**made, "Four": CardFactory(board=board, title="Four", column_id=second)}


def order_of(board: Any, place: int) -> list[str]:
    """The titles of a column's cards, as the database has them."""
    column = board.columns[place]["id"]
    cards = Card.objects.filter(column_id=column, archived_at=None)
    return list(cards.order_by("position").values_list("title", flat=True))
