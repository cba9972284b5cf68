"""The log, played again: where each card was, from when until when.

The one place that knows how entries become states. Everything that the charts count is counted in
the spans that come out of here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from boards.models import ColumnCategory, Sprint
from cards.charts.log import Entry

WORK = frozenset({ColumnCategory.IN_PROGRESS.value, ColumnCategory.IN_REVIEW.value})
"""The categories of columns in which a card is being worked on."""


class Moment(NamedTuple):
    """A place in the log: what has the same time happened in the order of the entries."""

    at: datetime
    entry: int = 0


NEVER = Moment(datetime.max.replace(tzinfo=UTC))


class Span(NamedTuple):
    """A stretch of time in which nothing of a card changed that a chart counts.

    From `since` (inclusive) to `until` (exclusive); `action` is what began it.
    """

    since: Moment
    until: Moment
    action: str
    board: str | None
    column: str | None
    sprint: str | None
    points: int
    estimated: bool
    """Whether it has points at all (an estimate of 0 is one)."""
    completed_at: datetime | None
    archived: bool

    @property
    def counts(self) -> bool:
        """Whether the card is there at all: archived, only what was done stays."""
        return self.completed_at is not None or not self.archived


@dataclass(slots=True)
class CardHistory:
    """A card's whole life, in order."""

    id: str
    number: int | None = None
    created_at: datetime | None = None
    spans: list[Span] = field(default_factory=list)

    def at(self, moment: Moment) -> Span | None:
        """The card just before `moment`; None where there is none."""
        for span in reversed(self.spans):
            if span.since < moment:
                return span if span.until >= moment else None
        return None


@dataclass(slots=True)
class Column:
    """A column with the categories it had, in order; None once it is removed."""

    id: str
    board: str
    name: str = ""
    position: int = 0
    categories: list[tuple[Moment, str | None]] = field(default_factory=list)

    def category(self, moment: Moment) -> str | None:
        """What the column meant just before `moment`."""
        place = bisect_left(self.categories, moment, key=lambda change: change[0])
        return self.categories[place - 1][1] if place else None

    def work_within(self, since: Moment, until: Moment) -> Moment | None:
        """The first moment of a span at which the column meant work."""
        place = max(0, bisect_right(self.categories, since, key=lambda change: change[0]) - 1)
        for began, category in self.categories[place:]:
            if began >= until:
                break
            if category in WORK:
                return max(began, since)
        return None


@dataclass(slots=True)
class SprintCareer:
    """What became of a sprint."""

    id: str
    name: str = ""
    status: str = ""
    start_date: date | None = None
    end_date: date | None = None
    started: Moment | None = None
    completed: Moment | None = None
    completing: str = ""
    """The action that completed it: what it took out of the sprint is carried over."""


@dataclass(slots=True)
class History:
    """The log, played to its end."""

    cards: dict[str, CardHistory] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    sprints: dict[str, SprintCareer] = field(default_factory=dict)


def replayed(entries: Iterable[Entry]) -> History:
    """Play entries, which come in the order of the log."""
    history = History()
    of_cards: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "card":
            of_cards.setdefault(entry.entity, []).append(entry)
        elif entry.kind == "board":
            _play_columns(history.columns, entry)
        else:
            sprint = history.sprints.setdefault(entry.entity, SprintCareer(entry.entity))
            _play_sprint(sprint, entry)
    for identifier, its_entries in of_cards.items():
        history.cards[identifier] = _card_history(identifier, its_entries)
    return history


def _card_history(identifier: str, entries: list[Entry]) -> CardHistory:
    """A card's spans: each entry begins one, which lasts until the next."""
    card = CardHistory(identifier)
    moments = _moments(entries)
    board = column = sprint = completed_at = None
    points, estimated, archived = 0, False, False
    for place, entry in enumerate(entries):
        after = entry.after
        if entry.happened == "gone":
            continue
        if entry.happened == "made":
            card.number = after.get("number", card.number)
            card.created_at = _moment(after.get("created_at")) or entry.at
        board = after.get("board_id", board)
        column = after.get("column_id", column)
        sprint = after.get("sprint_id", sprint)
        if "story_points" in after:
            estimated = after["story_points"] is not None
            points = after["story_points"] or 0
        if "completed_at" in after:
            completed_at = _moment(after["completed_at"])
        if "archived_at" in after:
            archived = after["archived_at"] is not None
        card.spans.append(
            Span(
                since=moments[place],
                until=moments[place + 1],
                action=entry.action,
                board=board,
                column=column,
                sprint=sprint,
                points=points,
                estimated=estimated,
                completed_at=completed_at,
                archived=archived,
            )
        )
    return card


def _moments(entries: list[Entry]) -> list[Moment]:
    """When each entry happened, and the end of time after the last.

    Told histories may go back in time; what comes later in the log happened later.
    """
    moments: list[Moment] = []
    latest = entries[0].at
    for entry in entries:
        latest = max(latest, entry.at)
        moments.append(Moment(latest, entry.id))
    return [*moments, NEVER]


def _play_columns(columns: dict[str, Column], entry: Entry) -> None:
    moment = Moment(entry.at, entry.id)
    present = {str(column["id"]).lower(): column for column in entry.after["columns"]}
    for identifier, said in present.items():
        column = columns.get(identifier)
        if column is None:
            column = columns[identifier] = Column(identifier, entry.entity)
        column.name, column.position = said["name"], said["position"]
        _note_category(column, moment, said["category"])
    for identifier, column in columns.items():
        if column.board == entry.entity and identifier not in present:
            _note_category(column, moment, None)


def _note_category(column: Column, moment: Moment, category: str | None) -> None:
    if not column.categories or column.categories[-1][1] != category:
        column.categories.append((moment, category))


def _play_sprint(sprint: SprintCareer, entry: Entry) -> None:
    after = entry.after
    sprint.name = after.get("name", sprint.name)
    for name in ("start_date", "end_date"):
        if name in after:
            setattr(sprint, name, date.fromisoformat(after[name]))
    if "status" not in after:
        return
    before, sprint.status = sprint.status, after["status"]
    moment = Moment(entry.at, entry.id)
    if sprint.status == Sprint.Status.PLANNED:
        sprint.started = None
    elif before in ("", Sprint.Status.PLANNED):
        sprint.started = moment
    is_over = sprint.status == Sprint.Status.COMPLETED
    sprint.completed = moment if is_over else None
    sprint.completing = entry.action if is_over else ""


def _moment(value: Any) -> datetime | None:
    """A time as the log's JSON has it."""
    return None if value is None else datetime.fromisoformat(value)
