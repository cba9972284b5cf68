"""What a list of cards can be asked for."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef
from django.db.models.expressions import RawSQL

from cards.models import Card, CardAssignee
from cards.querysets import CardQuerySet
from core.api.filters import (
    ME,
    NONE,
    BooleanFilter,
    ChoicesFilter,
    DateFilter,
    IdFilter,
    MomentFilter,
    SearchFilter,
    StrictFilterSet,
)

_HAS_LABEL = """EXISTS (
    SELECT FROM board_labels known
     WHERE known.board_id = cards.board_id AND (known.label_id = %s OR known.key = lower(%s))
       AND cards.metadata @> jsonb_build_object(
               'labels', jsonb_build_array(jsonb_build_object('id', known.label_id))))"""


class CardFilters(StrictFilterSet):
    """Archived cards are left out unless asked for."""

    workspace = IdFilter(field_name="workspace_id")
    board = IdFilter(field_name="board_id")
    column = IdFilter(field_name="column_id")
    sprint = IdFilter(field_name="sprint_id", none=True)
    feature = IdFilter(field_name="feature_id", none=True)
    assignee = IdFilter(field_name="assignees", none=True, me=True, method="by_assignee")
    label = SearchFilter(method="by_label")
    priority = ChoicesFilter(field_name="priority", choices=Card.Priority.choices)
    due_before = DateFilter(field_name="due_date", lookup_expr="lt")
    due_after = DateFilter(field_name="due_date", lookup_expr="gt")
    open = BooleanFilter(method="by_open")
    archived = BooleanFilter(method="by_archived")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(method="by_words")

    def by_assignee(self, cards: CardQuerySet, name: str, value: Any) -> CardQuerySet:
        """Cards of a person, of the caller (`me`) or of nobody (`none`)."""
        assignees = CardAssignee.objects.filter(card_id=OuterRef("pk"))
        if value == NONE:
            return cards.filter(~Exists(assignees))
        person = self.request.user.pk if value == ME else value
        return cards.filter(Exists(assignees.filter(user_id=person)))

    def by_label(self, cards: CardQuerySet, name: str, value: str) -> CardQuerySet:
        """Cards with the label of this id, or of this name regardless of case."""
        return cards.filter(RawSQL(_HAS_LABEL, [value, value], output_field=BooleanField()))

    def by_open(self, cards: CardQuerySet, name: str, value: bool) -> CardQuerySet:
        """Cards neither completed nor archived; false: the others."""
        return cards.open() if value else cards.closed()

    def by_archived(self, cards: CardQuerySet, name: str, value: bool) -> CardQuerySet:
        return cards.filter(archived_at__isnull=not value)

    def by_words(self, cards: CardQuerySet, name: str, value: str) -> CardQuerySet:
        """Cards whose title or description has the words."""
        return cards.search(value)
