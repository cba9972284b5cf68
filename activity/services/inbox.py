"""A person's inbox: how much of it is unread, and what they have read of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce

from activity.inbox import COUNTED_AT_MOST
from activity.models import InboxItem
from activity.services.following import inbox_follow
from workspaces.models import User


@dataclass(frozen=True)
class InboxCount:
    """How many items are unread, at most `COUNTED_AT_MOST`."""

    unread: int

    def __str__(self) -> str:
        return f"{COUNTED_AT_MOST - 1}+" if self.unread >= COUNTED_AT_MOST else str(self.unread)


def inbox_count(
    *, user: User, at: datetime, workspace_id: UUID | None = None, chunks: int = 1
) -> InboxCount:
    """How much of the person's inbox is unread, once it has followed the log up to now.

    Every page asks: one statement where the log has nothing new, two where that is nothing for
    the person. What is further behind than `chunks` of the log comes in the next times.
    """
    bound, position, unread = _asked(user, workspace_id)
    if position is None or position < bound:
        came_in = inbox_follow(user=user, position=position, bound=bound, at=at, chunks=chunks)
        if came_in:
            unread = _asked(user, workspace_id)[2]
    return InboxCount(unread)


def inbox_set_read(*, item: InboxItem, user: User, at: datetime | None) -> InboxItem:
    """Note that the person has read an item (when they first did), or with None that they haven't.

    Only its own person's items are touched, whoever asks.
    """
    mine = InboxItem.objects.filter(pk=item.pk, user_id=user.pk)
    mine.update(read_at=None if at is None else Coalesce(F("read_at"), at))
    item.refresh_from_db()
    return item


def inbox_read_all(
    *,
    user: User,
    at: datetime,
    event_id: int | None = None,
    workspace_id: UUID | None = None,
) -> int:
    """Note that the person has read all that they see in their inbox; answer how many that were.

    `event_id` is the newest entry that they know of: what came in since stays unread.
    """
    items = InboxItem.objects.visible_to(user).unread().of_workspace(workspace_id)
    if event_id is not None:
        items = items.filter(event_id__lte=event_id)
    return items.update(read_at=at)


def _asked(user: User, workspace_id: UUID | None) -> tuple[int, int | None, int]:
    """How far the log is final, how far the inbox has followed it, and what is unread there."""
    unread = InboxItem.objects.visible_to(user).unread().of_workspace(workspace_id)
    sql, params = unread.order_by().values("pk")[:COUNTED_AT_MOST].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_log_bound(), "
            "(SELECT last_event_id FROM inbox_positions WHERE user_id = %s), "
            f"(SELECT count(*) FROM ({sql}) AS unread)",
            [user.pk, *params],
        )
        bound, position, number = cursor.fetchone()
        return bound, position, number
