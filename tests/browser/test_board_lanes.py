"""Lanes of a board: in its address, folded away, and what dropping a card in another one means."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.services import column_update
from cards.models import Card
from cards.services import card_update, cards_bulk
from core.models import EventLog
from projects.services import feature_update
from tests.browser.board_tools import card_of, open_board, option, title_of, whole
from tests.browser.hands import drag
from tests.browser.patience import wait_for
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import CardFactory, FeatureFactory, SprintFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def high(page):
    """A window in which all lanes are seen, so that a drag doesn't scroll them."""
    page.set_viewport_size({"width": 1280, "height": 1400})


@pytest.fixture
def cards(board, admin, member):
    """Cards of one person, of several and of nobody."""
    wanted = {
        "Hers": {"assignees": [admin], "story_points": 3, "priority": "urgent"},
        "His": {"assignees": [member], "story_points": 5},
        "Theirs": {"assignees": [admin, member]},
        "Free": {},
    }
    made = {}
    for title, changes in wanted.items():
        made[title] = CardFactory(board=board, title=title)
        if changes:
            card_update(card=made[title], actor=admin, changes=changes)
    return made


def lane(page, title):
    return page.locator(".board-lane").filter(has=page.locator(".board-lane-title", has_text=title))


def cell(page, title, column):
    return lane(page, title).locator(f".board-cards[data-column='{column['id']}']")


def carry(page, card, to):
    """Drag a card into a list by mouse."""
    drag(page, card_of(page, card), to, shown=to.locator(".is-place"))


def assignees(card):
    return set(card.card_assignees.values_list("user__username", flat=True))


def test_lanes_by_person_hold_each_card_once(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    complaints = watched(page)
    open_board(page, live_server, board)
    page.get_by_role("button", name="Lanes").click()
    option(page, "Person").click()

    expect(page).to_have_url(
        f"{live_server.url}/admin/boards/board/{board.pk}/board/?lanes=assignee"
    )
    expect(page.locator(".board-lane-title")).to_have_text(
        ["Ada Admin", "Max Member", "Several people", "Nobody"]
    )
    expect(page.locator(".board-lane-sums")).to_have_text(
        ["1 card · 3 points", "1 card · 5 points", "1 card", "1 card"]
    )
    expect(lane(page, "Several people").locator("a.card-title")).to_have_text("Theirs")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))

    page.go_back()
    expect(page.locator(".board-lane")).to_have_count(0)
    assert complaints == []


@pytest.mark.parametrize(
    ("by", "titles"),
    [
        ("priority", ["Urgent", "High", "Medium", "Low", "No priority"]),
        ("sprint", ["Now", "No sprint"]),
        ("feature", ["Single sign-on", "No feature"]),
    ],
)
def test_lanes_are_cut_by_other_fields(
    live_server, page, sign_in, member, board, cards, project, by, titles
):
    SprintFactory(board=board, name="Now", status="active", started_at=timezone.now())
    feature = FeatureFactory(project=project, name="Single sign-on")
    card_update(card=cards["His"], actor=member, changes={"feature": feature})
    sign_in(member)
    open_board(page, live_server, board, f"?lanes={by}")

    expect(page.locator(".board-lane-title")).to_have_text(titles)
    expect(page.locator(".board-card")).to_have_count(4)


