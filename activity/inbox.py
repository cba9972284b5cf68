"""What of an inbox its person sees: the only place that decides it."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from django.db.models import BooleanField, CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from cards.models import Card
from decisions.models import Decision
from discussions.models import Channel
from discussions.querysets import visible_channel_ids_of
from workspaces.models import User
from workspaces.querysets import workspace_ids_of

COUNTED_AT_MOST = 100
"""Unread items are counted no further: a hundred means a hundred or more."""


class InboxQuerySet(QuerySet[Any]):
    """Items of inboxes; whoever asks narrows them by `visible_to`."""

    def visible_to(self, user: User) -> Self:
        """One's own, of what one still sees: rights that were lost and things that are gone take
        their items along, and bring them back when they come back."""
        mine = self.filter(user_id=user.pk, workspace_id__in=workspace_ids_of(user))
        return mine.filter(
            Q(channel_id=None) | Q(channel_id__in=visible_channel_ids_of(user)),
            Q(card_id=None) | Q(_there(Card.objects.all(), "card_id")),
            Q(decision_id=None) | Q(_there(Decision.objects.live(), "decision_id")),
        )

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def of_workspace(self, workspace_id: UUID | None) -> Self:
        """Those of one workspace; None is all."""
        return self if workspace_id is None else self.filter(workspace_id=workspace_id)

    def for_list(self) -> Self:
        """With what the thing is called that each is about: `key` (a card's) and `title`."""
        cards = Card.objects.filter(pk=OuterRef("card_id"))
        number = Cast("number", CharField())
        title: Any = Subquery(cards.values("title"))
        for rows, name in (
            (Decision.objects.filter(pk=OuterRef("decision_id")), "title"),
            (Channel.objects.filter(pk=OuterRef("channel_id")), "name"),
        ):
            title = Coalesce(title, Subquery(rows.values(name)))
        return self.annotate(
            key=Subquery(cards.values(key=Concat(F("workspace__key"), Value("-"), number))),
            title=title,
        )


def _there(rows: QuerySet[Any], column: str) -> Subquery:
    """Whether the row is among `rows`.

    Not by EXISTS: beside an OR PostgreSQL may choose to read all the rows there are once for it.
    """
    found = rows.filter(pk=OuterRef(column)).values(there=Value(True))[:1]
    return Subquery(found, output_field=BooleanField())
