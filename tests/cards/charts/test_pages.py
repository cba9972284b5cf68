"""The charts as pages: who gets to them, what they say, and that every number is in a table."""

import pytest
from django.utils import timezone

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
