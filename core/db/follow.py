"""Reading the log in the order of its ids without missing what commits late."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connections


def log_bound(using: str = DEFAULT_DB_ALIAS) -> int:
    """The newest entry id up to which nothing can still appear.

    Read it first, then the entries up to it in a later statement (READ COMMITTED): a transaction
    that took its ids earlier and commits later holds the bound below them until it is done.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT event_log_bound()")
        return int(cursor.fetchone()[0])
