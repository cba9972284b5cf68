"""What comes in and goes out of boards and sprints."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from boards.models import Board, ColumnCategory, Sprint
from boards.services import MAX_WIP_LIMIT
from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from projects.models import Project
from workspaces.models import Workspace


class BoardRows(Rows):
    """A board as it is answered."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "name": None,
        "columns": None,
        "archived": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class SprintRows(Rows):
    """A sprint as it is answered."""

    columns: ClassVar = {
        "id": None,
        "board": "board_id",
        "name": None,
        "goal": None,
        "start_date": None,
        "end_date": None,
        "capacity_points": None,
        "status": None,
        "started_at": None,
        "completed_at": None,
        "committed_points": None,
        "committed_cards": None,
        "completed_points": None,
        "completed_cards": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ColumnSerializer(StrictSerializer):
    """A new column: `position` is its place from 0, the last if it is left out."""

    name = fields.StrictCharField(max_length=100)
    category = fields.StrictChoiceField(choices=ColumnCategory.choices, required=False)
    wip_limit = fields.StrictIntegerField(
        min_value=1, max_value=MAX_WIP_LIMIT, allow_null=True, required=False
    )
    position = fields.StrictIntegerField(min_value=0, required=False)


class ColumnChangeSerializer(ColumnSerializer):
    """What changes about a column."""

    name = fields.StrictCharField(max_length=100, required=False)


class ColumnOfBoardSerializer(StrictSerializer):
    """A column as its board answers it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    category = serializers.ChoiceField(choices=ColumnCategory.choices)
    wip_limit = serializers.IntegerField(allow_null=True)


@extend_schema_field(ColumnOfBoardSerializer(many=True))
class ColumnsField(serializers.JSONField):
    """The columns as their board holds them, in order."""


class _NewBoardColumnSerializer(StrictSerializer):
    """A column of a new board."""

    name = fields.StrictCharField(max_length=100)
    category = fields.StrictChoiceField(choices=ColumnCategory.choices, required=False)
    wip_limit = fields.StrictIntegerField(
        min_value=1, max_value=MAX_WIP_LIMIT, allow_null=True, required=False
    )


@extend_schema_field(
    {
        "type": "array",
        "minItems": 1,
        "maxItems": 100,
        "items": {
            "oneOf": [
                {"type": "string", "minLength": 1, "maxLength": 100},
                {
                    "type": "object",
                    "required": ["name"],
                    "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string", "minLength": 1, "maxLength": 100},
                        "category": {"type": "string", "enum": ColumnCategory.values},
                        "wip_limit": {
                            "type": ["integer", "null"],
                            "minimum": 1,
                            "maximum": MAX_WIP_LIMIT,
                        },
                    },
                },
            ]
        },
    }
)
class NewColumnsField(serializers.ListField):
    """The columns of a new board: names, or objects with a name, in order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=100, **kwargs)

    def run_child_validation(self, data: list[Any]) -> list[dict[str, Any]]:
        columns: list[dict[str, Any]] = []
        errors: dict[str, Any] = {}
        for index, each in enumerate(data):
            serializer = _NewBoardColumnSerializer(
                data={"name": each} if isinstance(each, str) else each, context=self.context
            )
            if serializer.is_valid():
                columns.append(serializer.validated_data)
            else:
                errors[str(index)] = serializer.errors
        if errors:
            raise serializers.ValidationError(errors)
        return columns


class BoardSerializer(StrictModelSerializer):
    """A board; its columns change by actions of their own."""

    columns = ColumnsField(read_only=True)
    project = fields.ScopedRelatedField(Project, required=False, allow_null=True)

    class Meta:
        model = Board
        fields = tuple(BoardRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "archived",
            "version",
            "created_at",
            "updated_at",
        )


class BoardCreateSerializer(StrictSerializer):
    """A new board; without `columns` it gets To Do, In Progress, In Review and Done."""

    workspace = fields.ScopedRelatedField(Workspace)
    project = fields.ScopedRelatedField(Project, required=False, allow_null=True)
    name = fields.StrictCharField(max_length=100)
    columns = NewColumnsField(required=False)


class SprintSerializer(StrictModelSerializer):
    """A sprint. Its status changes by starting and completing it."""

    class Meta:
        model = Sprint
        fields = tuple(SprintRows.columns)
        read_only_fields = (
            "id",
            "board",
            "status",
            "started_at",
            "completed_at",
            "committed_points",
            "committed_cards",
            "completed_points",
            "completed_cards",
            "version",
            "created_at",
            "updated_at",
        )
        extra_kwargs: ClassVar = {
            "goal": {"max_length": 10_000},
            "capacity_points": {"max_value": 1_000_000, "min_value": 0},
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start = attrs.get("start_date", getattr(self.instance, "start_date", None))
        end = attrs.get("end_date", getattr(self.instance, "end_date", None))
        if start is not None and end is not None and end < start:
            raise serializers.ValidationError(
                {"end_date": [_("A sprint ends on or after the day it starts.")]}
            )
        return attrs


class SprintCreateSerializer(SprintSerializer):
    """A new sprint, planned."""

    board = fields.ScopedRelatedField(Board)

    class Meta(SprintSerializer.Meta):
        read_only_fields = tuple(
            name for name in SprintSerializer.Meta.read_only_fields if name != "board"
        )
