"""New cards at the foot of a column: one after the other, several lines, refusals, drafts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from boards.services import column_update
from cards.models import Card
from core.models import EventLog
from tests.browser.board_tools import PHONE, open_board, shown, title_of
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)


def field(page):
    return page.locator(".quick-form:not([hidden]) textarea")


def column(page, index):
    return page.locator(".board-column").nth(index)


def titles(board):
    return list(Card.objects.filter(board=board).order_by("number").values_list("title", flat=True))


def test_enter_adds_a_card_and_stays_for_the_next(live_server, page, sign_in, member, board):
    sign_in(member)
    complaints = watched(page)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to In Progress").click()
    expect(field(page)).to_be_focused()
    page.keyboard.type("First <b>thing</b>")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("")
    page.keyboard.type("Вторая 🎉")
    page.keyboard.press("Enter")

    expect(column(page, 1).locator("a.card-title")).to_have_text(
        ["First <b>thing</b>", "Вторая 🎉"]
    )
    expect(field(page)).to_be_focused()
    assert titles(board) == ["First <b>thing</b>", "Вторая 🎉"]
    assert complaints == []


def test_the_key_n_adds_where_one_is_and_escape_keeps_the_draft(
    live_server, page, sign_in, member, board
):
    card = CardFactory(board=board, column_id=board.columns[2]["id"])
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).focus()
    page.keyboard.press("n")
    expect(page.get_by_label("New card in In Review")).to_be_focused()
    page.keyboard.type("Half a thou")
    page.keyboard.press("Escape")

    expect(title_of(page, card)).to_be_focused()
    assert titles(board) == [card.title]
    page.get_by_role("button", name="Add a card to In Review").click()
    expect(field(page)).to_have_value("Half a thou")
    page.keyboard.type("ght")
    page.keyboard.press("Enter")
    shown(page, card.title, "Half a thought")


def test_several_lines_become_several_cards_in_one_action(
    live_server, page, sign_in, member, board
):
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to To Do").click()
    field(page).fill("- Buy milk\n\n* [ ] Feed the cat\n3. Sleep\n")
    expect(page.get_by_role("button", name="As one card")).to_be_visible()
    page.get_by_role("button", name="Add 3 cards").click()

    shown(page, "Buy milk", "Feed the cat", "Sleep")
    made = EventLog.objects.filter(board_id=board.pk, entity_type="card")
    assert made.count() == 3
    assert set(made.values_list("action", flat=True)) == {"cards.bulk"}
    assert made.values("action_id").distinct().count() == 1


def test_several_lines_can_be_one_card(live_server, page, sign_in, member, board):
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to To Do").click()
    field(page).fill("A title that\nwas broken in two")
    page.get_by_role("button", name="As one card").click()

    shown(page, "A title that was broken in two")


@PHONE
def test_a_finger_adds_cards(live_server, page, sign_in, member, board):
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to To Do").tap()
    page.keyboard.type("On the way")
    page.locator(".quick-form:visible").get_by_role("button", name="Add card").tap()
    expect(field(page)).to_have_value("")
    page.locator(".quick-form:visible").get_by_role("button", name="Close").tap()

    shown(page, "On the way")
    expect(field(page)).to_have_count(0)


def test_a_full_column_is_told_beside_the_field_and_nothing_is_lost(
    live_server, page, sign_in, admin, member, board
):
    CardFactory(board=board, title="One")
    column_update(board=board, actor=admin, column_id=board.columns[0]["id"], wip_limit=2)
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to To Do").click()
    field(page).fill("Two\nThree")
    page.keyboard.press("Enter")

    expect(page.locator(".quick-error:visible")).to_contain_text("limit is 2")
    expect(field(page)).to_have_value("Two\nThree")
    expect(page.locator(".toast")).to_have_count(0)
    assert titles(board) == ["One"]


def test_a_title_that_is_too_long_is_told_and_kept(live_server, page, sign_in, member, board):
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to To Do").click()
    field(page).fill("x" * 501)
    page.keyboard.press("Enter")
    expect(page.locator(".quick-error:visible")).to_contain_text("501 characters")
    field(page).fill("Short\n" + "y" * 612)
    page.keyboard.press("Enter")

    expect(page.locator(".quick-error:visible")).to_contain_text("Line 2 has 612 characters")
    assert titles(board) == []


def test_without_a_connection_the_text_stays(live_server, page, context, sign_in, member, board):
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to To Do").click()
    field(page).fill("Written on a train")
    context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator(".quick-error:visible")).to_contain_text("can't be reached")
    expect(field(page)).to_have_value("Written on a train")

    context.set_offline(False)
    field(page).press("Enter")
    shown(page, "Written on a train")


def test_a_new_card_that_the_filters_hide_is_told(live_server, page, sign_in, member, board):
    CardFactory(board=board, title="Urgent thing", priority="urgent")
    sign_in(member)
    open_board(page, live_server, board, "?priority=urgent")
    page.get_by_role("button", name="Add a card to To Do").click()
    field(page).fill("Plain thing")
    page.keyboard.press("Enter")

    expect(page.locator(".quick-told:visible")).to_contain_text(
        "ACME-2 is added, but the filters hide it."
    )
    shown(page, "Urgent thing")
    page.get_by_role("button", name="Clear the filters").click()
    shown(page, "Urgent thing", "Plain thing")


def test_in_a_lane_a_new_card_gets_its_value(live_server, page, sign_in, member, board):
    card = CardFactory(board=board, title="Urgent thing", priority="urgent")
    sign_in(member)
    open_board(page, live_server, board, "?lanes=priority")
    title_of(page, card).focus()
    page.keyboard.press("n")
    expect(page.get_by_label("New card in To Do, Urgent")).to_be_focused()
    page.keyboard.type("Another")
    page.keyboard.press("Enter")

    expect(page.locator(".board-lane").first.locator("a.card-title")).to_have_text(
        ["Urgent thing", "Another"]
    )
    assert Card.objects.get(title="Another").priority == "urgent"


def test_an_observer_is_not_offered_new_cards(live_server, page, sign_in, board, project, observer):
    board.project = project
    board.save(update_fields=["project"])
    CardFactory(board=board, title="Seen")
    sign_in(observer)
    open_board(page, live_server, board)
    page.keyboard.press("n")

    shown(page, "Seen")
    expect(page.locator(".quick:visible")).to_have_count(0)
    expect(field(page)).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_adding_is_accessible_and_fits(live_server, page, sign_in, member, board, width, scheme):
    sign_in(member)
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=scheme)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Add a card to To Do").click()
    field(page).fill("a\n" + "x" * 501)
    page.keyboard.press("Enter")
    expect(page.locator(".quick-error:visible")).to_be_visible()

    assert findings(page) == []
    assert sideways(page) <= 0
