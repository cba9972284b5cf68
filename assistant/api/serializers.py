"""What comes in and goes out of conversations, their messages, and the active project."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from assistant.models import MAX_CONTENT, MAX_TITLE, Conversation, ConversationMessage, UserContext
from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from projects.models import Project


class ConversationRows(Rows):
    """A conversation as it is answered."""

    columns: ClassVar = {
        "id": None,
        "title": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ConversationMessageRows(Rows):
    """What was said, as it is answered."""

    columns: ClassVar = {
        "id": None,
        "conversation": "conversation_id",
        "role": None,
        "content": None,
        "created_at": None,
    }


class UserContextRows(Rows):
    """The active project, as it is answered."""

    columns: ClassVar = {
        "active_project": "active_project_id",
        "version": None,
        "updated_at": None,
    }


class ConversationSerializer(StrictModelSerializer):
    """A conversation of the caller's. Each message raises its version, and moves `updated_at`."""

    title = fields.StrictCharField(
        max_length=MAX_TITLE,
        allow_blank=True,
        required=False,
        help_text="Left empty, the first message gives it.",
    )

    class Meta:
        model = Conversation
        fields = tuple(ConversationRows.columns)
        read_only_fields = ("id", "version", "created_at", "updated_at")


class ConversationMessageSerializer(StrictModelSerializer):
    """Something said, by the caller (`user`) or by the assistant."""

    class Meta:
        model = ConversationMessage
        fields = tuple(ConversationMessageRows.columns)
        read_only_fields = fields


class ConversationMessagePostSerializer(StrictSerializer):
    """What the caller says; who says it isn't for the body to tell."""

    content = fields.StrictCharField(max_length=MAX_CONTENT)


class UserContextSerializer(StrictModelSerializer):
    """The project that the caller's commands are about; version 0 is none that was ever chosen."""

    active_project = fields.ScopedRelatedField(Project, allow_null=True)
    updated_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = UserContext
        fields = tuple(UserContextRows.columns)
        read_only_fields = ("version", "updated_at")
