"""An open board whose person is signed out or loses a right, and whose board or server goes away.

Each time they are told what happened, and what they had begun to write is still there.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from boards.services import board_archive, board_delete, board_unarchive, board_update
from cards.models import Card
from projects.models import ProjectMember
from tests.browser.boards import PATIENCE, BoardPage
from tests.browser.test_admin_axe import findings
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Draft:
    """A card that somebody has begun to write at the foot of the first column."""

    def __init__(self, shown: BoardPage) -> None:
        self.shown = shown
        shown.page.locator(".quick-open").first.click()
        self.field = shown.page.locator(".quick-field").first
        self.field.fill("Half a thought")

    def is_kept(self) -> None:
        expect(self.field).to_be_visible()
        expect(self.field).to_have_value("Half a thought")

    def is_added(self) -> None:
        self.field.press("Enter")
        expect(self.field).to_have_value("", timeout=PATIENCE)
        assert Card.objects.filter(title="Half a thought").count() == 1


@pytest.fixture
def shown(live_server, page, sign_in, member, board):
    CardFactory(board=board, title="One")
    sign_in(member)
    return BoardPage(page, live_server.url, board)


@pytest.fixture
def banner(page):
    return page.locator(".board-banner")


def look_again(page):
    """What the browser says when one comes back to the window."""
    page.evaluate("() => void dispatchEvent(new Event('focus'))")


def test_who_signs_in_again_goes_on_where_they_were(shown, page, context, banner, sign_in, member):
    draft = Draft(shown)
    context.clear_cookies()
    expect(banner).to_contain_text("You are signed out.", timeout=PATIENCE)
    again = banner.get_by_role("link", name="Sign in")
    expect(again).to_have_attribute("target", "_blank")
    expect(again).to_have_attribute("href", page.url)
    draft.is_kept()
    assert findings(page) == []

    sign_in(member)
    look_again(page)

    expect(banner).to_be_hidden(timeout=PATIENCE)
    draft.is_kept()
    draft.is_added()


def test_whoever_else_signs_in_is_asked_to_load_the_page(
    shown, page, context, banner, sign_in, admin
):
    draft = Draft(shown)
    context.clear_cookies()
    expect(banner).to_contain_text("You are signed out.", timeout=PATIENCE)
    sign_in(admin)
    look_again(page)

    expect(banner).to_contain_text("Somebody else is signed in now.", timeout=PATIENCE)
    draft.is_kept()
    banner.get_by_role("button", name="Load again").click()
    expect(banner).to_be_hidden()


def test_a_token_that_signing_in_elsewhere_changed_is_taken_over(shown, page, context):
    draft = Draft(shown)
    kept = [each for each in context.cookies() if each["name"] != "csrftoken"]
    context.clear_cookies()
    context.add_cookies(kept)

    draft.is_added()


def test_who_becomes_an_observer_is_told_and_keeps_the_draft(
    live_server, page, banner, sign_in, contributor, board, project
):
    board_update(board=board, actor=None, changes={"project": project})
    CardFactory(board=board, title="One")
    sign_in(contributor)
    shown = BoardPage(page, live_server.url, board)
    draft = Draft(shown)
    roles = ProjectMember.objects.filter(user=contributor, project=project)
    roles.update(role="observer")
    draft.field.press("Enter")

    told = "You observe this project: you may read, not write."
    expect(page.locator(".quick-error").first).to_have_text(told, timeout=PATIENCE)
    expect(banner).to_contain_text(told)
    draft.is_kept()
    expect(page.locator(".quick-open:visible")).to_have_count(0)

    roles.update(role="contributor")
    look_again(page)
    expect(banner).to_be_hidden(timeout=PATIENCE)
    draft.is_added()


def test_an_archived_board_says_so_and_goes_on_when_it_is_brought_back(
    shown, page, banner, board, admin
):
    draft = Draft(shown)
    board_archive(board=board, actor=admin)
    expect(banner).to_contain_text("This board was archived", timeout=PATIENCE)
    draft.is_kept()
    expect(page.get_by_role("button", name="Add column")).to_have_count(0)

    board.refresh_from_db()
    board_unarchive(board=board, actor=admin)
    expect(banner).to_be_hidden(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Add column")).to_be_visible()
    draft.is_added()


def test_a_board_that_was_archived_from_the_start_wakes_up(
    live_server, page, sign_in, member, admin, board
):
    card = CardFactory(board=board, title="One")
    board_archive(board=board, actor=admin)
    sign_in(member)
    shown = BoardPage(page, live_server.url, board)
    expect(page.locator("#board-archived")).to_be_visible()
    board.refresh_from_db()
    board_unarchive(board=board, actor=admin)

    expect(page.locator("#board-archived")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("button", name="Add column")).to_be_visible()
    shown.title(card).focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    shown.keeps(1, "One")


def test_a_board_deleted_meanwhile_keeps_the_draft(shown, banner, board, admin):
    draft = Draft(shown)
    board_delete(board=board, actor=admin)

    expect(banner).to_contain_text("or it was deleted.", timeout=PATIENCE)
    draft.is_kept()


def refusing(page, route, times):
    """Answer so many requests with 503 and the wish to wait a second; `seen` are all of them."""
    seen = []

    def answer(asked):
        seen.append(asked.request.url)
        if len(seen) <= times:
            asked.fulfill(status=503, headers={"Retry-After": "1"}, body="{}")
        else:
            asked.continue_()

    page.route(route, answer)
    return seen


def test_a_server_that_can_not_answer_is_said_and_waited_for(shown, page, banner, board):
    refusing(page, "**/api/v1/boards/*/snapshot/**", 2)

    expect(banner).to_contain_text("The server can't answer at the moment", timeout=PATIENCE)
    CardFactory(board=board, title="Two")
    shown.shows(0, "One", "Two")
    expect(banner).to_be_hidden()


def test_a_change_waits_for_a_busy_server_once(shown, page):
    draft = Draft(shown)
    seen = refusing(page, "**/api/v1/cards/", 1)
    draft.is_added()
    assert len(seen) == 2


def test_a_change_that_a_busy_server_refuses_twice_stays_written(shown, page):
    draft = Draft(shown)
    refusing(page, "**/api/v1/cards/", 2)
    draft.field.press("Enter")

    error = page.locator(".quick-error").first
    expect(error).to_contain_text("The server could not do that now.", timeout=PATIENCE)
    draft.is_kept()
    draft.is_added()
