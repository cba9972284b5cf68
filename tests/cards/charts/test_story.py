"""The story's figures, worked out by hand from its table, whichever way it was done.

Every number below comes from reading `story.STORY`, card by card and day by day.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from boards.models import Sprint
from boards.services import board_create
from cards.charts import Amount, burndown, flow, velocity
from cards.charts.burndown import ScopeChanges, SprintState
from core.clock import backdated
from tests.cards.charts.story import COLUMNS, moment, tell
from tests.cards.charts.tellers import TELLERS
from tests.core.connections import in_the_owners_role

# Each step is a transaction of its own, as it is in life: raw SQL has no other name for an action.
pytestmark = pytest.mark.django_db(transaction=True)

FIRST, LAST = datetime.date(2026, 9, 1), datetime.date(2026, 9, 30)
LATER = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


@pytest.fixture(params=TELLERS)
def told(request, workspace, admin, member):
    """The story, told in one of the ways."""
    with in_the_owners_role():
        with backdated(moment(1, "08:00")):
            boards = {
                letter: board_create(actor=admin, workspace=workspace, name=name)
                for letter, name in (("A", "Product"), ("B", "Support"))
            }
        teller = TELLERS[request.param](boards, {"ada": admin, "max": member})
        tell(teller)
    teller.way = request.param
    return teller


def both(cards, points):
    return Amount(cards, points)


def state(scope, remaining, completed):
    return SprintState(both(*scope), both(*remaining), both(*completed))


def changed(added=(0, 0), removed=(0, 0), grown=0, completed=(0, 0), reopened=(0, 0)):
    return ScopeChanges(both(*added), both(*removed), grown, both(*completed), both(*reopened))


# Day, ideal cards and points at its end, then (cards, points) of scope, remaining and completed.
SPRINT_1 = [
    # a b c d e, of 5 3 8 2 and no points; a straight line over seven days.
    (3, 4.29, 15.43, state((5, 18), (5, 18), (0, 0)), changed()),
    # c from 8 to 13.
    (4, 3.57, 12.86, state((5, 23), (5, 23), (0, 0)), changed(grown=5)),
    # a is done, f comes in.
    (5, 2.86, 10.29, state((6, 24), (5, 19), (1, 5)), changed(added=(1, 1), completed=(1, 5))),
    # b is done, d is deleted.
    (6, 2.14, 7.71, state((5, 22), (3, 14), (2, 8)), changed(removed=(1, 2), completed=(1, 3))),
    # b is reopened, c goes to the other board.
    (7, 1.43, 5.14, state((4, 9), (3, 4), (1, 5)), changed(removed=(1, 13), reopened=(1, 3))),
    # e is archived and f taken out; g comes in.
    (8, 0.71, 2.57, state((3, 11), (2, 6), (1, 5)), changed(added=(1, 3), removed=(2, 1))),
    # b is done again, f is back; a is archived, but done. What is carried over was still in.
    (9, 0.0, 0.0, state((4, 12), (2, 4), (2, 8)), changed(added=(1, 1), completed=(1, 3))),
]
SPRINT_2 = [
    # f g h, of 1 3 and 2 points; e is in it too, but archived. Ten days.
    (10, 2.7, 5.4, state((3, 6), (3, 6), (0, 0)), changed()),
    (11, 2.4, 4.8, state((3, 6), (3, 6), (0, 0)), changed()),
    # c is back, with 13.
    (12, 2.1, 4.2, state((4, 19), (4, 19), (0, 0)), changed(added=(1, 13))),
    # f is done, e comes out of the archive.
    (13, 1.8, 3.6, state((5, 19), (4, 18), (1, 1)), changed(added=(1, 0), completed=(1, 1))),
    # The column in which h stands means done for a day.
    (14, 1.5, 3.0, state((5, 19), (3, 16), (2, 3)), changed(completed=(1, 2))),
    # And no more; c from 13 to 8.
    (15, 1.2, 2.4, state((5, 14), (4, 13), (1, 1)), changed(grown=-5, reopened=(1, 2))),
    # g and h are done.
    (16, 0.9, 1.8, state((5, 14), (2, 8), (3, 6)), changed(completed=(2, 5))),
    (17, 0.6, 1.2, state((5, 14), (2, 8), (3, 6)), changed()),
    # h goes to the other board, done as it is.
    (18, 0.3, 0.6, state((4, 12), (2, 8), (2, 4)), changed(removed=(1, 2))),
    (19, 0.0, 0.0, state((4, 12), (2, 8), (2, 4)), changed()),
]
EXPECTED_SPRINTS = {
    "Sprint 1": {
        "committed": (5, 18),
        "start": state((5, 18), (5, 18), (0, 0)),
        "started_at": moment(3, "09:00"),
        "completed_at": moment(9, "20:00"),
        "days": SPRINT_1,
        # 18 + 5 - 16 + 5 = 12 points, 5 + 3 - 4 = 4 cards.
        "totals": changed((3, 5), (4, 16), 5, (3, 11), (1, 3)),
    },
    "Sprint 2": {
        "committed": (3, 6),
        "start": state((3, 6), (3, 6), (0, 0)),
        "started_at": moment(10, "09:00"),
        "completed_at": moment(19, "12:00"),
        "days": SPRINT_2,
        # 6 + 13 - 2 - 5 = 12 points, 3 + 2 - 1 = 4 cards.
        "totals": changed((2, 13), (1, 2), -5, (4, 8), (1, 2)),
    },
}

# At the end of each day of September: cards in To Do, In Progress, In Review, Done; their points.
FLOW_A = [
    ([6, 0, 0, 0], [19, 0, 0, 0]),  # 1: a to f
    ([6, 0, 0, 0], [19, 0, 0, 0]),
    ([4, 2, 0, 0], [12, 7, 0, 0]),  # 3: a and d
    ([3, 2, 1, 0], [14, 5, 5, 0]),  # 4: a on, b behind it, c has 13
    ([3, 2, 0, 1], [14, 5, 0, 5]),  # 5: a is done
    ([3, 0, 0, 2], [14, 0, 0, 8]),  # 6: b too; d is deleted
    ([1, 2, 0, 1], [1, 3, 0, 5]),  # 7: b back, c gone, e late in the evening
    ([1, 2, 0, 1], [3, 4, 0, 5]),  # 8: e archived, f taken up, g new
    ([1, 1, 0, 2], [3, 1, 0, 8]),  # 9: b is done; a stays, though archived
    ([1, 2, 0, 2], [3, 3, 0, 8]),  # 10: h
    ([1, 1, 1, 2], [3, 2, 1, 8]),  # 11: f on
    ([1, 2, 1, 2], [3, 15, 1, 8]),  # 12: c is back
    ([1, 2, 1, 3], [3, 13, 2, 9]),  # 13: f is done, h on, e out of the archive
    ([1, 2, 1, 3], [3, 13, 2, 9]),  # 14: In Review means done
    ([1, 2, 1, 3], [3, 8, 2, 9]),  # 15: c has 8
    ([0, 2, 0, 5], [0, 8, 0, 14]),  # 16: g and h
    ([0, 2, 0, 5], [0, 8, 0, 14]),
    ([0, 2, 0, 4], [0, 8, 0, 12]),  # 18: h gone
    ([0, 2, 0, 4], [0, 8, 0, 12]),
    ([1, 1, 1, 4], [5, 0, 8, 12]),  # 20: c on, i new
    ([1, 1, 1, 4], [5, 0, 8, 12]),
    ([0, 2, 1, 4], [0, 5, 8, 12]),  # 22: i
    ([0, 2, 1, 4], [0, 5, 8, 12]),
    ([0, 2, 1, 4], [0, 5, 8, 12]),
    ([0, 2, 0, 5], [0, 5, 0, 20]),  # 25: c is done
    ([0, 2, 0, 5], [0, 5, 0, 20]),
    ([0, 2, 0, 5], [0, 5, 0, 20]),
    ([0, 2, 0, 4], [0, 5, 0, 19]),  # 28: f is deleted
    ([0, 2, 0, 4], [0, 5, 0, 19]),
    ([1, 2, 0, 4], [0, 5, 0, 19]),  # 30: j
]
# c, until it went back; then h, done.
FLOW_B = (
    [[0, 0, 0, 0]] * 6 + [[1, 0, 0, 0]] * 3 + [[0, 1, 0, 0]] * 2 + [[0, 0, 0, 0]] * 6
    + [[0, 0, 0, 1]] * 13
)  # fmt: skip

# When it was completed, from creation, from its first moment of work, its points then.
COMPLETIONS = {
    "a": (moment(5, "10:00"), 4.0, 2.0, 5),  # 1 to 5; 3 to 5
    "b": (moment(9, "10:00"), 8.0, 5.0, 3),  # for good only on the 9th; work began on the 4th
    "g": (moment(16, "10:00"), 8.0, None, 3),  # 8 to 16; never worked on
    "h": (moment(16, "12:00"), 6.17, 6.17, 2),  # the 10th at 8 to the 16th at 12, all of it work
    "c": (moment(25, "10:00"), 24.0, 15.0, 8),  # 1 to 25; work began on the other board on the 10th
}


def figures(chart):
    return [
        (day.date.day, day.ideal_cards, day.ideal_points, day.state, day.changes)
        for day in chart.days
    ]


def test_every_figure_of_every_chart_is_the_one_worked_out_by_hand(told):
    assert _burndowns(told) == EXPECTED_SPRINTS
    _check_velocity(told)
    _check_flow(told)
    _check_the_other_board(told)
    _check_another_time_zone(told)


def _burndowns(told):
    found = {}
    for name in EXPECTED_SPRINTS:
        sprint = told.sprint(name)
        chart = burndown(sprint, at=LATER)
        found[name] = {
            "committed": (chart.committed.cards, chart.committed.points),
            "start": chart.start,
            "started_at": chart.started_at,
            "completed_at": chart.completed_at,
            "days": figures(chart),
            "totals": chart.totals,
        }
        # e, which nobody ever estimated, is in the end only in the second sprint.
        assert chart.unestimated == (1 if name == "Sprint 2" else 0)
        assert chart.status == "completed"
        assert chart.latest == chart.days[-1].state
    return found


def _check_velocity(told):
    chart = velocity(told.boards["A"])
    assert [(each.name, each.committed, each.completed) for each in chart.sprints] == [
        ("Sprint 1", both(5, 18), both(2, 8)),
        ("Sprint 2", both(3, 6), both(2, 4)),
    ]
    assert (chart.committed.cards, chart.committed.points) == (4.0, 12.0)
    assert (chart.completed.cards, chart.completed.points) == (2.0, 6.0)
    if told.way in ("services", "forms"):
        # What starting and completing wrote down is what the log tells.
        kept = (
            Sprint.objects.filter(board=told.boards["A"])
            .order_by("start_date")
            .values_list(
                "committed_cards", "committed_points", "completed_cards", "completed_points"
            )
        )
        assert list(kept) == [(5, 18, 2, 8), (3, 6, 2, 4)]


def _check_flow(told):
    chart = flow(told.boards["A"], first=FIRST, last=LAST, at=LATER)
    letters = {str(pk): letter for letter, pk in told.cards.items()}

    assert [column.name for column in chart.columns] == list(COLUMNS)
    assert [day.date.day for day in chart.days] == list(range(1, 31))
    assert [(day.cards, day.points) for day in chart.days] == FLOW_A
    for number, day in enumerate(chart.days):
        todo, doing, review, done = FLOW_A[number][0]
        by_category = (todo, doing, review, done)
        if day.date.day == 14:
            by_category = (1, 2, 0, 4)
        assert tuple(day.categories.values()) == by_category, day.date

    # f was done on the 13th, and is no more; everything else once, with its last completion.
    assert {
        letters[each.card]: (each.completed_at, each.lead_days, each.cycle_days, each.points)
        for each in chart.completions
    } == COMPLETIONS
    assert [letters[each.card] for each in chart.completions] == ["a", "b", "g", "h", "c"]
    # Of 4, 6.17, 8, 8, 24 days; of 2, 5, 6.17, 15 days.
    assert percentiles(chart.lead_time) == [8.0, 8.0, 24.0, 24.0]
    assert percentiles(chart.cycle_time) == [5.0, 6.17, 15.0, 15.0]
    assert bars(chart.lead_time) == {(2, 4): 1, (6, 8): 3, (22, 24): 1}
    assert len(chart.lead_time.histogram) == 12
    assert bars(chart.cycle_time) == {(1, 2): 1, (4, 5): 1, (6, 7): 1, (14, 15): 1}

    assert [
        (week.first.day, week.last.day, week.completed.cards, week.completed.points)
        for week in chart.throughput
    ] == [(1, 6, 1, 5), (7, 13, 1, 3), (14, 20, 2, 5), (21, 27, 1, 8), (28, 30, 0, 0)]

    # To the end of the 30th: e since the 7th at 23:30, i since the 22nd at 10:00.
    assert [
        (letters[each.card], each.column_name, each.age_days, each.late) for each in chart.ageing
    ] == [("e", "In Progress", 23.02, True), ("i", "In Progress", 8.58, False)]


def percentiles(durations):
    return [durations.percentile_days(percent) for percent in (50, 75, 85, 95)]


def bars(durations):
    return {(bar.over, bar.upto): bar.cards for bar in durations.histogram if bar.cards}


def _check_the_other_board(told):
    """h was completed on board A: there it counts, wherever it lies now."""
    chart = flow(told.boards["B"], first=FIRST, last=LAST, at=LATER)
    assert [day.cards for day in chart.days] == FLOW_B
    assert (chart.completions, chart.ageing) == ([], [])


def _check_another_time_zone(told):
    """In Moscow, e was taken up on the 8th, and archived on the same day."""
    moscow = ZoneInfo("Europe/Moscow")
    chart = flow(told.boards["A"], first=FIRST, last=LAST, at=LATER, zone=moscow)
    assert [chart.days[day - 1].cards for day in (6, 7, 8)] == [
        [3, 0, 0, 2],
        [2, 1, 0, 1],
        [1, 2, 0, 1],
    ]
