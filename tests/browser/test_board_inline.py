"""Changing cards on the board: by mouse and keyboard, one and several, refusals, two people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from cards.services import card_update
from core.models import EventLog
from tests.browser.board_tools import (
    PHONE,
    card_of,
    open_board,
    option,
    sheet,
    shown,
    title_of,
)
from tests.browser.patience import wait_for
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import CardFactory, FeatureFactory, SprintFactory

pytestmark = pytest.mark.django_db(transaction=True)


def assignees(card):
    return set(card.card_assignees.values_list("user__username", flat=True))


def labels(card):
    card.refresh_from_db()
    return {label["name"]: label["color"] for label in card.metadata.get("labels", [])}


def test_the_title_is_changed_by_keyboard(live_server, page, sign_in, member, board, card):
    sign_in(member)
    complaints = watched(page)
    open_board(page, live_server, board)
    title_of(page, card).focus()
    page.keyboard.press("F2")
    expect(page.get_by_role("textbox", name="Title · ACME-1")).to_be_focused()
    page.keyboard.type("Never mind")
    page.keyboard.press("Escape")
    expect(title_of(page, card)).to_be_focused()
    shown(page, "Write the log")

    page.keyboard.press("F2")
    page.keyboard.type("Read <i>the log</i>")
    page.keyboard.press("Enter")
    shown(page, "Read <i>the log</i>")
    expect(sheet(page)).to_have_count(0)
    expect(title_of(page, card)).to_be_focused()
    card.refresh_from_db()
    assert card.title == "Read <i>the log</i>"
    assert complaints == []


def test_the_title_is_changed_from_the_cards_menu(live_server, page, sign_in, member, board, card):
    sign_in(member)
    open_board(page, live_server, board)
    card_of(page, card).hover()
    card_of(page, card).locator(".card-menu").click()
    page.get_by_role("menuitem", name="Title").click()
    page.get_by_role("textbox", name="Title · ACME-1").fill("Changed")
    page.locator(".board-header h1").click()

    shown(page, "Changed")
    expect(sheet(page)).to_have_count(0)


def test_a_title_that_is_too_long_is_refused_beside_it_and_the_old_one_returns(
    live_server, page, sign_in, member, board, card
):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).focus()
    page.keyboard.press("F2")
    page.get_by_role("textbox", name="Title · ACME-1").fill("x" * 501)
    page.keyboard.press("Enter")

    expect(sheet(page).get_by_role("alert")).to_contain_text("500")
    shown(page, "Write the log")
    page.get_by_role("textbox", name="Title · ACME-1").fill("Shorter")
    page.keyboard.press("Enter")
    shown(page, "Shorter")


def test_people_are_ticked_one_after_the_other(
    live_server, page, sign_in, admin, member, board, card
):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).focus()
    page.keyboard.press("a")
    people = sheet(page).get_by_role("listbox", name="People · ACME-1")
    expect(people).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press(" ")
    page.keyboard.press("Escape")

    expect(card_of(page, card).locator(".card-people .initials")).to_have_count(2)
    expect(title_of(page, card)).to_be_focused()
    wait_for(page, lambda: assignees(card) == {"admin", "member"})

    card_of(page, card).locator(".card-people").click()
    option(page, "Ada Admin").click()
    wait_for(page, lambda: assignees(card) == {"member"})


def test_labels_are_found_and_made_with_a_color(live_server, page, sign_in, member, board, card):
    other = CardFactory(board=board, title="Other")
    known = {"labels": [{"name": "backend", "color": "#1570a8"}]}
    card_update(card=other, actor=member, changes={"metadata": known})
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).focus()
    page.keyboard.press("l")
    page.keyboard.type("back")
    page.keyboard.press("Enter")
    expect(card_of(page, card).locator(".card-labels li")).to_have_text(["backend"])
    page.keyboard.press("Control+a")
    page.keyboard.type("Ёлка <b>")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Color 1", exact=True).check()
    page.keyboard.press("Enter")

    expect(card_of(page, card).locator(".card-labels li")).to_have_text(["backend", "Ёлка <b>"])
    expect(sheet(page)).to_have_count(0)
    wait_for(page, lambda: labels(card) == {"backend": "#1570a8", "Ёлка <b>": "#b42318"})


def test_priority_sprint_and_feature_are_chosen_from_lists(
    live_server, page, sign_in, member, board, card, project
):
    sprint = SprintFactory(board=board, name="Next")
    feature = FeatureFactory(project=project, name="Single sign-on")
    sign_in(member)
    open_board(page, live_server, board)
    for key, text in (("p", "High"), ("s", "Next")):
        title_of(page, card).press(key)
        option(page, text).click()
        expect(sheet(page)).to_have_count(0)
    card_of(page, card).hover()
    card_of(page, card).locator(".card-menu").click()
    page.get_by_role("menuitem", name="Feature").click()
    option(page, "Single sign-on").click()
    expect(sheet(page)).to_have_count(0)

    card.refresh_from_db()
    assert (card.priority, card.sprint, card.feature) == ("high", sprint, feature)


def test_a_card_that_its_change_takes_out_of_the_filters_leaves_the_focus_beside_it(
    live_server, page, sign_in, member, board
):
    cards = [CardFactory(board=board, title=title, priority="low") for title in ("One", "Two")]
    sign_in(member)
    open_board(page, live_server, board, "?priority=low")
    title_of(page, cards[0]).press("p")
    option(page, "Urgent").click()

    shown(page, "Two")
    expect(title_of(page, cards[1])).to_be_focused()


def test_points_are_chosen_or_typed_and_refused_where_they_are_too_many(
    live_server, page, sign_in, member, board, card
):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).press("e")
    page.keyboard.type("1000")
    page.keyboard.press("Enter")
    expect(sheet(page).get_by_role("alert")).to_contain_text("999")
    expect(card_of(page, card).locator(".card-points")).to_have_count(0)
    page.keyboard.press("Control+a")
    page.keyboard.type("34")
    page.keyboard.press("Enter")

    expect(card_of(page, card).locator(".card-points")).to_have_text("34")
    expect(sheet(page)).to_have_count(0)
    card.refresh_from_db()
    assert card.story_points == 34


def test_the_due_date_is_chosen_or_written(live_server, page, sign_in, member, board, card):
    today = timezone.localdate()
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).press("d")
    option(page, "In a week").click()
    expect(card_of(page, card).locator(".card-due")).to_be_visible()
    expect(sheet(page)).to_have_count(0)
    card.refresh_from_db()
    assert card.due_date == today + timedelta(days=7)

    card_of(page, card).locator(".card-due").click()
    page.get_by_label("Another day").fill("2031-02-03")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(card_of(page, card).locator(".card-due")).to_contain_text("2031")
    expect(sheet(page)).to_have_count(0)
    card.refresh_from_db()
    assert card.due_date.isoformat() == "2031-02-03"


@PHONE
def test_a_finger_changes_a_card(live_server, page, sign_in, member, board):
    card = CardFactory(board=board, title="Touched", priority="low")
    sign_in(member)
    open_board(page, live_server, board)
    card_of(page, card).locator(".card-priority").tap()
    option(page, "Urgent").tap()
    expect(sheet(page)).to_have_count(0)
    card_of(page, card).locator(".card-menu").tap()
    page.get_by_role("menuitem", name="Title").tap()
    page.get_by_role("textbox", name="Title · ACME-1").fill("Renamed")
    sheet(page).get_by_role("button", name="Save").tap()

    shown(page, "Renamed")
    expect(sheet(page)).to_have_count(0)
    card.refresh_from_db()
    assert (card.title, card.priority) == ("Renamed", "urgent")


def test_several_selected_cards_are_changed_in_one_action(
    live_server, page, sign_in, admin, member, board
):
    cards = [CardFactory(board=board, title=title) for title in ("One", "Two", "Three")]
    card_update(card=cards[0], actor=admin, changes={"assignees": [admin]})
    sign_in(member)
    open_board(page, live_server, board)
    for card in cards[:2]:
        title_of(page, card).press("x")
    title_of(page, cards[1]).press("a")
    expect(option(page, "Ada Admin")).to_contain_text("1 of 2")
    option(page, "Max Member").click()
    page.keyboard.press("Escape")
    wait_for(
        page,
        lambda: [assignees(card) for card in cards] == [{"admin", "member"}, {"member"}, set()],
    )

    page.locator(".board-selection").get_by_role("button", name="Priority").click()
    option(page, "Urgent").click()
    expect(sheet(page)).to_have_count(0)
    for card in cards:
        card.refresh_from_db()
    assert [card.priority for card in cards] == ["urgent", "urgent", "none"]
    last = EventLog.objects.filter(board_id=board.pk).order_by("-id").first()
    assert EventLog.objects.filter(action_id=last.action_id).count() == 2


def test_what_somebody_else_changed_meanwhile_is_shown_before_it_is_written_over(
    live_server, page, sign_in, admin, member, board, card
):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).press("e")
    expect(sheet(page)).to_be_visible()
    card_update(card=card, actor=admin, changes={"story_points": 5})
    expect(card_of(page, card).locator(".card-points")).to_have_text("5")
    option(page, "8").click()

    alert = sheet(page).get_by_role("alert")
    expect(alert).to_contain_text("Ada Admin has just changed the same:")
    expect(alert).to_contain_text("Points: 5")
    expect(card_of(page, card).locator(".card-points")).to_have_text("5")
    page.get_by_role("button", name="Write mine again").click()

    expect(sheet(page)).to_have_count(0)
    expect(card_of(page, card).locator(".card-points")).to_have_text("8")
    card.refresh_from_db()
    assert card.story_points == 8


def test_two_browsers_that_write_the_same_title_are_told_of_each_other(
    live_server, browser, page, sign_in, admin, member, board, card
):
    sign_in(member)
    open_board(page, live_server, board)
    client = Client()
    client.force_login(admin)
    context = browser.new_context()
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**session, "url": live_server.url}])
    hers = context.new_page()
    open_board(hers, live_server, board)
    for each in (page, hers):
        title_of(each, card).press("F2")
    field = hers.get_by_role("textbox", name="Title · ACME-1")
    field.fill("Hers")
    field.press("Enter")
    shown(hers, "Hers")
    page.get_by_role("textbox", name="Title · ACME-1").fill("His")
    page.keyboard.press("Enter")

    expect(sheet(page).get_by_role("alert")).to_contain_text("Ada Admin has just changed the same:")
    page.get_by_role("button", name="Write mine again").click()
    shown(page, "His")
    shown(hers, "His")
    context.close()


def test_theirs_can_be_kept(live_server, page, sign_in, admin, member, board, card):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).press("F2")
    card_update(card=card, actor=admin, changes={"title": "Hers"})
    page.get_by_role("textbox", name="Title · ACME-1").fill("Mine")
    page.keyboard.press("Enter")
    expect(sheet(page).get_by_role("alert")).to_contain_text("Title: Hers")
    page.get_by_role("button", name="Keep theirs").click()

    expect(sheet(page)).to_have_count(0)
    shown(page, "Hers")
    card.refresh_from_db()
    assert card.title == "Hers"


def test_a_change_of_another_field_meanwhile_is_no_conflict(
    live_server, page, sign_in, admin, member, board, card
):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).press("p")
    card_update(card=card, actor=admin, changes={"story_points": 5})
    option(page, "Urgent").click()

    expect(sheet(page)).to_have_count(0)
    card.refresh_from_db()
    assert (card.priority, card.story_points) == ("urgent", 5)


def test_people_whom_two_tick_at_once_are_both_kept(
    live_server, page, sign_in, admin, member, member_of_both, board, card
):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).press("a")
    card_update(card=card, actor=admin, changes={"assignees": [member_of_both]})
    option(page, "Max Member").click()
    expect(sheet(page).get_by_role("alert")).to_contain_text("People: Bea Both")
    page.get_by_role("button", name="Write mine again").click()

    expect(sheet(page)).to_have_count(0)
    wait_for(page, lambda: assignees(card) == {"member", "member_of_both"})


def test_a_card_that_is_gone_says_so(live_server, page, sign_in, admin, member, board, card):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, card).press("p")
    page.route("**/snapshot/**", lambda route: route.abort())
    card.delete()
    option(page, "Urgent").click()

    expect(sheet(page).get_by_role("alert")).to_contain_text("not on this board any more")


def test_an_observer_is_offered_no_change(live_server, page, sign_in, board, project, observer):
    board.project = project
    board.save(update_fields=["project"])
    card = CardFactory(board=board, title="Seen", priority="high")
    sign_in(observer)
    open_board(page, live_server, board)
    for key in ("F2", "a", "l", "p", "e", "d", "s"):
        title_of(page, card).press(key)
    expect(sheet(page)).to_have_count(0)
    card_of(page, card).locator(".card-menu").press("Enter")

    expect(page.get_by_role("menuitem", name="Priority")).to_have_count(0)


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_sheets_are_accessible_and_fit(
    live_server, page, sign_in, member, board, card, width, scheme
):
    SprintFactory(board=board, name="W" * 100)
    sign_in(member)
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=scheme)
    open_board(page, live_server, board)
    faults = {}
    for key in ("F2", "a", "s", "d"):
        title_of(page, card).press(key)
        expect(sheet(page)).to_be_visible()
        faults[key] = [*findings(page), sideways(page)]
        page.keyboard.press("Escape")
        expect(sheet(page)).to_have_count(0)
    title_of(page, card).press("l")
    page.keyboard.type("new one")
    page.keyboard.press("Enter")
    expect(page.locator(".swatch")).to_have_count(12)
    faults["color"] = [*findings(page), sideways(page)]

    assert {key: fault for key, fault in faults.items() if fault != [0]} == {}
