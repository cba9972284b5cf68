"""A board of long columns: only what is near to be seen is drawn, and nobody notices."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cards.models import Card
from cards.ordering import Place
from cards.services import card_move, cards_bulk
from tests.browser.boards import PATIENCE, BoardPage, order_of
from tests.browser.patience import wait_for
from tests.browser.test_admin_axe import findings, watched

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 200


@pytest.fixture
def cards(board, member):
    """So many cards in the first column, some with a title of several lines."""
    bodies = [
        {
            "board": board,
            "column_id": board.columns[0]["id"],
            "title": f"Card {number}" + " and more of it" * (number % 4 * 5),
        }
        for number in range(MANY)
    ]
    cards_bulk(actor=member, create=bodies)
    return list(Card.objects.filter(board=board).order_by("position"))


@pytest.fixture
def shown(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    return BoardPage(page, live_server.url, board)


def top_of(shown, card):
    return shown.card(card).evaluate("card => card.getBoundingClientRect().top")


def test_a_long_column_is_drawn_in_part_and_says_how_long_it_is(shown, cards):
    drawn = shown.list(0).locator(".board-card")

    expect(shown.card(cards[0])).to_have_attribute("aria-posinset", "1")
    expect(shown.card(cards[0])).to_have_attribute("aria-setsize", str(MANY))
    assert drawn.count() < MANY / 2
    expect(shown.head(0).locator(".column-count")).to_have_text(str(MANY))
    assert findings(shown.page) == []


def test_scrolling_draws_what_comes_into_sight(shown, cards):
    complaints = watched(shown.page)
    for part in (0.5, 1, 0.25, 0):
        shown.list(0).evaluate(
            "(list, part) => { list.scrollTop = list.scrollHeight * part }", part
        )
        middle = round(part * (MANY - 1))
        near = cards[max(0, middle - 12) : middle + 12]
        seen = shown.page.locator(", ".join(f"#card-{card.pk}" for card in near))
        expect(seen.first).to_be_attached(timeout=PATIENCE)
    expect(shown.title(cards[0])).to_be_visible()
    assert complaints == []


def test_the_keyboard_reaches_every_card(shown, cards):
    shown.title(cards[0]).focus()
    shown.page.keyboard.press("End")
    expect(shown.title(cards[-1])).to_be_focused(timeout=PATIENCE)
    expect(shown.title(cards[-1])).to_be_in_viewport()
    for step in range(2, 30):
        shown.page.keyboard.press("ArrowUp")
        expect(shown.title(cards[-step])).to_be_focused()
    shown.page.keyboard.press("Home")
    expect(shown.title(cards[0])).to_be_focused()
    expect(shown.title(cards[0])).to_be_in_viewport()


def test_who_scrolls_away_from_a_card_still_stands_on_it(shown, cards):
    shown.title(cards[2]).focus()
    shown.list(0).evaluate("list => { list.scrollTop = list.scrollHeight }")
    expect(shown.title(cards[-1])).to_be_attached(timeout=PATIENCE)
    expect(shown.title(cards[2])).to_be_focused()

    shown.page.keyboard.press("ArrowDown")
    expect(shown.title(cards[3])).to_be_focused()
    expect(shown.title(cards[3])).to_be_in_viewport()


def test_a_card_carried_to_the_end_lands_there(shown, cards, board):
    shown.title(cards[1]).focus()
    for key in ("Space", "End"):
        shown.page.keyboard.press(key)
    shown.says(f"Position {MANY} of {MANY} in To Do")
    expect(shown.title(cards[1])).to_be_in_viewport(timeout=PATIENCE)
    shown.page.keyboard.press("Space")
    shown.says("Put down.")

    assert order_of(board, 0)[-1] == cards[1].title
    expect(shown.title(cards[1])).to_be_focused()


def test_a_drop_in_the_middle_lands_where_it_was_seen(shown, cards, board):
    shown.page.set_viewport_size({"width": 1280, "height": 1100})
    shown.list(0).evaluate("list => { list.scrollTop = list.scrollHeight / 2 }")
    seen = shown.list(0).locator(".board-card")
    expect(shown.card(cards[MANY // 2])).to_be_attached(timeout=PATIENCE)
    frame = shown.list(0).bounding_box()
    inside = seen.evaluate_all(
        """(cards, [top, bottom]) => cards
          .filter((card) => {
            const at = card.getBoundingClientRect();
            return at.top >= top && at.bottom <= bottom;
          })
          .map((card) => card.dataset.card)""",
        [frame["y"], frame["y"] + frame["height"]],
    )
    # Neither is so near to the edge that the list would be scrolled.
    first, last = (Card.objects.get(pk=inside[place]) for place in (1, len(inside) // 2 + 1))
    shown.drag(shown.card(first), shown.card(last), below=True)
    shown.page.wait_for_function("() => !document.querySelector('.is-carried')")
    expect(shown.card(last).locator("+ .board-card")).to_have_id(f"card-{first.pk}")

    def follows():
        order = order_of(board, 0)
        return order[order.index(last.title) + 1] == first.title

    wait_for(shown.page, follows)


def test_what_one_reads_stays_where_it_is_when_cards_above_it_go(shown, cards, board, member):
    shown.list(0).evaluate("list => { list.scrollTop = list.scrollHeight / 2 }")
    read = cards[MANY // 2]
    expect(shown.card(read)).to_be_attached(timeout=PATIENCE)
    shown.card(read).scroll_into_view_if_needed()
    shown.page.wait_for_timeout(300)
    before = top_of(shown, read)
    for card in cards[:3]:
        card_move(card=card, actor=member, column_id=board.columns[1]["id"])
    card_move(card=cards[-1], actor=member, column_id=board.columns[0]["id"], place=Place("top"))

    expect(shown.head(0).locator(".column-count")).to_have_text(str(MANY - 3), timeout=PATIENCE)
    assert abs(top_of(shown, read) - before) <= 2
