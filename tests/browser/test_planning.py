"""Planning in a real browser: by mouse, touch and keyboard, alone and together with others."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from boards.models import Sprint
from boards.services import sprint_delete, sprint_update
from cards.models import Card
from cards.services import card_move, card_update, sprint_complete, sprint_start
from core.models import EventLog
from tests.browser.hands import DRAGGING, Finger, drag, middle, take
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import CardFactory, ProjectFactory, ProjectMemberFactory, SprintFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.datetime(2026, 11, 2, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture
def furnished(board, sprint):
    """Sprint 1 takes 10 points and holds one card of 5; three wait in the backlog, one is done."""
    sprint.capacity_points = 10
    sprint.goal = "Ship the log"
    sprint.save()
    doing = board.columns[1]["id"]
    CardFactory(board=board, title="Planned", sprint=sprint, story_points=5)
    CardFactory(board=board, title="First", story_points=3)
    CardFactory(board=board, title="Second", story_points=8)
    CardFactory(board=board, title="Third 🎉", column_id=doing)
    CardFactory(board=board, title="Finished", column_id=board.columns[3]["id"], story_points=2)
    return board


@pytest.fixture
def open_planning(live_server, sign_in, board):
    """`open_planning(page, person)`: the page of the board, live and drawn."""

    def opened(page, person, query=""):
        sign_in(person)
        page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/planning/{query}")
        expect(page.locator(".plan.is-live")).to_be_visible()
        return page

    return opened


def pane(page, key):
    return page.locator(f".plan-pane[data-pane='{key}']")


def titles(page, key):
    return pane(page, key).locator(".plan-title")


def row(page, title):
    return page.locator(".plan-card", has_text=title)


def summed(page, sprint):
    return pane(page, sprint.pk).locator(".plan-sum")


def carry(page, title, key):
    """Drag the row of a card into a pane by mouse."""
    into = pane(page, key).locator(".plan-list")
    drag(page, row(page, title), into, shown=into.locator(".plan-ghost"))


def sprint_of(title):
    return Card.objects.get(title=title).sprint


def test_a_card_is_dragged_into_the_sprint_and_back(page, open_planning, member, furnished, sprint):
    complaints = watched(page)
    open_planning(page, member)
    expect(titles(page, "backlog")).to_contain_text(["First", "Second", "Third"])

    carry(page, "First", sprint.pk)

    expect(titles(page, sprint.pk)).to_contain_text(["Planned", "First"])
    expect(summed(page, sprint)).to_have_text("2 cards · 8 of 10 points")
    expect(page.locator("[role=status]", has_text="moved. Sprint 1: 2 cards")).to_have_count(1)
    assert sprint_of("First") == sprint

    carry(page, "Planned", "backlog")

    expect(titles(page, "backlog")).to_contain_text(["Planned", "Second", "Third"])
    expect(page.locator("[role=status]", has_text="Backlog: 3 cards")).to_have_count(1)
    assert sprint_of("Planned") is None
    assert complaints == []


def test_selected_cards_are_dragged_together_in_one_action_and_the_meter_says_over(
    page, open_planning, member, furnished, sprint
):
    open_planning(page, member)
    row(page, "First").locator("input").click()
    row(page, "Third").locator("input").click(modifiers=["Shift"])
    expect(page.locator(".plan-bar")).to_contain_text("3 cards selected")

    carry(page, "Second", sprint.pk)

    expect(summed(page, sprint)).to_have_text(
        "4 cards · 16 of 10 points · 6 points over capacity · 1 without points"
    )
    expect(pane(page, sprint.pk).locator("progress.is-over")).to_be_visible()
    expect(page.locator(".plan-bar")).to_be_hidden()
    expect(page.locator("[role=status]", has_text="3 cards moved.")).to_have_count(1)
    entries = EventLog.objects.filter(entity_type="card", action="cards.bulk")
    assert entries.count() == 3
    assert entries.values("action_id").distinct().count() == 1


def test_a_card_is_dragged_by_touch(
    browser, browser_context_args, live_server, member, furnished, sprint
):
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, is_mobile=True
    )
    client = Client()
    client.force_login(member)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/boards/board/{furnished.pk}/planning/")
    expect(page.locator(".plan.is-live")).to_be_visible()
    finger = Finger(page)
    start = middle(row(page, "Second"))
    # A finger that rests drags, one that moves at once scrolls.
    finger.lifts(start)
    finger.slides(start, middle(pane(page, sprint.pk).locator(".plan-list")))
    finger.does("touchEnd")

    expect(titles(page, sprint.pk)).to_contain_text(["Planned", "Second"])
    expect(page.locator("[role=status]", has_text="moved. Sprint 1")).to_have_count(1)
    assert sprint_of("Second") == sprint
    context.close()


def test_what_sprints_usually_complete_is_offered_as_capacity(
    page, open_planning, member, furnished, sprint
):
    card = Card.objects.get(title="Planned")
    sprint_start(sprint=sprint, actor=member, at=timezone.now())
    card_move(card=card, actor=member, column_id=furnished.columns[3]["id"])
    sprint_complete(sprint=sprint, actor=member, at=timezone.now())
    open_planning(page, member)
    page.locator(".addlink[data-act=new-sprint]").click()
    dialog = page.locator("dialog.plan-dialog")
    expect(dialog.locator(".plan-usual")).to_contain_text("The last sprint completed 5 points.")

    dialog.get_by_role("button", name="Take 5 points").click()
    expect(dialog.get_by_label("Capacity in points")).to_have_value("5")
    assert findings(page) == []
    dialog.get_by_role("button", name="Plan it").click()

    expect(page.locator(".plan-sum", has_text="of 5 points")).to_be_visible()
    assert Sprint.objects.get(status="planned").capacity_points == 5


def test_cards_are_sent_by_keyboard_and_the_focus_stays_where_one_works(
    page, open_planning, member, furnished, sprint
):
    open_planning(page, member)
    row(page, "First").locator(".plan-send").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, "Second").locator(".plan-send")).to_be_focused()

    page.keyboard.press("Enter")

    expect(titles(page, sprint.pk)).to_contain_text(["Planned", "Second"])
    expect(row(page, "Third").locator(".plan-send")).to_be_focused()
    expect(page.locator("[role=status]", has_text="3 points over capacity")).to_have_count(1)

    row(page, "Planned").locator("input").focus()
    page.keyboard.press("Space")
    page.locator(".plan-bar button", has_text="To backlog").focus()
    page.keyboard.press("Enter")

    expect(titles(page, sprint.pk)).to_contain_text(["Second"])
    expect(page.locator("[role=status]", has_text="Backlog: 3 cards")).to_have_count(1)
    assert sprint_of("Planned") is None


def test_with_two_sprints_one_is_asked_for(page, open_planning, member, furnished, sprint):
    later = SprintFactory(board=furnished, name="Sprint 2", start_date="2026-11-16",
                          end_date="2026-11-29")  # fmt: skip
    open_planning(page, member)
    row(page, "First").locator(".plan-send").click()
    page.locator("[role=option]", has_text="Sprint 2").click()

    expect(titles(page, later.pk)).to_contain_text(["First"])
    expect(page.locator("[role=status]", has_text="moved. Sprint 2")).to_have_count(1)
    assert sprint_of("First") == later


def test_which_sprints_are_shown_stays_in_the_address(
    page, open_planning, member, furnished, sprint
):
    later = [SprintFactory(board=furnished, name=f"Later {n}") for n in range(2)]
    open_planning(page, member)
    expect(page.locator(".plan-sprint")).to_have_count(2)
    page.locator(".plan-choice button", has_text="Later 1").click()
    page.locator(".plan-choice button", has_text="Sprint 1").click()
    expect(page.locator(".plan-sprint h2")).to_have_text(["Later 0", "Later 1"])

    page.reload()

    expect(page.locator(".plan.is-live")).to_be_visible()
    expect(page.locator(".plan-sprint h2")).to_have_text([each.name for each in later])


def test_the_backlog_is_searched_and_filtered(page, open_planning, member, furnished):
    card = Card.objects.get(title="Second")
    card_update(card=card, actor=member, changes={"priority": "urgent"})
    open_planning(page, member)
    page.get_by_placeholder("Find in the backlog").fill("third")
    expect(titles(page, "backlog")).to_have_count(1)
    expect(page.locator(".filter-count")).to_have_text("1 of 3 cards")

    page.get_by_placeholder("Find in the backlog").fill("nothing like it")
    expect(pane(page, "backlog").locator(".plan-empty")).to_have_text(
        "No card of the backlog fits the filter."
    )
    page.locator(".plan-tools button", has_text="Clear all").click()
    page.locator(".plan-tools button", has_text="Filter").click()
    page.locator("[role=option]", has_text="Priority").click()
    page.locator("[role=option]", has_text="Urgent").click()
    page.keyboard.press("Escape")

    expect(titles(page, "backlog")).to_contain_text(["Second"])
    assert "priority=urgent" in page.url


def test_a_card_is_added_to_the_sprint_in_one_line(page, open_planning, member, furnished, sprint):
    open_planning(page, member)
    field = page.get_by_label("Add a card to Sprint 1")
    field.fill("Written while planning")
    field.press("Enter")

    expect(titles(page, sprint.pk)).to_contain_text(["Planned", "Written while planning"])
    expect(field).to_be_focused()
    expect(page.locator("[role=status]", has_text="added. Sprint 1")).to_have_count(1)
    card = Card.objects.get(title="Written while planning")
    assert (card.sprint, card.created_by) == (sprint, member)


def test_a_sprint_is_planned_and_edited_in_a_dialog(page, open_planning, member, board):
    open_planning(page, member)
    expect(page.locator(".plan-no-sprints")).to_contain_text("No sprint is planned")
    page.locator(".plan-no-sprints button").click()
    dialog = page.locator("dialog.plan-dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Sprint A")
    dialog.get_by_label("Starts on").fill("2026-11-16")
    dialog.get_by_label("Ends on").fill("2026-11-02")
    dialog.get_by_role("button", name="Plan it").click()
    expect(dialog.locator(".plan-wrong:visible")).to_have_text(
        "A sprint ends on or after the day it starts."
    )
    assert findings(page) == []

    dialog.get_by_label("Ends on").fill("2026-11-29")
    dialog.get_by_label("Capacity in points").fill("20")
    dialog.get_by_role("button", name="Plan it").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".plan-sprint h2")).to_have_text(["Sprint A"])
    sprint = Sprint.objects.get()
    assert (sprint.name, sprint.capacity_points) == ("Sprint A", 20)

    page.get_by_role("button", name="Edit Sprint A").click()
    dialog.get_by_label("Goal").fill("Finish <b>it</b>")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".plan-goal")).to_have_text("Finish <b>it</b>")


def test_an_edit_that_others_were_faster_with_is_refused_in_the_dialog(
    page, open_planning, member, admin, furnished, sprint
):
    open_planning(page, member)
    page.get_by_role("button", name="Edit Sprint 1").click()
    sprint_update(sprint=sprint, actor=admin, changes={"name": "Theirs"})
    dialog = page.locator("dialog.plan-dialog")
    dialog.get_by_label("Name").fill("Mine")
    dialog.get_by_role("button", name="Save").click()

    expect(dialog.get_by_role("alert")).to_have_text("Somebody changed this in the meantime.")
    sprint.refresh_from_db()
    assert sprint.name == "Theirs"


def test_a_sprint_is_started_and_completed_into_a_new_one(
    page, open_planning, member, furnished, sprint
):
    CardFactory(board=furnished, title="Done", sprint=sprint, story_points=2,
                column_id=furnished.columns[3]["id"])  # fmt: skip
    open_planning(page, member)
    page.get_by_role("button", name="Start Sprint 1").click()
    dialog = page.locator("dialog.plan-dialog")
    expect(dialog).to_contain_text("2 cards, 7 points")
    assert findings(page) == []
    dialog.get_by_role("button", name="Start the sprint").click()
    expect(pane(page, sprint.pk).locator(".plan-head .chip")).to_have_text("Active")
    sprint.refresh_from_db()
    assert (sprint.status, sprint.committed_cards, sprint.committed_points) == ("active", 2, 7)

    page.get_by_role("button", name="Complete Sprint 1").click()
    expect(dialog.locator("dd")).to_have_text(["1 card, 2 points", "1 card, 5 points"])
    dialog.get_by_label("A new sprint").check()
    expect(dialog.get_by_label("Name")).to_have_value("Sprint 2")
    assert findings(page) == []
    ends = dialog.get_by_label("Ends on")
    planned = ends.input_value()
    ends.fill("2020-01-01")
    dialog.get_by_role("button", name="Complete the sprint").click()
    # What is wrong with the new sprint is said at its field, and nothing has happened.
    expect(dialog.locator(".plan-field", has=page.get_by_label("Ends on"))).to_contain_text(
        "A sprint ends on or after the day it starts."
    )
    assert list(Sprint.objects.values_list("status", flat=True)) == ["active"]
    ends.fill(planned)
    dialog.get_by_role("button", name="Complete the sprint").click()

    expect(page.locator(".plan-sprint h2")).to_have_text(["Sprint 2"])
    made = Sprint.objects.get(name="Sprint 2")
    expect(titles(page, made.pk)).to_contain_text(["Planned"])
    sprint.refresh_from_db()
    assert (sprint.status, sprint.completed_cards, sprint.completed_points) == ("completed", 1, 2)
    assert sprint_of("Planned") == made


def test_a_second_sprint_is_not_started_beside_an_active_one(
    page, open_planning, member, furnished, sprint
):
    other = SprintFactory(board=furnished, name="Running")
    open_planning(page, member)
    page.get_by_role("button", name="Start Sprint 1").click()
    dialog = page.locator("dialog.plan-dialog")
    # Somebody else is faster: the server refuses, and says why.
    sprint_start(sprint=other, actor=member, at=NOW)
    dialog.get_by_role("button", name="Start the sprint").click()
    expect(dialog.get_by_role("alert")).to_contain_text("has an active sprint already")
    dialog.get_by_role("button", name="Cancel").click()

    expect(pane(page, other.pk).locator(".plan-head .chip")).to_have_text("Active")
    page.get_by_role("button", name="Start Sprint 1").click()
    expect(dialog).to_contain_text("“Running” is active.")
    expect(dialog.get_by_role("button", name="Start the sprint")).to_have_count(0)


def test_a_refused_change_is_put_back_with_the_reason(
    page, open_planning, member, furnished, sprint
):
    later = SprintFactory(board=furnished, name="Leaving")
    open_planning(page, member)
    expect(page.locator(".plan-sprint")).to_have_count(2)
    # The page isn't told of it before it writes.
    page.route("**/snapshot/**", lambda route: route.abort())
    sprint_delete(sprint=later, actor=member)
    row(page, "First").locator(".plan-send").click()
    page.locator("[role=option]", has_text="Leaving").click()

    expect(page.locator(".toast-refused")).to_be_visible()
    expect(titles(page, "backlog")).to_contain_text(["First", "Second", "Third"])
    assert sprint_of("First") is None
    page.unroute("**/snapshot/**")
    expect(page.locator(".plan-sprint")).to_have_count(1)


def test_what_others_plan_appears_and_keeps_what_one_is_doing(
    page, open_planning, member, admin, furnished, sprint
):
    open_planning(page, member)
    row(page, "Second").locator("input").click()
    page.get_by_label("Add a card to the backlog").fill("Half written")
    card = Card.objects.get(title="First")

    card_update(card=card, actor=admin, changes={"sprint": sprint})

    expect(titles(page, sprint.pk)).to_contain_text(["Planned", "First"])
    expect(page.get_by_label("Add a card to the backlog")).to_have_value("Half written")
    expect(row(page, "Second").locator("input")).to_be_checked()


def test_an_observer_reads_and_is_offered_nothing(
    page, open_planning, member, workspace, furnished
):
    project = ProjectFactory(workspace=workspace)
    ProjectMemberFactory(project=project, user=member, role="observer")
    furnished.project = project
    furnished.save(update_fields=["project"])
    open_planning(page, member)

    expect(titles(page, "backlog")).to_contain_text(["First", "Second", "Third"])
    expect(page.locator(".plan-send:visible, .plan-box input:visible")).to_have_count(0)
    expect(page.locator(".plan-run:visible, .plan-quick:visible")).to_have_count(0)
    take(page, row(page, "First"))
    page.mouse.move(*middle(page.locator(".plan-sprint .plan-list")), steps=12)
    assert not page.evaluate(DRAGGING)
    page.mouse.up()
    expect(titles(page, "backlog")).to_contain_text(["First", "Second", "Third"])
    assert findings(page) == []


def test_without_script_one_reads_starts_and_completes(
    browser, live_server, member, furnished, sprint
):
    context = browser.new_context(java_script_enabled=False)
    client = Client()
    client.force_login(member)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([{**cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/boards/board/{furnished.pk}/planning/")
    expect(page.locator(".plan-backlog .plan-title")).to_contain_text(["First", "Second", "Third"])

    page.get_by_role("link", name="Start").click()
    page.get_by_role("button", name="Start the sprint").click()
    expect(page.locator(".messagelist")).to_contain_text("Started: Sprint 1")
    page.get_by_role("link", name="Complete").click()
    page.get_by_label("The backlog").check()
    page.get_by_role("button", name="Complete the sprint").click()

    expect(page.locator(".messagelist")).to_contain_text("Completed: Sprint 1")
    expect(page.locator(".sprint-facts")).to_contain_text("to the backlog")
    context.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_pages_are_accessible_and_fit_when_full(
    live_server, page, open_planning, member, furnished, sprint, width, scheme
):
    CardFactory(board=furnished, title="W" * 400)
    CardFactory(board=furnished, title="Очень длинное название " * 15 + "🎉", sprint=sprint)
    CardFactory.create_batch(196, board=furnished)
    SprintFactory(board=furnished, name="Ж" * 100)
    complaints = watched(page)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    open_planning(page, member)
    expect(titles(page, "backlog")).to_have_count(200)
    page.locator(".plan-backlog .plan-card input").first.click()
    expect(page.locator(".plan-bar")).to_be_visible()

    assert findings(page) == []
    assert sideways(page) == 0
    sprint_start(sprint=sprint, actor=member, at=NOW)
    for name in ("change", "complete", "start"):
        page.goto(f"{live_server.url}/admin/boards/sprint/{sprint.pk}/{name}/")
        assert findings(page) == [], name
        assert sideways(page) == 0, name
    assert complaints == []
