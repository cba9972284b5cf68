"""Several selected cards changed or moved at once, while somebody else changes some of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cards.services import card_delete, card_update
from tests.browser.board_tools import card_of, open_board, option, sheet, title_of
from tests.browser.boards import order_of
from tests.browser.patience import wait_for
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)

MINE = {"labels": [{"name": "mine", "color": "#1f6feb"}]}


@pytest.fixture
def cards(board, member):
    """Three cards, the last with a label that the others can be given."""
    made = {title: CardFactory(board=board, title=title) for title in ("One", "Two", "Three")}
    card_update(card=made["Three"], actor=member, changes={"metadata": MINE})
    return made


@pytest.fixture
def selected(live_server, page, sign_in, member, board, cards):
    """The board with One and Two selected, which hears nothing of others from now on."""
    sign_in(member)
    open_board(page, live_server, board)
    page.route("**/api/v1/boards/*/snapshot/**", lambda asked: asked.fulfill(status=304))
    title_of(page, cards["One"]).press("x")
    title_of(page, cards["Two"]).press("x")
    expect(page.locator(".board-card.is-selected")).to_have_count(2)
    return page


def labels(card):
    card.refresh_from_db()
    return {label["name"] for label in card.metadata.get("labels", [])}


def priority(card):
    card.refresh_from_db()
    return card.priority


def test_a_label_is_added_to_those_that_somebody_else_has_just_added(selected, cards, admin):
    theirs = {"labels": [{"name": "theirs", "color": "#cf222e"}]}
    card_update(card=cards["One"], actor=admin, changes={"metadata": theirs})
    title_of(selected, cards["Two"]).press("l")
    option(selected, "mine").click()

    wait_for(selected, lambda: labels(cards["Two"]) == {"mine"})
    assert labels(cards["One"]) == {"theirs", "mine"}
    expect(card_of(selected, cards["One"]).locator(".card-labels li")).to_have_count(2)
    expect(selected.locator(".toast-refused")).to_have_count(0)


def test_what_somebody_else_has_just_changed_is_theirs_and_named(selected, cards, admin):
    card_update(card=cards["One"], actor=admin, changes={"priority": "low"})
    title_of(selected, cards["Two"]).press("p")
    option(selected, "High").click()

    told = selected.locator(".toast-refused")
    expect(told).to_contain_text("has just changed the same of ACME-1. Theirs was kept.")
    assert priority(cards["One"]) == "low"
    assert priority(cards["Two"]) == "high"
    expect(card_of(selected, cards["One"]).locator(".is-low")).to_be_visible()

    told.get_by_role("button", name="Write mine again").click()
    wait_for(selected, lambda: priority(cards["One"]) == "high")
    expect(card_of(selected, cards["One"]).locator(".is-high")).to_be_visible()


def test_another_field_that_somebody_has_just_changed_stands_in_nobodys_way(selected, cards, admin):
    card_update(card=cards["One"], actor=admin, changes={"title": "Uno"})
    title_of(selected, cards["Two"]).press("p")
    option(selected, "High").click()

    wait_for(selected, lambda: priority(cards["One"]) == priority(cards["Two"]) == "high")
    expect(title_of(selected, cards["One"])).to_have_text("Uno")
    expect(selected.locator(".toast-refused")).to_have_count(0)


def test_a_card_that_is_gone_is_named_and_the_others_are_changed(selected, cards, admin):
    card_delete(card=cards["One"], actor=admin)
    title_of(selected, cards["Two"]).press("p")
    option(selected, "High").click()

    expect(selected.locator(".toast-refused")).to_contain_text(
        "ACME-1 is not on this board any more"
    )
    assert priority(cards["Two"]) == "high"


def test_a_card_that_is_gone_is_named_and_the_others_are_moved(selected, board, cards, admin):
    card_delete(card=cards["One"], actor=admin)
    title_of(selected, cards["Two"]).press("m")
    selected.get_by_label("Column", exact=True).select_option("Done")
    selected.get_by_role("button", name="Move", exact=True).click()

    expect(selected.locator(".toast-refused")).to_contain_text(
        "ACME-1 is not on this board any more"
    )
    wait_for(selected, lambda: order_of(board, 3) == ["Two"])
    done = board.columns[3]["id"]
    expect(selected.locator(f".board-cards[data-column='{done}'] a.card-title")).to_have_text("Two")
    expect(sheet(selected)).to_have_count(0)


def test_what_is_wrong_for_all_of_them_is_said_once(selected, cards):
    title_of(selected, cards["Two"]).press("e")
    selected.get_by_role("combobox").fill("1000")
    selected.keyboard.press("Enter")

    error = selected.locator(".popover-error")
    expect(error).to_contain_text("999")
    assert error.inner_text().count("999") == 1
