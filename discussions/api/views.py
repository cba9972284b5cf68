"""Channels, their members and messages: which rows, which shapes, one service for each write."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import (
    Below,
    Creates,
    Destroys,
    Lists,
    Retrieves,
    RetrievesWithCounts,
    TasklyViewSet,
    Updates,
)
from discussions import services
from discussions.api.filters import ChannelFilters, ChannelMemberFilters, MessageFilters
from discussions.api.serializers import (
    ChannelCreateSerializer,
    ChannelMemberCreateSerializer,
    ChannelMemberRows,
    ChannelMemberSerializer,
    ChannelReadSerializer,
    ChannelRows,
    ChannelSerializer,
    MessageCreateSerializer,
    MessageRows,
    MessageSerializer,
)
from discussions.models import Channel, ChannelMember, Message
from discussions.querysets import ChannelQuerySet


class ChannelViewSet(Lists, RetrievesWithCounts, Creates, Updates, Destroys, TasklyViewSet):
    """Channels of the caller's projects: the public ones, and the private ones they are in.

    Contributors make, rename and describe channels; directors of the project and admins of the
    workspace close, open and delete them, where they see them.
    """

    model = Channel
    compiled_lists = True
    rows_class = ChannelRows
    serializer_class = ChannelSerializer
    serializer_classes: ClassVar = {
        "create": ChannelCreateSerializer,
        "read": ChannelReadSerializer,
    }
    filterset_class = ChannelFilters
    orderings: ClassVar = {
        "name": "name",
        "created_at": "created_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "id"

    def for_answer(self, queryset: ChannelQuerySet) -> ChannelQuerySet:
        return queryset.as_seen_by(self.request.user)

    def one(self, instance: Channel) -> dict[str, Any]:
        found = ChannelRows.read(self.for_answer(Channel.objects.filter(pk=instance.pk)))
        if not found:
            raise exceptions.NotFound()
        return found[0]

    def create_one(self, **values: Any) -> Channel:
        """Open a channel in a project, as its first member."""
        return services.channel_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Channel, *, expected_version: int | None, **values: Any
    ) -> Channel:
        return services.channel_update(
            channel=instance,
            actor=self.request.user,
            changes=values,
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Channel, *, expected_version: int | None) -> None:
        services.channel_delete(
            channel=instance, actor=self.request.user, expected_version=expected_version
        )

    @extend_schema(request=ChannelReadSerializer, responses=ChannelSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, **kwargs: Any) -> Response:
        """Note what the caller has read: up to `message`, or all that is there."""
        channel = self.get_object()
        services.channel_read(channel=channel, actor=request.user, **self.validated())
        return self.answer(channel)


class ChannelMemberViewSet(Lists, Retrieves, Creates, Destroys, Below):
    """Who is in a channel. Everybody joins and leaves; contributors take others in."""

    model = ChannelMember
    above = ("channel", Channel)
    rows_class = ChannelMemberRows
    serializer_class = ChannelMemberSerializer
    serializer_classes: ClassVar = {"create": ChannelMemberCreateSerializer}
    filterset_class = ChannelMemberFilters
    lookup_url_kwarg = "member_id"
    orderings: ClassVar = {"created_at": "created_at", "id": "id"}
    default_ordering = "id"

    @extend_schema(request=ChannelMemberCreateSerializer, responses={201: ChannelMemberSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Join the channel, or take a colleague in."""
        # Whoever may not see the channel hears nothing about the body.
        channel = self.parent
        return self.answer_created(
            services.channel_member_add(channel=channel, actor=request.user, **self.validated())
        )

    def destroy_one(self, instance: ChannelMember, *, expected_version: int | None) -> None:
        services.channel_member_remove(
            member=instance, actor=self.request.user, expected_version=expected_version
        )


class MessageViewSet(Lists, RetrievesWithCounts, Creates, Updates, Destroys, TasklyViewSet):
    """What is said in the channels that the caller sees, oldest first.

    Deleting one empties it; it stays where replies hang on it.
    """

    model = Message
    compiled_lists = True
    rows_class = MessageRows
    serializer_class = MessageSerializer
    serializer_classes: ClassVar = {"create": MessageCreateSerializer}
    filterset_class = MessageFilters
    orderings: ClassVar = {"created_at": "created_at", "id": "id"}
    default_ordering = "created_at"

    def create_one(self, **values: Any) -> Message:
        """Say something in a channel or in a thread there."""
        return services.message_post(actor=self.request.user, **values)

    def update_one(
        self, instance: Message, *, expected_version: int | None, **values: Any
    ) -> Message:
        return services.message_edit(
            message=instance,
            actor=self.request.user,
            content=values.get("content", instance.content),
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Message, *, expected_version: int | None) -> None:
        services.message_delete(
            message=instance, actor=self.request.user, expected_version=expected_version
        )
