"""What Safari and Firefox do otherwise, tried in Chromium with the same difference made in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cards.models import Card
from core.models import EventLog
from tests.browser.boards import BoardPage, four_cards

pytestmark = pytest.mark.django_db(transaction=True)

# By this name SortableJS knows Safari, where it listens to the mouse and not to pointers.
SAFARI = """Object.defineProperty(navigator, "userAgent", { get: () =>
  "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15"
});"""
# Only some browsers move an element without taking it out of the page in between.
WITHOUT_MOVES = "delete Element.prototype.moveBefore;"
# Safari's key that ends a composed word: the word has ended by then, and its code alone tells.
# Answers whether the key was left to the input method.
LAST_KEY = """field => field.dispatchEvent(new KeyboardEvent("keydown",
  { key: "Enter", code: "Enter", keyCode: 229, bubbles: true, cancelable: true }))"""


@pytest.fixture
def cards(board):
    return four_cards(board)


@pytest.fixture
def opened(live_server, page, sign_in, member, board, cards):
    """`opened(script)`: the board in a browser to which the script was done before."""

    def open_board(script: str = "") -> BoardPage:
        sign_in(member)
        page.add_init_script(script)
        return BoardPage(page, live_server.url, board)

    return open_board


def test_a_drag_by_mouse_moves_the_card_and_escape_ends_it_at_once_in_safari(opened, cards):
    shown = opened(SAFARI)
    entries = EventLog.objects.count()
    shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]), drop=False)
    expect(shown.list(1).locator(".board-card")).to_have_count(2)
    shown.page.keyboard.press("Escape")

    shown.shows(0, "One", "Two", "Three")
    shown.shows(1, "Four")
    shown.page.mouse.up()
    assert EventLog.objects.count() == entries

    shown.drag(shown.card(cards["Two"]), shown.card(cards["Four"]))
    shown.keeps(1, "Two", "Four")


def test_a_carried_card_keeps_the_keyboard_where_elements_move_by_leaving(opened, cards):
    shown = opened(WITHOUT_MOVES)
    keyboard = shown.page.keyboard
    shown.title(cards["One"]).focus()
    keyboard.press("Space")
    for key, place, titles in (
        ("ArrowDown", 0, ("Two", "One", "Three")),
        ("ArrowRight", 1, ("Four", "One")),
        ("ArrowUp", 1, ("One", "Four")),
    ):
        keyboard.press(key)
        shown.shows(place, *titles)
        expect(shown.title(cards["One"])).to_be_focused()
    keyboard.press("Space")

    shown.keeps(1, "One", "Four")
    expect(shown.title(cards["One"])).to_be_focused()


def test_the_key_that_ends_a_composed_word_adds_no_card_and_opens_nothing(opened):
    shown = opened()
    before = Card.objects.count()
    shown.page.get_by_role("button", name="Add a card to To Do").click()
    field = shown.page.get_by_role("textbox", name="New card in To Do")
    field.fill("東京")
    assert field.evaluate(LAST_KEY)
    expect(field).to_have_value("東京")

    field.press("Enter")
    shown.shows(0, "One", "Two", "Three", "東京")
    assert Card.objects.count() == before + 1


def test_a_click_beside_its_controls_leaves_a_sheet_and_a_menu_their_keys(opened, cards):
    shown = opened()
    page = shown.page
    shown.title(cards["One"]).focus()
    page.keyboard.press("d")
    sheet = page.get_by_role("dialog", name="Due date")
    sheet.locator(".popover-head strong").click()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(shown.title(cards["One"])).to_be_focused()

    shown.card(cards["One"]).hover()
    shown.card(cards["One"]).locator(".card-menu").click()
    menu = page.get_by_role("menu")
    menu.get_by_role("separator").first.click()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
