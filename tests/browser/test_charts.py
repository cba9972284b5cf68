"""The charts in a real browser: accessible, on a phone as well, told by pointer and by table."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from boards.services import column_update
from cards.services import card_move, sprint_complete, sprint_start
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import BoardFactory, CardFactory, SprintFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(board, member):
    """A board with a completed and an active sprint, long names among all that is shown."""
    column_update(
        board=board, actor=member, column_id=board.columns[1]["id"], name="В работе у " + "Щ" * 80
    )
    board.refresh_from_db()
    over = SprintFactory(board=board, name="Очень длинное название спринта " * 3)
    for points in (5, 3):
        CardFactory(board=board, sprint=over, story_points=points, title="W" * 200)
    over = sprint_start(sprint=over, actor=member, at=timezone.now())
    for card in over.cards.all():
        card_move(card=card, actor=member, column_id=board.columns[2]["id"])
        card_move(card=card, actor=member, column_id=board.columns[3]["id"])
    sprint_complete(sprint=over, actor=member, at=timezone.now())
    today = timezone.now().date()
    active = SprintFactory(board=board, name="Sprint 2", start_date=today, end_date=today)
    for points in (8, None):
        CardFactory(board=board, sprint=active, story_points=points)
    CardFactory(
        board=board,
        sprint=active,
        story_points=2,
        title="Долгая работа 🎉",
        column_id=board.columns[1]["id"],
    )
    return sprint_start(sprint=active, actor=member, at=timezone.now())


def addresses(board, run):
    empty = BoardFactory(workspace=board.workspace, name="Nothing on it")
    planned = SprintFactory(board=board, name="Sprint 3")
    return {
        "board": f"/admin/boards/board/{board.pk}/charts/",
        "wrong period": f"/admin/boards/board/{board.pk}/charts/?from=2999-01-01&unit=cards",
        "wrong zone": f"/admin/boards/sprint/{run.pk}/burndown/?timezone=Nowhere",
        "empty board": f"/admin/boards/board/{empty.pk}/charts/",
        "sprint": f"/admin/boards/sprint/{run.pk}/burndown/",
        "planned sprint": f"/admin/boards/sprint/{planned.pk}/burndown/",
    }


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_charts_are_accessible_and_fit(
    live_server, page, sign_in, member, board, run, width, scheme
):
    sign_in(member)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for name, address in addresses(board, run).items():
        complaints = watched(page)
        page.goto(live_server.url + address, wait_until="load")
        for summary in page.locator(".chart-numbers summary").all():
            summary.click()
        fault = [*complaints, *findings(page)]
        if sideways(page) > 0:
            fault.append(f"{sideways(page)} px too wide")
        if fault:
            faults[name] = fault

    assert faults == {}


def test_from_the_board_to_its_charts_and_to_a_sprints_burndown(
    live_server, page, sign_in, member, board, run
):
    sign_in(member)
    page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/change/")
    page.get_by_role("link", name="Charts").click()
    expect(page.locator("h1")).to_have_text("Charts of Product")

    page.goto(f"{live_server.url}/admin/boards/sprint/{run.pk}/change/")
    page.get_by_role("link", name="Burndown").click()
    expect(page.locator("h1")).to_have_text("Burndown of Sprint 2")
    expect(page.locator("#chart-burndown")).to_contain_text("10 of 10 points are left")


def test_the_numbers_are_reached_by_keyboard_alone(live_server, page, sign_in, member, board, run):
    sign_in(member)
    page.goto(f"{live_server.url}/admin/boards/sprint/{run.pk}/burndown/")
    summary = page.locator(".chart-numbers summary")
    summary.focus()
    page.keyboard.press("Enter")
    rows = page.locator(".chart-table tbody tr")
    expect(rows.first).to_be_visible()

    assert rows.first.locator("th, td").all_inner_texts()[:5] == [
        "At the start",
        "10",
        "10",
        "10",
        "0",
    ]
    page.keyboard.press("Tab")
    expect(page.locator(".chart-table")).to_be_focused()


def test_a_pointer_is_told_a_days_numbers_and_escape_takes_them_away(
    live_server, page, sign_in, member, board, run
):
    complaints = watched(page)
    sign_in(member)
    page.goto(f"{live_server.url}/admin/boards/sprint/{run.pk}/burndown/")
    band = page.locator(".plot-band").first
    expect(band).to_have_attribute("data-told", re.compile("Left to do"))
    band.hover()
    told = page.locator(".plot-told")
    expect(told).to_contain_text("Left to do: 10")
    expect(told).to_contain_text("Scope: 10")

    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    assert complaints == []


def test_without_script_the_browser_tells_them(
    live_server, browser, sign_in, context, member, board, run
):
    sign_in(member)
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())
    page = plain.new_page()
    page.goto(f"{live_server.url}/admin/boards/sprint/{run.pk}/burndown/")
    assert "Left to do: 10" in page.locator(".plot-band title").first.text_content()
    plain.close()


def test_points_or_cards_and_the_period_are_chosen(live_server, page, sign_in, member, board, run):
    sign_in(member)
    page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/charts/")
    page.get_by_role("link", name="90 days").click()
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "true")
    page.locator(".chart-units").get_by_role("link", name="Cards").click()
    expect(page.locator("#chart-burndown")).to_contain_text("3 of 3 cards are left")
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "true")

    page.fill("#period-from", timezone.now().date().isoformat())
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#chart-flow")).to_contain_text("2 cards were completed")


def test_the_time_zone_is_the_browsers_until_another_is_chosen(
    live_server, page, sign_in, member, board, run
):
    sign_in(member)
    address = f"{live_server.url}/admin/boards/sprint/{run.pk}/burndown/"
    page.goto(address)
    zone = page.get_by_label("Days end at midnight in")
    expect(page.locator("#chart-zones option").first).to_have_attribute("value", "UTC")
    page.reload()
    here = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(zone).to_have_value(here)

    zone.fill("Pacific/Kiritimati")
    zone.press("Enter")
    expect(page).to_have_url(re.compile("timezone=Pacific%2FKiritimati"))
    expect(zone).to_have_value("Pacific/Kiritimati")
    page.get_by_role("link", name="Cards", exact=True).last.click()
    expect(page).to_have_url(re.compile("unit=cards"))
    expect(zone).to_have_value("Pacific/Kiritimati")

    zone.fill("Nowhere")
    zone.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no such time zone")
    assert findings(page) == []


def test_a_point_names_its_card_and_leads_to_it(live_server, page, sign_in, member, board, run):
    complaints = watched(page)
    sign_in(member)
    page.goto(f"{live_server.url}/admin/boards/board/{board.pk}/charts/")
    card = board.cards.exclude(completed_at=None).first()
    points = page.locator(".plot-points a")
    expect(points).to_have_count(2)
    # Not by moving the mouse: the page would scroll there, and scrolling hides what is told.
    points.last.locator("circle").dispatch_event("pointermove", {"bubbles": True})
    expect(page.locator(".plot-told")).to_contain_text("Cycle time: 0 d")
    page.get_by_role("link", name="Lead time", exact=True).click()
    expect(page.locator("#chart-name-times")).to_have_text("Lead time, card by card")
    # Both were done in the same moment: one lies upon the other.
    points.last.click()
    expect(page).to_have_url(re.compile(r"/admin/cards/card/[0-9a-f-]{36}/change/"))
    page.go_back()
    page.locator("section[aria-labelledby~=chart-times] summary").press("Enter")
    page.get_by_role("link", name=re.compile(f"ACME-{card.number} ")).last.press("Enter")
    expect(page).to_have_url(re.compile(str(card.pk)))
    assert complaints == []
