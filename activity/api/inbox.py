"""The caller's inbox: what concerns them, and what of it they have read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from activity import services
from activity.inbox import COUNTED_AT_MOST
from activity.models import InboxItem
from activity.telling import Told, told_items
from core.api import fields
from core.api.filters import BooleanFilter, ChoicesFilter, IdFilter, StrictFilterSet
from core.api.serializers import StrictSerializer
from core.api.views import Lists, TasklyViewSet

# So much of the log is followed for a page of the inbox; a page's frame follows a part of it.
CHUNKS = 10
ADDRESSES = {"card": "cards-detail", "message": "messages-detail", "decision": "decisions-detail"}


class InboxFilters(StrictFilterSet):
    """Which items."""

    unread = BooleanFilter(method="by_unread")
    reason = ChoicesFilter(field_name="reason", choices=InboxItem.Reason.choices)
    workspace = IdFilter(field_name="workspace_id")

    def by_unread(self, items: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return items.filter(read_at__isnull=value)


class InboxEventSerializer(serializers.Serializer):
    """The entry of the log that an item is about: who did what, and when."""

    id = serializers.IntegerField()
    timestamp = serializers.DateTimeField()
    actor = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField()
    action = serializers.CharField()
    summary = serializers.CharField()


class InboxTargetSerializer(serializers.Serializer):
    """The thing to look at; a message by its channel's name."""

    type = serializers.ChoiceField(choices=tuple(ADDRESSES))
    id = serializers.UUIDField()
    key = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    url = serializers.URLField()


class InboxItemSerializer(StrictSerializer):
    """Something that concerns the caller: a mention, an assignment, an answer."""

    id = serializers.UUIDField()
    reason = serializers.ChoiceField(choices=InboxItem.Reason.choices)
    read_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    workspace = serializers.UUIDField()
    event = InboxEventSerializer()
    target = InboxTargetSerializer()
    excerpt = serializers.CharField()


class ReadAllSerializer(StrictSerializer):
    """Up to which entry all is read; left out, all that is there."""

    event_id = fields.StrictBigIntegerField(min_value=0, required=False)


class InboxCountSerializer(StrictSerializer):
    """How much is unread."""

    unread = serializers.IntegerField(
        min_value=0,
        max_value=COUNTED_AT_MOST,
        help_text=f"{COUNTED_AT_MOST} means as many or more.",
    )


class NothingSerializer(StrictSerializer):
    """A body that has nothing to say."""


class InboxViewSet(Lists, TasklyViewSet):
    """What concerns the caller, newest first: mentions, assignments, answers.

    It fills itself from the log while it is read. What the caller may not see any more isn't there.
    """

    model = InboxItem
    serializer_class = InboxItemSerializer
    serializer_classes: ClassVar = {
        "read": NothingSerializer,
        "unread": NothingSerializer,
        "read_all": ReadAllSerializer,
    }
    filterset_class = InboxFilters
    orderings: ClassVar = {"event": "event_id"}
    default_ordering = "-event"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A page of the caller's inbox, or with `format` all of it as a file."""
        self._counted()
        return super().list(request, *args, **kwargs)

    def many(self, queryset: QuerySet[Any], also: Sequence[str] = ()) -> list[Any]:
        told = told_items(queryset, self.request.user, self._rows)
        return [
            {**self._shown(each), **{name: getattr(each.item, name) for name in also}}
            for each in told
        ]

    def _serialized(self, rows: list[Any]) -> list[Any]:
        """The answers as they are: they are built in one place, for a page and for a file."""
        return rows

    def one(self, instance: Model) -> Any:
        return self.many(self.get_queryset().filter(pk=instance.pk).for_list())[0]

    @extend_schema(request=None, responses=InboxItemSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, **kwargs: Any) -> Response:
        """Note that the caller has read an item. Once more changes nothing."""
        return self._set_read(timezone.now())

    @extend_schema(request=None, responses=InboxItemSerializer)
    @action(detail=True, methods=["post"])
    def unread(self, request: Request, **kwargs: Any) -> Response:
        """Put an item back among the unread ones."""
        return self._set_read(None)

    def _set_read(self, at: Any) -> Response:
        self.validated()
        item = services.inbox_set_read(item=self.get_object(), user=self.request.user, at=at)
        return Response(self.one(item))

    @extend_schema(request=ReadAllSerializer, responses=InboxCountSerializer)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request, **kwargs: Any) -> Response:
        """Note that all is read that the caller sees there, up to `event_id` or up to now."""
        services.inbox_read_all(user=request.user, at=timezone.now(), **self.validated())
        return Response({"unread": self._counted().unread})

    @extend_schema(responses=InboxCountSerializer)
    @action(detail=False, methods=["get"])
    def count(self, request: Request, **kwargs: Any) -> Response:
        """How many items are unread."""
        return Response({"unread": self._counted().unread})

    def _counted(self) -> services.InboxCount:
        return services.inbox_count(user=self.request.user, at=timezone.now(), chunks=CHUNKS)

    def _rows(self, model: type[Model]) -> QuerySet[Any] | None:
        rows: Any = model._default_manager.all()
        return rows.visible_to(self.request.user) if hasattr(rows, "visible_to") else None

    def _shown(self, told: Told) -> dict[str, Any]:
        item, entry = told.item, told.entry
        return {
            "id": item.pk,
            "reason": item.reason,
            "read_at": item.read_at,
            "created_at": item.created_at,
            "workspace": item.workspace_id,
            "event": {
                "id": entry.pk,
                "timestamp": entry.timestamp,
                "actor": entry.actor_id,
                "actor_name": told.line.actor,
                "action": entry.action,
                "summary": told.line.sentence,
            },
            "target": {
                "type": told.kind,
                "id": told.identifier,
                "key": told.key,
                "title": told.title,
                "url": reverse(
                    ADDRESSES[told.kind], kwargs={"id": told.identifier}, request=self.request
                ),
            },
            "excerpt": told.excerpt,
        }
