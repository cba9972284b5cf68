"""What comes in and goes out of channels, their members and messages."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from discussions.models import MAX_CONTENT, Channel, ChannelMember, Message
from discussions.querysets import COUNTED_AT_MOST
from projects.models import Project
from workspaces.models import User

MAX_DESCRIPTION = 10_000


class ChannelRows(Rows):
    """A channel as it is answered to one person: of `ChannelQuerySet.as_seen_by`."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "name": None,
        "description": None,
        "is_private": None,
        "is_member": None,
        "last_read_at": None,
        "unread_count": None,
        "last_message_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ChannelMemberRows(Rows):
    """A person in a channel as it is answered; what they have read is their own business."""

    columns: ClassVar = {
        "id": None,
        "channel": "channel_id",
        "user": "user_id",
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


def _without_what_was_deleted(row: dict[str, Any]) -> None:
    if row["deleted_at"] is not None:
        row["content"] = ""
        row["mentions"] = []


class MessageRows(Rows):
    """A message as it is answered: of a deleted one, that there was one."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "channel": "channel_id",
        "author": "author_id",
        "content": None,
        "parent": "parent_id",
        "reply_count": None,
        "mentions": None,
        "is_edited": None,
        "edited_at": None,
        "deleted_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }
    finish = staticmethod(_without_what_was_deleted)


class ChannelSerializer(StrictModelSerializer):
    """A channel, and what it is to the caller."""

    description = fields.StrictCharField(
        max_length=MAX_DESCRIPTION, allow_blank=True, trim_whitespace=False, required=False
    )
    is_private = fields.StrictBooleanField(
        required=False,
        help_text="Only its members see that it exists. Changed by directors and admins.",
    )
    is_member = serializers.BooleanField(
        read_only=True, help_text="Whether the caller has joined the channel."
    )
    last_read_at = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="Up to when the caller has read; null where they haven't joined.",
    )
    unread_count = serializers.IntegerField(
        read_only=True,
        help_text="What others wrote since, replies included; 0 where the caller hasn't joined. "
        f"{COUNTED_AT_MOST} means {COUNTED_AT_MOST} or more.",
    )
    last_message_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Channel
        fields = tuple(ChannelRows.columns)
        read_only_fields = ("id", "workspace", "project", "version", "created_at", "updated_at")


class ChannelCreateSerializer(StrictSerializer):
    """A new channel; whoever makes it is its first member."""

    project = fields.ScopedRelatedField(Project)
    name = fields.StrictCharField(max_length=80)
    description = fields.StrictCharField(
        max_length=MAX_DESCRIPTION, allow_blank=True, trim_whitespace=False, required=False
    )
    is_private = fields.StrictBooleanField(required=False)


class ChannelReadSerializer(StrictSerializer):
    """What the caller has read: up to a message, or all that is there."""

    message = fields.ScopedRelatedField(Message, required=False)


class ChannelMemberSerializer(StrictModelSerializer):
    """A person in a channel; who they are is told by `users/?workspace=`."""

    class Meta:
        model = ChannelMember
        fields = tuple(ChannelMemberRows.columns)
        read_only_fields = ("id", "channel", "user", "version", "created_at", "updated_at")


class ChannelMemberCreateSerializer(StrictSerializer):
    """Takes a member of the workspace into the channel; oneself: joins."""

    user = fields.ScopedRelatedField(User)


class MessageSerializer(StrictModelSerializer):
    """A message. Of a deleted one with replies, only that it was there."""

    content = fields.StrictCharField(max_length=MAX_CONTENT)
    reply_count = serializers.IntegerField(read_only=True)
    mentions = serializers.ListField(
        child=serializers.UUIDField(),
        read_only=True,
        help_text="The people whom the content names as `@username`, as it was written.",
    )

    class Meta:
        model = Message
        fields = tuple(MessageRows.columns)
        read_only_fields = tuple(name for name in MessageRows.columns if name != "content")


class MessageCreateSerializer(StrictSerializer):
    """A new message, or with `parent` a reply; a reply to a reply joins the thread of the first."""

    channel = fields.ScopedRelatedField(Channel)
    content = fields.StrictCharField(max_length=MAX_CONTENT)
    parent = fields.ScopedRelatedField(Message, required=False, allow_null=True)
