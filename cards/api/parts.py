"""What hangs on cards over REST: comments, checklists, links, and saved filters of a board."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import BooleanField, CharField, Q, QuerySet, Value
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from boards.models import Board
from cards import services
from cards.models import MAX_COMMENT, Card, CardLink, ChecklistItem, Comment, SavedFilter
from cards.ordering import Place
from core.api import fields
from core.api.filters import BooleanFilter, ChoicesFilter, IdFilter, MomentFilter, StrictFilterSet
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from core.api.views import Creates, Destroys, Lists, Retrieves, TasklyViewSet, Updates

_BY_TIME: dict[str, str] = {"created_at": "created_at", "updated_at": "updated_at", "id": "id"}


class CommentRows(Rows):
    """A comment as it is answered."""

    columns: ClassVar = {
        "id": None,
        "board": "board_id",
        "card": "card_id",
        "author": "author_id",
        "content": None,
        "mentions": None,
        "edited_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class CommentSerializer(StrictModelSerializer):
    """A comment, in Markdown; `mentions` are the ids of the people whom it names by `@username`."""

    content = fields.StrictCharField(max_length=MAX_COMMENT)
    mentions = serializers.ListField(child=serializers.UUIDField(), read_only=True)

    class Meta:
        model = Comment
        fields = tuple(CommentRows.columns)
        read_only_fields = (
            "id",
            "board",
            "card",
            "author",
            "mentions",
            "edited_at",
            "version",
            "created_at",
            "updated_at",
        )


class CommentCreateSerializer(StrictSerializer):
    """A new comment on a card."""

    card = fields.ScopedRelatedField(Card)
    content = fields.StrictCharField(max_length=MAX_COMMENT)


class CommentFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    board = IdFilter(field_name="board_id")
    card = IdFilter(field_name="card_id")
    author = IdFilter(field_name="author_id", me=True)
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")


class CommentViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """What people said about cards. A comment is changed by its author alone."""

    model = Comment
    compiled_lists = True
    rows_class = CommentRows
    serializer_class = CommentSerializer
    serializer_classes: ClassVar = {"create": CommentCreateSerializer}
    filterset_class = CommentFilters
    orderings: ClassVar = _BY_TIME

    def create_one(self, **values: Any) -> Comment:
        """Say something about a card."""
        return services.comment_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Comment, *, expected_version: int | None, **values: Any
    ) -> Comment:
        return services.comment_edit(
            comment=instance,
            actor=self.request.user,
            content=values.get("content", instance.content),
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Comment, *, expected_version: int | None) -> None:
        services.comment_delete(
            comment=instance, actor=self.request.user, expected_version=expected_version
        )


class ChecklistItemRows(Rows):
    """A checklist item as it is answered."""

    columns: ClassVar = {
        "id": None,
        "board": "board_id",
        "card": "card_id",
        "checklist": None,
        "text": None,
        "done": ExpressionWrapper(Q(done_at__isnull=False), output_field=BooleanField()),
        "done_at": None,
        "done_by": "done_by_id",
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ChecklistItemSerializer(StrictModelSerializer):
    """A step of a card. Its place changes by moving it."""

    checklist = fields.StrictCharField(max_length=100)
    text = fields.StrictCharField(max_length=500)
    done = fields.StrictBooleanField(required=False)

    class Meta:
        model = ChecklistItem
        fields = tuple(ChecklistItemRows.columns)
        read_only_fields = (
            "id",
            "board",
            "card",
            "done_at",
            "done_by",
            "version",
            "created_at",
            "updated_at",
        )


class ChecklistItemCreateSerializer(StrictSerializer):
    """A new step at the end of a checklist; left out, its checklist is called "Checklist"."""

    card = fields.ScopedRelatedField(Card)
    checklist = fields.StrictCharField(max_length=100, required=False)
    text = fields.StrictCharField(max_length=500)
    done = fields.StrictBooleanField(required=False)


class ChecklistItemMoveSerializer(StrictSerializer):
    """Where an item is to land: before or after another of its card, or at an end."""

    before = fields.StrictUUIDField(required=False)
    after = fields.StrictUUIDField(required=False)
    place = fields.StrictChoiceField(choices=[("top", "top"), ("bottom", "bottom")], required=False)
    checklist = fields.StrictCharField(max_length=100, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        said = [name for name in ("before", "after", "place") if name in attrs]
        if len(said) > 1:
            raise serializers.ValidationError(
                {said[1]: [_("Give one of before, after and place.")]}
            )
        place = Place(
            end=attrs.pop("place", "bottom"),
            before=attrs.pop("before", None),
            after=attrs.pop("after", None),
        )
        return {"place": place, **attrs}


class ChecklistSerializer(StrictSerializer):
    """A checklist as a whole: a card's items that bear its name."""

    card = fields.ScopedRelatedField(Card)
    checklist = fields.StrictCharField(max_length=100)


