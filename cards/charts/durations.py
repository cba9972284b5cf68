"""How long things took: percentiles, and a histogram of whole days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from cards.charts.days import DAY, in_days

PERCENTILES = (50, 75, 85, 95)
MOST_BARS = 20
WIDTHS = (1, 2, 3, 5, 7, 14, 28, 56, 91, 182, 365)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many took more than `over` and up to `upto` days; the first takes in no time at all."""

    over: int
    upto: int
    cards: int


@dataclass(frozen=True, slots=True)
class Durations:
    """Lengths of time, shortest first."""

    lengths: list[timedelta]

    @property
    def count(self) -> int:
        return len(self.lengths)

    def percentile(self, percent: int) -> timedelta | None:
        """The shortest length that at least so many of a hundred didn't exceed; None of none.

        One of the lengths themselves (the nearest rank), so that "85 of 100 took at most five
        days" is true of these very cards.
        """
        if not self.lengths:
            return None
        return self.lengths[ceil(percent * len(self.lengths) / 100) - 1]

    def percentile_days(self, percent: int) -> float | None:
        length = self.percentile(percent)
        return None if length is None else in_days(length)

    @property
    def histogram(self) -> list[Bar]:
        """Bars of equal width, as narrow as twenty of them can be; none in front that are empty."""
        if not self.lengths:
            return []
        longest = max(1, ceil(self.lengths[-1] / DAY))
        width = next((each for each in WIDTHS if longest <= each * MOST_BARS), None)
        if width is None:
            width = ceil(longest / MOST_BARS)
        counts = [0] * ceil(longest / width)
        for length in self.lengths:
            counts[max(0, ceil(length / DAY / width) - 1)] += 1
        return [
            Bar(place * width, (place + 1) * width, count) for place, count in enumerate(counts)
        ]


def durations_of(lengths: Iterable[timedelta]) -> Durations:
    """The lengths in order."""
    return Durations(sorted(lengths))
