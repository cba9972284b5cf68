"""Sprints: planned, changed, deleted. Starting and completing them isn't among it."""

import pytest

from boards.models import Sprint
from tests.factories import BoardFactory, CardFactory, SprintFactory
from tests.watching import signed

SPRINTS = "/api/v1/sprints/"


@pytest.fixture
def body(board):
    return {
        "board": str(board.pk),
        "name": " Sprint 7 ",
        "goal": "Ship it",
        "start_date": "2026-11-02",
        "end_date": "2026-11-15",
        "capacity_points": 40,
    }


@pytest.fixture
def address(sprint):
    return f"{SPRINTS}{sprint.pk}/"


def names(answer):
    return [row["name"] for row in answer.json()["results"]]


def test_a_sprint_is_planned(as_member, member, board, body, watch):
    answer = as_member.post(SPRINTS, body)

    assert answer.status_code == 201
    sprint = answer.json()
    assert sprint == {
        **sprint,
        "board": str(board.pk),
        "name": "Sprint 7",
        "goal": "Ship it",
        "start_date": "2026-11-02",
        "end_date": "2026-11-15",
        "capacity_points": 40,
        "status": "planned",
        "started_at": None,
        "completed_at": None,
        "committed_points": None,
        "committed_cards": None,
        "completed_points": None,
        "completed_cards": None,
        "version": 1,
    }
    assert signed(watch.only()) == ("sprint.created", member.pk, "api")
    assert as_member.get(f"{SPRINTS}{sprint['id']}/").json() == sprint


def test_a_sprint_of_one_day_without_goal_or_capacity(as_member, board):
    answer = as_member.post(
        SPRINTS,
        {
            "board": str(board.pk),
            "name": "Day",
            "start_date": "2026-11-02",
            "end_date": "2026-11-02",
        },
    )

    assert answer.status_code == 201
    assert (answer.json()["goal"], answer.json()["capacity_points"]) == ("", None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"goal": "x" * 10_001}, "goal"),
        ({"start_date": "2.11.2026"}, "start_date"),
        ({"start_date": None}, "start_date"),
        ({"end_date": "2026-02-30"}, "end_date"),
        ({"end_date": "2026-11-01"}, "end_date"),
        ({"capacity_points": -1}, "capacity_points"),
        ({"capacity_points": 1.5}, "capacity_points"),
        ({"capacity_points": 1_000_001}, "capacity_points"),
        ({"status": "active"}, "status"),
        ({"status": "planned"}, "status"),
        ({"completed_at": "2026-11-02T00:00:00Z"}, "completed_at"),
        ({"committed_points": 5}, "committed_points"),
        ({"board": "019ab000-0000-7000-8000-000000000000"}, "board"),
        ({"capacity": 5}, "capacity"),
    ],
)
def test_a_bad_sprint_is_refused(as_member, body, watch, change, field):
    answer = as_member.post(SPRINTS, {**body, **change})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Sprint.objects.exists()
    assert watch.entries() == []


def test_a_board_of_others_does_not_exist(as_member, body, other_board, watch):
    foreign = as_member.post(SPRINTS, {**body, "board": str(other_board.pk)})
    unknown = as_member.post(SPRINTS, {**body, "board": "019ab000-0000-7000-8000-000000000000"})

    assert foreign.status_code == unknown.status_code == 400
    assert foreign.json()["errors"] == unknown.json()["errors"]
    assert watch.entries() == []


def test_a_sprint_is_changed_by_the_fields_that_are_named(as_member, member, address, watch):
    answer = as_member.patch(address, {"name": " Renamed ", "capacity_points": 12})

    assert answer.status_code == 200
    sprint = answer.json()
    assert (sprint["name"], sprint["capacity_points"], sprint["version"]) == ("Renamed", 12, 2)
    assert (sprint["start_date"], sprint["end_date"]) == ("2026-11-02", "2026-11-15")
    entry = watch.only()
    assert signed(entry) == ("sprint.updated", member.pk, "api")
    assert entry.details["after"] == {"name": "Renamed", "capacity_points": 12}
    assert as_member.patch(address, {"capacity_points": None}).json()["capacity_points"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"end_date": "2026-11-01"}, "end_date"),
        ({"start_date": "2026-11-16"}, "end_date"),
        ({"start_date": "2026-12-02", "end_date": "2026-12-01"}, "end_date"),
        ({"status": "active"}, "status"),
        ({"status": "completed"}, "status"),
        ({"started_at": "2026-11-02T00:00:00Z"}, "started_at"),
        ({"completed_points": 3}, "completed_points"),
        ({"board": "019ab000-0000-7000-8000-000000000000"}, "board"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"start_date": None}, "start_date"),
    ],
)
def test_a_bad_change_is_refused(as_member, address, sprint, watch, change, field):
    answer = as_member.patch(address, change)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    sprint.refresh_from_db()
    assert sprint.version == 1
    assert watch.entries() == []


