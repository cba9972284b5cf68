"""Thirty days of two boards, as a table: who did what when.

September 2026, in UTC; the 1st is a Tuesday. Board A ("Product") and board B ("Support") have the
columns To Do, In Progress, In Review and Done. Cards are named by a letter. What the charts have to
say of it stands in `test_story`, worked out by hand from this table.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from core.clock import backdated

YEAR, MONTH = 2026, 9


class Step(NamedTuple):
    day: int
    time: str
    who: str
    what: str
    about: tuple[Any, ...]


class Teller(Protocol):
    """One way of changing things."""

    def plan(self, who: str, sprint: str, first: int, last: int) -> None: ...
    def start(self, who: str, sprint: str) -> None: ...
    def complete(self, who: str, sprint: str, carry_over_to: str | None) -> None: ...
    def make(
        self, who: str, card: str, column: str, points: int | None, sprint: str | None
    ) -> None: ...
    def estimate(self, who: str, card: str, points: int | None) -> None: ...
    def schedule(self, who: str, card: str, sprint: str | None) -> None: ...
    def move(self, who: str, card: str, column: str) -> None: ...
    def send(self, who: str, card: str, board: str, column: str) -> None: ...
    def archive(self, who: str, card: str) -> None: ...
    def unarchive(self, who: str, card: str) -> None: ...
    def delete(self, who: str, card: str) -> None: ...
    def recategorise(self, who: str, column: str, category: str) -> None: ...


TODO, DOING, REVIEW, DONE = "To Do", "In Progress", "In Review", "Done"
COLUMNS = (TODO, DOING, REVIEW, DONE)


def step(day: int, time: str, who: str, what: str, *about: Any) -> Step:
    return Step(day, time, who, what, about)


STORY = (
    # Six cards, five of them in the first sprint: 5 + 3 + 8 + 2 + nothing = 18 points.
    step(1, "10:00", "ada", "make", "a", TODO, 5, None),
    step(1, "10:00", "ada", "make", "b", TODO, 3, None),
    step(1, "10:00", "max", "make", "c", TODO, 8, None),
    step(1, "10:00", "max", "make", "d", TODO, 2, None),
    step(1, "10:00", "max", "make", "e", TODO, None, None),
    step(1, "10:00", "ada", "make", "f", TODO, 1, None),
    step(2, "09:00", "ada", "plan", "Sprint 1", 3, 9),
    step(2, "09:00", "ada", "plan", "Sprint 2", 10, 19),
    step(2, "10:00", "ada", "schedule", "a", "Sprint 1"),
    step(2, "10:00", "ada", "schedule", "b", "Sprint 1"),
    step(2, "10:00", "ada", "schedule", "c", "Sprint 1"),
    step(2, "10:00", "ada", "schedule", "d", "Sprint 1"),
    step(2, "10:00", "ada", "schedule", "e", "Sprint 1"),
    step(3, "09:00", "ada", "start", "Sprint 1"),
    step(3, "10:00", "max", "move", "a", DOING),
    step(3, "10:00", "max", "move", "d", DOING),
    step(4, "10:00", "max", "move", "a", REVIEW),
    step(4, "10:00", "max", "move", "b", DOING),
    step(4, "10:00", "ada", "estimate", "c", 13),
    step(5, "10:00", "ada", "move", "a", DONE),
    step(5, "10:00", "ada", "schedule", "f", "Sprint 1"),
    step(6, "10:00", "max", "move", "b", DONE),
    step(6, "10:00", "ada", "delete", "d"),
    step(7, "10:00", "ada", "move", "b", DOING),  # not done after all
    step(7, "10:00", "ada", "send", "c", "B", TODO),
    step(7, "23:30", "max", "move", "e", DOING),  # the 8th already in Moscow
    step(8, "10:00", "max", "move", "f", DOING),
    step(8, "10:00", "ada", "archive", "e"),
    step(8, "10:00", "ada", "make", "g", TODO, 3, "Sprint 1"),
    step(8, "11:00", "ada", "schedule", "f", None),
    step(9, "10:00", "max", "move", "b", DONE),
    step(9, "16:00", "ada", "schedule", "f", "Sprint 1"),  # and back again
    step(9, "18:00", "ada", "archive", "a"),
    step(9, "20:00", "ada", "complete", "Sprint 1", "Sprint 2"),
    # The second sprint begins with f and g, carried over, and h.
    step(10, "08:00", "max", "make", "h", DOING, 2, "Sprint 2"),
    step(10, "09:00", "ada", "start", "Sprint 2"),
    step(10, "10:00", "max", "move", "c", DOING),  # on board B
    step(11, "10:00", "max", "move", "f", REVIEW),
    step(12, "10:00", "ada", "send", "c", "A", DOING),
    step(12, "11:00", "ada", "schedule", "c", "Sprint 2"),
    step(13, "10:00", "ada", "move", "f", DONE),
    step(13, "10:00", "max", "move", "h", REVIEW),
    step(13, "12:00", "ada", "unarchive", "e"),
    step(14, "10:00", "ada", "recategorise", REVIEW, "done"),  # which completes h
    step(15, "10:00", "ada", "recategorise", REVIEW, "in_review"),  # and reopens it
    step(15, "10:00", "max", "estimate", "c", 8),
    step(16, "10:00", "max", "move", "g", DONE),  # without ever being worked on
    step(16, "12:00", "max", "move", "h", DONE),
    step(18, "10:00", "ada", "send", "h", "B", DONE),
    step(19, "12:00", "ada", "complete", "Sprint 2", None),
    # No sprint any more.
    step(20, "10:00", "max", "move", "c", REVIEW),
    step(20, "10:00", "ada", "make", "i", TODO, 5, None),
    step(22, "10:00", "max", "move", "i", DOING),
    step(25, "10:00", "max", "move", "c", DONE),
    step(28, "10:00", "ada", "delete", "f"),  # though it was done
    step(30, "10:00", "ada", "make", "j", TODO, None, None),
)


def moment(day: int, time: str) -> datetime.datetime:
    hour, minute = map(int, time.split(":"))
    return datetime.datetime(YEAR, MONTH, day, hour, minute, tzinfo=datetime.UTC)


def tell(teller: Teller) -> None:
    """Let everything happen at its moment, each step in a transaction of its own."""
    for each in STORY:
        with backdated(moment(each.day, each.time)):
            happen: Callable[..., None] = getattr(teller, each.what)
            happen(each.who, *each.about)
