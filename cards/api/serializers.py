"""What comes in and goes out of cards."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from boards.models import Board, Sprint
from cards.models import MAX_DESCRIPTION, MAX_METADATA, MAX_TITLE, Card, CardAssignee
from cards.ordering import Place
from cards.services.moving import KEEP
from cards.snapshot import card_part_schemas
from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from projects.models import Feature
from workspaces.models import User, WorkspaceMember


class CardRows(Rows):
    """A card as it is answered, one or many, by one query."""

    columns: ClassVar = {
        "id": None,
        "key": Concat(
            "workspace__key", Value("-"), Cast("number", CharField()), output_field=CharField()
        ),
        "number": None,
        "board": "board_id",
        "column_id": None,
        "title": None,
        "description": None,
        "metadata": None,
        "priority": None,
        "story_points": None,
        "estimated_hours": None,
        "due_date": None,
        "sprint": "sprint_id",
        "feature": "feature_id",
        "assignees": ArraySubquery(
            CardAssignee.objects.filter(card_id=OuterRef("pk")).order_by("id").values("user_id")
        ),
        "created_by": "created_by_id",
        "completed_at": None,
        "archived_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": True,
        "properties": {
            "labels": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name"],
                    "additionalProperties": False,
                    "properties": {
                        "id": {"type": "string", "minLength": 1, "maxLength": 64},
                        "name": {"type": "string", "minLength": 1, "maxLength": 50},
                        "color": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
                    },
                },
            },
            "acceptance_criteria": {"type": ["string", "null"]},
        },
    }
)
class MetadataField(fields.StrictJSONField):
    """Labels and whatever else a card carries; a PATCH merges after RFC 7396."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_depth=8, max_bytes=MAX_METADATA, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        metadata = super().to_internal_value(data)
        labels = metadata.get("labels", [])
        if labels is None:
            return metadata
        if not isinstance(labels, list):
            raise serializers.ValidationError({"labels": [_("This has to be a list.")]})
        errors: dict[str, Any] = {}
        seen: set[str] = set()
        for index, each in enumerate(labels):
            label = _LabelSerializer(data=each, context=self.context)
            if not label.is_valid():
                errors[str(index)] = label.errors
            elif label.validated_data["name"].lower() in seen:
                errors[str(index)] = {"name": [_("The card has this label twice.")]}
            else:
                seen.add(label.validated_data["name"].lower())
        if errors:
            raise serializers.ValidationError({"labels": errors})
        criteria = metadata.get("acceptance_criteria")
        if criteria is not None and not isinstance(criteria, str):
            raise serializers.ValidationError({"acceptance_criteria": [_("This has to be text.")]})
        return metadata


class _LabelSerializer(StrictSerializer):
    """A label of a card; id and color are filled in as the board has them."""

    id = serializers.RegexField(r"\A[!-~]{1,64}\Z", required=False)
    name = fields.StrictCharField(max_length=50)
    color = serializers.RegexField(r"\A#[0-9a-fA-F]{6}\Z", required=False)


class LabelChangeSerializer(StrictSerializer):
    """A new name or color for a label, over the whole board."""

    name = fields.StrictCharField(max_length=50, required=False)
    color = serializers.RegexField(r"\A#[0-9a-fA-F]{6}\Z", required=False)


class LabelSerializer(StrictSerializer):
    """A label in use on a board."""

    id = serializers.CharField()
    name = serializers.CharField()
    color = serializers.CharField()
    cards = serializers.IntegerField(help_text="How many of the board's cards have it.")


class CardSerializer(StrictModelSerializer):
    """A card. Its place changes by moving it, its key and number never."""

    key = serializers.SerializerMethodField()
    column_id = serializers.UUIDField(read_only=True)
    title = fields.StrictCharField(max_length=MAX_TITLE)
    description = fields.StrictCharField(
        max_length=MAX_DESCRIPTION, allow_blank=True, trim_whitespace=False, required=False
    )
    metadata = MetadataField(required=False)
    sprint = fields.ScopedRelatedField(Sprint, required=False, allow_null=True)
    feature = fields.ScopedRelatedField(Feature, required=False, allow_null=True)
    assignees = fields.ScopedRelatedField(User, many=True, required=False)

    class Meta:
        model = Card
        fields = tuple(CardRows.columns)
        read_only_fields = (
            "id",
            "number",
            "board",
            "created_by",
            "completed_at",
            "archived_at",
            "version",
            "created_at",
            "updated_at",
        )
        extra_kwargs: ClassVar = {"story_points": {"min_value": 0, "max_value": 999}}

    def get_key(self, card: Card) -> str:
        """What a key that is sent back is compared to; answers have it from `CardRows`."""
        return f"{card.workspace.key}-{card.number}"


