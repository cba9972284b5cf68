"""A sprint is started, which fixes its promise, and completed once, with its cards."""

import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from boards.models import Sprint
from boards.services import sprint_delete
from cards.models import Card
from cards.services import card_create, card_move, card_update, sprint_complete, sprint_start
from core.models import EventLog
from tests.cards.test_concurrency import at_once, codes, signed_in
from tests.core.connections import in_the_owners_role
from tests.factories import BoardFactory, CardFactory, SprintFactory

SPRINTS = "/api/v1/sprints/"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def planned(board, sprint, fill, columns):
    """Sprint 1 holds 3 live cards of 8 points and an archived one; beside it there is a backlog."""
    fill(columns[0], "A", sprint=sprint, story_points=5)
    fill(columns[1], "B", sprint=sprint, story_points=3)
    fill(columns[1], "C", sprint=sprint)
    fill(columns[0], "put away", sprint=sprint, story_points=8, archived_at=NOW)
    fill(columns[0], "backlog", story_points=13)
    return sprint


@pytest.fixture
def active(planned, member):
    return sprint_start(sprint=planned, actor=member, at=NOW)


def finish(board, *titles):
    for card in Card.objects.filter(board=board, title__in=titles):
        card_move(card=card, actor=None, column_id=board.columns[3]["id"])


def test_starting_fixes_what_the_sprint_promises(planned, board, member, as_member, watch):
    response = as_member.post(f"{SPRINTS}{planned.pk}/start/")
    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["committed_cards"], body["committed_points"]) == ("active", 3, 8)
    assert body["started_at"] is not None
    assert watch.actions() == [("sprint.started", "sprint")]
    # What comes later is no part of the promise.
    card_create(actor=member, board=board, title="D", sprint=planned, story_points=2)
    planned.refresh_from_db()
    assert (planned.committed_cards, planned.committed_points) == (3, 8)


def test_a_sprint_is_started_once(active, as_member, watch):
    response = as_member.post(f"{SPRINTS}{active.pk}/start/")
    assert (response.status_code, response.json()["code"]) == (409, "sprint_not_planned")
    assert watch.actions() == []


def test_a_board_has_one_active_sprint(active, board, as_member, watch):
    other = SprintFactory(board=board)
    watch.restart()
    response = as_member.post(f"{SPRINTS}{other.pk}/start/")
    assert (response.status_code, response.json()["code"]) == (409, "other_sprint_active")
    assert response.json()["sprint"] == str(active.pk)
    assert watch.actions() == []


def test_completing_settles_the_promise_and_empties_the_rest_into_the_backlog(
    active, board, as_member, watch
):
    finish(board, "A")
    watch.restart()
    response = as_member.post(f"{SPRINTS}{active.pk}/complete/", {}, format="json")
    assert response.status_code == 200
    body = response.json()
    assert (body["status"], body["completed_cards"], body["completed_points"]) == (
        "completed", 1, 5,
    )  # fmt: skip
    assert (body["committed_cards"], body["committed_points"]) == (3, 8)
    assert sprints_of(board) == {"A": active.pk, "B": None, "C": None, "put away": None,
                                 "backlog": None}  # fmt: skip
    assert watch.actions() == [
        *[("sprint.completed", "card")] * 3,
        ("sprint.completed", "sprint"),
    ]
    context = EventLog.objects.latest("id").details["context"]
    assert context == {
        "carried_over_cards": 2, "carried_over_points": 3, "carried_over_to": None,
    }  # fmt: skip


def sprints_of(board):
    return dict(Card.objects.filter(board=board).values_list("title", "sprint_id"))


def test_open_cards_are_carried_over_to_a_named_sprint(active, board, as_member):
    following = SprintFactory(board=board)
    finish(board, "A", "B")
    response = as_member.post(
        f"{SPRINTS}{active.pk}/complete/", {"carry_over_to": str(following.pk)}, format="json"
    )
    assert response.status_code == 200
    found = sprints_of(board)
    assert (found["A"], found["B"], found["C"]) == (active.pk, active.pk, following.pk)
    assert found["backlog"] is None


NEXT = {
    "name": "The next one",
    "goal": "Finish it",
    "start_date": "2026-12-01",
    "end_date": "2026-12-14",
    "capacity_points": 20,
}


def test_a_new_sprint_for_what_is_open_is_planned_in_the_same_action(
    active, board, as_member, watch
):
    finish(board, "A")
    watch.restart()
    response = as_member.post(
        f"{SPRINTS}{active.pk}/complete/", {"new_sprint": NEXT}, format="json"
    )
    assert response.status_code == 200
    made = Sprint.objects.get(name="The next one")
    assert response.json()["carried_over_to"] == str(made.pk)
    assert (made.board_id, made.status, made.goal, made.capacity_points) == (
        board.pk, "planned", "Finish it", 20,
    )  # fmt: skip
    found = sprints_of(board)
    assert (found["A"], found["B"], found["C"]) == (active.pk, made.pk, made.pk)
    assert set(watch.actions()) == {("sprint.completed", "card"), ("sprint.completed", "sprint")}
    assert EventLog.objects.filter(action="sprint.completed").distinct("action_id").count() == 1


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"new_sprint": {**NEXT, "name": " "}}, {"new_sprint": {"name"}}),
        ({"new_sprint": {**NEXT, "end_date": "2026-11-30"}}, {"new_sprint": {"end_date"}}),
        ({"new_sprint": {**NEXT, "status": "active"}}, {"new_sprint": {"status"}}),
        ({"new_sprint": {"name": "Alone"}}, {"new_sprint": {"start_date", "end_date"}}),
    ],
)
def test_a_new_sprint_that_cannot_be_planned_is_named_and_nothing_happens(
    active, as_member, watch, body, errors
):
    response = as_member.post(f"{SPRINTS}{active.pk}/complete/", body, format="json")
    assert response.status_code == 400
    told = response.json()["errors"]
    assert {name: set(fields) for name, fields in told.items()} == errors
    assert watch.actions() == []


