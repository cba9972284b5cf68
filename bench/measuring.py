"""Two things measured in turn, so that the machine's moods hit both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

WARM_UP = 10


@dataclass(frozen=True)
class Comparison:
    """Medians in milliseconds, and the median of the rounds' ratios."""

    name: str
    ours: float
    bare: float
    ratio: float
    limit: float

    def line(self) -> str:
        verdict = "ok" if self.ratio <= self.limit else "OVER"
        return (
            f"{self.name:<34} {self.ours:9.2f} {self.bare:9.2f} {self.ratio:7.2f} "
            f"{self.limit:6.2f}  {verdict}"
        )


HEADINGS = f"{'':<34} {'ours ms':>9} {'bound ms':>9} {'ratio':>7} {'limit':>6}"


def compare(
    name: str,
    ours: Callable[[], object],
    bare: Callable[[], object],
    *,
    limit: float,
    rounds: int = 7,
    repeats: int = 30,
) -> Comparison:
    """Call each `repeats` times in turn, a round after another."""
    for _ in range(WARM_UP):
        ours()
        bare()
    ours_medians, bare_medians, ratios = [], [], []
    for _ in range(rounds):
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(repeats):
            for call, times in zip((ours, bare), taken, strict=True):
                began = time.perf_counter()
                call()
                times.append((time.perf_counter() - began) * 1000)
        ours_medians.append(statistics.median(taken[0]))
        bare_medians.append(statistics.median(taken[1]))
        ratios.append(ours_medians[-1] / bare_medians[-1])
    return Comparison(
        name,
        statistics.median(ours_medians),
        statistics.median(bare_medians),
        statistics.median(ratios),
        limit,
    )
