"""The charts as pages: who gets to them, what they say, and that every number is in a table."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cards.admin.charts import words
from cards.admin.charts.times import times_picture
from cards.charts.durations import durations_of
from cards.charts.flow import Completion, Flow
from cards.services import card_move, sprint_complete, sprint_start
from tests.factories import CardFactory, SprintFactory
from tests.web import page, queries_of, web

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(board, sprint, member):
    """A sprint under way: one of three cards is done."""
    cards = [
        CardFactory(board=board, sprint=sprint, story_points=points, title=f"Card of {points}")
        for points in (5, 3, 2)
    ]
    sprint = sprint_start(sprint=sprint, actor=member, at=timezone.now())
    card_move(card=cards[0], actor=member, column_id=board.columns[3]["id"])
    card_move(card=cards[1], actor=member, column_id=board.columns[1]["id"])
    return sprint


def pages(board, sprint):
    return [page("boards_board_charts", board.pk), page("boards_sprint_burndown", sprint.pk)]


@pytest.mark.parametrize("who", ["admin", "member", "member_of_both", "operator"])
def test_whoever_sees_the_board_sees_its_charts(request, board, running, who):
    browser = web(request.getfixturevalue(who))
    for address in pages(board, running):
        assert browser.get(address).status_code == 200


@pytest.mark.parametrize(("who", "offered"), [("member", True), ("operator", False)])
def test_json_is_offered_to_whom_the_api_answers(request, board, running, who, offered):
    browser = web(request.getfixturevalue(who))
    for address in pages(board, running):
        assert ("/api/v1/" in browser.get(address).content.decode()) is offered


def test_every_page_with_a_picture_brings_all_that_draws_it(member, board, running):
    browser = web(member)
    for address in (*pages(board, running), page("boards_sprint_change", running.pk)):
        content = browser.get(address).content.decode()
        for name in ("charts.css", "plots.css", "charts.js"):
            assert f"taskly/{name}" in content, (address, name)


def test_foreign_charts_are_answered_like_ones_that_never_were(
    outsider, other_workspace, board, running
):
    browser = web(outsider)
    unknown = "0195b5f2-0000-7000-8000-000000000000"
    for name, row in (("boards_board_charts", board), ("boards_sprint_burndown", running)):
        foreign = browser.get(page(name, row.pk))
        missing = browser.get(page(name, unknown))
        assert (foreign.status_code, foreign.url) == (missing.status_code, missing.url)
        assert foreign.status_code == 302


def test_a_burndown_says_its_finding_and_has_its_numbers_in_a_table(member, running):
    shown = web(member).get(page("boards_sprint_burndown", running.pk))
    picture = shown.context["picture"]
    assert picture.title.startswith("5 of 10 points are left, ")
    assert picture.facts[:3] == [("Left", "5"), ("Done", "5"), ("Promised", "10")]
    assert picture.table.rows[0][:5] == ["At the start", "10", "10", "10", "0"]
    assert picture.table.rows[1][2:5] == ["10", "5", "5"]
    content = shown.content.decode()
    assert "The numbers as a table" in content
    assert "style=" not in content.split('<main id="content-start"')[1].split("</main>")[0]


def test_it_counts_cards_where_that_is_asked_or_nobody_gives_points(member, board, sprint, running):
    shown = web(member).get(page("boards_sprint_burndown", running.pk), {"unit": "cards"})
    assert shown.context["picture"].title.startswith("2 of 3 cards are left, ")
    other = SprintFactory(board=board)
    CardFactory(board=board, sprint=other)
    shown = web(member).get(page("boards_sprint_burndown", other.pk))
    assert shown.context["unit"] == "cards"


def test_a_planned_sprint_says_how_its_line_begins(member, board, sprint):
    browser = web(member)
    address = page("boards_sprint_burndown", sprint.pk)
    assert page("boards_board_planning", board.pk) in browser.get(address).content.decode()
    CardFactory(board=board, sprint=sprint, story_points=3)
    shown = browser.get(address)
    assert shown.context["picture"].title == "The sprint would promise 3 points."
    assert page("boards_sprint_start", sprint.pk) in shown.content.decode()


def test_whoever_only_observes_is_not_asked_to_start_it(observer, project, board, sprint):
    board.project = project
    board.save(update_fields=["project"])
    CardFactory(board=board, sprint=sprint, story_points=3)
    shown = web(observer).get(page("boards_sprint_burndown", sprint.pk))
    assert page("boards_sprint_start", sprint.pk) not in shown.content.decode()


def test_the_boards_page_has_all_of_it(member, board, running):
    sprint_complete(sprint=running, actor=member, at=timezone.now())
    shown = web(member).get(page("boards_board_charts", board.pk))
    assert shown.context["burndown"] is None
    assert shown.context["velocity"].title == (
        "A sprint completes 5 points on average, of 10 promised."
    )
    assert [picture.slug for picture in shown.context["pictures"]] == [
        "flow",
        "cycle",
        "lead",
        "times",
        "throughput",
    ]
    assert all(picture.table for picture in shown.context["pictures"] if picture.plot)
    [aged] = shown.context["ageing"].rows
    assert (aged.title, aged.late) == ("Card of 3", False)


def test_an_empty_board_says_what_to_do(member, board):
    shown = web(member).get(page("boards_board_charts", board.pk))
    pictures = [shown.context["velocity"], *shown.context["pictures"]]
    assert all(picture.plot is None and picture.empty for picture in pictures)
    assert shown.context["ageing"].empty


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "never"}, "first"),
        ({"from": "2026-02-10", "to": "2026-02-01"}, "first"),
        ({"to": "2999-01-01"}, "last"),
        ({"from": "2020-01-01"}, "first"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "last"),
        ({"from": "1969-12-31", "to": "1970-01-02"}, "first"),
    ],
)
def test_a_wrong_period_is_said_and_the_last_thirty_days_are_shown(member, board, query, field):
    shown = web(member).get(page("boards_board_charts", board.pk), query)
    assert list(shown.context["form"].errors) == [field]
    assert (shown.context["last"] - shown.context["first"]).days == 29


def times_shown(browser, board, **query):
    shown = browser.get(page("boards_board_charts", board.pk), query)
    [picture] = [each for each in shown.context["pictures"] if each.slug == "times"]
    return picture, shown.content.decode()


def test_each_completed_card_is_a_point_that_names_it_and_leads_to_it(member, board, running):
    over, through = running.cards.order_by("-story_points")[:2]
    card_move(card=through, actor=member, column_id=board.columns[3]["id"])
    browser = web(member)
    picture, content = times_shown(browser, board)
    # The first went from To Do to Done: it has no cycle time, and so no point here.
    [point] = picture.plot.points
    assert point.told.splitlines()[0] == f"ACME-{through.number} Card of 3"
    assert point.address == page("cards_card_change", through.pk)
    assert f'<a href="{point.address}" tabindex="-1"><circle class="plot-point"' in content
    assert [level.label for level in picture.plot.levels] == ["50 of 100: 0 d", "85 of 100: 0 d"]
    assert [row[1:] for row in picture.table.rows] == [
        [words.long_date(timezone.localdate()), "0 d", "0 d", "3"]
    ]
    assert f'<th scope="row"><a href="{point.address}">ACME-{through.number} Card of 3</a>' in (
        content
    )

    picture, content = times_shown(browser, board, time="lead")
    assert picture.name == "Lead time, card by card"
    assert {point.address for point in picture.plot.points} == {
        page("cards_card_change", card.pk) for card in (over, through)
    }
    assert [(each.label, each.chosen) for each in picture.choices] == [
        ("Cycle time", False),
        ("Lead time", True),
    ]
    assert '<input type="hidden" name="time" value="lead">' in content


def completions(number, days):
    """So many completed cards, one after the other over some days, each a little longer."""
    first = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
    return [
        Completion(
            card=f"{place:08}-0000-7000-8000-000000000000",
            key=f"ACME-{place}",
            title="" if place == 0 else f"Card {place}",
            points=1,
            completed_at=first + datetime.timedelta(days=days) * place / number,
            lead=datetime.timedelta(days=2 * days * place / number),
            cycle=datetime.timedelta(days=days * place / number),
        )
        for place in range(number)
    ]


def flow_of(done, days):
    return Flow(
        board="",
        first=datetime.date(2026, 9, 1),
        last=datetime.date(2026, 9, 1) + datetime.timedelta(days=days - 1),
        timezone="UTC",
        columns=[],
        days=[],
        completions=done,
        lead_time=durations_of(each.lead for each in done),
        cycle_time=durations_of(each.cycle for each in done),
        throughput=[],
        ageing=[],
    )


def test_two_thousand_points_stay_within_the_picture_and_are_small():
    chart = flow_of(completions(2000, 30), 30)
    picture = times_picture(chart, "cycle", {"cycle": "", "lead": ""}, "admin")
    points = picture.plot.points
    assert (len(points), picture.plot.radius, len(picture.table.rows)) == (2000, 3, 2000)
    assert (points[0].x, points[0].y) == ("0%", str(picture.plot.height))
    assert (points[1000].x, points[1999].x) == ("50%", "99.95%")
    assert float(points[1999].y) >= 12
    assert picture.title == (
        "Half of the cards took at most 7.5 d in the first half of the period, "
        "and at most 22.5 d in the second."
    )
    # Gone since, a card has its key, and no page to go to.
    assert (points[0].address, picture.table.rows[-1][0]) == ("", "ACME-0")


def test_few_points_are_larger_and_one_half_is_told_alone():
    picture = times_picture(
        flow_of(completions(1, 30), 30), "lead", {"cycle": "", "lead": ""}, "admin"
    )
    assert picture.plot.radius == 5
    assert picture.title == "Half of the cards took at most 0 d."


EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
"""Never on the same day: 25 hours lie between them."""


def days_shown(browser, board, sprint, **query):
    """The last day of the board's charts, and the first of the sprint's burndown."""
    charts, burndown = (browser.get(address, query) for address in pages(board, sprint))
    return charts.context["last"], burndown.context["picture"].table.rows[1][0]


def test_days_are_those_of_the_browser_or_of_the_zone_in_the_address(member, board, running):
    browser = web(member)
    browser.cookies["taskly_timezone"] = EAST
    started = running.started_at
    for query, zone in (({}, EAST), ({"timezone": WEST}, WEST), ({"timezone": "UTC"}, "UTC")):
        last, first = days_shown(browser, board, running, **query)
        assert last == timezone.now().astimezone(ZoneInfo(zone)).date()
        assert first == words.long_date(started.astimezone(ZoneInfo(zone)).date())


def test_days_in_tables_and_ages_are_those_of_the_zone_too(member, board, running):
    sprint_complete(sprint=running, actor=member, at=timezone.now())
    told = {}
    for zone in (EAST, WEST):
        shown = web(member).get(page("boards_board_charts", board.pk), {"timezone": zone})
        [aged] = shown.context["ageing"].rows
        told[zone] = (shown.context["velocity"].table.rows[0][1], aged.since)
    assert told[EAST] != told[WEST]
    assert len(set(told[EAST])) == len(set(told[WEST])) == 1


def test_a_chosen_zone_is_shown_and_kept_by_links_and_the_json(member, board, running):
    browser = web(member)
    for address in pages(board, running):
        content = browser.get(address, {"timezone": WEST}).content.decode()
        assert f'value="{WEST}"' in content
        assert "?timezone=Pacific%2FPago_Pago&amp;" in content
        [*_others, told] = content.split("/api/v1/")
        assert "timezone=Pacific%2FPago_Pago" in told.split('"')[0]
        # Chosen by nobody, it stays out of the addresses.
        assert "?timezone=Pacific" not in browser.get(address).content.decode()


@pytest.mark.parametrize("name", ["Europe/Nowhere", "../../etc/passwd", "<b>", "Z" * 65])
def test_a_zone_that_there_is_not_is_said_and_the_browsers_is_shown(member, board, running, name):
    browser = web(member)
    browser.cookies["taskly_timezone"] = WEST
    for address in pages(board, running):
        shown = browser.get(address, {"timezone": name, "from": "2026-10-01", "to": "2026-10-31"})
        assert list(shown.context["form"].errors) == ["timezone"]
        assert f"Shown are the days of {WEST}." in shown.content.decode()
    charts = browser.get(pages(board, running)[0], {"timezone": name, "to": "2026-10-31"})
    assert charts.context["last"].isoformat() == "2026-10-31"


def test_long_and_hostile_names_are_shown_as_they_are(member, board, sprint):
    sprint.name = "<script>alert(1)</script>" + "Ж" * 70
    sprint.save(update_fields=["name"])
    CardFactory(board=board, sprint=sprint, title="<img src=x onerror=alert(1)>",
                column_id=board.columns[1]["id"])  # fmt: skip
    sprint_start(sprint=sprint, actor=member, at=timezone.now())
    content = web(member).get(page("boards_board_charts", board.pk)).content.decode()
    assert "<script>alert" not in content
    assert "<img src=x" not in content


def test_a_page_takes_as_many_queries_whatever_there_is(member, board, running):
    browser = web(member)
    addresses = pages(board, running)
    for address in addresses:
        browser.get(address)
    few = [queries_of(browser, address) for address in addresses]
    for _each in range(10):
        CardFactory(board=board, sprint=running, column_id=board.columns[1]["id"])
    assert [queries_of(browser, address) for address in addresses] == few