def test_both_dates_can_move_past_each_other_together(as_member, address):
    body = {"start_date": "2027-01-04", "end_date": "2027-01-17"}

    answer = as_member.patch(address, body)

    assert (answer.json()["start_date"], answer.json()["end_date"]) == ("2027-01-04", "2027-01-17")


def test_a_sprint_as_it_was_read_can_be_sent_back(as_member, address, watch):
    read = as_member.get(address).json()

    answer = as_member.patch(address, read)

    assert (answer.status_code, answer.json()) == (200, read)
    assert watch.entries() == []


def test_a_sprint_never_changes_its_board(as_member, address, board, watch):
    second = BoardFactory(workspace=board.workspace)
    watch.restart()

    answer = as_member.patch(address, {"board": str(second.pk)})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["board"])
    assert watch.entries() == []


def test_a_deleted_sprint_leaves_its_cards_without_one(
    as_member, member, address, board, sprint, watch
):
    cards = [CardFactory(board=board, sprint=sprint) for _ in range(2)]
    watch.restart()

    answer = as_member.delete(address)

    assert answer.status_code == 204
    assert not Sprint.objects.exists()
    for card in cards:
        card.refresh_from_db()
        assert (card.sprint_id, card.board_id, card.version) == (None, board.pk, 2)
    entries = watch.entries()
    assert sorted(entry.entity_type for entry in entries) == ["card", "card", "sprint"]
    assert {signed(entry) for entry in entries} == {("sprint.deleted", member.pk, "api")}


def test_a_stale_if_match_is_told_so(as_member, as_admin, admin, address, sprint, watch):
    tag = as_member.get(address)["ETag"]
    as_admin.patch(address, {"goal": "By the admin"})
    watch.restart()

    for answer in (
        as_member.patch(address, {"goal": "Mine"}, headers={"If-Match": tag}),
        as_member.delete(address, headers={"If-Match": tag}),
    ):
        assert answer.status_code == 412
        assert answer.json()["current"]["goal"] == "By the admin"
        assert answer.json()["changed_by"] == {"id": str(admin.pk), "name": "Ada Admin"}
    assert watch.entries() == []


def test_sprints_are_found_by_board_workspace_status_and_name(
    client_of, member_of_both, board, other_board
):
    second = BoardFactory(workspace=board.workspace)
    SprintFactory(board=board, name="Alpha", start_date="2026-11-03")
    SprintFactory(board=second, name="Beta", start_date="2026-11-02")
    SprintFactory(board=other_board, name="Gamma", start_date="2026-11-01")
    Sprint.objects.filter(name="Beta").update(status="active")
    client = client_of(member_of_both)

    def found(**query):
        return names(client.get(SPRINTS, query))

    assert found() == ["Alpha", "Beta", "Gamma"]
    assert found(board=str(second.pk)) == ["Beta"]
    assert found(workspace=str(board.workspace_id)) == ["Alpha", "Beta"]
    assert found(status="planned") == ["Alpha", "Gamma"]
    assert found(status="planned,active") == ["Alpha", "Beta", "Gamma"]
    assert found(search="alph") == ["Alpha"]
    assert found(ordering="start_date") == ["Gamma", "Beta", "Alpha"]
    assert found(ordering="-name") == ["Gamma", "Beta", "Alpha"]
    assert client.get(SPRINTS, {"status": "paused"}).status_code == 400


def test_a_board_of_others_filters_to_nothing(as_member, other_board):
    SprintFactory(board=other_board)

    answer = as_member.get(SPRINTS, {"board": str(other_board.pk)})

    assert (answer.status_code, names(answer)) == (200, [])
