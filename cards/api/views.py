"""Cards, and what of a board is made of its cards."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.serializers import (
    BoardRows,
    BoardSerializer,
    ColumnChangeSerializer,
    ColumnSerializer,
)
from boards.models import Board
from boards.services import column_add, column_update
from cards import services
from cards.api.filters import CardFilters
from cards.api.serializers import (
    BulkAnswerSerializer,
    BulkSerializer,
    CardCreateSerializer,
    CardRows,
    CardSerializer,
    ChangesSerializer,
    ColumnRemoveSerializer,
    LabelChangeSerializer,
    LabelSerializer,
    MoveSerializer,
    SnapshotSerializer,
    UnarchiveSerializer,
)
from cards.models import Card
from cards.querysets import PRIORITY_RANK
from cards.services.labels import labels_in_use
from cards.snapshot import board_changes, board_snapshot, board_state
from core.api import versions
from core.api.pagination import single
from core.api.renderers import RawJSON
from core.api.serializers import EmptySerializer
from core.api.views import (
    LARGE_BODY_LIMIT,
    Creates,
    Destroys,
    Lists,
    Retrieves,
    TasklyViewSet,
    Updates,
)
from core.api.visible import visible_row
from core.models import EventLog

SINCE_EVENT = "since_event"
LARGEST_EVENT = 2**63 - 1


class CardViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Cards of the caller's workspaces, by id or by key (`ACME-42`)."""

    model = Card
    compiled_lists = True
    rows_class = CardRows
    serializer_class = CardSerializer
    serializer_classes: ClassVar = {
        "create": CardCreateSerializer,
        "move": MoveSerializer,
        "archive": EmptySerializer,
        "unarchive": UnarchiveSerializer,
        "bulk": BulkSerializer,
    }
    filterset_class = CardFilters
    orderings: ClassVar = {
        "number": "number",
        "title": "title",
        "priority": PRIORITY_RANK,
        "due_date": "due_date",
        "story_points": "story_points",
        "position": "position",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"
    lookup_value_converter = "card"
    body_limits: ClassVar = {"bulk": LARGE_BODY_LIMIT}

    def get_queryset(self) -> QuerySet[Card]:
        if self.acts_as == "list" and "board" in self.request.query_params:
            return Card.objects.on_boards_visible_to(self.request.user)
        return super().get_queryset()

    def get_object(self) -> Card:
        reference = self.kwargs["id"]
        if len(reference) != 36:
            return super().get_object()
        card: Card | None = visible_row(Card, uuid.UUID(reference), self.request.user)
        if card is None:
            raise exceptions.NotFound()
        return card

    def lookup(self) -> dict[str, Any]:
        return {"pk__in": Card.objects.with_reference(self.kwargs["id"]).values("pk")}

    def filter_queryset(self, queryset: QuerySet[Card]) -> QuerySet[Card]:
        asked = self.request.query_params
        if self.acts_as == "list" and "archived" not in asked and asked.get("open") != "false":
            queryset = queryset.filter(archived_at__isnull=True)
        return super().filter_queryset(queryset)

    def history_of(self, instance: Card) -> QuerySet[EventLog]:
        """The card's newest entry and what came after it of its assignees."""
        newest = super().history_of(instance).aggregate(newest=Max("id"))["newest"] or 0
        card_id = str(instance.pk)
        of_assignees = Q(details__after__card_id=card_id) | Q(details__before__card_id=card_id)
        return EventLog.objects.filter(
            Q(pk=newest)
            | Q(
                of_assignees, pk__gt=newest, board_id=instance.board_id, entity_type="card_assignee"
            )
        )

    def create_one(self, **values: Any) -> Card:
        """Make a card at the bottom of a column."""
        return services.card_create(actor=self.request.user, **values)

    def update_one(self, instance: Card, *, expected_version: int | None, **values: Any) -> Card:
        return services.card_update(
            card=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Card, *, expected_version: int | None) -> None:
        services.card_delete(
            card=instance, actor=self.request.user, expected_version=expected_version
        )

    @extend_schema(request=MoveSerializer, responses=CardSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Put the card somewhere else, relative to other cards."""
        card = self.get_object()
        return self.answer(
            services.card_move(
                card=card,
                actor=request.user,
                expected_version=self.expected_version(card),
                **self.validated(),
            )
        )

    @extend_schema(request=EmptySerializer, responses=CardSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, **kwargs: Any) -> Response:
        """Take the card off its board."""
        card = self.get_object()
        self.validated()
        return self.answer(
            services.card_archive(
                card=card, actor=request.user, expected_version=self.expected_version(card)
            )
        )

    @extend_schema(request=UnarchiveSerializer, responses=CardSerializer)
    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, **kwargs: Any) -> Response:
        """Bring the card back to where it stood."""
        card = self.get_object()
        return self.answer(
            services.card_unarchive(
                card=card,
                actor=request.user,
                expected_version=self.expected_version(card),
                **self.validated(),
            )
        )

    @extend_schema(request=BulkSerializer, responses=BulkAnswerSerializer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request, **kwargs: Any) -> Response:
        """Create, change, move, archive and unarchive up to 500 cards, all or nothing."""
        wanted = self.validated()
        # Read while they are still locked: afterwards, one may have been deleted already.
        with transaction.atomic():
            done = services.cards_bulk(actor=request.user, **wanted)
            ids = {card.pk for cards in done.values() for card in cards}
            rows = CardRows.read(self.for_answer(Card.objects.filter(pk__in=ids)))
        answers = {row["id"]: row for row in rows}
        return Response(
            {name: [answers[card.pk] for card in cards] for name, cards in done.items()}
        )


class BoardPartsViewSet(TasklyViewSet):
    """What of a board has to do with its cards: snapshot, columns, labels."""

    model = Board
    rows_class = BoardRows
    serializer_class = BoardSerializer
    serializer_classes: ClassVar = {
        "columns": ColumnSerializer,
        "column": ColumnChangeSerializer,
        "remove_column": ColumnRemoveSerializer,
        "label": LabelChangeSerializer,
    }
    parameters: ClassVar = {
        "snapshot": (SINCE_EVENT,),
        "remove_column": ("move_cards_to", "override_wip_limit"),
    }
    tagged_actions: ClassVar = {"snapshot"}
    pagination_class = None  # a board has few labels: they come as one list

    @extend_schema(
        responses=PolymorphicProxySerializer(
            component_name="SnapshotAnswer",
            serializers=[SnapshotSerializer, ChangesSerializer],
            resource_type_field_name=None,
        ),
        parameters=[
            OpenApiParameter(
                SINCE_EVENT,
                {"type": "integer", "format": "int64", "minimum": 0},
                description="The `event_id` of an earlier answer: only what changed since.",
            )
        ],
    )
    @action(detail=True, methods=["get"])
    def snapshot(self, request: Request, **kwargs: Any) -> Response:
        """The whole board: columns with their cards in order, sprints, labels, members.

        With `since_event`, columns come without cards, beside `cards` (those that changed or came)
        and `left` (ids of those that are on the board no more); all else is whole. To apply it,
        take both out of their columns, then put each of `cards`, in the order given, into
        `column_id` directly behind the card `after`. What was answered once may come again. The
        whole board comes where the event is too long ago, or never was: columns have cards then.

        `ETag` names the board's state, with whichever `since_event` it came: as `If-None-Match` it
        gets 304 while nothing has changed.
        """
        since = self._since_event(request)
        board_id = kwargs["id"]
        state = board_state(board_id, request.user)
        if state is None:
            raise exceptions.NotFound()
        header = request.headers.get("If-None-Match")
        if versions.matches_none(header, state.tag):
            return Response(status=304, headers={"ETag": state.tag})
        if since is None:
            body = board_snapshot(board_id, request.user, state.event_id)
        else:
            body = board_changes(board_id, request.user, state.event_id, since=since)
        if body is None:
            raise exceptions.NotFound()
        return Response(RawJSON(body), headers={"ETag": state.tag})

    def _since_event(self, request: Request) -> int | None:
        """The event that `since_event` names; None where the whole board is asked for."""
        text = single(request.query_params, SINCE_EVENT)
        if text is None:
            return None
        if not (
            text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_EVENT
        ):
            raise exceptions.ValidationError(
                {SINCE_EVENT: [_("This has to be the event_id of an answer.")]}
            )
        return int(text)

    @extend_schema(request=ColumnSerializer, responses={201: BoardSerializer})
    @action(detail=True, methods=["post"])
    def columns(self, request: Request, **kwargs: Any) -> Response:
        """Add a column; answers with the board."""
        board = self.get_object()
        board = column_add(
            board=board,
            actor=request.user,
            expected_version=self.expected_version(board),
            **self.validated(),
        )
        return self.answer(board, status=201)

    @extend_schema(request=ColumnChangeSerializer, responses=BoardSerializer)
    @action(detail=True, methods=["patch"], url_path="columns/<uuid:column_id>")
    def column(self, request: Request, column_id: uuid.UUID, **kwargs: Any) -> Response:
        """Rename, recategorise, limit or reorder a column; answers with the board."""
        board = self._with_column(column_id)
        board = column_update(
            board=board,
            actor=request.user,
            column_id=column_id,
            expected_version=self.expected_version(board),
            **self.validated(partial=True),
        )
        return self.answer(board)

    @extend_schema(
        request=None,
        responses={200: BoardSerializer},
        parameters=[
            OpenApiParameter(
                "move_cards_to", OpenApiTypes.UUID, description="The column that takes its cards."
            ),
            OpenApiParameter(
                "override_wip_limit",
                OpenApiTypes.BOOL,
                description="Past that column's limit; admins only.",
            ),
        ],
    )
    @column.mapping.delete
    def remove_column(self, request: Request, column_id: uuid.UUID, **kwargs: Any) -> Response:
        """Remove a column, moving its cards to another; answers with the board."""
        board = self._with_column(column_id)
        given: dict[str, Any] = dict(request.query_params.items())
        if given.get("override_wip_limit") in ("true", "false"):
            given["override_wip_limit"] = given["override_wip_limit"] == "true"
        if isinstance(request.data, dict):
            given |= request.data
        serializer = self.get_serializer(data=given)
        serializer.is_valid(raise_exception=True)
        return self.answer(
            services.column_remove(
                board=board,
                actor=request.user,
                column_id=column_id,
                expected_version=self.expected_version(board),
                **serializer.validated_data,
            )
        )

    def _with_column(self, column_id: uuid.UUID) -> Board:
        """The addressed board; 404 where it has no such column."""
        board: Board = self.get_object()
        if not any(column["id"] == str(column_id) for column in board.columns):
            raise exceptions.NotFound()
        return board

    @extend_schema(responses=LabelSerializer(many=True))
    @action(detail=True, methods=["get"])
    def labels(self, request: Request, **kwargs: Any) -> Response:
        """The labels in use on the board's cards, with counts."""
        return Response(labels_in_use(self.get_object()))

    @extend_schema(request=LabelChangeSerializer, responses=LabelSerializer(many=True))
    @action(detail=True, methods=["patch"], url_path="labels/<str:label_id>")
    def label(self, request: Request, label_id: str, **kwargs: Any) -> Response:
        """Rename or recolor a label over the whole board; answers with the board's labels."""
        board = self.get_object()
        board = services.label_update(
            board=board,
            actor=request.user,
            label_id=label_id,
            expected_version=self.expected_version(board),
            **self.validated(partial=True),
        )
        return Response(labels_in_use(board))
