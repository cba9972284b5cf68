"""What lists of transcripts, decisions and relationships can be asked for."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from core.api.filters import (
    BooleanFilter,
    ChoicesFilter,
    IdFilter,
    MomentFilter,
    SearchFilter,
    SearchFormField,
    StrictFilterSet,
)
from decisions.models import Decision, DecisionRelationship
from decisions.querysets import DecisionQuerySet, RelationshipQuerySet
from decisions.search import find, with_excerpts

_FRACTION = re.compile(r"0(\.\d{1,9})?|1(\.0{1,9})?", re.ASCII)


class FractionFormField(SearchFormField):
    """A number from 0 to 1."""

    def parse(self, text: str) -> float:
        if not _FRACTION.fullmatch(text):
            raise ValidationError(_("This has to be a number from 0 to 1, such as 0.75."))
        return float(text)


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 1})
class FractionFilter(SearchFilter):
    """A number from 0 to 1."""

    field_class = FractionFormField


class TranscriptFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    occurred_after = MomentFilter(field_name="occurred_at", lookup_expr="gt")
    occurred_before = MomentFilter(field_name="occurred_at", lookup_expr="lt")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(field_name="title", lookup_expr="icontains")


class DecisionFilters(StrictFilterSet):
    """Deleted decisions are left out unless asked for."""

    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    transcript = IdFilter(field_name="transcript_id", none=True)
    status = ChoicesFilter(field_name="status", choices=Decision.Status.choices)
    decided_by = IdFilter(field_name="decided_by_id", none=True, me=True)
    created_by = IdFilter(field_name="created_by_id", none=True, me=True)
    decided_after = MomentFilter(field_name="decided_at", lookup_expr="gt")
    decided_before = MomentFilter(field_name="decided_at", lookup_expr="lt")
    confidence_min = FractionFilter(field_name="confidence", lookup_expr="gte")
    deleted = BooleanFilter(method="by_deleted")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(method="by_words")

    def by_deleted(self, decisions: DecisionQuerySet, name: str, value: bool) -> DecisionQuerySet:
        """Those that were deleted; false: those that weren't."""
        return decisions.deleted() if value else decisions.live()

    def by_words(self, decisions: DecisionQuerySet, name: str, value: str) -> DecisionQuerySet:
        """Those with the words in title, statement or rationale, in the list's order."""
        return decisions.search(value)


class DecisionSearchFilters(StrictFilterSet):
    """What is looked for, and where."""

    q = SearchFilter(method="by_words", required=True)
    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    status = ChoicesFilter(field_name="status", choices=Decision.Status.choices)

    def by_words(self, decisions: DecisionQuerySet, name: str, value: str) -> DecisionQuerySet:
        """Words, "a phrase", -without, or: those that have them, the best first."""
        return with_excerpts(find(decisions, value), value)


class RelationshipFilters(StrictFilterSet):
    """Relationships of deleted decisions are left out."""

    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id")
    decision = IdFilter(method="by_decision")
    source = IdFilter(field_name="source_id")
    target = IdFilter(field_name="target_id")
    kind = ChoicesFilter(field_name="kind", choices=DecisionRelationship.Kind.choices)

    def by_decision(
        self, relationships: RelationshipQuerySet, name: str, value: Any
    ) -> RelationshipQuerySet:
        """Those of one decision, whichever end it is."""
        return relationships.of(value)
