"""How far somebody has read the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from core.db.follow import log_bound
from workspaces.models import User

_MARK = """
INSERT INTO visits (user_id, last_event_id, seen_at) VALUES (%s, %s, %s)
ON CONFLICT (user_id) DO UPDATE
   SET last_event_id = greatest(visits.last_event_id, excluded.last_event_id),
       seen_at = greatest(visits.seen_at, excluded.seen_at)
RETURNING last_event_id, seen_at
"""


@dataclass(frozen=True)
class Seen:
    """How far a person has read, and when they last said so."""

    event_id: int
    seen_at: datetime


def visit_mark(*, user: User, at: datetime, event_id: int | None = None) -> Seen:
    """Note that `user` has seen the log up to `event_id`, or up to now.

    Never beyond what is final, so that an entry committed late is new at the next visit; and never
    back, as two windows of one person may tell of it in any order.
    """
    bound = log_bound()
    seen = bound if event_id is None else min(event_id, bound)
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [user.pk, seen, at])
        return Seen(*cursor.fetchone())
