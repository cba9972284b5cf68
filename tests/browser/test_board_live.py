"""The board while others work on it, while the connection breaks, and when a wish is refused."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import expect

from boards.services import board_update, column_update
from cards.services import card_archive, card_move, card_update
from core.models import EventLog
from projects.models import ProjectMember
from tests.browser.boards import PATIENCE, BoardPage, four_cards
from tests.factories import CardFactory, ProjectMemberFactory
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cards(board):
    return four_cards(board)


@pytest.fixture
def shown(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    return BoardPage(page, live_server.url, board)


@contextmanager
def unchanged():
    """Nothing is written to the log inside."""
    before = EventLog.objects.count()
    yield
    assert EventLog.objects.count() == before


def column(board, place):
    return board.columns[place]["id"]


@pytest.fixture
def second_browser(browser, live_server, board):
    """`second_browser(person)`: the board in a browser of somebody else."""
    opened = []

    def show(person):
        client = Client()
        client.force_login(get_user_model().objects.get(pk=person.pk))
        context = browser.new_context()
        opened.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return BoardPage(context.new_page(), live_server.url, board)

    yield show
    for context in opened:
        context.close()


def test_what_one_does_the_other_sees(shown, second_browser, cards, admin):
    other = second_browser(admin)
    shown.title(cards["One"]).focus()
    for key in ("Space", "ArrowRight", "Space"):
        shown.page.keyboard.press(key)

    other.shows(1, "One", "Four")
    other.shows(0, "Two", "Three")
    expect(other.card(cards["One"])).to_have_class(re.compile("is-fresh"))

    other.drag(other.card(cards["Two"]), other.card(cards["Three"]), below=True)
    shown.keeps(0, "Three", "Two")
    expect(shown.title(cards["One"])).to_be_focused()


def test_new_changed_and_archived_cards_appear_without_a_reload(shown, board, cards, member):
    shown.title(cards["Three"]).focus()
    CardFactory(board=board, title="New here", column_id=column(board, 2))
    card_update(card=cards["One"], actor=member, changes={"title": "Uno", "story_points": 5})
    card_archive(card=cards["Two"], actor=member)
    column_update(board=board, actor=member, column_id=column(board, 3), name="Shipped")

    shown.shows(0, "Uno", "Three")
    shown.shows(2, "New here")
    expect(shown.card(cards["One"]).locator(".card-points")).to_have_text("5")
    expect(shown.head(3).locator("h2")).to_have_text("Shipped", timeout=PATIENCE)
    expect(shown.list(3)).to_have_attribute("aria-label", "Shipped")
    expect(shown.title(cards["Three"])).to_be_focused()


def test_a_card_that_one_drags_stays_in_the_hand(shown, board, cards, member):
    shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]), drop=False)
    card_update(card=cards["One"], actor=member, changes={"title": "Renamed"})
    card_update(card=cards["Two"], actor=member, changes={"title": "Renamed too"})
    expect(shown.title(cards["Two"])).to_have_text("Renamed too", timeout=PATIENCE)
    expect(shown.list(1).locator(".board-card")).to_have_count(2)
    expect(shown.title(cards["One"]).first).to_have_text("One")
    shown.page.mouse.up()

    shown.keeps(1, "Renamed", "Four")


def test_a_full_column_refuses_and_the_card_goes_back(shown, board, cards, member):
    column_update(board=board, actor=member, column_id=column(board, 1), wip_limit=1)
    expect(shown.head(1).locator(".column-count")).to_have_text("1 / 1", timeout=PATIENCE)
    with unchanged():
        shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]))
        message = shown.refuses("“In Progress” is full: its limit is 1 card.")
        expect(message.get_by_role("button", name="Move anyway")).to_have_count(0)
        shown.keeps(0, "One", "Two", "Three")
        shown.keeps(1, "Four")


def test_an_admin_may_move_past_the_limit(live_server, page, sign_in, admin, board, cards):
    column_update(board=board, actor=admin, column_id=column(board, 1), wip_limit=1)
    sign_in(admin)
    shown = BoardPage(page, live_server.url, board)
    shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]), below=True)
    shown.refuses("is full").get_by_role("button", name="Move anyway").click()

    shown.keeps(1, "Four", "One")
    assert EventLog.objects.filter(details__context__override_wip_limit=True).exists()


def test_a_stale_anchor_refuses_and_the_card_goes_back(shown, board, cards, member):
    route = "**/api/v1/boards/*/snapshot/**"
    shown.page.route(route, lambda asked: asked.abort())
    card_move(card=cards["Four"], actor=member, column_id=column(board, 3))
    with unchanged():
        shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]), below=True)
        shown.refuses("Somebody moved the card beside which you put yours.")
        shown.keeps(0, "One", "Two", "Three")
    shown.page.unroute(route)

    shown.keeps(3, "Four")


def test_a_lost_right_refuses_and_is_not_offered_again(
    live_server, page, sign_in, contributor, board, project, cards
):
    board_update(board=board, actor=None, changes={"project": project})
    sign_in(contributor)
    shown = BoardPage(page, live_server.url, board)
    ProjectMember.objects.filter(user=contributor).update(role="observer")
    with unchanged():
        shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]))
        shown.refuses("You observe this project: you may read, not write.")
        shown.keeps(0, "One", "Two", "Three")
        expect(shown.page.get_by_role("button", name="Add column")).to_have_count(0)
        shown.title(cards["One"]).focus()
        shown.page.keyboard.press("Space")
        shown.page.keyboard.press("ArrowRight")
        shown.keeps(0, "One", "Two", "Three")


def test_who_is_removed_is_told_and_the_page_stops_asking(shown, cards, member, workspace):
    WorkspaceMember.objects.filter(user=member, workspace=workspace).delete()

    banner = shown.page.locator(".board-banner")
    expect(banner).to_contain_text("You may no longer see this board", timeout=PATIENCE)
    asked = []
    shown.page.on("request", lambda request: asked.append(request.url))
    shown.page.wait_for_timeout(3500)
    assert [url for url in asked if "snapshot" in url] == []


def test_who_is_signed_out_is_told(shown, context, cards):
    context.clear_cookies()

    banner = shown.page.locator(".board-banner")
    expect(banner).to_contain_text("You are signed out.", timeout=PATIENCE)


def test_a_cut_connection_is_said_nothing_is_lost_silently_and_it_mends(
    shown, context, board, cards, member
):
    context.set_offline(True)
    banner = shown.page.locator(".board-banner")
    expect(banner).to_contain_text("Connection lost – trying again", timeout=PATIENCE)
    with unchanged():
        shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]))
        shown.refuses("The server can't be reached. Your change was not saved.")
        shown.keeps(0, "One", "Two", "Three")
    card_update(card=cards["Two"], actor=member, changes={"title": "Meanwhile"})

    context.set_offline(False)

    expect(banner).to_be_hidden(timeout=2 * PATIENCE)
    shown.shows(0, "One", "Meanwhile", "Three")
    shown.drag(shown.card(cards["One"]), shown.card(cards["Four"]))
    shown.keeps(1, "One", "Four")


def test_too_many_requests_are_waited_out(shown, cards, member):
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=429, headers={"Retry-After": "2"}, body="{}")
        else:
            route.continue_()

    shown.page.route("**/api/v1/boards/*/snapshot/**", refuse)
    card_update(card=cards["Two"], actor=member, changes={"title": "Later"})

    shown.shows(0, "One", "Later", "Three")
    expect(shown.page.locator(".board-banner")).to_be_hidden()


def test_a_hidden_page_rests_and_asks_at_once_when_it_is_shown(shown, cards, member):
    asked = []
    shown.page.on("request", lambda request: asked.append(request.url))
    hidden = """value => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    shown.page.evaluate(hidden, True)
    asked.clear()
    card_update(card=cards["Two"], actor=member, changes={"title": "Unseen"})
    shown.page.wait_for_timeout(3500)
    assert [url for url in asked if "snapshot" in url] == []
    shown.shows(0, "One", "Two", "Three")

    shown.page.evaluate(hidden, False)

    shown.shows(0, "One", "Unseen", "Three")


