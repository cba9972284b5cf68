"""What is left to do in a sprint, day by day, and how its scope changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from boards.models import Sprint
from cards.charts.days import day_of, days_from, end_of
from cards.charts.log import sprint_entries
from cards.charts.replay import CardHistory, History, Moment, Span, SprintCareer, replayed


@dataclass(slots=True)
class Amount:
    """Work, in cards and in points."""

    cards: int = 0
    points: int = 0

    def add(self, span: Span) -> None:
        self.cards += 1
        self.points += span.points

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.cards + other.cards, self.points + other.points)


@dataclass(slots=True)
class SprintState:
    """What a sprint holds at a moment: its scope is what remains and what is completed."""

    scope: Amount = field(default_factory=Amount)
    remaining: Amount = field(default_factory=Amount)
    completed: Amount = field(default_factory=Amount)


@dataclass(slots=True)
class ScopeChanges:
    """What became of a sprint between two moments, card by card."""

    added: Amount = field(default_factory=Amount)
    removed: Amount = field(default_factory=Amount)
    re_estimated: int = 0
    """By how many points the cards that stayed grew."""
    completed: Amount = field(default_factory=Amount)
    reopened: Amount = field(default_factory=Amount)

    def __add__(self, other: ScopeChanges) -> ScopeChanges:
        return ScopeChanges(
            self.added + other.added,
            self.removed + other.removed,
            self.re_estimated + other.re_estimated,
            self.completed + other.completed,
            self.reopened + other.reopened,
        )


@dataclass(frozen=True, slots=True)
class BurndownDay:
    """A day of a sprint; `state` and `changes` are None on days that aren't there yet."""

    date: date
    ideal_cards: float
    ideal_points: float
    state: SprintState | None
    changes: ScopeChanges | None


@dataclass(frozen=True, slots=True)
class Burndown:
    """A sprint from its start to its end. Without a start there are no days."""

    sprint: str
    name: str
    status: str
    start_date: date | None
    end_date: date | None
    started_at: datetime | None
    completed_at: datetime | None
    timezone: str
    committed: Amount | None
    start: SprintState
    """At the start; of a sprint that is still planned, what it holds now."""
    days: list[BurndownDay]
    totals: ScopeChanges
    unestimated: int
    """How many of the cards that count in the end have no points."""

    @property
    def latest(self) -> SprintState:
        """The last state that is known."""
        return next((day.state for day in reversed(self.days) if day.state), self.start)


Scope = dict[str, Span]
"""The cards that count in a sprint, by their ids."""


def burndown(sprint: Sprint, *, at: datetime, zone: tzinfo = UTC) -> Burndown:
    """The burndown of a sprint as the log tells it, up to the moment `at`."""
    history = replayed(sprint_entries(sprint.board_id, sprint.pk))
    return burndown_of(history, str(sprint.pk), at=at, zone=zone)


def burndown_of(history: History, sprint_id: str, *, at: datetime, zone: tzinfo) -> Burndown:
    """The same, of a log that was played already."""
    career = history.sprints[sprint_id]
    now = Moment(at)
    cards = list(history.cards.values())
    started, completed = career.started, career.completed
    days: list[BurndownDay] = []
    totals = ScopeChanges()
    if started is None:
        last = scope_at(cards, sprint_id, now)
        start = state_of(last.values())
    else:
        last = scope_at(cards, sprint_id, started)
        start = state_of(last.values())
        first_day, known = day_of(started.at, zone), day_of((completed or now).at, zone)
        planned_end = max(career.end_date or first_day, first_day)
        length = (planned_end - first_day).days + 1
        for number, day in enumerate(days_from(first_day, max(planned_end, known)), start=1):
            left = max(0, length - number) / length
            state = changes = None
            if day <= known:
                scope = _scope_on(day, cards, career, now, zone)
                changes, last = changes_between(last, scope), scope
                state = state_of(scope.values())
                totals += changes
            days.append(
                BurndownDay(
                    date=day,
                    ideal_cards=round(start.remaining.cards * left, 2),
                    ideal_points=round(start.remaining.points * left, 2),
                    state=state,
                    changes=changes,
                )
            )
    return Burndown(
        sprint=sprint_id,
        name=career.name,
        status=career.status,
        start_date=career.start_date,
        end_date=career.end_date,
        started_at=started.at if started else None,
        completed_at=completed.at if completed else None,
        timezone=str(zone),
        committed=commitment(cards, career),
        start=start,
        days=days,
        totals=totals,
        unestimated=sum(not span.estimated for span in last.values()),
    )


def _scope_on(
    day: date, cards: list[CardHistory], career: SprintCareer, now: Moment, zone: tzinfo
) -> Scope:
    """The cards of the sprint at the end of a day, or of the sprint where that came first."""
    if career.completed is not None and day == day_of(career.completed.at, zone):
        return scope_at_completion(cards, career)
    return scope_at(cards, career.id, min(end_of(day, zone), now))


def scope_at(cards: Iterable[CardHistory], sprint_id: str, moment: Moment) -> Scope:
    """The cards that count in a sprint just before a moment."""
    found: Scope = {}
    for card in cards:
        span = card.at(moment)
        if span is not None and span.sprint == sprint_id and span.counts:
            found[card.id] = span
    return found


def scope_at_completion(cards: Iterable[CardHistory], career: SprintCareer) -> Scope:
    """The cards that counted when a sprint was completed, those carried over by it among them."""
    if career.completed is None:
        raise ValueError("the sprint is not completed")
    found: Scope = {}
    for card in cards:
        span = _before_carry_over(card, career, career.completed)
        if span is not None and span.sprint == career.id and span.counts:
            found[card.id] = span
    return found


def _before_carry_over(card: CardHistory, career: SprintCareer, end: Moment) -> Span | None:
    """The card as completing found it: what the same action then carried over was still in it."""
    here: Span | None = None
    for span in card.spans:
        if span.since >= end:
            break
        leaves = here is not None and here.sprint == career.id != span.sprint
        if leaves and span.action == career.completing:
            return here
        here = span
    return here if here is not None and here.until >= end else None


def commitment(cards: Iterable[CardHistory], career: SprintCareer) -> Amount | None:
    """What a sprint promised: the cards in it at its start that weren't archived."""
    if career.started is None:
        return None
    promised = Amount()
    for card in cards:
        span = card.at(career.started)
        if span is not None and span.sprint == career.id and not span.archived:
            promised.add(span)
    return promised


def state_of(scope: Iterable[Span]) -> SprintState:
    """How much of a scope remains and is completed."""
    state = SprintState()
    for span in scope:
        state.scope.add(span)
        (state.remaining if span.completed_at is None else state.completed).add(span)
    return state


def changes_between(before: Scope, after: Scope) -> ScopeChanges:
    """How one scope became another: only what differs in the end, not what went back and forth."""
    changes = ScopeChanges()
    for card, span in after.items():
        known = before.get(card)
        is_done = span.completed_at is not None
        was_done = known is not None and known.completed_at is not None
        if known is None:
            changes.added.add(span)
        else:
            changes.re_estimated += span.points - known.points
        if is_done and not was_done:
            changes.completed.add(span)
        elif was_done and not is_done:
            changes.reopened.add(span)
    for card, span in before.items():
        if card not in after:
            changes.removed.add(span)
    return changes
