"""Starting and completing sprints, which is done with their cards."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.serializers import SprintRows, SprintSerializer
from boards.models import Sprint
from cards import services
from cards.outcome import carried_over_to
from core.api import fields
from core.api.serializers import EmptySerializer, StrictSerializer
from core.api.views import TasklyViewSet


class NewSprintSerializer(SprintSerializer):
    """A sprint that is planned for what another one leaves open."""

    class Meta(SprintSerializer.Meta):
        fields = ("name", "goal", "start_date", "end_date", "capacity_points")
        read_only_fields = ()


class SprintCompleteSerializer(StrictSerializer):
    """Where the open cards go: another sprint of the board, a new one, or (null) the backlog."""

    carry_over_to = fields.ScopedRelatedField(Sprint, allow_null=True, required=False)
    new_sprint = NewSprintSerializer(
        allow_null=True, required=False, help_text="Planned in the same step, or not at all."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("carry_over_to") is not None and attrs.get("new_sprint") is not None:
            raise serializers.ValidationError(
                {"new_sprint": [_("Open cards go to one sprint: name one, or plan one.")]}
            )
        return attrs


class SprintCompletedSerializer(SprintSerializer):
    """A completed sprint, and where what was open went: null for the backlog."""

    carried_over_to = serializers.UUIDField(read_only=True, allow_null=True)

    class Meta(SprintSerializer.Meta):
        fields = (*SprintSerializer.Meta.fields, "carried_over_to")


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

    @extend_schema(request=SprintCompleteSerializer, responses=SprintCompletedSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, **kwargs: Any) -> Response:
        """Complete the active sprint, once; open cards go to another sprint or to the backlog."""
        sprint = self.get_object()
        sprint = services.sprint_complete(
            sprint=sprint,
            actor=request.user,
            at=timezone.now(),
            expected_version=self.expected_version(sprint),
            **self.validated(),
        )
        response = self.answer(sprint)
        response.data["carried_over_to"] = carried_over_to(sprint)
        return response
