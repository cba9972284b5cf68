"""How long real titles and texts are, and how many labels, people and points real cards have.

Measured on 23,313 issues of open-source Jira projects, 639 GitHub issues of IETF working groups,
500 of Rails, and 3,099 cards of 21 public Trello boards. Issue trackers and Trello boards differ
a lot, so that each seeded board has the habits of one or the other.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_SHARES = (0.0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1.0)


@dataclass(frozen=True)
class Lengths:
    """A distribution told by its least, p1, p5, p10, p25, p50, p75, p90, p95, p99 and greatest."""

    values: tuple[int, ...]

    def draw(self, random: Random) -> int:
        """One value: straight lines between the known shares, a curve to the rare greatest."""
        share = random.random()
        place = min(bisect_right(_SHARES, share), len(_SHARES) - 1)
        lower, upper = self.values[place - 1], self.values[place]
        part = (share - _SHARES[place - 1]) / (_SHARES[place] - _SHARES[place - 1])
        if place == len(_SHARES) - 1 and lower > 0:
            return round(lower * math.exp(part**3 * math.log(upper / lower)))
        return round(lower + part * (upper - lower))


@dataclass(frozen=True)
class Weighted:
    """Values with how often each was seen."""

    values: tuple[int, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, seen: Sequence[tuple[int, float]]) -> Weighted:
        return cls(tuple(value for value, _times in seen), tuple(times for _value, times in seen))

    def draw(self, random: Random) -> int:
        return random.choices(self.values, self.weights)[0]


@dataclass(frozen=True)
class Habits:
    """What the cards of a board are like."""

    title: Lengths
    description: Lengths
    empty_descriptions: float
    labels: Weighted
    estimated: float
    """The share of cards with story points."""


STORY_POINTS = Weighted.of(
    [
        (5, 4319), (1, 4225), (3, 3973), (2, 3406), (8, 3112), (13, 981), (4, 836), (20, 452),
        (6, 406), (10, 389), (40, 182), (21, 117), (100, 111), (12, 82),
    ]
)  # fmt: skip

PEOPLE = Weighted.of([(0, 0.611), (1, 0.363), (2, 0.017), (3, 0.004), (5, 0.002), (7, 0.003)])

# Comments of 639 issues of the working groups, and how many an issue of Rails has.
MESSAGE = Lengths((2, 12, 14, 34, 98, 253, 555, 1035, 1495, 2732, 6547))
REPLIES = Lengths((0, 0, 0, 0, 0, 1, 2, 5, 7, 11, 11))
# Items of the checklists on Trello's cards.
ITEMS = Lengths((1, 1, 1, 1, 1, 3, 4, 8, 9, 16, 16))

TRACKER = Habits(
    title=Lengths((8, 16, 24, 29, 39, 52, 68, 85, 98, 126, 200)),
    description=Lengths((2, 8, 25, 45, 150, 295, 590, 1230, 2300, 9000, 20_003)),
    empty_descriptions=0.096,
    labels=Weighted.of([(0, 364), (1, 159), (2, 56), (3, 60)]),
    estimated=0.7,
)
KANBAN = Habits(
    title=Lengths((2, 3, 4, 8, 18, 31, 47, 61, 72, 107, 313)),
    description=Lengths((2, 8, 22, 38, 77, 171, 331, 575, 912, 1770, 9495)),
    empty_descriptions=0.597,
    labels=Weighted.of([(0, 0.465), (1, 0.491), (2, 0.039), (3, 0.004), (4, 0.001)]),
    estimated=0.15,
)
TRACKERS_AMONG_BOARDS = 0.65

LABEL_NAMES = (
    "bug", "feature", "question", "docs", "design", "tech debt", "security", "performance",
    "With reproduction steps", "attached PR", "more-information-needed", "activerecord",
    "railties", "activestorage", "actionview", "actionpack", "backend", "frontend", "mobile",
    "customer", "regression", "good first issue", "blocked", "срочно", "поддержка", "исследование",
)  # fmt: skip
LABELS_PER_BOARD = (5, 14)
