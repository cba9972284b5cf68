"""A transaction that lost against another one is run again, at the outermost edge.

PostgreSQL ends one of two transactions that wait for each other (40P01) or that could not have
run one after the other (40001). Nothing of the loser remains, so running the whole handler again
is right, and running only a part of it would not be.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

RETRYABLE = frozenset({"40P01", "40001"})
# A lock or statement that took longer than its limit, or a server with too much to do.
BUSY = frozenset({"55P03", "57014", "53200", "53400"})
TRIES = 5
FIRST_PAUSE = 0.02

Result = TypeVar("Result")

_random = random.SystemRandom()


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's five characters, wherever in the chain of causes they are."""
    seen: BaseException | None = error
    while seen is not None:
        state = getattr(seen, "sqlstate", None)
        if state:
            return str(state)
        seen = seen.__cause__
    return None


def is_retryable(error: BaseException) -> bool:
    """Whether running the same again may well succeed."""
    return isinstance(error, DatabaseError) and sqlstate(error) in RETRYABLE


def is_busy(error: BaseException) -> bool:
    """Whether the database gave up waiting for somebody else."""
    return isinstance(error, DatabaseError) and sqlstate(error) in BUSY


def retrying(work: Callable[[], Result], *, using: str = DEFAULT_DB_ALIAS) -> Result:
    """Run `work` up to five times while it is undone by a deadlock or a serialisation failure.

    Inside an outer transaction there is nothing to run again, since that one has failed as a
    whole: the error goes on to whoever opened it.
    """
    if connections[using].in_atomic_block:
        return work()
    for attempt in range(1, TRIES):
        try:
            return work()
        except DatabaseError as error:
            if not is_retryable(error):
                raise
        # Full jitter: two losers that slept equally long would meet again.
        time.sleep(_random.uniform(0, FIRST_PAUSE * 2**attempt))
    return work()
