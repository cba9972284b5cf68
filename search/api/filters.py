"""What a search can be asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.api.filters import BooleanFilter, ChoicesFilter, IdFilter, SearchFilter, StrictFilterSet
from search.kinds import Kind


class SearchFilters(StrictFilterSet):
    """Words, and where to look for them. What is archived is left out unless asked for."""

    q = SearchFilter(label=_("words"))
    type = ChoicesFilter(label=_("type"), choices=Kind.choices)
    workspace = IdFilter(label=_("workspace"))
    project = IdFilter(label=_("project"))
    archived = BooleanFilter(label=_("archived"))
