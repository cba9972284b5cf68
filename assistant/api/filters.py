"""What the list of one's conversations can be asked for."""

from __future__ import annotations

from core.api.filters import MomentFilter, SearchFilter, StrictFilterSet


class ConversationFilters(StrictFilterSet):
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(field_name="title", lookup_expr="icontains")
