"""Channels and messages that somebody may see: the only place that knows who reads a private one.

A private channel is there for its members and for nobody else, admins of the workspace included.
Everything that shows a part of it asks here: its rows, its members, its messages, and the entries
of the log that tell of them, also after it is gone.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from workspaces.querysets import TenantQuerySet, workspace_ids_of

if TYPE_CHECKING:
    from workspaces.models import User

COUNTED_AT_MOST = 100
"""Unread messages are counted no further: a hundred means a hundred or more."""

# Those of a channel that came after what its member has read, but for their own.
_UNREAD = f"""(
    SELECT count(*) FROM (
        SELECT FROM channel_members AS membership
          JOIN messages AS unread
            ON unread.channel_id = membership.channel_id
           AND unread.created_at > membership.last_read_at
         WHERE membership.channel_id = channels.id AND membership.user_id = %s
           AND unread.author_id <> membership.user_id AND unread.deleted_at IS NULL
         LIMIT {COUNTED_AT_MOST}) AS counted)"""


class Holds(Func):
    """Whether an array of ids has one: `Holds("mentions", person_id)`.

    Unlike Django's `contains`, it gives the query the id itself and not a list around it, so that
    a compiled query finds the id's place (`core.db.compiled`).
    """

    template = "%(expressions)s]::uuid[]"
    arg_joiner = " @> ARRAY["
    output_field = BooleanField()

    def __init__(self, array: str, identifier: uuid.UUID) -> None:
        super().__init__(F(array), Value(identifier, output_field=UUIDField()))


def joined_channel_ids_of(user: User) -> models.QuerySet:
    """The ids of the channels that `user` is a member of now, as a subquery."""
    return (
        apps.get_model("discussions.ChannelMember")
        .objects.filter(user_id=user.pk)
        .values("channel_id")
    )


def visible_channel_ids_of(user: User) -> models.QuerySet:
    """The ids of the channels that `user` may see now, as a subquery."""
    return apps.get_model("discussions.Channel").objects.visible_to(user).values("pk")


def readable_channel_ids(user: User) -> tuple[models.QuerySet, models.QuerySet]:
    """The ids of the channels whose entries in the log `user` may read, as two subqueries.

    First the channels that are there and that the person sees now; then those that are gone: they
    were public in a workspace of the person's, or the person was a member to the end and hasn't
    left the workspace since. An entry that has a `channel_id` is readable where one of the two has
    it. Both depend on the person's id alone and on nothing of the entry, so that PostgreSQL works
    each of them out once for a query:

        live, gone = readable_channel_ids(user)
        Q(channel_id=None) | Q(channel_id__in=live) | Q(channel_id__in=gone)
    """
    gone = (
        apps.get_model("discussions.GoneChannel")
        .objects.filter(workspace_id__in=workspace_ids_of(user))
        .filter(Q(is_private=False) | Q(Holds("member_ids", user.pk)))
    )
    return visible_channel_ids_of(user), gone.values("pk")


class ChannelQuerySet(TenantQuerySet):
    def visible_to(self, user: User) -> Self:
        """Public channels of one's workspaces, and the private ones that one is a member of."""
        mine = super().visible_to(user)
        return mine.filter(Q(is_private=False) | Q(pk__in=joined_channel_ids_of(user)))

    def as_seen_by(self, user: User) -> Self:
        """With what a channel is to `user`: joined or not, what is unread, when it last stirred.

        `unread_count` is 0 where the person isn't a member, and at most `COUNTED_AT_MOST`.
        """
        memberships = apps.get_model("discussions.ChannelMember").objects.filter(
            channel_id=OuterRef("pk"), user_id=user.pk
        )
        last = (
            apps.get_model("discussions.Message")
            .objects.filter(channel_id=OuterRef("pk"), deleted_at__isnull=True)
            .order_by("-created_at")
        )
        return self.annotate(
            is_member=Exists(memberships),
            last_read_at=Subquery(
                memberships.values("last_read_at")[:1], output_field=DateTimeField()
            ),
            unread_count=RawSQL(_UNREAD, [user.pk], output_field=IntegerField()),
            last_message_at=Subquery(last.values("created_at")[:1], output_field=DateTimeField()),
        )


class ChannelMemberQuerySet(TenantQuerySet):
    def visible_to(self, user: User) -> Self:
        """Who is in the channels that `user` sees."""
        return super().visible_to(user).filter(channel_id__in=visible_channel_ids_of(user))


class MessageQuerySet(TenantQuerySet):
    def visible_to(self, user: User) -> Self:
        """What is said in the channels that `user` sees, with the stones of what was deleted.

        Not asked of its workspace as well: that is the channel's, which PostgreSQL can't know. It
        would expect it to leave few of a channel's messages, and sort all of them for a page.
        """
        return self.filter(channel_id__in=visible_channel_ids_of(user)).standing()

    def present(self) -> Self:
        """Those that weren't deleted."""
        return self.filter(deleted_at__isnull=True)

    def standing(self) -> Self:
        """Those that weren't deleted, and deleted ones that still hold a thread together.

        Not by EXISTS: beside an OR PostgreSQL may choose to read all messages once for it.
        """
        answered = Subquery(
            self._replies().values(answered=Value(True))[:1], output_field=BooleanField()
        )
        return self.filter(Q(deleted_at__isnull=True) | Q(answered))

    def mentioning(self, person_id: uuid.UUID) -> Self:
        """Those that name a person, none deleted."""
        return self.present().filter(Holds("mentions", person_id))

    def of_thread(self, message_id: uuid.UUID) -> Self:
        """A message and the replies to it."""
        return self.filter(Q(pk=message_id) | Q(parent_id=message_id))

    def for_list(self) -> Self:
        """With how many replies each has."""
        replies = self._replies().order_by().values("parent_id")
        counted = replies.annotate(number=Count("pk")).values("number")
        return self.annotate(
            reply_count=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
        )

    def search(self, text: str) -> Self:
        """Those that have the words of `text`, in English or Russian forms; none deleted."""
        return self.present().filter(
            RawSQL(
                "messages.search @@ websearch_to_tsquery('russian', %s)",
                [text],
                output_field=BooleanField(),
            )
        )

    def _replies(self) -> models.QuerySet:
        return self.model._default_manager.filter(parent_id=OuterRef("pk"), deleted_at__isnull=True)
