"""A line in the terminal that shows how far long work has come."""

from __future__ import annotations

import time
from typing import TextIO

from django.core.management.base import OutputWrapper

WIDTH = 30


class Progress:
    """`[######------] 41 %  41,000 of 100,000 cards`, redrawn in place.

    Where nobody looks (a pipe, a file) it stays silent.
    """

    def __init__(self, stream: TextIO | OutputWrapper, total: int, noun: str) -> None:
        self._stream = stream
        self._total = total
        self._noun = noun
        self._drawn_at = 0.0
        self._is_shown = total > 0 and stream.isatty()

    def reach(self, done: int) -> None:
        """Draw, at most ten times a second; the end is drawn always."""
        now = time.monotonic()
        if not self._is_shown or (done < self._total and now - self._drawn_at < 0.1):
            return
        self._drawn_at = now
        filled = WIDTH * done // self._total
        bar = "#" * filled + "-" * (WIDTH - filled)
        share = 100 * done // self._total
        self._stream.write(f"\r[{bar}] {share:3} %  {done:,} of {self._total:,} {self._noun}")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._is_shown and self._drawn_at:
            self._stream.write("\n")
