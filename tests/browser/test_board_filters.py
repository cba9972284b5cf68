"""Filters of a board: in the address, by mouse and by keyboard; kept, shared, and never leaking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cards.models import SavedFilter
from cards.services import card_update
from tests.browser.board_tools import PHONE, open_board, option, sheet, shown, whole
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import (
    BoardFactory,
    CardFactory,
    FeatureFactory,
    MemberFactory,
    SavedFilterFactory,
    SprintFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


def label(name, color="#1570a8"):
    return {"metadata": {"labels": [{"name": name, "color": color}]}}


@pytest.fixture
def cards(board, admin, member):
    """One card for each thing that can be filtered by."""
    today = timezone.localdate()
    active = SprintFactory(board=board, name="Now", status="active", started_at=timezone.now())
    done = board.columns[3]["id"]
    wanted = {
        "Mine": {"assignees": [member]},
        "Hers": {"assignees": [admin], "priority": "urgent"},
        "Ours": {"assignees": [admin, member], "sprint": active},
        "Late": {"due_date": today - timedelta(days=3), **label("back, end")},
        "Soon": {"due_date": today + timedelta(days=5), **label("Ёлка", "#b42318")},
        "Finished late": {"due_date": today - timedelta(days=3), "assignees": [member]},
    }
    made = {}
    for title, changes in wanted.items():
        column = done if title.startswith("Finished") else board.columns[0]["id"]
        made[title] = CardFactory(board=board, column_id=column, title=title)
        card_update(card=made[title], actor=admin, changes=changes)
    return made


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?assignee=me", ["Mine", "Ours", "Finished late"]),
        ("?assignee=none", ["Late", "Soon"]),
        ("?assignee=me,none&state=open", ["Mine", "Ours", "Late", "Soon"]),
        ("?priority=urgent,high", ["Hers"]),
        ("?sprint=active", ["Ours"]),
        ("?label=back%2C+end", ["Late"]),
        ("?label=ёлка", ["Soon"]),
        ("?due=overdue", ["Late"]),
        ("?due=week", ["Soon"]),
        ("?due=none&assignee=me", ["Mine", "Ours"]),
        ("?state=done", ["Finished late"]),
        ("?q=LATE+fin", ["Finished late"]),
        ("?assignee=11111111-1111-7111-8111-111111111111", []),
    ],
)
@pytest.mark.usefixtures("cards")
def test_the_address_says_which_cards_are_shown(
    live_server, page, sign_in, member, board, query, titles
):
    sign_in(member)
    complaints = watched(page)
    open_board(page, live_server, board, query)

    shown(page, *titles)
    expect(page.locator(".filter-count")).to_have_text(f"{len(titles)} of 6 cards")
    assert complaints == []


@pytest.mark.usefixtures("cards")
def test_filters_are_chosen_with_the_mouse_and_stand_in_the_address(
    live_server, page, sign_in, member, board
):
    sign_in(member)
    open_board(page, live_server, board)
    expect(page.locator(".filter-count")).to_have_text("6 cards")

    page.get_by_role("button", name="Filter", exact=True).click()
    option(page, "Person").click()
    option(page, "Nobody").click()
    shown(page, "Late", "Soon")
    option(page, "Me").first.click()
    shown(page, "Mine", "Ours", "Late", "Soon", "Finished late")
    page.keyboard.press("Escape")

    expect(page).to_have_url(
        f"{live_server.url}/admin/boards/board/{board.pk}/board/?assignee=none,me"
    )
    expect(page.locator(".filter-chip-values")).to_have_text("Nobody, Me")
    column = page.locator(".board-column").first
    expect(column.locator(".column-count")).to_have_text("4 of 5")

    page.reload()
    whole(page)
    shown(page, "Mine", "Ours", "Late", "Soon", "Finished late")
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator(".filter-count")).to_have_text("6 cards")
    assert "assignee" not in page.url


@PHONE
@pytest.mark.usefixtures("cards")
def test_filters_are_chosen_with_a_finger(live_server, page, sign_in, member, board):
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Filter", exact=True).tap()
    option(page, "Person").tap()
    option(page, "Nobody").tap()
    foot = sheet(page).bounding_box()
    assert (foot["x"], foot["width"], foot["y"] + foot["height"]) == (0, 360, 740)
    # The keyboard of the phone stays down until the field is touched.
    assert page.evaluate("document.activeElement.tagName") == "UL"
    sheet(page).get_by_role("button", name="Close").tap()

    shown(page, "Late", "Soon")
    page.get_by_role("button", name="Remove the filter Person").tap()
    expect(page.locator(".filter-count")).to_have_text("6 cards")


@pytest.mark.usefixtures("cards")
def test_filters_are_chosen_by_keyboard_alone(live_server, page, sign_in, member, board):
    sign_in(member)
    open_board(page, live_server, board)

    page.keyboard.press("f")
    expect(sheet(page)).to_be_visible()
    page.keyboard.type("prio")
    page.keyboard.press("Enter")
    expect(sheet(page).get_by_role("listbox", name="Priority")).to_be_focused()
    page.keyboard.press("Enter")
    shown(page, "Hers")
    page.keyboard.press("End")
    page.keyboard.press(" ")
    shown(page, "Mine", "Hers", "Ours", "Late", "Soon", "Finished late")
    page.keyboard.press(" ")
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Filter", exact=True)).to_be_focused()
    shown(page, "Hers")
    page.get_by_role("button", name="Remove the filter Priority").press("Enter")
    expect(page.locator(".filter-count")).to_have_text("6 cards")


@pytest.mark.usefixtures("cards")
def test_back_and_forward_lead_through_the_filters(live_server, page, sign_in, member, board):
    sign_in(member)
    open_board(page, live_server, board)
    page.keyboard.press("f")
    option(page, "State").click()
    option(page, "Done").click()
    page.keyboard.press("Escape")
    shown(page, "Finished late")
    words = page.get_by_label("Find on this board")
    words.press_sequentially("nothing like it")
    shown(page)

    page.go_back()
    shown(page, "Finished late")
    page.go_back()
    expect(page.locator(".filter-count")).to_have_text("6 cards")
    page.go_forward()
    shown(page, "Finished late")
    expect(words).to_have_value("")


@pytest.mark.usefixtures("cards")
def test_an_unknown_value_is_shown_and_can_be_taken_away(live_server, page, sign_in, member, board):
    sign_in(member)
    complaints = watched(page)
    open_board(page, live_server, board, "?label=gone%3Cb%3E&priority=urgent&utm=x")
    shown(page)
    chip = page.locator(".filter-chip.is-unknown")
    expect(chip.locator(".filter-chip-values")).to_have_text("unknown (gone<b>)")

    chip.locator(".filter-chip-change").click()
    expect(option(page, "unknown (gone<b>)")).to_have_attribute("aria-selected", "true")
    option(page, "unknown (gone<b>)").click()
    page.keyboard.press("Escape")

    shown(page, "Hers")
    assert page.url.endswith("?priority=urgent&utm=x")
    assert complaints == []


@pytest.mark.usefixtures("cards")
def test_a_feature_is_filtered_by_its_name(
    live_server, page, sign_in, member, board, cards, project
):
    feature = FeatureFactory(project=project, name="Single sign-on")
    card_update(card=cards["Hers"], actor=member, changes={"feature": feature})
    sign_in(member)
    open_board(page, live_server, board)
    page.keyboard.press("f")
    option(page, "Feature").click()
    option(page, "Single sign-on").click()

    shown(page, "Hers")
    page.reload()
    whole(page)
    shown(page, "Hers")
    expect(page.locator(".filter-chip-values")).to_have_text("Single sign-on")


@pytest.mark.usefixtures("cards")
def test_a_card_that_comes_to_fit_appears_at_once(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    open_board(page, live_server, board, "?assignee=none")
    shown(page, "Late", "Soon")

    card_update(card=cards["Mine"], actor=member, changes={"assignees": []})

    shown(page, "Mine", "Late", "Soon")
    expect(page.locator(".filter-count")).to_have_text("3 of 6 cards")


@pytest.mark.usefixtures("cards")
def test_a_view_is_saved_shared_and_seen_by_another(
    live_server, page, sign_in, admin, member, board
):
    sign_in(admin)
    open_board(page, live_server, board, "?priority=urgent&lanes=assignee")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Save this view…").click()
    page.get_by_label("Name").fill("Fire <b>drill</b>")
    page.get_by_label("Share with everybody").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Fire <b>drill</b>")
    expect(page.get_by_role("button", name="Views: Fire <b>drill</b>")).to_be_visible()
    saved = SavedFilter.objects.get()
    assert (saved.user, saved.query, saved.shared) == (
        admin,
        "priority=urgent&lanes=assignee",
        True,
    )

    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Views").click()
    expect(page.locator(".saved-whose")).to_have_text("Ada Admin")
    page.get_by_role("button", name="More about Fire <b>drill</b>").click()
    expect(page.locator(".saved-act")).to_have_text(["Copy link"])
    page.get_by_role("button", name="Back to all views").click()
    page.locator(".saved-apply").click()

    shown(page, "Hers")
    expect(page).to_have_url(
        f"{live_server.url}/admin/boards/board/{board.pk}/board/?priority=urgent&lanes=assignee"
    )


def test_ones_own_views_are_renamed_shared_replaced_and_deleted(
    live_server, page, sign_in, member, board, cards
):
    saved = SavedFilterFactory(board=board, user=member, name="Old", query="priority=low")
    sign_in(member)
    open_board(page, live_server, board, "?priority=urgent")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="More about Old").click()
    page.get_by_role("button", name="Rename…").click()
    page.get_by_label("Name").fill("Urgent")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="More about Urgent").click()
    page.get_by_role("button", name="Replace by the present view").click()
    expect(page.locator(".saved-apply[aria-pressed=true]")).to_contain_text("Urgent")
    page.get_by_role("button", name="More about Urgent").click()
    page.get_by_role("button", name="Share with everybody on this board").click()
    expect(page.locator(".saved-whose")).to_have_text("Shared")
    saved.refresh_from_db()
    assert (saved.name, saved.query, saved.shared) == ("Urgent", "priority=urgent", True)

    page.get_by_role("button", name="More about Urgent").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".saved-none")).to_be_visible()
    assert not SavedFilter.objects.exists()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Views: Urgent")).to_be_visible()
    assert SavedFilter.objects.get().name == "Urgent"


def test_who_observes_keeps_views_and_is_offered_no_sharing(
    live_server, page, sign_in, observer, project, board, cards
):
    board.project = project
    board.save(update_fields=["project"])
    SavedFilterFactory(board=board, user=observer, name="Shared before", shared=True)
    sign_in(observer)
    open_board(page, live_server, board, "?priority=urgent")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Save this view…").click()
    page.get_by_label("Name").fill("Mine")
    expect(page.get_by_label("Share with everybody")).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Views: Mine").click()
    page.get_by_role("button", name="More about Mine").click()
    expect(sheet(page).locator(".saved-act")).to_have_text(["Copy link", "Rename…", "Delete"])
    page.get_by_role("button", name="Back to all views").click()
    page.get_by_role("button", name="More about Shared before").click()
    expect(sheet(page).locator(".saved-act")).to_have_text(["Copy link", "Stop sharing", "Delete"])
    page.get_by_role("button", name="Stop sharing").click()

    expect(page.get_by_role("button", name="More about Shared before")).to_be_visible()
    expect(page.locator(".saved-whose")).to_have_count(0)
    assert not SavedFilter.objects.filter(shared=True).exists()


def test_a_view_that_somebody_changed_meanwhile_is_not_written_over(
    live_server, page, sign_in, member, board, cards
):
    saved = SavedFilterFactory(board=board, user=member, name="Old", query="priority=low")
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="More about Old").click()
    page.get_by_role("button", name="Rename…").click()
    SavedFilter.objects.filter(pk=saved.pk).update(name="Newer")
    page.get_by_label("Name").fill("Mine")
    page.keyboard.press("Enter")

    expect(sheet(page).get_by_role("alert")).to_contain_text("Somebody changed this")
    saved.refresh_from_db()
    assert saved.name == "Newer"


def test_views_of_others_that_are_not_shared_or_of_other_boards_are_not_listed(
    live_server, page, sign_in, admin, member, board, other_board, outsider, workspace
):
    SavedFilterFactory(board=board, user=admin, name="Private", shared=False)
    SavedFilterFactory(board=BoardFactory(workspace=workspace), user=admin, name="Elsewhere")
    SavedFilterFactory(board=other_board, user=outsider, name="Foreign", shared=True)
    SavedFilterFactory(board=board, user=admin, name="Open to all", shared=True)
    sign_in(member)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Views").click()

    expect(page.locator(".saved-name")).to_have_text(["Open to all"])


def test_a_link_to_the_view_is_copied(live_server, page, context, sign_in, member, board, cards):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    sign_in(member)
    open_board(page, live_server, board, "?priority=urgent&card=ACME-999")
    page.get_by_role("button", name="Close").first.click()
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Copy a link to this view").click()
    expect(page.locator(".toast")).to_contain_text("copied")

    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{live_server.url}/admin/boards/board/{board.pk}/board/?priority=urgent"


@pytest.mark.usefixtures("cards")
def test_an_observer_filters_and_keeps_views_as_well(
    live_server, page, sign_in, board, project, observer
):
    board.project = project
    board.save(update_fields=["project"])
    MemberFactory._meta.model.objects.get_or_create(workspace=board.workspace, user=observer)
    sign_in(observer)
    open_board(page, live_server, board, "?priority=urgent")
    shown(page, "Hers")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Save this view…").click()
    page.get_by_label("Name").fill("Watching")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Views: Watching")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
@pytest.mark.usefixtures("cards")
def test_filters_and_views_are_accessible_and_fit(
    live_server, page, sign_in, admin, member, board, width, scheme
):
    for name in ("W" * 100, "Очень длинное название " * 4, "🎉"):
        SavedFilterFactory(board=board, user=admin, name=name, shared=True)
    sign_in(member)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    complaints = watched(page)
    query = "?assignee=me,none&label=" + "x" * 60 + "&priority=urgent,high,low&due=overdue&q=a"
    open_board(page, live_server, board, query)
    assert findings(page) == []
    assert sideways(page) <= 0
    page.get_by_role("button", name="Filter", exact=True).click()
    assert findings(page) == []
    option(page, "Person").click()
    expect(option(page, "Nobody")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Views").click()
    expect(page.locator(".saved-line")).to_have_count(3)
    assert findings(page) == []
    assert sideways(page) <= 0
    page.get_by_role("button", name="Save this view…").click()
    assert findings(page) == []
    assert complaints == []