def test_nothing_new_is_answered_without_a_body_and_draws_nothing(shown, cards):
    answers = []
    shown.page.on("response", lambda answer: answers.append(answer))
    shown.page.evaluate("""() => {
      window.touched = 0;
      new MutationObserver((list) => (window.touched += list.length)).observe(
        document.getElementById("board"), { subtree: true, childList: true, characterData: true });
    }""")
    shown.page.wait_for_event(
        "response", lambda answer: "snapshot" in answer.url and answer.status == 304
    )
    shown.page.wait_for_event("response", lambda answer: "snapshot" in answer.url)

    assert {answer.status for answer in answers if "snapshot" in answer.url} == {304}
    assert shown.page.evaluate("window.touched") == 0


def test_an_observer_is_offered_nothing(live_server, page, sign_in, observer, board, project):
    board_update(board=board, actor=None, changes={"project": project})
    card = CardFactory(board=board, title="Looked at")
    ProjectMemberFactory(project=project, user=card.created_by, role="contributor")
    sign_in(observer)
    shown = BoardPage(page, live_server.url, board)
    with unchanged():
        shown.drag(shown.card(card), shown.list(1))
        shown.keeps(0, "Looked at")
        shown.card(card).locator(".card-menu").click()
        items = shown.page.get_by_role("menuitem")
        expect(items.locator("span")).to_have_text(["Open", "Open in a new tab"])
    for name in ("Add card", "Add column"):
        expect(shown.page.get_by_role("button", name=name)).to_have_count(0)
    expect(shown.page.locator(".column-menu:visible")).to_have_count(0)
