"""What time it is to those who write: now, or the moment that a told history has reached.

Moments that services put down (archived, released, edited) come from `now()`; those that the
database keeps, the log's among them, from a setting that it honours for its owning role alone.
`backdated` is both at once, so that a demo or an import of history can go through the services
that everybody goes through.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

_told: ContextVar[datetime.datetime | None] = ContextVar("taskly_told_moment", default=None)

_BACKDATE = """
SELECT set_config('taskly.backdate', %s, true),
       current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class
                        WHERE oid = 'public.event_log'::regclass)
"""


class NotTheOwner(RuntimeError):
    """History is written by the role that owns the database (`core.db.roles.as_owner`)."""


def now() -> datetime.datetime:
    """The present moment, as services see it."""
    return _told.get() or timezone.now()


@contextmanager
def backdated(moment: datetime.datetime, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let everything inside happen at `moment`, which lies in the past, in one transaction."""
    if moment > timezone.now():
        raise ValueError("history lies in the past")
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(_BACKDATE, [moment.isoformat()])
            if not cursor.fetchone()[1]:
                raise NotTheOwner("only the database's owner tells of the past")
        token = _told.set(moment)
        try:
            yield
            with connections[using].cursor() as cursor:
                cursor.execute("SELECT set_config('taskly.backdate', '', true)")
        finally:
            _told.reset(token)
