"""An entry of the log as the API answers it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import CharField, QuerySet, Value
from rest_framework import serializers

from core.acting import SOURCES
from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictSerializer
from core.history.lines import Group, lines_of
from core.history.names import Rows as RowsToName
from core.models import EventLog

_SAID = Value("", output_field=CharField())


class EventRows(Rows):
    """An entry, with who did it by name and a sentence that says what: see `told`."""

    columns: ClassVar = {
        "id": None,
        "timestamp": None,
        "actor": "actor_id",
        "actor_name": _SAID,
        "action": None,
        "action_id": None,
        "entity_type": None,
        "entity_id": None,
        "summary": _SAID,
        "workspace": "workspace_id",
        "project": "project_id",
        "board": "board_id",
        "channel": "channel_id",
        "source": None,
        "details": None,
    }

    @classmethod
    def told(
        cls, queryset: QuerySet[Any], also: Iterable[str], rows: RowsToName
    ) -> list[dict[str, Any]]:
        """The rows with their sentences, named by what the reader may see."""
        answers = cls.read(queryset, also)
        entries = [_entry(answer) for answer in answers]
        for answer, line in zip(
            answers, lines_of([Group([e]) for e in entries], rows), strict=True
        ):
            answer["actor_name"] = line.actor
            answer["summary"] = line.sentence
            answer["details"] = line.entry.details
        return answers


def _entry(answer: dict[str, Any]) -> EventLog:
    """The entry behind an answer."""
    return EventLog(
        id=answer["id"],
        workspace_id=answer["workspace"],
        project_id=answer["project"],
        board_id=answer["board"],
        channel_id=answer["channel"],
        actor_id=answer["actor"],
        action=answer["action"],
        action_id=answer["action_id"],
        entity_type=answer["entity_type"],
        entity_id=answer["entity_id"],
        timestamp=answer["timestamp"],
        details=answer["details"],
        source=answer["source"],
    )


class EventSerializer(StrictSerializer):
    """One changed row: who did what, when, and its columns before and after."""

    id = serializers.IntegerField()
    timestamp = serializers.DateTimeField()
    actor = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField()
    action = serializers.CharField()
    action_id = serializers.UUIDField()
    entity_type = serializers.CharField()
    entity_id = serializers.UUIDField()
    summary = serializers.CharField()
    workspace = serializers.UUIDField(allow_null=True)
    project = serializers.UUIDField(allow_null=True)
    board = serializers.UUIDField(allow_null=True)
    channel = serializers.UUIDField(allow_null=True)
    source = serializers.ChoiceField(choices=SOURCES)
    details = serializers.JSONField()


class VisitSerializer(StrictSerializer):
    """How far the caller has read: to `event_id`, or to now."""

    event_id = fields.StrictBigIntegerField(min_value=0, required=False)


class SeenSerializer(StrictSerializer):
    """How far the caller has read by now, and when they last said so."""

    event_id = serializers.IntegerField()
    seen_at = serializers.DateTimeField()
