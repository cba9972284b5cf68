"""Which entries of the log somebody may read: the only place that decides it."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.db.models import Q, QuerySet

from activity.models import Visit
from core.models import EventLog
from discussions.querysets import readable_channel_ids
from workspaces.models import User
from workspaces.querysets import administered_workspace_ids_of, workspace_ids_of

ADMINS_BUSINESS = ("workspace_invitation",)
"""Kinds of rows that only admins of their workspace see, and so their entries."""


def no_admins_business(user: User) -> Q:
    """What isn't the admins' business, or of a workspace that `user` administers now."""
    administered = Q(workspace_id__in=administered_workspace_ids_of(user))
    return ~Q(entity_type__in=ADMINS_BUSINESS) | administered


def in_workspaces(user: User) -> Q:
    """Of a workspace that `user` is a member of now, as far as it isn't the admins' business."""
    return Q(workspace_id__in=workspace_ids_of(user)) & no_admins_business(user)


def in_channels(user: User) -> Q:
    """Of no channel, or of one that `user` may read."""
    live, gone = readable_channel_ids(user)
    return Q(channel_id=None) | Q(channel_id__in=live) | Q(channel_id__in=gone)


def readable(user: User) -> Q:
    """What `user` may read, by what they are a member of now.

    An entry is read by whoever sees the thing that it tells of, or would if it were still there:
    the workspace's members, the readers of its channel, one person alone (`private_to`). Being an
    operator opens nothing here; the admin has a wider view of its own.
    """
    mine = Q(private_to=user.pk) & (Q(workspace_id=None) | in_workspaces(user))
    return (mine | Q(private_to=None) & in_workspaces(user)) & in_channels(user)


class EventQuerySet(QuerySet[EventLog]):
    """Entries of the log; start from `events()`."""

    def readable_by(self, user: User) -> Self:
        return self.filter(readable(user))

    def within(self, workspace_id: UUID | None) -> Self:
        """Those of one workspace, and of none (one's own account); None is everywhere."""
        if workspace_id is None:
            return self.all()
        return self.filter(Q(workspace_id=workspace_id) | Q(workspace_id=None))

    def readable_by_operator(self, user: User) -> Self:
        """What an operator looks at in the admin: all but what is other people's own.

        Conversations carry `private_to`; private channels are a workspace's business, and open.
        """
        return self.filter(Q(private_to=None) | Q(private_to=user.pk))


def last_seen_by(user: User) -> int:
    """The entry up to which `user` last marked the log as seen; 0 if they never did."""
    seen = Visit.objects.filter(pk=user.pk).values_list("last_event_id", flat=True).first()
    return seen or 0


def events() -> EventQuerySet:
    """All entries: whoever asks narrows them by `readable_by`."""
    return EventQuerySet(EventLog)
