"""The board's page as it is drawn: everything a card says, for everybody, on every screen."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.services import column_update
from cards.services import card_update, checklist_item_create, comment_create
from tests.browser.boards import PATIENCE, BoardPage
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import (
    BoardFactory,
    CardFactory,
    CardPullRequestFactory,
    RepositoryFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

SCREENS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]


@pytest.fixture
def full(board, card, member, admin):
    """A card that has everything, beside long and strange ones, and a column over its limit."""
    labels = [{"name": "backend", "color": "#b42318"}, {"name": "Ω" * 50}]
    changes = {
        "metadata": {"labels": labels},
        "priority": "urgent",
        "story_points": 13,
        "due_date": timezone.localdate() - datetime.timedelta(days=3),
        "assignees": [admin, member],
    }
    card = card_update(card=card, actor=member, changes=changes)
    comment_create(card=card, actor=member, content="Well?")
    checklist_item_create(card=card, actor=member, text="First")
    repository = RepositoryFactory(workspace=board.workspace)
    CardPullRequestFactory(
        card=card, pull_request__repository=repository, pull_request__state="open"
    )
    CardFactory(board=board, title="W" * 400)
    CardFactory(board=board, title="Очень длинное название " * 15 + "🎉")
    CardFactory(board=board, title="<img src=x onerror=alert(1)>", column_id=board.columns[3]["id"])
    column_update(board=board, actor=member, column_id=board.columns[0]["id"], wip_limit=2)
    return card


def test_a_card_shows_everything_that_it_has(live_server, page, sign_in, member, board, full):
    sign_in(member)
    complaints = watched(page)
    shown = BoardPage(page, live_server.url, board)
    card = shown.card(full)

    expect(card.locator(".card-key")).to_have_text("ACME-1")
    expect(shown.title(full)).to_have_text("Write the log")
    expect(card.locator(".card-labels li")).to_have_text(["backend", "Ω" * 50])
    for said in ("Urgent", "0 of 1 steps done", "Comments: 1", "Pull request open", "Points: 13"):
        expect(card.get_by_role("img", name=said)).to_be_visible()
    late = card.locator(".card-due.is-late")
    expect(late).to_have_attribute("aria-label", re.compile("^Overdue since "))
    assert sorted(card.locator(".card-people .initials").all_inner_texts()) == ["AA", "MM"]
    color = card.locator(".card-labels li").first.evaluate(
        "label => getComputedStyle(label, '::before').backgroundColor"
    )
    assert color == "rgb(180, 35, 24)"
    expect(shown.head(0).locator(".column-count")).to_have_attribute(
        "aria-label", "Cards: 3, over the limit of 2"
    )
    expect(shown.head(0).locator(".column-points")).to_have_text("13 pts")
    expect(shown.list(1)).to_have_attribute("data-empty", "No cards. Drop one here.")
    expect(page.locator("#board-people .initials")).to_have_text(["AA", "MM", "BB"])
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_board_is_accessible_and_fits(
    live_server, page, sign_in, admin, board, full, width, scheme
):
    sign_in(admin)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    complaints = watched(page)
    shown = BoardPage(page, live_server.url, board)

    faults = {"board": findings(page)}
    shown.title(full).click(modifiers=["Control"])
    expect(page.get_by_role("toolbar", name="Selected cards")).to_be_visible()
    faults["selected"] = findings(page)
    page.keyboard.press("Escape")
    shown.card(full).locator(".card-menu").click()
    expect(page.get_by_role("menu")).to_be_visible()
    faults["menu"] = findings(page)
    assert faults == {"board": [], "selected": [], "menu": []}
    assert sideways(page) == 0
    assert complaints == []


@pytest.mark.parametrize("who", ["member", "observer"])
def test_an_empty_board_says_what_to_do(
    request, live_server, page, sign_in, workspace, project, who
):
    board = BoardFactory(workspace=workspace, project=project, name="Nothing on it")
    sign_in(request.getfixturevalue(who))
    shown = BoardPage(page, live_server.url, board)

    note = "This board has no cards yet."
    more = " Write down the first thing to do: every column has a place for it."
    expect(page.locator(".board-note")).to_have_text(note + (more if who == "member" else ""))
    assert findings(page) == []
    CardFactory(board=board, title="The first")
    shown.shows(0, "The first")
    expect(page.locator(".board-note")).to_be_hidden()


def test_the_snapshot_is_asked_for_once_and_before_the_scripts_run(
    live_server, page, sign_in, member, board, card
):
    sign_in(member)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    complaints = watched(page)
    BoardPage(page, live_server.url, board)

    snapshots = [url for url in asked if url.endswith("/snapshot/")]
    assert len(snapshots) == 1
    assert asked.index(snapshots[0]) < len(asked) / 2
    assert complaints == []


@pytest.fixture
def scriptless(browser, live_server, member):
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()


def test_without_script_the_server_draws_the_board(
    live_server, scriptless, context, sign_in, member, board, card
):
    sign_in(member)
    scriptless.add_cookies(context.cookies())
    page = scriptless.new_page()
    page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/board/")
    expect(page).to_have_url(
        f"{live_server.url}/admin/boards/board/{board.pk}/board/?plain=1", timeout=PATIENCE
    )
    moved = page.locator(f"#card-{card.pk}")
    expect(moved).to_contain_text("Write the log")
    moved.locator("summary").click()
    moved.locator("select[name=column]").select_option(label="Done")
    moved.get_by_role("button", name="Move", exact=True).click()

    expect(page.locator(".messagelist")).to_contain_text("Moved:", timeout=PATIENCE)
    card.refresh_from_db()
    assert str(card.column_id) == board.columns[3]["id"]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_plain_board_is_accessible_and_fits(
    live_server, page, sign_in, admin, board, full, width, scheme
):
    sign_in(admin)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    complaints = watched(page)
    page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/board/?plain=1")

    assert findings(page) == []
    assert sideways(page) == 0
    assert complaints == []
