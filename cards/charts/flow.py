"""How work flows over a board: where cards stand day by day, how long they take, what lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from operator import add

from django.db import connection

from boards.models import Board, ColumnCategory
from cards.charts.burndown import Amount
from cards.charts.days import day_of, days_from, end_of, in_days
from cards.charts.durations import Durations, durations_of
from cards.charts.log import board_entries
from cards.charts.replay import WORK, CardHistory, Column, History, Moment, Span, replayed

# One array, and not thousands of parameters.
_TITLES = """
SELECT id::text, title FROM cards
 WHERE id = ANY(%(cards)s::uuid[]) AND workspace_id = %(workspace)s
"""
CATEGORIES = tuple(ColumnCategory.values)
LATE = 85
"""Work that takes longer than this percentile of cycle times is late."""


@dataclass(frozen=True, slots=True)
class FlowColumn:
    """A column of the picture; one that was removed in the meantime has no category any more."""

    id: str
    name: str
    category: str | None


@dataclass(frozen=True, slots=True)
class FlowDay:
    """Where the cards stood at the end of a day; lists are in the order of the columns."""

    date: date
    cards: list[int]
    points: list[int]
    categories: dict[str, int]


@dataclass(frozen=True, slots=True)
class Completion:
    """A card that was completed on the board, and how long that took."""

    card: str
    key: str
    title: str
    points: int
    completed_at: datetime
    lead: timedelta
    cycle: timedelta | None

    @property
    def lead_days(self) -> float:
        return in_days(self.lead)

    @property
    def cycle_days(self) -> float | None:
        return None if self.cycle is None else in_days(self.cycle)


@dataclass(frozen=True, slots=True)
class Week:
    """What was completed in a week of the period, Monday to Sunday or what of it lies within."""

    first: date
    last: date
    completed: Amount


@dataclass(frozen=True, slots=True)
class Ageing:
    """A card that is being worked on, and for how long."""

    card: str
    key: str
    title: str
    points: int
    column: str
    column_name: str
    category: str
    started_at: datetime
    age: timedelta
    late: bool

    @property
    def age_days(self) -> float:
        return in_days(self.age)


@dataclass(frozen=True, slots=True)
class Flow:
    """All of it for one board and period."""

    board: str
    first: date
    last: date
    timezone: str
    columns: list[FlowColumn]
    days: list[FlowDay]
    completions: list[Completion]
    lead_time: Durations
    cycle_time: Durations
    throughput: list[Week]
    ageing: list[Ageing]


def flow(board: Board, *, first: date, last: date, at: datetime, zone: tzinfo = UTC) -> Flow:
    """The flow of a board from `first` to `last`, as the log tells it up to the moment `at`.

    Names of cards come from their table, all figures from the log.
    """
    history = replayed(board_entries(board.pk))
    board_id = str(board.pk)
    end = min(end_of(last, zone), Moment(at))
    done = [
        (card, span)
        for card in history.cards.values()
        if (span := completed_on(card, board_id, end)) is not None
        and first <= day_of(span.completed_at or end.at, zone) <= last
    ]
    worked_on = [
        (card, span, began)
        for card in history.cards.values()
        if (span := card.at(end)) is not None
        and span.board == board_id
        and (began := _work_in_hand(card, span, history.columns, end)) is not None
    ]
    names = _Names(
        board, [*(card.id for card, _span in done), *(card.id for card, *_rest in worked_on)]
    )
    completions = sorted(
        (_completion(card, span, history.columns, names) for card, span in done),
        key=lambda each: (each.completed_at, each.card),
    )
    cycle_time = durations_of(each.cycle for each in completions if each.cycle is not None)
    columns = _shown_columns(history, board_id, first, end, zone)
    return Flow(
        board=board_id,
        first=first,
        last=last,
        timezone=str(zone),
        columns=[FlowColumn(column.id, column.name, column.category(end)) for column in columns],
        days=_days(history, board_id, columns, first, last, end, zone),
        completions=completions,
        lead_time=durations_of(each.lead for each in completions),
        cycle_time=cycle_time,
        throughput=_weeks(completions, first, last, zone),
        ageing=_ageing(worked_on, history.columns, end, cycle_time.percentile(LATE), names),
    )


class _Names:
    """Keys and titles of cards; one that is gone has only its key."""

    def __init__(self, board: Board, cards: list[str]) -> None:
        self._workspace = board.workspace.key
        self._titles: dict[str, str] = {}
        if cards:
            with connection.cursor() as cursor:
                cursor.execute(_TITLES, {"cards": cards, "workspace": board.workspace_id})
                self._titles = dict(cursor.fetchall())

    def key(self, card: CardHistory) -> str:
        return f"{self._workspace}-{card.number}"

    def title(self, card: CardHistory) -> str:
        return self._titles.get(card.id, "")


def completed_on(card: CardHistory, board_id: str, end: Moment) -> Span | None:
    """The span in which a card was completed for good as of `end`, if that was on this board.

    It counts where it was completed, wherever the card was put afterwards; not at all where the
    card was reopened or deleted.
    """
    last = card.at(end)
    if last is None or last.completed_at is None:
        return None
    found: Span | None = None
    for span in card.spans:
        if span.since >= end:
            break
        if span.completed_at is None:
            found = None
        elif found is None or span.completed_at != found.completed_at:
            found = span
    return found if found is not None and found.board == board_id else None


def work_began(card: CardHistory, columns: dict[str, Column], end: Moment) -> Moment | None:
    """When a card first stood in a column that means work, on whichever board that was."""
    for span in card.spans:
        column = columns.get(span.column or "")
        if column is not None and span.since < end:
            began = column.work_within(span.since, min(span.until, end))
            if began is not None:
                return began
    return None


def _work_in_hand(
    card: CardHistory, span: Span, columns: dict[str, Column], end: Moment
) -> Moment | None:
    """When work on a card began that is worked on at `end`; None for any other card."""
    column = columns.get(span.column or "")
    if span.archived or column is None or column.category(end) not in WORK:
        return None
    return work_began(card, columns, end)


def _completion(
    card: CardHistory, span: Span, columns: dict[str, Column], names: _Names
) -> Completion:
    completed_at = span.completed_at or span.since.at
    began = work_began(card, columns, span.since)
    created_at = card.created_at or completed_at
    return Completion(
        card=card.id,
        key=names.key(card),
        title=names.title(card),
        points=span.points,
        completed_at=completed_at,
        lead=max(timedelta(), completed_at - created_at),
        cycle=None if began is None else max(timedelta(), completed_at - began.at),
    )


def _ageing(
    worked_on: Iterable[tuple[CardHistory, Span, Moment]],
    columns: dict[str, Column],
    end: Moment,
    limit: timedelta | None,
    names: _Names,
) -> list[Ageing]:
    """What is being worked on, oldest first."""
    found = []
    for card, span, began in worked_on:
        column = columns[span.column or ""]
        age = end.at - began.at
        found.append(
            Ageing(
                card=card.id,
                key=names.key(card),
                title=names.title(card),
                points=span.points,
                column=column.id,
                column_name=column.name,
                category=column.category(end) or "",
                started_at=began.at,
                age=age,
                late=limit is not None and age > limit,
            )
        )
    return sorted(found, key=lambda each: (each.started_at, each.card))


def _shown_columns(
    history: History, board_id: str, first: date, end: Moment, zone: tzinfo
) -> list[Column]:
    """The columns that the board had at any time of the period; removed ones come last."""
    begin = end_of(first, zone)
    shown = [
        column
        for column in history.columns.values()
        if column.board == board_id
        and (
            column.category(end) is not None
            or any(moment >= begin and moment < end for moment, _none in column.categories)
        )
    ]
    return sorted(
        shown, key=lambda column: (column.category(end) is None, column.position, column.id)
    )


def _days(
    history: History,
    board_id: str,
    columns: list[Column],
    first: date,
    last: date,
    end: Moment,
    zone: tzinfo,
) -> list[FlowDay]:
    """How many cards stood where at the end of each day; the present day ends now."""
    dates = list(days_from(first, last))
    ends = [min(end_of(day, zone), end) for day in dates]
    places = {column.id: place for place, column in enumerate(columns)}
    # What came and went on a day; their sums from the beginning are what is there.
    cards = [[0] * len(columns) for _day in [*dates, last]]
    points = [[0] * len(columns) for _day in [*dates, last]]
    for card in history.cards.values():
        for span in card.spans:
            place = places.get(span.column or "")
            if place is None or span.board != board_id or not span.counts:
                continue
            came, went = bisect_right(ends, span.since), bisect_right(ends, span.until)
            cards[came][place] += 1
            cards[went][place] -= 1
            points[came][place] += span.points
            points[went][place] -= span.points
    for table in (cards, points):
        for before, row in pairwise(table):
            row[:] = map(add, before, row)
    return [
        FlowDay(
            day, cards[number], points[number], _by_category(columns, cards[number], ends[number])
        )
        for number, day in enumerate(dates)
    ]


def _by_category(columns: list[Column], cards: list[int], moment: Moment) -> dict[str, int]:
    """The day's cards by what their columns meant on that day."""
    totals = dict.fromkeys(CATEGORIES, 0)
    for column, number in zip(columns, cards, strict=True):
        category = column.category(moment)
        if category is not None:
            totals[category] += number
    return totals


def _weeks(completions: list[Completion], first: date, last: date, zone: tzinfo) -> list[Week]:
    weeks: list[Week] = []
    for day in days_from(first, last):
        if not weeks or day.weekday() == 0:
            weeks.append(Week(day, min(last, day + timedelta(days=6 - day.weekday())), Amount()))
    for each in completions:
        day = day_of(each.completed_at, zone)
        week = weeks[bisect_right(weeks, day, key=lambda week: week.first) - 1]
        week.completed.cards += 1
        week.completed.points += each.points
    return weeks
