"""Transcripts, decisions and their relationships: rows, shapes, and a service for each write."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import single
from core.api.renderers import RawJSON
from core.api.rows import Rows
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
from decisions import services
from decisions.api.filters import (
    DecisionFilters,
    DecisionSearchFilters,
    RelationshipFilters,
    TranscriptFilters,
)
from decisions.api.serializers import (
    DecisionCreateSerializer,
    DecisionRows,
    DecisionSerializer,
    FoundDecisionRows,
    FoundDecisionSerializer,
    GraphSerializer,
    RelationshipRows,
    RelationshipSerializer,
    TranscriptCreateSerializer,
    TranscriptInListSerializer,
    TranscriptListRows,
    TranscriptRows,
    TranscriptSerializer,
)
from decisions.graph import DEFAULT_DEPTH, MAX_DEPTH, decision_graph
from decisions.models import Decision, DecisionRelationship, Transcript
from decisions.search import rank_of


class TranscriptViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Transcripts of the caller's projects. Directors and architects delete them."""

    model = Transcript
    compiled_lists = True
    serializer_class = TranscriptSerializer
    serializer_classes: ClassVar = {
        "create": TranscriptCreateSerializer,
        "list": TranscriptInListSerializer,
    }
    filterset_class = TranscriptFilters
    orderings: ClassVar = {
        "title": "title",
        "occurred_at": "occurred_at",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"
    body_limits: ClassVar = {"create": LARGE_BODY_LIMIT, "partial_update": LARGE_BODY_LIMIT}

    @property
    def rows_class(self) -> type[Rows]:
        return TranscriptListRows if self.acts_as == "list" else TranscriptRows

    @extend_schema(responses=TranscriptInListSerializer(many=True))
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of the transcripts that the caller may see, without their content."""
        return super().list(request, *args, **kwargs)

    def create_one(self, **values: Any) -> Transcript:
        """Keep what was said in a meeting."""
        return services.transcript_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Transcript, *, expected_version: int | None, **values: Any
    ) -> Transcript:
        return services.transcript_update(
            transcript=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Transcript, *, expected_version: int | None) -> None:
        services.transcript_delete(
            transcript=instance, actor=self.request.user, expected_version=expected_version
        )


class DecisionViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Decisions of the caller's projects.

    Contributors propose; directors and architects accept, supersede and reject. A deleted
    decision is out of lists and searches, and can be restored.
    """

    model = Decision
    compiled_lists = True
    rows_class = DecisionRows
    serializer_class = DecisionSerializer
    serializer_classes: ClassVar = {
        "create": DecisionCreateSerializer,
        "restore": EmptySerializer,
    }
    filterset_class = DecisionFilters
    parameters: ClassVar = {"graph": ("depth",)}
    orderings: ClassVar = {
        "title": "title",
        "decided_at": "decided_at",
        "confidence": "confidence",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def filter_queryset(self, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        if self.acts_as == "list" and "deleted" not in self.request.query_params:
            queryset = queryset.filter(deleted_at__isnull=True)
        return super().filter_queryset(queryset)

    def create_one(self, **values: Any) -> Decision:
        """Propose a decision, or record one that was taken."""
        return services.decision_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Decision, *, expected_version: int | None, **values: Any
    ) -> Decision:
        return services.decision_update(
            decision=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Decision, *, expected_version: int | None) -> None:
        services.decision_delete(
            decision=instance, actor=self.request.user, expected_version=expected_version
        )

    @extend_schema(request=EmptySerializer, responses=DecisionSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **kwargs: Any) -> Response:
        """Bring a deleted decision back as it was."""
        decision = self.get_object()
        self.validated()
        return self.answer(
            services.decision_restore(
                decision=decision,
                actor=request.user,
                expected_version=self.expected_version(decision),
            )
        )

    @extend_schema(
        responses=GraphSerializer,
        parameters=[
            OpenApiParameter(
                "depth",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_DEPTH,
                    "default": DEFAULT_DEPTH,
                },
                description="How many steps to go, in either direction.",
            )
        ],
    )
    @action(detail=True, methods=["get"])
    def graph(self, request: Request, **kwargs: Any) -> Response:
        """The decisions around this one and how they bear on each other."""
        body = decision_graph(kwargs["id"], request.user, _depth(request))
        if body is None:
            raise exceptions.NotFound()
        return Response(RawJSON(body))


class DecisionSearchViewSet(Lists, TasklyViewSet):
    """Decisions by what they say, the best first."""

    model = Decision
    rows_class = FoundDecisionRows
    serializer_class = FoundDecisionSerializer
    filterset_class = DecisionSearchFilters
    default_ordering = "-rank"

    @property
    def orderings(self) -> dict[str, Any]:
        """By rank alone, which depends on the words."""
        return {"rank": rank_of(self.request.query_params.get("q", ""))}

    def filter_queryset(self, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        if "q" not in self.request.query_params:
            raise serializers.ValidationError({"q": [_("Say what to look for.")]})
        return super().filter_queryset(queryset)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of the decisions that have the words of `q`, in English or Russian forms."""
        return super().list(request, *args, **kwargs)


class RelationshipViewSet(Lists, Retrieves, Creates, Destroys, TasklyViewSet):
    """How decisions bear on each other. What supersedes another marks it superseded."""

    model = DecisionRelationship
    compiled_lists = True
    rows_class = RelationshipRows
    serializer_class = RelationshipSerializer
    filterset_class = RelationshipFilters
    orderings: ClassVar = {"kind": "kind", "created_at": "created_at", "id": "id"}
    default_ordering = "id"

    def filter_queryset(
        self, queryset: QuerySet[DecisionRelationship]
    ) -> QuerySet[DecisionRelationship]:
        if self.acts_as == "list":
            queryset = queryset.live()
        return super().filter_queryset(queryset)

    def create_one(self, **values: Any) -> DecisionRelationship:
        return services.relationship_create(actor=self.request.user, **values)

    def destroy_one(self, instance: DecisionRelationship, *, expected_version: int | None) -> None:
        services.relationship_delete(
            relationship=instance, actor=self.request.user, expected_version=expected_version
        )


def _depth(request: Request) -> int:
    """How far to go; 400 where that is no number of steps."""
    text = single(request.query_params, "depth")
    if text is None:
        return DEFAULT_DEPTH
    if text not in {str(depth) for depth in range(1, MAX_DEPTH + 1)}:
        message = _("This has to be from 1 to %(limit)d.") % {"limit": MAX_DEPTH}
        raise serializers.ValidationError({"depth": [message]})
    return int(text)
