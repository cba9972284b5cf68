"""The board by keyboard alone, with what a screen reader is told at every step."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from boards.services import column_update
from core.models import EventLog
from tests.browser.boards import PATIENCE, BoardPage, order_of
from tests.browser.test_admin_axe import findings
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cards(board):
    """Three cards in the first column, one in the last."""
    made = {title: CardFactory(board=board, title=title) for title in ("One", "Two", "Three")}
    last = board.columns[3]["id"]
    return {**made, "Four": CardFactory(board=board, title="Four", column_id=last)}


@pytest.fixture
def shown(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    return BoardPage(page, live_server.url, board)


def press(shown, *keys):
    for key in keys:
        shown.page.keyboard.press(key)


def test_arrows_walk_from_card_to_card_and_tab_stops_once_in_a_column(shown, cards):
    shown.title(cards["One"]).focus()
    press(shown, "ArrowDown")
    expect(shown.title(cards["Two"])).to_be_focused()
    press(shown, "End")
    expect(shown.title(cards["Three"])).to_be_focused()
    press(shown, "ArrowRight")
    expect(shown.title(cards["Four"])).to_be_focused()
    press(shown, "ArrowLeft", "Home")
    expect(shown.title(cards["One"])).to_be_focused()

    stops = shown.list(0).locator("a.card-title[tabindex='0']")
    expect(stops).to_have_count(1)
    expect(stops).to_have_text("One")


def test_a_card_is_carried_within_and_between_columns(shown, cards, board):
    shown.title(cards["Three"]).focus()
    press(shown, "Space")
    shown.says("Picked up ACME-3. Position 3 of 3 in To Do.")
    press(shown, "ArrowUp")
    shown.says("Position 2 of 3 in To Do")
    shown.shows(0, "One", "Three", "Two")
    press(shown, "Home")
    shown.says("Position 1 of 3 in To Do")
    press(shown, "ArrowRight")
    shown.says("Position 1 of 1 in In Progress")
    shown.shows(1, "Three")
    expect(shown.title(cards["Three"])).to_be_focused()
    assert order_of(board, 1) == []

    press(shown, "Space")

    shown.says("Put down. Position 1 of 1 in In Progress.")
    shown.keeps(1, "Three")
    shown.keeps(0, "One", "Two")
    expect(shown.title(cards["Three"])).to_be_focused()


def test_escape_puts_back_what_was_carried(shown, cards, board):
    entries = EventLog.objects.count()
    shown.title(cards["One"]).focus()
    press(shown, "Space", "ArrowRight", "ArrowRight", "End")
    shown.shows(2, "One")
    press(shown, "Escape")

    shown.says("Put back. Nothing was moved.")
    shown.shows(0, "One", "Two", "Three")
    expect(shown.title(cards["One"])).to_be_focused()
    assert EventLog.objects.count() == entries


def test_selected_cards_are_carried_together(shown, cards, board):
    shown.title(cards["One"]).focus()
    press(shown, "x", "ArrowDown", "ArrowDown", "x")
    shown.says("2 cards selected")
    press(shown, "Space")
    shown.says("Picked up 2 cards.")
    press(shown, "ArrowRight", "Enter")

    shown.says("Put down.")
    shown.keeps(1, "One", "Three")


def test_a_limit_is_said_before_the_card_is_put_down(live_server, page, sign_in, member, board):
    column_update(board=board, actor=None, column_id=board.columns[1]["id"], wip_limit=1)
    card = CardFactory(board=board, title="Mine")
    CardFactory(board=board, title="There", column_id=board.columns[1]["id"])
    sign_in(member)
    shown = BoardPage(page, live_server.url, board)
    shown.title(card).focus()
    press(shown, "Space", "ArrowRight")

    shown.says("Position 1 of 2 in In Progress, over its limit")


def test_a_card_is_moved_by_the_dialog(shown, cards, board):
    shown.title(cards["One"]).focus()
    press(shown, "m")
    dialog = shown.page.get_by_role("dialog", name="Move ACME-1")
    expect(dialog.get_by_label("Column")).to_be_focused()
    assert findings(shown.page) == []
    dialog.get_by_label("Column").select_option(label="Done")
    dialog.get_by_label("Place").select_option(label="Before a card")
    dialog.get_by_label("Card", exact=True).select_option(label="ACME-4 Four")
    dialog.get_by_role("button", name="Move", exact=True).focus()
    press(shown, "Enter")

    shown.keeps(3, "One", "Four")
    expect(dialog).to_have_count(0)
    expect(shown.title(cards["One"])).to_be_focused()


def test_a_card_menu_leads_to_everything(shown, cards, board):
    shown.title(cards["Two"]).focus()
    press(shown, "Tab", "Enter")
    menu = shown.page.get_by_role("menu", name="Actions for ACME-2")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    menu.get_by_role("menuitem", name="Archive").focus()
    press(shown, "Enter")
    shown.shows(0, "One", "Three")
    done = shown.page.locator(".toast", has_text="1 card archived.")
    done.get_by_role("button", name="Undo").click()

    shown.keeps(0, "One", "Two", "Three")


def test_enter_opens_a_card(shown, cards):
    shown.title(cards["Two"]).focus()
    press(shown, "Enter")

    expect(shown.page).to_have_url(re.compile(r"[?&]card=ACME-2$"), timeout=PATIENCE)


def test_a_column_is_changed_moved_and_removed_from_its_menu(shown, cards, board):
    def choose(place, name):
        shown.head(place).get_by_role("button").focus()
        press(shown, "Enter")
        shown.page.get_by_role("menuitem", name=name).focus()
        press(shown, "Enter")

    choose(0, "Name, category, limit…")
    dialog = shown.page.get_by_role("dialog", name="Column To Do")
    dialog.get_by_label("Name").fill("Next up")
    dialog.get_by_label("Limit").fill("2")
    assert findings(shown.page) == []
    press(shown, "Enter")
    expect(shown.head(0).locator(".column-count")).to_have_text("3 / 2", timeout=PATIENCE)
    choose(0, "Move right")
    shown.says("Column Next up is at position 2 of 4")
    choose(0, "Remove column…")
    dialog = shown.page.get_by_role("dialog", name="Remove column Next up?")
    dialog.get_by_label("Its 3 cards go to").select_option(label="Done")
    dialog.get_by_role("button", name="Remove column").focus()
    press(shown, "Enter")

    shown.keeps(3, "Four", "One", "Two", "Three")
    board.refresh_from_db()
    assert [column["name"] for column in board.columns] == ["In Progress", "In Review", "Done"]


def test_a_column_is_added(shown, board):
    shown.page.get_by_role("button", name="Add column").click()
    dialog = shown.page.get_by_role("dialog", name="New column")
    dialog.get_by_label("Name").fill("Parked")
    dialog.get_by_label("Category").select_option(label="To do")
    press(shown, "Enter")

    heads = shown.page.locator(".board-column h2")
    expect(heads).to_have_text(
        ["To Do", "In Progress", "In Review", "Done", "Parked"], timeout=PATIENCE
    )
