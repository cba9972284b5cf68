"""Entries become spans: also where the log is of an unusual kind."""

import datetime
import uuid

import pytest

from cards.charts import burndown, flow, velocity
from cards.charts.burndown import burndown_of
from cards.charts.flow import completed_on
from cards.charts.log import Entry, board_entries
from cards.charts.replay import NEVER, Moment, replayed
from cards.models import Card
from core.clock import backdated
from tests.cards.charts.story import moment
from tests.core.connections import in_the_owners_role
from tests.factories import BoardFactory, CardFactory, SprintFactory

UTC = datetime.UTC
CARD, BOARD, SPRINT = "card", "board", "sprint"
LATER = datetime.datetime(2026, 11, 1, tzinfo=UTC)


def at(day, hour=10):
    return datetime.datetime(2026, 9, day, hour, tzinfo=UTC)


def made(number, day, **after):
    values = {
        "number": 1,
        "board_id": BOARD,
        "column_id": "todo",
        "sprint_id": None,
        "story_points": None,
        "completed_at": None,
        "archived_at": None,
        "created_at": at(day).isoformat(),
    }
    return Entry(number, "card", CARD, at(day), "make", "made", {**values, **after})


def changed(number, day, action="change", **after):
    return Entry(number, "card", CARD, at(day), action, "changed", after)


def gone(number, day):
    return Entry(number, "card", CARD, at(day), "delete", "gone", {})


def sprint(number, day, action="sprint", **after):
    happened = "made" if "name" in after else "changed"
    return Entry(number, "sprint", SPRINT, at(day), action, happened, after)


PLANNED = {
    "name": "Sprint",
    "status": "planned",
    "start_date": "2026-09-01",
    "end_date": "2026-09-04",
}


def test_each_entry_begins_a_span_that_lasts_until_the_next():
    card = replayed([made(1, 1), changed(2, 2, story_points=3), gone(3, 4)]).cards[CARD]
    assert [(span.since, span.until, span.points) for span in card.spans] == [
        (Moment(at(1), 1), Moment(at(2), 2), 0),
        (Moment(at(2), 2), Moment(at(4), 3), 3),
    ]
    assert card.at(Moment(at(3))).points == 3
    assert card.at(Moment(at(1))) is None
    assert card.at(Moment(at(5))) is None


def test_a_deleted_card_that_comes_back_goes_on():
    """As undoing a deletion brings it: under its id, created when it was created."""
    again = made(3, 4, created_at=at(1).isoformat(), completed_at=at(2).isoformat())
    entries = [made(1, 1), changed(2, 2, completed_at=at(2).isoformat()), gone(3, 3)]
    card = replayed([*entries, again._replace(id=4)]).cards[CARD]
    assert card.created_at == at(1)
    assert card.at(Moment(at(3, 12))) is None
    assert card.at(Moment(at(5))).until == NEVER
    assert completed_on(card, BOARD, Moment(at(5))).since.at == at(2)


def test_what_comes_later_in_the_log_happened_later():
    """A told history, or a clock that was set back."""
    card = replayed([made(1, 5), changed(2, 3, column_id="doing")]).cards[CARD]
    assert [span.since.at for span in card.spans] == [at(5), at(5)]
    assert card.at(Moment(at(6))).column == "doing"
    assert card.at(Moment(at(4))) is None


def test_only_the_last_completion_counts_and_only_while_it_lasts():
    done, again = at(2).isoformat(), at(6).isoformat()
    entries = [
        made(1, 1),
        changed(2, 2, completed_at=done),
        changed(3, 4, completed_at=None),
        changed(4, 6, completed_at=again),
    ]
    card = replayed(entries).cards[CARD]
    assert completed_on(card, BOARD, Moment(at(3))).completed_at == at(2)
    assert completed_on(card, BOARD, Moment(at(5))) is None
    assert completed_on(card, BOARD, Moment(at(7))).completed_at == at(6)


def test_a_sprint_whose_completion_was_taken_back_ends_with_its_last_one():
    entries = [
        sprint(1, 1, **PLANNED),
        made(2, 1, sprint_id=SPRINT, story_points=5),
        sprint(3, 1, status="active"),
        changed(4, 2, "first", sprint_id=None),
        sprint(5, 2, "first", status="completed"),
        changed(6, 3, "undo", sprint_id=SPRINT),
        sprint(7, 3, "undo", status="active"),
        changed(8, 4, "second", sprint_id=None),
        sprint(9, 4, "second", status="completed"),
    ]
    chart = burndown_of(replayed(entries), SPRINT, at=LATER, zone=UTC)
    assert (chart.started_at, chart.completed_at) == (at(1), at(4))
    assert [day.state.remaining.points for day in chart.days] == [5, 0, 5, 5]
    assert chart.committed.points == 5


