"""The charts as JSON: who may, what is refused, what is answered."""

import datetime
import json
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cards.services import card_move, sprint_complete, sprint_start
from core.clock import backdated
from tests.cards.charts.story import moment
from tests.core.connections import in_the_owners_role
from tests.factories import BoardFactory, CardFactory, SprintFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1"


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still, so that no minute ends between two requests."""
    present = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: present[0])
    return present


def addresses(board, sprint):
    return [
        f"{URL}/boards/{board.pk}/flow/",
        f"{URL}/boards/{board.pk}/velocity/",
        f"{URL}/sprints/{sprint.pk}/burndown/",
    ]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("member", 200),
        ("observer", 200),
        ("outsider", 404),
        ("operator", 404),
        (None, 401),
    ],
)
def test_whoever_sees_the_board_sees_its_charts(
    request, client_of, board, sprint, project, who, status
):
    board.project = project
    board.save(update_fields=["project"])
    person = None if who is None else request.getfixturevalue(who)
    client = client_of(person)
    assert {client.get(address).status_code for address in addresses(board, sprint)} == {status}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13-01"}, "to"),
        ({"from": "2026-02-10", "to": "2026-02-01"}, "from"),
        ({"from": "2025-01-01", "to": "2026-01-02"}, "from"),
        ({"to": "2999-01-01"}, "to"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "to"),
        ({"from": "1969-12-31", "to": "1970-01-02"}, "from"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"days": "30"}, "days"),
        ({"from": ["2026-01-01", "2026-01-02"]}, "from"),
    ],
)
def test_a_wrong_parameter_is_named(client_of, member, board, query, field):
    response = client_of(member).get(f"{URL}/boards/{board.pk}/flow/", query)
    assert response.status_code == 400, response.content
    assert field in response.json()["errors"]


def test_the_longest_period_is_a_leap_year(client_of, member, board):
    query = {"from": "2023-01-02", "to": "2024-01-02"}
    answer = client_of(member).get(f"{URL}/boards/{board.pk}/flow/", query).json()
    assert (len(answer["days"]), answer["from"], answer["to"]) == (366, *query.values())


def test_left_out_the_period_is_the_last_thirty_days(client_of, member, board):
    answer = client_of(member).get(f"{URL}/boards/{board.pk}/flow/").json()
    today = timezone.now().date()
    first = today - datetime.timedelta(days=29)
    assert (answer["from"], answer["to"]) == (first.isoformat(), today.isoformat())
    assert [day["date"] for day in answer["days"]] == [
        (first + datetime.timedelta(days=number)).isoformat() for number in range(30)
    ]


def test_days_are_those_of_the_time_zone(client_of, member, board, sprint, card):
    sprint_start(sprint=sprint, actor=member, at=timezone.now())
    client = client_of(member)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        answer = client.get(f"{URL}/sprints/{sprint.pk}/burndown/", {"timezone": zone}).json()
        started = datetime.datetime.fromisoformat(answer["started_at"])
        assert answer["timezone"] == zone
        local = started.astimezone(ZoneInfo(zone)).date()
        assert answer["days"][0]["date"] == local.isoformat()


def test_a_sprint_is_told_from_its_start(client_of, member, board, sprint):
    done = CardFactory(board=board, sprint=sprint, story_points=5, title="Done")
    CardFactory(board=board, sprint=sprint, story_points=None, title="Open")
    sprint_start(sprint=sprint, actor=member, at=timezone.now())
    card_move(card=done, actor=member, column_id=board.columns[3]["id"])
    CardFactory(board=board, sprint=sprint, story_points=3, title="Late")

    answer = client_of(member).get(f"{URL}/sprints/{sprint.pk}/burndown/").json()

    assert answer["committed"] == {"cards": 2, "points": 5}
    assert answer["latest"] == {
        "scope": {"cards": 3, "points": 8},
        "remaining": {"cards": 2, "points": 3},
        "completed": {"cards": 1, "points": 5},
    }
    assert answer["totals"] == {
        "added": {"cards": 1, "points": 3},
        "removed": {"cards": 0, "points": 0},
        "re_estimated": 0,
        "completed": {"cards": 1, "points": 5},
        "reopened": {"cards": 0, "points": 0},
    }
    assert (answer["unestimated"], answer["status"], answer["completed_at"]) == (1, "active", None)


def test_what_starting_and_completing_wrote_down_is_what_the_log_tells(
    client_of, member, board, sprint
):
    done = CardFactory(board=board, sprint=sprint, story_points=5)
    CardFactory(board=board, sprint=sprint, story_points=2)
    sprint = sprint_start(sprint=sprint, actor=member, at=timezone.now())
    card_move(card=done, actor=member, column_id=board.columns[3]["id"])
    following = SprintFactory(board=board)
    sprint = sprint_complete(
        sprint=sprint, actor=member, at=timezone.now(), carry_over_to=following
    )

    [told] = client_of(member).get(f"{URL}/boards/{board.pk}/velocity/").json()["sprints"]

    assert told["committed"] == {"cards": 2, "points": 7}
    assert told["completed"] == {"cards": 1, "points": 5}
    assert (sprint.committed_cards, sprint.committed_points) == (2, 7)
    assert (sprint.completed_cards, sprint.completed_points) == (1, 5)


def test_the_cards_are_named_and_those_that_take_long_are_marked(client_of, member, board):
    card = CardFactory(board=board, title="Under way", column_id=board.columns[1]["id"])
    done = CardFactory(board=board, title="Done", column_id=board.columns[2]["id"])
    card_move(card=done, actor=member, column_id=board.columns[3]["id"])

    answer = client_of(member).get(f"{URL}/boards/{board.pk}/flow/").json()

    assert [(each["key"], each["title"]) for each in answer["completions"]] == [
        (f"ACME-{done.number}", "Done")
    ]
    assert [(each["card"], each["column_name"], each["late"]) for each in answer["ageing"]] == [
        (str(card.pk), "In Progress", True)
    ]
    assert answer["cycle_time"]["count"] == 1
    assert answer["days"][-1]["categories"] == {
        "todo": 0,
        "in_progress": 1,
        "in_review": 0,
        "done": 1,
    }
    assert sum(week["completed"]["cards"] for week in answer["throughput"]) == 1
    assert json.dumps(answer)


def test_of_a_past_period_a_card_that_was_deleted_since_was_done_all_the_same(
    client_of, member, workspace
):
    with in_the_owners_role():
        with backdated(moment(1, "10:00")):
            board = BoardFactory(workspace=workspace)
            board.refresh_from_db()
            card = CardFactory(board=board, column_id=board.columns[3]["id"])
        with backdated(moment(20, "10:00")):
            card.delete()
    client = client_of(member)

    def told(last):
        query = {"from": "2026-09-01", "to": last}
        answer = client.get(f"{URL}/boards/{board.pk}/flow/", query).json()
        return [(each["key"], each["title"]) for each in answer["completions"]]

    assert told("2026-09-19") == [(f"ACME-{card.number}", "")]
    assert told("2026-09-20") == []


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_is_fixed_and_unchanged_answers_read_no_card(
    client_of, member, board, sprint, number, clock
):
    for _each in range(number):
        card = CardFactory(board=board, sprint=sprint, column_id=board.columns[1]["id"])
        card_move(card=card, actor=member, column_id=board.columns[3]["id"])
    clock[0] += datetime.timedelta(minutes=1)
    client = client_of(member)
    taken, again = [], []
    for address in addresses(board, sprint):
        with CaptureQueriesContext(connection) as queries:
            tag = client.get(address).headers["ETag"]
        taken.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address, headers={"If-None-Match": tag})
        assert (response.status_code, response.headers["ETag"], response.content) == (304, tag, b"")
        again.append(len(queries))
    # Flow, velocity, burndown: what the log is like now takes two (the flow's three), and the
    # burndown reads its sprint to know the board.
    assert taken == [6, 4, 4]
    assert again == [3, 2, 3]


def tags_of(client, board, sprint, **query):
    return [client.get(each, query).headers["ETag"] for each in addresses(board, sprint)]


def test_a_tag_holds_until_the_boards_log_goes_on(
    client_of, member, board, sprint, card, other_board, other_card, clock
):
    client = client_of(member)
    before = tags_of(client, board, sprint)
    other_card.title = "Of no concern here"
    other_card.save(update_fields=["title"])
    assert tags_of(client, board, sprint) == before
    card.story_points = 8
    card.save(update_fields=["story_points"])
    after = tags_of(client, board, sprint)
    assert [one == other for one, other in zip(before, after, strict=True)] == [False] * 3


def test_a_minute_later_what_still_goes_on_is_told_anew(client_of, member, board, sprint, clock):
    client = client_of(member)
    before = tags_of(client, board, sprint)
    past = {"from": "2026-01-01", "to": "2026-01-31"}
    flow_then = client.get(addresses(board, sprint)[0], past).headers["ETag"]
    clock[0] += datetime.timedelta(minutes=1)
    after = tags_of(client, board, sprint)
    # Flow and burndown go on; of the velocity and of a period that is over nothing does.
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, False]
    assert client.get(addresses(board, sprint)[0], past).headers["ETag"] == flow_then


def test_a_zone_and_a_period_have_tags_of_their_own(client_of, member, board, clock):
    client = client_of(member)
    address = f"{URL}/boards/{board.pk}/flow/"
    queries = [
        {},
        {"timezone": "Europe/Moscow"},
        {"to": "2026-01-31"},
        {"from": "2026-01-30", "to": "2026-01-31"},
    ]
    assert len({client.get(address, query).headers["ETag"] for query in queries}) == 4


def test_what_happens_elsewhere_to_a_card_that_was_done_here_is_news(
    client_of, member, workspace, board
):
    """It was completed here, so it counts here; on the other board it is reopened."""
    card = CardFactory(board=board, column_id=board.columns[3]["id"])
    there = BoardFactory(workspace=workspace)
    there.refresh_from_db()
    card = card_move(card=card, actor=member, board=there, column_id=there.columns[3]["id"])
    client = client_of(member)
    address = f"{URL}/boards/{board.pk}/flow/"
    first = client.get(address)
    assert len(first.json()["completions"]) == 1
    card_move(card=card, actor=member, column_id=there.columns[0]["id"])
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.json()["completions"] == []


def test_who_may_not_see_the_board_gets_no_304(client_of, member, outsider, board, sprint):
    tags = tags_of(client_of(member), board, sprint)
    client = client_of(outsider)
    for address, tag in zip(addresses(board, sprint), tags, strict=True):
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 404
        assert client.get(address, headers={"If-None-Match": "*"}).status_code == 404