def test_open_cards_go_to_one_sprint_and_not_to_two(active, board, as_member, watch):
    following = SprintFactory(board=board)
    watch.restart()
    body = {"carry_over_to": str(following.pk), "new_sprint": NEXT}
    response = as_member.post(f"{SPRINTS}{active.pk}/complete/", body, format="json")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["new_sprint"])
    assert watch.actions() == []


def test_where_completing_fails_after_the_new_sprint_was_made_there_is_none(
    active, board, as_member, watch
):
    """The database refuses to write the completion: what was planned for it goes as well."""
    with in_the_owners_role(), connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE sprints ADD CONSTRAINT never_completed CHECK (status <> 'completed')"
        )
    response = as_member.post(
        f"{SPRINTS}{active.pk}/complete/", {"new_sprint": NEXT}, format="json"
    )
    assert response.status_code in (400, 409)
    assert watch.actions() == []
    assert [sprint.pk for sprint in Sprint.objects.filter(board=board)] == [active.pk]
    assert sprints_of(board)["B"] == active.pk


def test_a_sprint_is_completed_once(active, as_member, watch):
    address = f"{SPRINTS}{active.pk}/complete/"
    assert as_member.post(address, {}, format="json").status_code == 200
    watch.restart()
    response = as_member.post(address, {}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "sprint_not_active")
    assert watch.actions() == []


def test_a_sprint_that_was_not_started_is_not_completed(planned, as_member):
    response = as_member.post(f"{SPRINTS}{planned.pk}/complete/", {}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "sprint_not_active")


@pytest.mark.parametrize("which", ["itself", "another board's", "a completed one"])
def test_where_open_cards_cannot_go_is_named(which, active, board, workspace, as_member, watch):
    target = {
        "itself": lambda: active,
        "another board's": lambda: SprintFactory(board=BoardFactory(workspace=workspace)),
        "a completed one": lambda: SprintFactory(
            board=board, status="completed", started_at=NOW, completed_at=NOW
        ),
    }[which]()
    watch.restart()
    response = as_member.post(
        f"{SPRINTS}{active.pk}/complete/", {"carry_over_to": str(target.pk)}, format="json"
    )
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["carry_over_to"]
    assert watch.actions() == []
    active.refresh_from_db()
    assert active.status == "active"


def test_a_stale_version_neither_starts_nor_completes(planned, as_member):
    stale = f'"{planned.pk}.{planned.version + 1}"'
    for verb in ("start", "complete"):
        response = as_member.post(
            f"{SPRINTS}{planned.pk}/{verb}/", {}, format="json", headers={"If-Match": stale}
        )
        assert response.status_code == 412


def test_an_observer_neither_starts_nor_completes(
    planned, board, project, observer, client_of, watch
):
    board.project = project
    board.save(update_fields=["project"])
    watch.restart()
    for verb in ("start", "complete"):
        response = client_of(observer).post(f"{SPRINTS}{planned.pk}/{verb}/", {}, format="json")
        assert response.status_code == 403
    assert watch.actions() == []


@pytest.mark.django_db(transaction=True)
def test_sixteen_who_complete_at_once_complete_it_once(active, board, member):
    finish(board, "A")
    clients = [signed_in(member) for _each in range(16)]
    answers = at_once(
        [
            lambda client=client: client.post(f"{SPRINTS}{active.pk}/complete/", {}, format="json")
            for client in clients
        ]
    )
    assert sorted(codes(answers)) == [200] + [409] * 15
    entries = EventLog.objects.filter(entity_type="sprint", action="sprint.completed")
    assert entries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_cards_that_move_during_completion_are_counted_where_they_end(active, board, member):
    """Half are finished while the sprint is completed: each is done, or carried over."""
    cards = [
        CardFactory(board=board, title=f"Moving {index}", sprint=active, story_points=1)
        for index in range(24)
    ]
    done = board.columns[3]["id"]
    following = SprintFactory(board=board)

    def complete():
        for _attempt in range(6_000):
            if Card.objects.filter(sprint=active, column_id=done).exists():
                break  # some are there before it
            time.sleep(0.01)
        return sprint_complete(sprint=active, actor=member, at=NOW, carry_over_to=following)

    answers = at_once(
        [
            complete,
            *(
                lambda card=card: card_move(card=card, actor=member, column_id=done)
                for card in cards[:12]
            ),
            *(
                lambda card=card: card_update(card=card, actor=member, changes={"story_points": 2})
                for card in cards[12:]
            ),
        ]
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    active.refresh_from_db()
    stayed = Card.objects.filter(sprint=active)
    assert active.completed_cards == stayed.count() > 0
    assert active.completed_points == sum(card.story_points for card in stayed)
    assert all(card.completed_at is not None for card in stayed)
    # The rest, and nothing else, was carried over.
    assert Card.objects.filter(sprint=following).count() == 24 + 4 - stayed.count()


@pytest.mark.django_db(transaction=True)
def test_a_sprint_deleted_while_it_is_completed_ends_one_way(active, member):
    answers = at_once(
        [
            lambda: sprint_complete(sprint=active, actor=member, at=NOW),
            lambda: sprint_delete(sprint=active, actor=member),
        ]
    )
    refused = [answer.code for answer in answers if isinstance(answer, Exception)]
    assert refused in ([], ["sprint_gone"])
    assert not Sprint.objects.filter(pk=active.pk).exists()
