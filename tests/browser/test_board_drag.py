"""Dragging on the board, in a real browser: by mouse and by finger, one card, several, columns."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.models import EventLog
from tests.browser.boards import PATIENCE, BoardPage, four_cards
from tests.browser.hands import Finger, middle
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cards(board):
    return four_cards(board)


@pytest.fixture
def shown(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    return BoardPage(page, live_server.url, board)


def test_a_card_is_dragged_within_its_column(shown, cards):
    shown.drag(shown.card(cards["One"]), shown.card(cards["Three"]), below=True)

    shown.keeps(0, "Two", "Three", "One")


def test_a_card_is_dragged_to_another_column(shown, cards):
    shown.drag(shown.card(cards["Two"]), shown.card(cards["Four"]))

    shown.keeps(1, "Two", "Four")
    shown.keeps(0, "One", "Three")
    moved = EventLog.objects.latest("id")
    assert (moved.action, moved.source) == ("card.moved", "admin")
    expect(shown.head(1).locator(".column-count")).to_have_text("2")


def test_a_card_is_dragged_into_an_empty_column(shown, cards):
    shown.drag(shown.card(cards["Three"]), shown.list(2))

    shown.keeps(2, "Three")


def test_several_selected_cards_are_dragged_in_one_action(shown, cards, board):
    shown.title(cards["One"]).click(modifiers=["Control"])
    shown.title(cards["Three"]).click(modifiers=["Control"])
    expect(shown.page.get_by_role("toolbar", name="Selected cards")).to_contain_text(
        "2 cards selected"
    )

    shown.drag(shown.card(cards["Three"]), shown.card(cards["Four"]), below=True)

    shown.keeps(1, "Four", "One", "Three")
    shown.keeps(0, "Two")
    moves = EventLog.objects.filter(entity_type="card", details__after__has_key="column_id")
    assert len(set(moves.exclude(action="card.created").values_list("action_id", flat=True))) == 1


def test_shift_selects_what_lies_between(shown, cards):
    shown.title(cards["One"]).click(modifiers=["Control"])
    shown.title(cards["Three"]).click(modifiers=["Shift"])

    expect(shown.page.locator(".board-card.is-selected")).to_have_count(3)
    shown.page.keyboard.press("Escape")
    expect(shown.page.locator(".board-card.is-selected")).to_have_count(0)


def test_escape_puts_a_dragged_card_back(shown, cards):
    entries = EventLog.objects.count()
    shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]), drop=False)
    expect(shown.list(1).locator(".board-card")).to_have_count(2)
    shown.page.keyboard.press("Escape")

    shown.shows(0, "One", "Two", "Three")
    shown.shows(1, "Four")
    shown.page.mouse.up()
    assert EventLog.objects.count() == entries


def test_a_click_after_a_drag_opens_nothing(shown, cards):
    address = shown.page.url
    shown.drag(shown.card(cards["One"]), shown.card(cards["Two"]), below=True)

    shown.keeps(0, "Two", "One", "Three")
    assert shown.page.url == address


def test_a_column_is_dragged_by_its_head(shown, board, cards):
    shown.drag(shown.head(2).locator("h2"), shown.head(0).locator("h2"))

    heads = shown.page.locator(".board-column h2")
    expect(heads).to_have_text(["In Review", "To Do", "In Progress", "Done"], timeout=PATIENCE)
    shown.says("Column In Review is at position 1 of 4")
    board.refresh_from_db()
    assert [column["name"] for column in board.columns] == [
        "In Review",
        "To Do",
        "In Progress",
        "Done",
    ]


PHONE = pytest.mark.browser_context_args(
    viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
)


@PHONE
def test_a_finger_that_rests_on_a_card_drags_it(shown, cards):
    finger = Finger(shown.page)
    start = middle(shown.card(cards["One"]))
    x, y = middle(shown.card(cards["Three"]))
    finger.lifts(start)
    finger.slides(start, (x, y + 20))
    finger.slides((x, y + 20), (x, y + 24), steps=4)
    finger.does("touchEnd")

    shown.keeps(0, "Two", "Three", "One")


FLICK = """
async ([from, to]) => {
  const at = (kind, { x: clientX, y: clientY }) => {
    const event = { clientX, clientY, bubbles: true, cancelable: true, pointerType: "mouse" };
    document.elementFromPoint(clientX, clientY).dispatchEvent(new PointerEvent(kind, event));
  };
  at("pointerdown", from);
  at("pointermove", { x: from.x + 9, y: from.y + 9 });
  while (!Sortable.active) {
    await new Promise((ready) => setTimeout(ready));
  }
  at("pointermove", to);
  at("pointerup", to);
}
"""


def test_a_card_lands_where_it_is_let_go_however_quickly(shown, cards):
    points = [middle(shown.card(cards["One"])), middle(shown.list(2))]
    shown.page.evaluate(FLICK, [{"x": x, "y": y} for x, y in points])

    shown.keeps(2, "One")


@PHONE
def test_a_finger_that_slides_at_once_scrolls(shown, cards, board):
    for number in range(20):
        CardFactory(board=board, title=f"More {number}")
    shown.page.reload()
    expect(shown.list(0).locator(".board-card")).to_have_count(23)
    entries = EventLog.objects.count()
    finger = Finger(shown.page)
    start = middle(shown.card(cards["Three"]))
    finger.does("touchStart", *start)
    finger.slides(start, (start[0], start[1] - 200), steps=8)
    finger.does("touchEnd")

    shown.page.wait_for_function(
        "list => list.scrollTop > 50", arg=shown.list(0).element_handle(), timeout=PATIENCE
    )
    assert EventLog.objects.count() == entries
