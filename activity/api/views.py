"""The activity feed: what happened where the caller may look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from activity import services
from activity.api.filters import EventFilters
from activity.api.pagination import AFTER, FeedPagination
from activity.api.serializers import EventRows, EventSerializer, SeenSerializer, VisitSerializer
from activity.querysets import EventQuerySet, events
from activity.streams import Asked, page_of
from core.api.views import Lists, Retrieves, TasklyViewSet
from core.models import EventLog


@extend_schema_view(
    list=extend_schema(
        summary="List what happened.",
        description="A page of the log's entries that the caller may read, newest first. With "
        "`after=<id>` the final ones above that id, oldest first: go on with the answer's "
        "`event_id`. With `format` all of them as a file.",
    )
)
class EventViewSet(Lists, Retrieves, TasklyViewSet):
    """Entries of the log, newest first; with `after`, oldest first for whoever follows it."""

    model = EventLog
    rows_class = EventRows
    serializer_class = EventSerializer
    serializer_classes: ClassVar = {"visit": VisitSerializer}
    filterset_class = EventFilters
    pagination_class = FeedPagination
    default_ordering = "-id"
    lookup_value_converter = "int"
    conditions: EventQuerySet
    asked: Asked

    def get_queryset(self) -> EventQuerySet:
        """What the caller may read, and nothing else of the log."""
        if getattr(self, "swagger_fake_view", False):
            return events().none()
        return events().readable_by(self.request.user)

    def filter_queryset(self, queryset: QuerySet[EventLog]) -> QuerySet[EventLog]:
        """The filters by themselves are kept: by them, and not by the whole, streams are read."""
        self.conditions = super().filter_queryset(events())
        filterset = EventFilters(self.request.query_params, events(), request=self.request)
        self.asked = filterset.asked() if filterset.filters and filterset.is_valid() else Asked()
        return self.conditions.readable_by(self.request.user)

    def allowed_parameters(self) -> set[str]:
        allowed: set[str] = super().allowed_parameters()
        return allowed | {AFTER} if self.acts_as == "list" else allowed

    def page_of(self, **bounds: Any) -> EventQuerySet:
        """A page's entries, for the paginator."""
        return page_of(self.request.user, self.asked, self.conditions, **bounds)

    def many(self, queryset: QuerySet[Any], also: Iterable[str] = ()) -> list[Any]:
        return EventRows.told(queryset, also, self._rows)

    def _rows(self, model: type[Model]) -> QuerySet[Any] | None:
        rows: Any = model._default_manager.all()
        return rows.visible_to(self.request.user) if hasattr(rows, "visible_to") else None

    def page(self, queryset: QuerySet[Any]) -> HttpResponseBase:
        if AFTER in self.request.query_params and not self.is_export():
            rows = self.paginator.follow(self.request, self)
            return self.paginator.get_paginated_response(rows)
        return super().page(queryset)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One entry."""
        rows = self.many(self.get_queryset().filter(**self.lookup()))
        if not rows:
            raise exceptions.NotFound()
        return Response(rows[0])

    @extend_schema(request=VisitSerializer, responses=SeenSerializer)
    @action(detail=False, methods=["post"])
    def visit(self, request: Request, **kwargs: Any) -> Response:
        """Mark the log as seen, up to `event_id` or up to now: `since=last-visit` begins there."""
        seen = services.visit_mark(user=request.user, at=timezone.now(), **self.validated())
        return Response({"event_id": seen.event_id, "seen_at": seen.seen_at})
