"""Every page of the admin in a real browser: no axe finding, no CSP report, nothing sideways."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from boards.services import board_archive, column_update
from cards.services import card_update
from tests.factories import AccessTokenFactory, BoardFactory, CardFactory, InvitationFactory

# Without preload: axe would fetch the stylesheets again, which it can't where they are layered.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GOOD_PRACTICE = [*WCAG, "best-practice"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def furnished(admin, member, workspace, board, sprint, card):
    """A workspace with something on every page, long and strange texts among it."""
    CardFactory(board=board, title="W" * 400)
    CardFactory(board=board, title="Очень длинное название " * 15 + "🎉")
    BoardFactory(workspace=workspace, name="Nothing on it")
    board_archive(board=BoardFactory(workspace=workspace, name="Old"), actor=admin)
    column_update(board=board, actor=admin, column_id=board.columns[0]["id"], wip_limit=2)
    labels = {"labels": [{"name": "backend"}, {"name": "<b>urgent</b>"}]}
    card_update(
        card=card,
        actor=member,
        changes={"metadata": labels, "priority": "urgent", "assignees": [admin, member]},
    )
    AccessTokenFactory(user=admin)
    InvitationFactory(workspace=workspace)


def addresses(board, card, sprint, workspace, admin):
    return {
        "home": "/admin/",
        "cards": "/admin/cards/card/",
        "cards filtered": "/admin/cards/card/?priority__exact=urgent&q=log",
        "nothing found": "/admin/cards/card/?q=nothing",
        "card": f"/admin/cards/card/{card.pk}/change/",
        "card form": f"/admin/cards/card/{card.pk}/edit/",
        "card history": f"/admin/cards/card/{card.pk}/history/",
        "card deletion": f"/admin/cards/card/{card.pk}/delete/",
        "card choose board": "/admin/cards/card/add/",
        "card add": f"/admin/cards/card/add/?board={board.pk}",
        "boards": "/admin/boards/board/",
        "board": f"/admin/boards/board/{board.pk}/board/",
        "board without script": f"/admin/boards/board/{board.pk}/board/?plain=1",
        "board settings": f"/admin/boards/board/{board.pk}/change/",
        "board columns": f"/admin/boards/board/{board.pk}/columns/",
        "board add": "/admin/boards/board/add/",
        "sprints": "/admin/boards/sprint/",
        "planning": f"/admin/boards/board/{board.pk}/planning/",
        "sprint": f"/admin/boards/sprint/{sprint.pk}/change/",
        "sprint start": f"/admin/boards/sprint/{sprint.pk}/start/",
        "workspaces": "/admin/workspaces/workspace/",
        "workspace": f"/admin/workspaces/workspace/{workspace.pk}/change/",
        "workspace deletion": f"/admin/workspaces/workspace/{workspace.pk}/delete/",
        "people": "/admin/workspaces/user/",
        "person": f"/admin/workspaces/user/{admin.pk}/change/",
        "invitations": "/admin/workspaces/workspaceinvitation/",
        "invitation add": "/admin/workspaces/workspaceinvitation/add/",
        "tokens": "/admin/workspaces/accesstoken/",
        "token add": "/admin/workspaces/accesstoken/add/",
        "log": "/admin/core/eventlog/",
        "password": "/admin/password_change/",
        "search": "/admin/search/",
        "search found": "/admin/search/?q=log",
        "search nothing": "/admin/search/?q=nothing&archived=true",
    }


def watched(page):
    """What the page complains of: broken policy, failed scripts, missing files, dialogs."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    return complaints


# What moves on and on is never at rest.
AT_REST = """() => Promise.allSettled(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime < Infinity)
  .map((each) => each.finished)).then(() => null)"""


def findings(page, rules: list[str] = GOOD_PRACTICE) -> list[str]:
    # A color on its way to another is neither of the two.
    page.evaluate(AT_REST)
    options = {"runOnly": rules, "preload": False}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def sideways(page) -> int:
    """By how many pixels the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
@pytest.mark.usefixtures("furnished")
def test_every_page_is_accessible_and_fits(
    live_server, page, sign_in, admin, board, card, sprint, workspace, width, scheme
):
    sign_in(admin)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for name, address in addresses(board, card, sprint, workspace, admin).items():
        complaints = watched(page)
        response = page.goto(live_server.url + address, wait_until="load")
        page.wait_for_timeout(100)
        loud = list(complaints)
        fault = [*loud, *findings(page)]
        if sideways(page) > 0:
            fault.append(f"{sideways(page)} px too wide")
        if response.status != 200:
            fault.append(f"status {response.status}")
        if fault:
            faults[name] = fault

    assert faults == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_signing_in_is_accessible(live_server, page, workspace, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(live_server.url + "/admin/login/")
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    page.click("#login-form button")

    expect(page.locator(".errornote")).to_have_count(1)
    assert findings(page) == []
    assert sideways(page) == 0


@pytest.mark.usefixtures("furnished")
def test_on_a_phone_the_navigation_opens_and_leads_on(live_server, page, sign_in, admin):
    sign_in(admin)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(live_server.url + "/admin/")
    assert not page.locator("#sidebar").is_visible()

    page.click("header button[popovertarget=sidebar]")
    assert page.locator("#sidebar").is_visible()
    assert findings(page) == []
    page.click("#sidebar >> text=Cards")

    expect(page).to_have_url(live_server.url + "/admin/cards/card/")


@pytest.mark.usefixtures("furnished")
def test_filters_open_as_a_drawer_and_are_taken_away_one_by_one(live_server, page, sign_in, member):
    sign_in(member)
    page.goto(live_server.url + "/admin/cards/card/")
    page.click("text=Filters")
    assert findings(page) == []
    page.click("#changelist-filter >> text=Urgent")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)

    page.click(".active-filters a.chip")
    expect(page.locator("#result_list tbody tr")).to_have_count(3)


@pytest.mark.usefixtures("furnished")
def test_people_are_looked_up_and_the_look_up_has_a_name(
    live_server, page, sign_in, admin, workspace
):
    sign_in(admin)
    page.goto(f"{live_server.url}/admin/workspaces/workspace/{workspace.pk}/change/")
    page.click("#memberships-2-group .add-row a")
    page.click("#memberships-2-0 .select2-selection")
    page.wait_for_selector(".select2-results__option[aria-selected]")

    # The list hangs below <body>, outside the landmarks that good practice asks for.
    assert findings(page, WCAG) == []


@pytest.mark.usefixtures("furnished")
def test_a_card_is_moved_by_keyboard_alone(live_server, page, sign_in, member, board, card):
    sign_in(member)
    page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/board/")
    expect(page.locator("#board[data-drawn=whole]")).to_be_attached()
    page.locator(f"#card-{card.pk} a.card-title").focus()
    with page.expect_response(lambda answer: answer.url.endswith("/move/")):
        for key in ("Space", "ArrowRight", "ArrowRight", "ArrowRight", "Space"):
            page.keyboard.press(key)

    card.refresh_from_db()
    assert str(card.column_id) == board.columns[3]["id"]
