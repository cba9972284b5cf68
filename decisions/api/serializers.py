"""What comes in and goes out of transcripts, decisions and relationships."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from decisions.models import (
    MAX_CONTENT,
    MAX_JSON,
    MAX_PARTICIPANTS,
    MAX_TEXT,
    Decision,
    DecisionRelationship,
    Transcript,
)
from decisions.search import marked
from projects.models import Project
from workspaces.models import User


class TranscriptListRows(Rows):
    """A transcript in a list: all but its content, which can be a megabyte."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "title": None,
        "webhook_id": None,
        "source": None,
        "occurred_at": None,
        "participants": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class TranscriptRows(Rows):
    """A transcript as it is answered."""

    columns: ClassVar = {**TranscriptListRows.columns, "content": None}


class DecisionRows(Rows):
    """A decision as it is answered."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "transcript": "transcript_id",
        "title": None,
        "statement": None,
        "rationale": None,
        "status": None,
        "confidence": None,
        "impacts": None,
        "consensus": None,
        "anomalies": None,
        "created_by": "created_by_id",
        "decided_by": "decided_by_id",
        "decided_at": None,
        "deleted_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


def _as_html(row: dict[str, Any]) -> None:
    row["title_html"] = marked(row["title_html"])
    row["excerpt_html"] = marked(row["excerpt_html"])


class FoundDecisionRows(Rows):
    """A decision that was found, with the words that it was found by."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "title": None,
        "status": None,
        "decided_at": None,
        "rank": None,
        "title_html": "marked_title",
        "excerpt_html": "marked_excerpt",
    }
    finish: ClassVar = staticmethod(_as_html)


class RelationshipRows(Rows):
    """A relationship as it is answered."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "source": "source_id",
        "target": "target_id",
        "kind": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ParticipantSerializer(StrictSerializer):
    """Somebody who took part."""

    name = fields.StrictCharField(max_length=200)
    email = fields.StrictCharField(required=False, max_length=255, allow_blank=False)
    role = fields.StrictCharField(required=False, max_length=100)

    def validate_email(self, value: str) -> str:
        serializers.EmailField(max_length=255).run_validation(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # A PATCH of the list is of whole people: nobody is required in one by itself.
        if "name" not in attrs:
            raise serializers.ValidationError({"name": [_("This field is required.")]})
        return attrs


class TranscriptSerializer(StrictModelSerializer):
    """What was said in a meeting."""

    participants = ParticipantSerializer(many=True, required=False, max_length=MAX_PARTICIPANTS)
    content = fields.StrictCharField(
        max_length=MAX_CONTENT, allow_blank=True, trim_whitespace=False, required=False
    )

    class Meta:
        model = Transcript
        fields = tuple(TranscriptRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "project",
            "webhook_id",
            "version",
            "created_at",
            "updated_at",
        )


class TranscriptCreateSerializer(TranscriptSerializer):
    """A new transcript; `webhook_id` is the sender's own name for it, unique in the project."""

    project = fields.ScopedRelatedField(Project)

    class Meta(TranscriptSerializer.Meta):
        read_only_fields = tuple(
            name
            for name in TranscriptSerializer.Meta.read_only_fields
            if name not in ("project", "webhook_id")
        )


class TranscriptInListSerializer(TranscriptSerializer):
    """A transcript without its content."""

    content = None

    class Meta(TranscriptSerializer.Meta):
        fields = tuple(TranscriptListRows.columns)


class ConfidenceField(serializers.FloatField):
    """A JSON number from 0 to 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=1, **kwargs)

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        if not 0 <= data <= 1:
            self.fail("max_value" if data > 1 else "min_value", max_value=1, min_value=0)
        return float(data)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "object", "additionalProperties": True},
            {"type": "array", "items": {}},
        ]
    }
)
class FreeField(fields.StrictJSONField):
    """An object or a list of whatever its writers need, bounded in bytes and depth."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(any_value=True, max_bytes=MAX_JSON, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict | list):
            self.fail("object")
        return super().to_internal_value(data)


class DecisionSerializer(StrictModelSerializer):
    """A decision. Directors and architects set its status, and who decided when."""

    statement = fields.StrictCharField(
        max_length=MAX_TEXT, allow_blank=True, trim_whitespace=False, required=False
    )
    rationale = fields.StrictCharField(
        max_length=MAX_TEXT, allow_blank=True, trim_whitespace=False, required=False
    )
    transcript = fields.ScopedRelatedField(Transcript, required=False, allow_null=True)
    confidence = ConfidenceField(required=False, allow_null=True)
    impacts = FreeField(required=False)
    consensus = FreeField(required=False)
    anomalies = FreeField(required=False)
    decided_by = fields.ScopedRelatedField(User, required=False, allow_null=True)

    class Meta:
        model = Decision
        fields = tuple(DecisionRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "project",
            "created_by",
            "deleted_at",
            "version",
            "created_at",
            "updated_at",
        )


class DecisionCreateSerializer(DecisionSerializer):
    """A new decision: a proposal, unless whoever may decide says more."""

    project = fields.ScopedRelatedField(Project)

    class Meta(DecisionSerializer.Meta):
        read_only_fields = tuple(
            name for name in DecisionSerializer.Meta.read_only_fields if name != "project"
        )


class FoundDecisionSerializer(StrictModelSerializer):
    """A decision that was found. The two `_html` are safe: text escaped, words in `<mark>`."""

    rank = serializers.FloatField(help_text="How well it fits: the more, the better.")
    title_html = serializers.CharField()
    excerpt_html = serializers.CharField()

    class Meta:
        model = Decision
        fields = tuple(FoundDecisionRows.columns)
        read_only_fields = fields


class RelationshipSerializer(StrictModelSerializer):
    """How a decision (`source`) bears on another (`target`) of its project."""

    source = fields.ScopedRelatedField(Decision)
    target = fields.ScopedRelatedField(Decision)

    class Meta:
        model = DecisionRelationship
        fields = tuple(RelationshipRows.columns)
        read_only_fields = ("id", "workspace", "project", "version", "created_at", "updated_at")


class NodeSerializer(StrictSerializer):
    """A decision of a graph; `depth` is how many steps away it is."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=Decision.Status.choices)
    depth = serializers.IntegerField()


class EdgeSerializer(StrictSerializer):
    """A relationship of two decisions of a graph."""

    id = serializers.UUIDField()
    source = serializers.UUIDField()
    target = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DecisionRelationship.Kind.choices)


class GraphSerializer(StrictSerializer):
    """What a decision bears on and what bears on it. PostgreSQL builds it; this describes it."""

    root = serializers.UUIDField()
    depth = serializers.IntegerField()
    nodes = NodeSerializer(many=True)
    edges = EdgeSerializer(many=True)
    truncated = serializers.BooleanField(help_text="Whether there is more than is shown.")
