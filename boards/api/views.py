"""Boards and sprints: which rows, which shapes, and one service for each write."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from boards import services
from boards.api.filters import BoardFilters, SprintFilters
from boards.api.serializers import (
    BoardCreateSerializer,
    BoardRows,
    BoardSerializer,
    SprintCreateSerializer,
    SprintRows,
    SprintSerializer,
)
from boards.models import Board, Sprint
from core.api.serializers import EmptySerializer
from core.api.views import Creates, Destroys, Lists, Retrieves, TasklyViewSet, Updates


class BoardViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Boards of the caller's workspaces. Only an admin of the workspace deletes one."""

    model = Board
    compiled_lists = True
    rows_class = BoardRows
    serializer_class = BoardSerializer
    serializer_classes: ClassVar = {
        "create": BoardCreateSerializer,
        "archive": EmptySerializer,
        "unarchive": EmptySerializer,
    }
    filterset_class = BoardFilters
    orderings: ClassVar = {
        "name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def filter_queryset(self, queryset: QuerySet[Board]) -> QuerySet[Board]:
        if self.acts_as == "list" and "archived" not in self.request.query_params:
            queryset = queryset.filter(archived=False)
        return super().filter_queryset(queryset)

    def create_one(self, **values: Any) -> Board:
        """Make a board in a workspace."""
        return services.board_create(actor=self.request.user, **values)

    def update_one(self, instance: Board, *, expected_version: int | None, **values: Any) -> Board:
        return services.board_update(
            board=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Board, *, expected_version: int | None) -> None:
        services.board_delete(
            board=instance, actor=self.request.user, expected_version=expected_version
        )

    @extend_schema(request=EmptySerializer, responses=BoardSerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, **kwargs: Any) -> Response:
        """Put the board away; what is on it stays as it is."""
        board = self.get_object()
        self.validated()
        return self.answer(
            services.board_archive(
                board=board,
                actor=request.user,
                expected_version=self.expected_version(board),
            )
        )

    @extend_schema(request=EmptySerializer, responses=BoardSerializer)
    @action(detail=True, methods=["post"])
    def unarchive(self, request: Request, **kwargs: Any) -> Response:
        """Bring the board back."""
        board = self.get_object()
        self.validated()
        return self.answer(
            services.board_unarchive(
                board=board,
                actor=request.user,
                expected_version=self.expected_version(board),
            )
        )


class SprintViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Sprints of the caller's boards."""

    model = Sprint
    compiled_lists = True
    rows_class = SprintRows
    serializer_class = SprintSerializer
    serializer_classes: ClassVar = {"create": SprintCreateSerializer}
    filterset_class = SprintFilters
    orderings: ClassVar = {
        "start_date": "start_date",
        "end_date": "end_date",
        "name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def create_one(self, **values: Any) -> Sprint:
        """Plan a sprint on a board."""
        return services.sprint_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Sprint, *, expected_version: int | None, **values: Any
    ) -> Sprint:
        return services.sprint_update(
            sprint=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Sprint, *, expected_version: int | None) -> None:
        services.sprint_delete(
            sprint=instance, actor=self.request.user, expected_version=expected_version
        )
