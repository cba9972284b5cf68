"""The page of a card as its tests see it: opened, worked on, and left without an open request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.browser.patience import PATIENCE

# A refusal is an answer: the browser notes each, and the page says it beside the field.
REFUSED = re.compile("status of (400|401|403|404|409|412)")

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class CardPage:
    """A card open in a browser."""

    def __init__(self, page: Page, server: str, card: Any) -> None:
        self.page = page
        self.card = card
        self.open_requests: set[Request] = set()
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.open_requests.add(request))
        page.on("requestfinished", lambda request: self.open_requests.discard(request))
        page.on("requestfailed", lambda request: self.open_requests.discard(request))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        self.address = f"{server}/admin/cards/card/{card.pk}/change/"
        self.load()

    def _heard(self, said: Any) -> None:
        if said.type == "error" and not REFUSED.search(said.text):
            self.complaints.append(said.text)

    def load(self) -> None:
        self.page.goto(self.address)
        self.page.wait_for_selector(".detail.is-live")

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part='{name}']")

    def value(self, name: str) -> Locator:
        """What the fact says, which is the button that changes it."""
        return self.part(name).locator(".detail-value")

    def title_is(self, text: str) -> None:
        expect(self.page.locator(".detail-title")).to_have_text(text, timeout=PATIENCE)

    def says(self, name: str, text: str) -> None:
        """Wait until the part says why something wasn't done."""
        expect(self.part(name).get_by_role("alert").first).to_contain_text(text, timeout=PATIENCE)

    def keeps(self, **expected: Any) -> None:
        """The card as the database has it."""
        self.card.refresh_from_db()
        assert {name: getattr(self.card, name) for name in expected} == expected

    def told(self) -> None:
        """Let the page know that the card was changed, as its board or the window's focus would."""
        self.page.evaluate("dispatchEvent(new Event('focus'))")

    def hide(self, hidden: bool = True) -> None:
        """Let the page be one that nobody looks at: it rests, and learns nothing by itself."""
        self.page.evaluate(HIDE, hidden)

    def leave(self) -> None:
        """Go away once every request is answered: the test's rows are emptied after this."""
        for _turn in range(PATIENCE // 50):
            if not self.open_requests:
                break
            self.page.wait_for_timeout(50)
        self.page.goto("about:blank")


def sign_in_to(context: BrowserContext, server: str, person: Any) -> None:
    """Let a browser of its own be that person's."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": server}])


@contextmanager
def opened_card(page: Page, server: str, card: Any) -> Iterator[CardPage]:
    """The card's page, left behind properly, on which nothing may go wrong."""
    card_page = CardPage(page, server, card)
    yield card_page
    card_page.leave()
    assert card_page.complaints == []
