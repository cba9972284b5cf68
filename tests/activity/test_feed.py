"""The feed over REST: what it can be asked for, its pages, and what an entry says."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cards.services import card_create, card_move, card_update
from core.acting import acting, coming_from
from core.models import EventLog
from tests.factories import BoardFactory, CardFactory, FeatureFactory, SprintFactory

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/events/"


@pytest.fixture
def moved(member, board):
    """A card that `member` made and moved through the API."""
    with coming_from("api"):
        card = card_create(actor=member, board=board, title="Told")
        return card_move(card=card, actor=member, column_id=board.columns[3]["id"])


def test_an_entry_says_who_did_what_where(moved, member, board, feed):
    entry = EventLog.objects.latest("pk")
    found = feed(member)[0]
    details = found.pop("details")
    assert found == {
        "id": entry.pk,
        "timestamp": found["timestamp"],
        "actor": str(member.pk),
        "actor_name": "Max Member",
        "action": "card.moved",
        "action_id": str(entry.action_id),
        "entity_type": "card",
        "entity_id": str(moved.pk),
        "summary": "Max Member moved ACME-1 from To Do to Done",
        "workspace": str(board.workspace_id),
        "project": None,
        "board": str(board.pk),
        "channel": None,
        "source": "api",
    }
    assert details["after"]["column_id"] == board.columns[3]["id"]


def test_one_entry_is_answered_like_those_of_the_list(moved, member, client_of, feed):
    found = feed(member)[0]
    assert client_of(member).get(f"{EVENTS}{found['id']}/").json() == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"action": "card.moved"}, ["card.moved"]),
        ({"action": "card."}, ["card.moved", "card.created"]),
        ({"action": "card"}, []),
        ({"entity_type": "card"}, ["card.moved", "card.created"]),
        ({"entity_type": "card,board"}, ["card.moved", "card.created", "board.created"]),
        ({"entity_type": "sprint"}, []),
        ({"source": "api"}, ["card.moved", "card.created"]),
        ({"source": "github,telegram"}, []),
        ({"actor": "me"}, ["card.moved", "card.created"]),
        ({"actor": "me", "action": "card.moved", "source": "api"}, ["card.moved"]),
    ],
    ids=str,
)
def test_the_feed_is_filtered(query, expected, moved, member, feed):
    assert [entry["action"] for entry in feed(member, **query)] == expected


def test_the_feed_of_one_thing(moved, member, feed):
    for query in ({}, {"entity_type": "card"}, {"entity_type": "board,card"}):
        found = feed(member, entity_id=str(moved.pk), **query)
        assert [entry["action"] for entry in found] == ["card.moved", "card.created"]
    assert feed(member, entity_id=str(moved.pk), entity_type="board") == []


def test_the_feed_of_a_project_has_its_boards(project, workspace, member, feed):
    with acting(member, "feature.created"):
        FeatureFactory(project=project)
    with acting(member, "board.created"):
        board = BoardFactory(workspace=workspace, project=project)
    card_create(actor=member, board=board, title="In the project")
    card_create(actor=member, board=BoardFactory(workspace=workspace), title="Elsewhere")
    found = feed(member, project=str(project.pk), actor="me")
    assert [entry["action"] for entry in found] == [
        "card.created",
        "board.created",
        "feature.created",
    ]
    assert found == feed(member, project=str(project.pk), actor="me", workspace=str(workspace.pk))


def test_the_feed_between_two_moments(moved, member, feed):
    newest, before = feed(member, actor="me")
    assert feed(member, since=newest["timestamp"], actor="me") == [newest]
    assert feed(member, until=newest["timestamp"], actor="me") == [before]


@pytest.mark.parametrize(
    "query",
    [
        {"action": "Card.Moved"},
        {"action": "card.moved.twice"},
        {"action": "%"},
        {"action": ""},
        {"entity_type": "nothing"},
        {"entity_id": "ACME-1"},
        {"actor": "you"},
        {"source": "pigeon"},
        {"since": "yesterday"},
        {"since": "last_visit"},
        {"until": "last-visit"},
        {"cursor": "x"},
        {"page_size": "0"},
        {"page_size": "201"},
        {"ordering": "id"},
        {"nonsense": "1"},
    ],
    ids=str,
)
def test_what_nobody_understands_is_refused_by_name(query, member, client_of):
    response = client_of(member).get(EVENTS, query)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == list(query)


def test_pages_lose_nothing_while_new_entries_arrive(board, member, client_of):
    CardFactory.create_batch(7, board=board)
    wanted = list(
        EventLog.objects.filter(board_id=board.pk).order_by("-pk").values_list("pk", flat=True)
    )
    page = client_of(member).get(EVENTS, {"board": str(board.pk), "page_size": 3}).json()
    found = [entry["id"] for entry in page["results"]]
    while page["next"]:
        CardFactory(board=board)
        page = client_of(member).get(page["next"]).json()
        found += [entry["id"] for entry in page["results"]]
    assert found == wanted
    while page["previous"]:
        page = client_of(member).get(page["previous"]).json()
        found = [entry["id"] for entry in page["results"]] + found
    everything = EventLog.objects.filter(board_id=board.pk).order_by("-pk")
    assert found[: len(everything) - len(wanted)] == list(
        everything.values_list("pk", flat=True)[: len(everything) - len(wanted)]
    )


def test_the_feed_is_taken_out_as_a_file(moved, member, client_of):
    response = client_of(member).get(EVENTS, {"format": "csv", "action": "card."})
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [row["summary"] for row in rows] == [
        "Max Member moved ACME-1 from To Do to Done",
        "Max Member created ACME-1",
    ]


def test_the_log_has_no_door_to_write_by(client_of, admin, card):
    entry = EventLog.objects.get(entity_id=card.pk)
    for method in ("post", "put", "patch", "delete"):
        address = EVENTS if method == "post" else f"{EVENTS}{entry.pk}/"
        assert getattr(client_of(admin), method)(address, {}, format="json").status_code == 405


def queries_of(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "query", ["", "?after=0", "?action=card.", "?entity_type=card,card_assignee", "?actor=me"]
)
def test_a_page_takes_as_many_queries_with_40_entries_as_with_4(
    query, board, member, admin, client_of
):
    client = client_of(member)

    def work(number):
        for _ in range(number):
            card = card_create(
                actor=member, board=board, title="Told", sprint=SprintFactory(board=board)
            )
            card_update(card=card, actor=member, changes={"assignees": [admin]})
            card_move(card=card, actor=member, column_id=board.columns[2]["id"])

    work(2)
    few = queries_of(client, EVENTS + query)
    work(10)
    assert queries_of(client, EVENTS + query) == few <= 6
