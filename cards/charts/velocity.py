"""How much a board's sprints promised, and how much of it they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from boards.models import Board
from cards.charts.burndown import Amount, commitment, scope_at_completion, state_of
from cards.charts.log import completed_sprint_entries
from cards.charts.replay import CardHistory, History, Moment, SprintCareer, replayed

SPRINTS = 7


@dataclass(frozen=True, slots=True)
class CompletedSprint:
    """A sprint that is over: what it promised, and what it completed."""

    sprint: str
    name: str
    started_at: datetime | None
    completed_at: datetime
    committed: Amount
    completed: Amount


@dataclass(frozen=True, slots=True)
class Average:
    """What a sprint comes to on average, to the tenth."""

    cards: float
    points: float


@dataclass(frozen=True, slots=True)
class Velocity:
    """The sprints that were completed last, oldest first; no averages where there are none."""

    board: str
    sprints: list[CompletedSprint]
    committed: Average | None
    completed: Average | None


def velocity(board: Board, *, number: int = SPRINTS) -> Velocity:
    """The velocity of a board's last completed sprints, as the log tells it."""
    history = replayed(completed_sprint_entries(board.pk, number))
    return velocity_of(history, str(board.pk))


def velocity_of(history: History, board_id: str) -> Velocity:
    """The same, of a log that was played already."""
    cards = list(history.cards.values())
    over = [
        (career.completed, career)
        for career in history.sprints.values()
        if career.completed is not None
    ]
    sprints = [_completed(cards, career, moment) for moment, career in sorted(over, key=_moment)]
    return Velocity(
        board=board_id,
        sprints=sprints,
        committed=_average([sprint.committed for sprint in sprints]),
        completed=_average([sprint.completed for sprint in sprints]),
    )


def _moment(completed: tuple[Moment, SprintCareer]) -> Moment:
    return completed[0]


def _completed(cards: list[CardHistory], career: SprintCareer, moment: Moment) -> CompletedSprint:
    scope = scope_at_completion(cards, career)
    return CompletedSprint(
        sprint=career.id,
        name=career.name,
        started_at=career.started.at if career.started else None,
        completed_at=moment.at,
        committed=commitment(cards, career) or Amount(),
        completed=state_of(scope.values()).completed,
    )


def _average(amounts: list[Amount]) -> Average | None:
    if not amounts:
        return None
    return Average(
        cards=round(sum(amount.cards for amount in amounts) / len(amounts), 1),
        points=round(sum(amount.points for amount in amounts) / len(amounts), 1),
    )