class CardCreateSerializer(CardSerializer):
    """A new card, at the bottom of a column (the board's first, if none is named)."""

    board = fields.ScopedRelatedField(Board)
    column_id = fields.StrictUUIDField(required=False)
    override_wip_limit = fields.StrictBooleanField(required=False, write_only=True)

    class Meta(CardSerializer.Meta):
        fields = (*CardSerializer.Meta.fields, "override_wip_limit")
        read_only_fields = tuple(
            name for name in CardSerializer.Meta.read_only_fields if name != "board"
        )


class MoveSerializer(StrictSerializer):
    """Where a card goes: a column, and at most one of before, after and place."""

    column_id = fields.StrictUUIDField()
    before = fields.StrictUUIDField(required=False)
    after = fields.StrictUUIDField(required=False)
    place = fields.StrictChoiceField(choices=["top", "bottom"], required=False)
    board_id = fields.ScopedRelatedField(Board, required=False)
    sprint_id = fields.ScopedRelatedField(Sprint, required=False, allow_null=True)
    override_wip_limit = fields.StrictBooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The move as `card_move` takes it."""
        given = [name for name in ("before", "after", "place") if name in attrs]
        if len(given) > 1:
            raise serializers.ValidationError(
                {given[1]: [_("Say only one of before, after and place.")]}
            )
        return {
            **({"card": attrs["id"]} if "id" in attrs else {}),
            **({"version": attrs["version"]} if "version" in attrs else {}),
            "column_id": attrs["column_id"],
            "place": Place(
                end=attrs.get("place", "bottom"),
                before=attrs.get("before"),
                after=attrs.get("after"),
            ),
            "board": attrs.get("board_id"),
            "sprint": attrs.get("sprint_id", KEEP),
            "override_wip_limit": attrs.get("override_wip_limit", False),
        }


class UnarchiveSerializer(StrictSerializer):
    """An admin may bring a card back into a full column."""

    override_wip_limit = fields.StrictBooleanField(required=False)


class BulkChangeSerializer(CardSerializer):
    """A change of one card among many."""

    id = fields.ScopedRelatedField(Card)
    version = fields.StrictIntegerField(required=False, min_value=1)
    title = fields.StrictCharField(max_length=MAX_TITLE, required=False)

    class Meta(CardSerializer.Meta):
        read_only_fields = tuple(
            name for name in CardSerializer.Meta.read_only_fields if name not in ("id", "version")
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            "card": attrs.pop("id"),
            "version": attrs.pop("version", None),
            "changes": attrs,
        }


class BulkMoveSerializer(MoveSerializer):
    """A move of one card among many."""

    id = fields.ScopedRelatedField(Card)
    version = fields.StrictIntegerField(required=False, min_value=1)


class BulkSerializer(StrictSerializer):
    """Up to 500 cards at once, all or nothing."""

    LISTS = ("create", "change", "move", "archive", "unarchive")
    LIMIT = 500

    create = CardCreateSerializer(many=True, required=False, max_length=LIMIT)
    change = BulkChangeSerializer(many=True, required=False, max_length=LIMIT)
    move = BulkMoveSerializer(many=True, required=False, max_length=LIMIT)
    archive = fields.ScopedRelatedField(Card, many=True, required=False, max_length=LIMIT)
    unarchive = fields.ScopedRelatedField(Card, many=True, required=False, max_length=LIMIT)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            self._look_up_at_once(data)
        return super().to_internal_value(data)

    def _look_up_at_once(self, data: dict[str, Any]) -> None:
        """The ids of five hundred cards in five queries, not in two thousand."""
        wanted: dict[type, set[Any]] = {
            model: set() for model in (Card, Board, Sprint, Feature, User)
        }
        names = {"id": Card, "board": Board, "board_id": Board, "sprint": Sprint,
                 "sprint_id": Sprint, "feature": Feature}  # fmt: skip
        for name in ("create", "change", "move"):
            items = data.get(name)
            for item in items if isinstance(items, list) else ():
                if not isinstance(item, dict):
                    continue
                for member, model in names.items():
                    wanted[model].add(fields.parse_uuid(item.get(member)))
                people = item.get("assignees")
                for person in people if isinstance(people, list) else ():
                    wanted[User].add(fields.parse_uuid(person))
        for model, ids in wanted.items():
            fields.ScopedLookup(model, self.context).remember(ids - {None})

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        amount = sum(len(attrs.get(name, ())) for name in self.LISTS)
        if amount > self.LIMIT:
            raise serializers.ValidationError(
                {"non_field_errors": [_("There may be at most 500 cards at once.")]}
            )
        return attrs


class BulkAnswerSerializer(StrictSerializer):
    """The cards by the same names."""

    create = CardSerializer(many=True)
    change = CardSerializer(many=True)
    move = CardSerializer(many=True)
    archive = CardSerializer(many=True)
    unarchive = CardSerializer(many=True)


class ColumnRemoveSerializer(StrictSerializer):
    """Where the cards of a removed column go."""

    move_cards_to = fields.StrictUUIDField(required=False)
    override_wip_limit = fields.StrictBooleanField(required=False)


class DrawnLabelSerializer(StrictSerializer):
    """A label as cards carry it."""

    id = serializers.CharField()
    name = serializers.CharField()
    color = serializers.CharField()


class DrawnBoardSerializer(StrictSerializer):
    """The board, but for its columns, which stand beside it with their cards."""

    id = serializers.UUIDField()
    workspace = serializers.UUIDField()
    project = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    archived = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DrawnSprintSerializer(StrictSerializer):
    """A sprint that the board's cards can be in."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    goal = serializers.CharField()
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    status = serializers.ChoiceField(choices=Sprint.Status.choices)
    capacity_points = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()


