"""A database that doesn't answer, and how it is recognised.

An outage is nobody's fault who sent a request: it is answered with 503 and Retry-After, and the
next request after the database's return works. Waiting too long for a lock or losing against
another transaction isn't one; `core.api.retry` knows those.
"""

from __future__ import annotations

import re

import psycopg
from django.db import InterfaceError, OperationalError

# By SQLSTATE: the connection failed (08…); the server is going down or coming up (57P0x), ended
# an idle session, has no room left, no more connections, or can't read its disk.
OUTAGE_CLASS = "08"
OUTAGE_STATES = frozenset(
    {"57P01", "57P02", "57P03", "57P05", "25P03", "53000", "53100", "53300", "58000", "58030"}
)
CLOSED = re.compile(r"connection.*closed")


def is_outage(error: BaseException | None) -> bool:
    """Whether the database couldn't be reached or couldn't serve, an exhausted pool included.

    Django wraps the driver's exceptions: what counts is the driver's own, further down the chain
    of causes. Where there is none, Django's or the engine's word is taken for it.
    """
    found = _of_the_driver(error)
    if found is None:
        return isinstance(error, OperationalError) or _says_closed(error)
    if found.sqlstate:
        return found.sqlstate.startswith(OUTAGE_CLASS) or found.sqlstate in OUTAGE_STATES
    # No state: the server never answered, or was gone in the middle of a statement. The pool's
    # PoolTimeout and TooManyRequests are of this kind as well.
    return isinstance(found, psycopg.OperationalError) or _says_closed(found)


def _of_the_driver(error: BaseException | None) -> psycopg.Error | None:
    while error is not None and not isinstance(error, psycopg.Error):
        error = error.__cause__
    return error


def _says_closed(error: BaseException | None) -> bool:
    """InterfaceError is also what wrong use of a cursor gets: only a lost connection counts."""
    return isinstance(error, psycopg.InterfaceError | InterfaceError) and bool(
        CLOSED.search(str(error))
    )
