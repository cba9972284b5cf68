"""A board that stays open for days: what was closed is let go of."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.board_tools import open_board, title_of
from tests.browser.patience import wait_for
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 8
# Each card beside the board, each row of lanes and each sheet has more than this of both.
FEW = {"Nodes": 60, "JSEventListeners": 10}


@pytest.fixture
def card(board):
    return CardFactory(board=board, title="One")


@pytest.fixture
def shown(live_server, page, sign_in, member, board, card):
    sign_in(member)
    open_board(page, live_server, board)
    return page


@pytest.fixture
def kept(shown):
    """`kept()`: how many nodes and listeners are alive after everything else was collected."""
    session = shown.context.new_cdp_session(shown)
    session.send("Performance.enable")

    def counted() -> dict[str, int]:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {each["name"]: int(each["value"]) for each in metrics if each["name"] in FEW}

    return counted


def stays(page, kept, act):
    """Wait until doing it again and again has left nothing behind but what the first time did."""
    for _turn in range(2):
        act()
    before = kept()
    for _turn in range(TIMES):
        act()

    def has_few() -> bool:
        after = kept()
        return all(after[name] <= before[name] + few for name, few in FEW.items())

    wait_for(page, has_few)


def test_cards_that_were_opened_beside_the_board_are_let_go_of(shown, kept, card):
    def opened():
        title_of(shown, card).click()
        expect(shown.locator(".beside .detail")).to_be_visible()
        expect(shown.locator(".beside:not([aria-busy])")).to_be_visible()
        shown.locator(".beside").get_by_role("button", name="Close").click()
        expect(shown.locator(".beside")).to_be_hidden()

    stays(shown, kept, opened)


def test_lanes_that_were_shown_are_let_go_of(shown, kept):
    def switched():
        for wanted, number in (("Priority", 5), ("No lanes", 0)):
            shown.get_by_role("button", name="Lanes").click()
            shown.get_by_role("option", name=wanted, exact=True).click()
            expect(shown.locator(".board-lane")).to_have_count(number)

    stays(shown, kept, switched)


def test_asking_for_hours_keeps_nothing(shown, kept, card):
    def asked():
        with shown.expect_response(lambda answer: "snapshot" in answer.url):
            shown.evaluate("() => void dispatchEvent(new Event('online'))")

    stays(shown, kept, asked)