class DrawnMemberSerializer(StrictSerializer):
    """Somebody whom the board's cards can be assigned to."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    full_name = serializers.CharField()
    avatar_url = serializers.CharField()
    role = serializers.ChoiceField(choices=WorkspaceMember.Role.choices)


class DrawnCardSerializer(StrictSerializer):
    """What a drawn card shows, with the parts that apps above have registered."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    labels = DrawnLabelSerializer(many=True)
    assignees = serializers.ListField(child=serializers.UUIDField())
    priority = serializers.ChoiceField(choices=Card.Priority.choices)
    story_points = serializers.IntegerField(allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    sprint = serializers.UUIDField(allow_null=True)
    feature = serializers.UUIDField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        shown = super().get_fields()
        for name, schema in card_part_schemas().items():
            shown[name] = extend_schema_field(dict(schema))(serializers.JSONField())
        return shown


class ChangedCardSerializer(DrawnCardSerializer):
    """A card that changed or came to the board, and where it stands now."""

    column_id = serializers.UUIDField()
    after = serializers.UUIDField(
        allow_null=True,
        help_text="The card that it stands directly behind; null at the top of its column.",
    )


class BareColumnSerializer(StrictSerializer):
    """A column, whose cards are known."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    category = serializers.CharField()
    wip_limit = serializers.IntegerField(allow_null=True)


class DrawnColumnSerializer(BareColumnSerializer):
    """A column with its cards in order."""

    cards = DrawnCardSerializer(many=True)


class SnapshotSerializer(StrictSerializer):
    """The whole board. PostgreSQL builds it; this only describes it."""

    board = DrawnBoardSerializer()
    columns = DrawnColumnSerializer(many=True)
    sprints = DrawnSprintSerializer(many=True)
    labels = DrawnLabelSerializer(many=True)
    members = DrawnMemberSerializer(many=True)
    event_id = serializers.IntegerField()


class ChangesSerializer(StrictSerializer):
    """What changed on the board since an earlier answer; all but the cards is whole."""

    board = DrawnBoardSerializer()
    columns = BareColumnSerializer(many=True)
    cards = ChangedCardSerializer(many=True)
    left = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="Cards that are on the board no more: moved to another, archived or deleted.",
    )
    sprints = DrawnSprintSerializer(many=True)
    labels = DrawnLabelSerializer(many=True)
    members = DrawnMemberSerializer(many=True)
    event_id = serializers.IntegerField()