def test_a_start_that_was_taken_back_is_none():
    entries = [
        sprint(1, 1, **PLANNED),
        sprint(2, 1, status="active"),
        sprint(3, 2, status="planned"),
        made(4, 2, sprint_id=SPRINT, story_points=3),
    ]
    chart = burndown_of(replayed(entries), SPRINT, at=LATER, zone=UTC)
    assert (chart.started_at, chart.days, chart.committed) == (None, [], None)
    assert chart.start.scope.points == 3


def test_days_to_come_are_empty_and_the_line_goes_on():
    entries = [
        sprint(1, 1, **PLANNED),
        made(2, 1, sprint_id=SPRINT, story_points=8),
        sprint(3, 1, status="active"),
    ]
    chart = burndown_of(replayed(entries), SPRINT, at=at(2, 12), zone=UTC)
    assert [(day.ideal_points, day.state is None) for day in chart.days] == [
        (6.0, False),
        (4.0, False),
        (2.0, True),
        (0.0, True),
    ]
    assert chart.latest.remaining.points == 8


def test_a_sprint_that_goes_on_after_its_end_stays_at_the_end_of_the_line():
    entries = [
        sprint(1, 1, **PLANNED),
        made(2, 1, sprint_id=SPRINT, story_points=8),
        sprint(3, 3, status="active"),
    ]
    chart = burndown_of(replayed(entries), SPRINT, at=at(6), zone=UTC)
    assert [(day.date.day, day.ideal_points) for day in chart.days] == [
        (3, 4.0),
        (4, 0.0),
        (5, 0.0),
        (6, 0.0),
    ]


def test_a_sprint_that_was_started_after_its_planned_end_has_one_day_at_least():
    entries = [sprint(1, 1, **PLANNED), sprint(2, 9, status="active")]
    chart = burndown_of(replayed(entries), SPRINT, at=at(9, 12), zone=UTC)
    assert [(day.date.day, day.ideal_points) for day in chart.days] == [(9, 0.0)]


@pytest.mark.django_db
def test_an_import_brings_its_own_times(board, admin):
    """Created and completed elsewhere, long before it came here."""
    with in_the_owners_role(), backdated(moment(20, "10:00")):
        ours = BoardFactory(workspace=board.workspace)
        ours.refresh_from_db()
        card = CardFactory(
            board=ours,
            column_id=ours.columns[3]["id"],
            created_at=moment(1, "10:00"),
            completed_at=moment(11, "10:00"),
        )
    chart = flow(ours, first=datetime.date(2026, 9, 5), last=datetime.date(2026, 9, 30), at=LATER)
    [done] = chart.completions
    assert (done.card, done.lead_days, done.cycle_days) == (str(card.pk), 10.0, None)
    assert done.completed_at == moment(11, "10:00")
    # On the board it is only since it came.
    assert [sum(day.cards) for day in chart.days if day.date.day in (19, 20)] == [0, 1]


@pytest.mark.django_db
def test_a_column_that_was_removed_comes_last_and_without_a_category(board, workspace):
    with in_the_owners_role():
        with backdated(moment(1, "08:00")):
            ours = BoardFactory(workspace=workspace)
            ours.refresh_from_db()
        columns = ours.columns
        with backdated(moment(1, "10:00")):
            card = CardFactory(board=ours, column_id=columns[1]["id"])
        with backdated(moment(3, "10:00")):
            Card.objects.filter(pk=card.pk).update(column_id=columns[2]["id"])
            ours.columns = [
                {**column, "position": place}
                for place, column in enumerate([columns[0], *columns[2:]])
            ]
            ours.save(update_fields=["columns"])
    chart = flow(ours, first=datetime.date(2026, 9, 2), last=datetime.date(2026, 9, 4), at=LATER)
    assert [(column.name, column.category) for column in chart.columns] == [
        ("To Do", "todo"),
        ("In Review", "in_review"),
        ("Done", "done"),
        ("In Progress", None),
    ]
    assert [day.cards for day in chart.days] == [[0, 0, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0]]
    assert [day.categories["in_progress"] for day in chart.days] == [1, 0, 0]


@pytest.mark.django_db
def test_nothing_of_another_board_is_read(board, other_board, card, other_card):
    assert {entry.entity for entry in board_entries(board.pk) if entry.kind == "card"} == {
        str(card.pk)
    }


@pytest.mark.django_db
def test_what_there_never_was_has_no_chart_and_no_error(board):
    assert velocity(board).sprints == []
    assert list(board_entries(uuid.uuid4())) == []
    assert burndown(SprintFactory(board=board), at=LATER).days == []


@pytest.mark.django_db
def test_only_the_last_sprints_make_the_velocity(board):
    for number in range(9):
        run = SprintFactory(board=board, name=f"Sprint {number}")
        run.status = "active"
        run.save(update_fields=["status"])
        run.status = "completed"
        run.save(update_fields=["status"])
    found = velocity(board)
    assert [each.name for each in found.sprints] == [f"Sprint {number}" for number in range(2, 9)]
    assert (found.completed.cards, found.completed.points) == (0.0, 0.0)
