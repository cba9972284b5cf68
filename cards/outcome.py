"""What a sprint holds and how far it is; and of a completed one, what it carried over, and where.

What it holds is read from its cards as they are now. What was carried over has left it: that is
told by the log alone.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import (
    Count,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject

from boards.models import Sprint
from cards.models import Card
from core.models import EventLog

NOTHING = {"cards": 0, "cards_done": 0, "points": 0, "points_done": 0}

# A card that was put away unfinished is no part of the work any more; a finished one still is.
COUNTED = Q(completed_at__isnull=False) | Q(archived_at__isnull=True)
_DONE = Q(completed_at__isnull=False)


def _points(counted: Q) -> Coalesce:
    return Coalesce(Sum("story_points", filter=counted), 0, output_field=IntegerField())


SPRINT_PROGRESS = Coalesce(
    Subquery(
        Card.objects.filter(sprint=OuterRef("pk"))
        .order_by()
        .values("sprint")
        .annotate(
            progress=JSONObject(
                cards=Count("pk", filter=COUNTED),
                cards_done=Count("pk", filter=_DONE),
                points=_points(COUNTED),
                points_done=_points(_DONE),
            )
        )
        .values("progress"),
    ),
    Value(NOTHING, output_field=JSONField()),
    output_field=JSONField(),
)
"""Of a sprint, as a list shows it: the cards in it and their points, and how many are done."""


@dataclass(frozen=True)
class CarryOver:
    """What was still open when a sprint was completed; `to` is None for the backlog."""

    cards: int
    points: int
    to: uuid.UUID | None
    card_ids: frozenset[uuid.UUID]


def _completion(sprint: Sprint) -> EventLog | None:
    """The entry that tells how the sprint was completed."""
    entries = EventLog.objects.filter(
        entity_type="sprint", entity_id=sprint.pk, details__context__has_key="carried_over_cards"
    )
    return entries.order_by("-id").first()


def _destination(completion: EventLog) -> uuid.UUID | None:
    to = completion.details["context"]["carried_over_to"]
    return None if to is None else uuid.UUID(to)


def carried_over_to(sprint: Sprint) -> uuid.UUID | None:
    """The sprint that took in what a completed one left open; None for the backlog."""
    entry = _completion(sprint)
    return None if entry is None else _destination(entry)


def carried_over(sprint: Sprint) -> CarryOver | None:
    """What completing the sprint carried over; None where the log doesn't tell of it."""
    entry = _completion(sprint)
    if entry is None:
        return None
    context = entry.details["context"]
    left: QuerySet[EventLog] = EventLog.objects.filter(
        action_id=entry.action_id,
        entity_type="card",
        details__before__sprint_id=str(sprint.pk),
    )
    return CarryOver(
        cards=context["carried_over_cards"],
        points=context["carried_over_points"],
        to=_destination(entry),
        card_ids=frozenset(left.values_list("entity_id", flat=True)),
    )