def test_a_folded_lane_stays_folded(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    open_board(page, live_server, board, "?lanes=assignee")
    toggle = lane(page, "Ada Admin").locator(".board-lane-toggle")
    toggle.press("Enter")
    expect(card_of(page, cards["Hers"])).to_be_hidden()
    page.reload()
    whole(page)

    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(card_of(page, cards["Hers"])).to_be_hidden()
    toggle.click()
    expect(card_of(page, cards["Hers"])).to_be_visible()


def test_dropping_in_another_lane_changes_column_and_person_in_one_action(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?lanes=assignee")
    to = cell(page, "Max Member", board.columns[1])
    carry(page, cards["Hers"], to)

    expect(to.locator("a.card-title")).to_have_text("Hers")
    card = cards["Hers"]
    wait_for(page, lambda: assignees(card) == {"member"})
    card.refresh_from_db()
    assert str(card.column_id) == board.columns[1]["id"]
    actions = EventLog.objects.filter(board_id=board.pk, actor_id=member.pk)
    assert set(actions.values_list("action", flat=True)) == {"cards.bulk"}
    assert actions.values("action_id").distinct().count() == 1


def test_a_refused_drop_puts_person_and_column_back(
    live_server, page, sign_in, admin, member, board, cards
):
    CardFactory(board=board, column_id=board.columns[1]["id"], title="Full")
    column_update(board=board, actor=admin, column_id=board.columns[1]["id"], wip_limit=1)
    sign_in(member)
    open_board(page, live_server, board, "?lanes=assignee")
    carry(page, cards["Hers"], cell(page, "Max Member", board.columns[1]))

    expect(page.locator(".toast-refused")).to_contain_text("full")
    expect(cell(page, "Ada Admin", board.columns[0]).locator("a.card-title")).to_have_text("Hers")
    assert assignees(cards["Hers"]) == {"admin"}


def test_a_card_is_carried_into_another_lane_by_keyboard(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?lanes=assignee")
    title_of(page, cards["His"]).focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowUp")
    expect(lane(page, "Ada Admin").locator("a.card-title")).to_have_count(2)
    # The lane that it left is empty, and still there to go back.
    page.keyboard.press("ArrowDown")
    expect(lane(page, "Max Member").locator("a.card-title")).to_have_text("His")
    page.keyboard.press("ArrowUp")
    expect(lane(page, "Ada Admin").locator("a.card-title")).to_have_count(2)
    page.keyboard.press(" ")

    expect(page.get_by_role("alert")).to_contain_text("Put down")
    expect(title_of(page, cards["His"])).to_be_focused()
    expect(lane(page, "Ada Admin").locator(".board-lane-sums")).to_have_text("2 cards · 8 points")
    wait_for(page, lambda: assignees(cards["His"]) == {"admin"})


def test_dropping_among_several_people_changes_the_column_alone(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?lanes=assignee")
    carry(page, cards["His"], cell(page, "Several people", board.columns[1]))

    expect(page.locator(".toast")).to_contain_text("only the column was changed")
    expect(cell(page, "Max Member", board.columns[1]).locator("a.card-title")).to_have_text("His")
    assert assignees(cards["His"]) == {"member"}


def test_selected_cards_of_several_lanes_all_come_into_the_one(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?lanes=assignee")
    title_of(page, cards["Hers"]).press("x")
    title_of(page, cards["Free"]).press("x")
    carry(page, cards["Hers"], cell(page, "Ada Admin", board.columns[1]))

    expect(cell(page, "Ada Admin", board.columns[1]).locator("a.card-title")).to_have_text(
        ["Hers", "Free"]
    )
    expect(page.locator(".board-lane-title")).to_have_count(4)
    expect(lane(page, "Nobody").locator(".board-card")).to_have_count(0)
    wait_for(page, lambda: assignees(cards["Free"]) == {"admin"})


def test_filters_leave_lanes_out_that_show_nothing(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?lanes=assignee&assignee=me")

    expect(page.locator(".board-lane-title")).to_have_text(["Max Member", "Several people"])
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator(".board-lane-title")).to_have_count(4)
    assert page.url.endswith("?lanes=assignee")


def test_a_feature_that_others_have_just_made_is_called_by_its_name(
    live_server, page, sign_in, member, board, cards, project
):
    sign_in(member)
    open_board(page, live_server, board, "?lanes=feature")
    expect(page.locator(".board-lane-title")).to_have_text(["No feature"])
    feature = FeatureFactory(project=project, name="Made meanwhile")
    card_update(card=cards["His"], actor=member, changes={"feature": feature})

    expect(page.locator(".board-lane-title")).to_have_text(["Made meanwhile", "No feature"])
    assert lane(page, "Made meanwhile").get_attribute("data-lane") == str(feature.pk)


def test_a_feature_that_others_rename_is_renamed_in_lanes_and_filters(
    live_server, page, sign_in, member, board, cards, project
):
    feature = FeatureFactory(project=project, name="Old name")
    card_update(card=cards["His"], actor=member, changes={"feature": feature})
    sign_in(member)
    page.clock.install()
    open_board(page, live_server, board, f"?lanes=feature&feature={feature.pk}")
    expect(page.locator(".filter-chip-values")).to_have_text("Old name")
    expect(page.locator(".board-lane-title")).to_have_text(["Old name"])
    feature_update(feature=feature, actor=None, changes={"name": "New name"})
    page.clock.fast_forward(10_000)

    expect(page.locator(".filter-chip-values")).to_have_text("New name")
    expect(page.locator(".board-lane-title")).to_have_text(["New name"])
    done = cell(page, "New name", board.columns[3])
    expect(done).to_have_attribute("aria-label", "Done, New name")


def test_an_unknown_way_to_cut_lanes_shows_none(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    complaints = watched(page)
    open_board(page, live_server, board, "?lanes=constructor")

    expect(page.locator(".board-card")).to_have_count(4)
    expect(page.locator(".board-lane")).to_have_count(0)
    assert complaints == []


@pytest.fixture
def many(board, admin):
    """Twelve cards in each of the twenty cells of lanes by priority."""
    bodies = [
        {
            "board": board,
            "column_id": column["id"],
            "priority": priority,
            "title": f"{priority} {n}",
        }
        for priority in Card.Priority.values
        for column in board.columns
        for n in range(12)
    ]
    cards_bulk(actor=admin, create=bodies)


def test_of_many_cards_only_the_lanes_near_to_be_seen_are_drawn(
    live_server, page, sign_in, member, board, many
):
    page.set_viewport_size({"width": 1280, "height": 700})
    sign_in(member)
    open_board(page, live_server, board, "?lanes=priority")
    first, last = lane(page, "Urgent"), lane(page, "No priority")
    expect(first.locator(".board-card")).to_have_count(48)
    expect(last.locator(".board-card")).to_have_count(0)
    expect(last.locator(".board-lane-sums")).to_have_text("48 cards")
    height = last.bounding_box()["height"]

    last.locator(".board-lane-toggle").focus()
    expect(last.locator(".board-card")).to_have_count(48)
    expect(first.locator(".board-card")).to_have_count(0)
    assert height > 300
    first.locator(".board-lane-toggle").focus()
    expect(first.locator(".board-card")).to_have_count(48)
    expect(last.locator(".board-card")).to_have_count(0)


def test_the_keyboard_walks_into_lanes_that_are_not_drawn(
    live_server, page, sign_in, member, board, many
):
    page.set_viewport_size({"width": 1280, "height": 700})
    sign_in(member)
    open_board(page, live_server, board, "?lanes=priority")
    lane(page, "Urgent").locator("a.card-title").first.focus()
    for priority in ("urgent", "high", "medium", "low"):
        page.keyboard.press("End")
        expect(page.locator("a.card-title:focus")).to_have_text(f"{priority} 11")
        page.keyboard.press("ArrowDown")
    here = page.locator("a.card-title:focus")
    expect(here).to_have_text("none 0")
    expect(here).to_be_in_viewport()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_lanes_are_accessible_and_fit(
    live_server, page, sign_in, member, board, cards, width, scheme
):
    member.full_name = "Очень длинное имя " * 8
    member.save(update_fields=["full_name"])
    sign_in(member)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    open_board(page, live_server, board, "?lanes=assignee")
    expect(page.locator(".board-lane")).to_have_count(4)

    assert findings(page) == []
    assert sideways(page) <= 0
