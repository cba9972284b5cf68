"""A database that doesn't answer: how it is recognised, and how a start waits for it.

An outage is nobody's fault who sent a request: it is answered with 503 and Retry-After, and the
next request after the database's return works. Waiting too long for a lock or losing against
another transaction isn't one; `core.api.retry` knows those.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

log = structlog.get_logger(__name__)

# By SQLSTATE: the connection failed (08…), the server is going down or coming up (57P0x), it has
# no room left or no more connections, or it ended an idle session.
OUTAGE_CLASSES = ("08",)
OUTAGE_STATES = frozenset(
    {"57P01", "57P02", "57P03", "57P05", "53000", "53100", "53300", "58000", "58030", "25P03"}
)
# The server answers, but will never let us in: waiting wouldn't help.
REFUSED_CLASSES = ("28", "3D")
CLOSED = re.compile(r"connection.*closed")
REFUSED_TEXTS = ("password authentication failed", "does not exist", "no pg_hba.conf entry")

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


def is_outage(error: BaseException | None) -> bool:
    """Whether the database couldn't be reached or couldn't serve, a full pool included."""
    while error is not None:
        state = getattr(error, "sqlstate", None)
        if state:
            return str(state).startswith(OUTAGE_CLASSES) or state in OUTAGE_STATES
        if isinstance(error, psycopg.OperationalError):
            # No state: the server never answered, or was gone in the middle of a statement; the
            # pool's own PoolTimeout and TooManyRequests are of this kind as well.
            return True
        if isinstance(error, psycopg.InterfaceError | InterfaceError) and CLOSED.search(str(error)):
            return True
        error = error.__cause__
    return False


def is_refusal(error: BaseException) -> bool:
    """Whether the server is there and refuses this user, password or database for good."""
    state = str(getattr(error.__cause__, "sqlstate", None) or "")
    # libpq gives no state for what fails while connecting: its words are all there is.
    return state.startswith(REFUSED_CLASSES) or any(text in str(error) for text in REFUSED_TEXTS)


def wait_until_up(
    connection: BaseDatabaseWrapper,
    *,
    limit: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait for the database with growing pauses, at most `limit` seconds.

    Raises ImproperlyConfigured where the server refuses us, and the last OperationalError where
    it never came up.
    """
    deadline = clock() + limit
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            connection.ensure_connection()
            return
        except OperationalError as error:
            with suppress(OperationalError, InterfaceError):
                connection.close()
            if is_refusal(error):
                raise ImproperlyConfigured(
                    f"the database server answers, but refuses us: {str(error).strip()}"
                ) from error
            left = deadline - clock()
            if left <= 0:
                raise
            log.info("database_awaited", seconds_left=round(left, 1), pause=round(pause, 1))
            sleep(min(pause, left))
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