class ChecklistRenameSerializer(ChecklistSerializer):
    """A checklist, and what it is to be called."""

    name = fields.StrictCharField(max_length=100)


class ChecklistItemFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    board = IdFilter(field_name="board_id")
    card = IdFilter(field_name="card_id")
    done = BooleanFilter(method="by_done")

    def by_done(
        self, items: QuerySet[ChecklistItem], name: str, value: bool
    ) -> QuerySet[ChecklistItem]:
        """What is ticked off, or what isn't."""
        return items.filter(done_at__isnull=not value)


class ChecklistItemViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """The steps of cards, by `position` in the order of their card."""

    model = ChecklistItem
    compiled_lists = True
    rows_class = ChecklistItemRows
    serializer_class = ChecklistItemSerializer
    serializer_classes: ClassVar = {
        "create": ChecklistItemCreateSerializer,
        "move": ChecklistItemMoveSerializer,
        "rename": ChecklistRenameSerializer,
        "clear": ChecklistSerializer,
    }
    filterset_class = ChecklistItemFilters
    orderings: ClassVar = {"position": "position", **_BY_TIME}
    default_ordering = "position"

    def create_one(self, **values: Any) -> ChecklistItem:
        """Add a step to a card."""
        return services.checklist_item_create(actor=self.request.user, **values)

    def update_one(
        self, instance: ChecklistItem, *, expected_version: int | None, **values: Any
    ) -> ChecklistItem:
        return services.checklist_item_update(
            item=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: ChecklistItem, *, expected_version: int | None) -> None:
        services.checklist_item_delete(
            item=instance, actor=self.request.user, expected_version=expected_version
        )

    @extend_schema(request=ChecklistItemMoveSerializer, responses=ChecklistItemSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Put an item in another place of its card, perhaps into another checklist."""
        item = self.get_object()
        return self.answer(
            services.checklist_item_move(
                item=item,
                actor=request.user,
                expected_version=self.expected_version(item),
                **self.validated(),
            )
        )

    @extend_schema(request=ChecklistRenameSerializer, responses={204: None})
    @action(detail=False, methods=["post"])
    def rename(self, request: Request, **kwargs: Any) -> Response:
        """Give a whole checklist another name."""
        services.checklist_rename(actor=request.user, **self.validated())
        return Response(status=204)

    @extend_schema(request=ChecklistSerializer, responses={204: None})
    @action(detail=False, methods=["post"])
    def clear(self, request: Request, **kwargs: Any) -> Response:
        """Take a whole checklist off its card."""
        services.checklist_delete(actor=request.user, **self.validated())
        return Response(status=204)


def _key(card: str) -> Concat:
    """The key of one of a link's cards."""
    return Concat(
        "workspace__key",
        Value("-"),
        Cast(f"{card}__number", CharField()),
        output_field=CharField(),
    )


class CardLinkRows(Rows):
    """A link between cards as it is answered."""

    columns: ClassVar = {
        "id": None,
        "source": "source_id",
        "source_key": _key("source"),
        "target": "target_id",
        "target_key": _key("target"),
        "kind": None,
        "created_at": None,
    }


class CardLinkSerializer(StrictModelSerializer):
    """A link: `source` blocks, relates to, duplicates or is the parent of `target`."""

    source_key = serializers.CharField(read_only=True)
    target_key = serializers.CharField(read_only=True)

    class Meta:
        model = CardLink
        fields = tuple(CardLinkRows.columns)
        read_only_fields = fields


class CardLinkCreateSerializer(StrictSerializer):
    """A new link between two cards of a workspace."""

    source = fields.ScopedRelatedField(Card)
    target = fields.ScopedRelatedField(Card)
    kind = fields.StrictChoiceField(choices=CardLink.Kind.choices)


class CardLinkFilters(StrictFilterSet):
    """`card` is either end."""

    workspace = IdFilter(field_name="workspace_id")
    card = IdFilter(method="by_card")
    source = IdFilter(field_name="source_id")
    target = IdFilter(field_name="target_id")
    kind = ChoicesFilter(field_name="kind", choices=CardLink.Kind.choices)

    def by_card(self, links: QuerySet[CardLink], name: str, value: Any) -> QuerySet[CardLink]:
        """What leads from a card and what leads to it."""
        return links.filter(Q(source_id=value) | Q(target_id=value))


class CardLinkViewSet(Lists, Retrieves, Creates, Destroys, TasklyViewSet):
    """How cards hang together. Blocking and being the parent never form a loop."""

    model = CardLink
    rows_class = CardLinkRows
    serializer_class = CardLinkSerializer
    serializer_classes: ClassVar = {"create": CardLinkCreateSerializer}
    filterset_class = CardLinkFilters
    orderings: ClassVar = {"created_at": "created_at", "id": "id"}

    def create_one(self, **values: Any) -> CardLink:
        """Link two cards."""
        return services.card_link_create(actor=self.request.user, **values)

    def destroy_one(self, instance: CardLink, *, expected_version: int | None) -> None:
        services.card_link_delete(link=instance, actor=self.request.user)


class SavedFilterRows(Rows):
    """A saved filter as it is answered."""

    columns: ClassVar = {
        "id": None,
        "board": "board_id",
        "user": "user_id",
        "name": None,
        "query": None,
        "shared": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class SavedFilterSerializer(StrictModelSerializer):
    """A filter of a board; `query` is an address's query, such as `priority=high&assignee=me`."""

    query = fields.StrictCharField(max_length=2000)

    class Meta:
        model = SavedFilter
        fields = tuple(SavedFilterRows.columns)
        read_only_fields = ("id", "board", "user", "version", "created_at", "updated_at")


class SavedFilterCreateSerializer(SavedFilterSerializer):
    """A new filter of a board."""

    board = fields.ScopedRelatedField(Board)

    class Meta(SavedFilterSerializer.Meta):
        read_only_fields = tuple(
            name for name in SavedFilterSerializer.Meta.read_only_fields if name != "board"
        )


class SavedFilterFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    board = IdFilter(field_name="board_id")
    user = IdFilter(field_name="user_id", me=True)
    shared = BooleanFilter(field_name="shared")


class SavedFilterViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """The caller's filters, and those that others share."""

    model = SavedFilter
    rows_class = SavedFilterRows
    serializer_class = SavedFilterSerializer
    serializer_classes: ClassVar = {"create": SavedFilterCreateSerializer}
    filterset_class = SavedFilterFilters
    orderings: ClassVar = {"name": "name", **_BY_TIME}

    def create_one(self, **values: Any) -> SavedFilter:
        """Keep a filter of a board."""
        return services.saved_filter_create(actor=self.request.user, **values)

    def update_one(
        self, instance: SavedFilter, *, expected_version: int | None, **values: Any
    ) -> SavedFilter:
        return services.saved_filter_update(
            saved=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: SavedFilter, *, expected_version: int | None) -> None:
        services.saved_filter_delete(
            saved=instance, actor=self.request.user, expected_version=expected_version
        )
