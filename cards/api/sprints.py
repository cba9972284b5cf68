"""Starting and completing sprints, which is done with their cards."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.serializers import SprintRows, SprintSerializer
from boards.models import Sprint
from cards import services
from core.api import fields
from core.api.serializers import EmptySerializer, StrictSerializer
from core.api.views import TasklyViewSet


class SprintCompleteSerializer(StrictSerializer):
    """Where the open cards go: another sprint of the board, or null for the backlog."""

    carry_over_to = fields.ScopedRelatedField(Sprint, allow_null=True, required=False)


class SprintPartsViewSet(TasklyViewSet):
    """What of a sprint has to do with its cards."""

    model = Sprint
    rows_class = SprintRows
    serializer_class = SprintSerializer
    serializer_classes: ClassVar = {
        "start": EmptySerializer,
        "complete": SprintCompleteSerializer,
    }

    @extend_schema(request=EmptySerializer, responses=SprintSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, **kwargs: Any) -> Response:
        """Start a planned sprint; what it holds now is its commitment."""
        sprint = self.get_object()
        self.validated()
        return self.answer(
            services.sprint_start(
                sprint=sprint,
                actor=request.user,
                at=timezone.now(),
                expected_version=self.expected_version(sprint),
            )
        )

    @extend_schema(request=SprintCompleteSerializer, responses=SprintSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, **kwargs: Any) -> Response:
        """Complete the active sprint, once; open cards go to another sprint or to the backlog."""
        sprint = self.get_object()
        return self.answer(
            services.sprint_complete(
                sprint=sprint,
                actor=request.user,
                at=timezone.now(),
                expected_version=self.expected_version(sprint),
                **self.validated(),
            )
        )
