"""What lists of channels, their members and messages can be asked for."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from core.api.filters import (
    ME,
    BooleanFilter,
    IdFilter,
    MomentFilter,
    SearchFilter,
    StrictFilterSet,
)
from discussions.querysets import ChannelQuerySet, MessageQuerySet, joined_channel_ids_of


class ChannelFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    is_private = BooleanFilter(field_name="is_private")
    is_member = BooleanFilter(method="by_membership")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(method="by_words")

    def by_membership(self, channels: ChannelQuerySet, name: str, value: bool) -> ChannelQuerySet:
        """Channels that the caller has joined; false: the others."""
        joined = Q(pk__in=joined_channel_ids_of(self.request.user))
        return channels.filter(joined if value else ~joined)

    def by_words(self, channels: ChannelQuerySet, name: str, value: str) -> ChannelQuerySet:
        return channels.filter(Q(name__icontains=value) | Q(description__icontains=value))


class ChannelMemberFilters(StrictFilterSet):
    user = IdFilter(field_name="user_id", me=True)


class MessageFilters(StrictFilterSet):
    """`parent=none`: what begins a thread or stands alone."""

    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    channel = IdFilter(field_name="channel_id")
    parent = IdFilter(field_name="parent_id", none=True)
    author = IdFilter(field_name="author_id", me=True)
    mentions = IdFilter(field_name="mentions", me=True, method="by_mention")
    created_after = MomentFilter(field_name="created_at", lookup_expr="gt")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(method="by_words")

    def by_mention(self, messages: MessageQuerySet, name: str, value: Any) -> MessageQuerySet:
        """Messages that name a person, or the caller (`me`)."""
        return messages.mentioning(self.request.user.pk if value == ME else value)

    def by_words(self, messages: MessageQuerySet, name: str, value: str) -> MessageQuerySet:
        """Messages that have the words."""
        return messages.search(value)
