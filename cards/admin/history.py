"""The whole history of a card: its own entries, and those of what hangs on it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from cards.models import Card, CardAssignee, CardLink, ChecklistItem, Comment
from core.models import EventLog

# Rows that are gone can't be asked for their entries: those are found among so many of the newest
# entries of the board, so that a busy board's log is never read whole.
LOOKED_THROUGH = 20_000
GOING = ("card_assignee", "checklist_item", "card_link")


def entries_of(card: Card) -> QuerySet[EventLog]:
    """What happened to the card and to its assignees, comments, checklists and links.

    Newest first. Rows that are there are asked for by their ids.
    """
    card_id = str(card.pk)
    present = {
        "card_assignee": CardAssignee.objects.filter(card=card),
        "checklist_item": ChecklistItem.objects.filter(card=card),
        "comment": Comment.objects.filter(card=card),
        "card_link": CardLink.objects.filter(Q(source=card) | Q(target=card)),
    }
    found = Q(entity_type="card", entity_id=card.pk)
    for kind, rows in present.items():
        found |= Q(
            entity_type=kind, entity_id__in=list(rows.order_by().values_list("pk", flat=True))
        )
    return EventLog.objects.filter(
        found | Q(pk__in=_of_rows_that_are_gone(card, card_id))
    ).order_by("-id")


def _of_rows_that_are_gone(card: Card, card_id: str) -> list[int]:
    newest = (
        EventLog.objects.filter(board_id=card.board_id)
        .order_by("-id")
        .values("id")[LOOKED_THROUGH : LOOKED_THROUGH + 1]
    )
    first = next(iter(newest.values_list("id", flat=True)), 0)
    told = Q()
    for column in ("card_id", "source_id", "target_id"):
        told |= Q(**{f"details__before__{column}": card_id})
        told |= Q(**{f"details__after__{column}": card_id})
    rows = EventLog.objects.filter(
        told, board_id=card.board_id, entity_type__in=GOING, pk__gte=first
    )
    return list(rows.order_by("-id").values_list("id", flat=True)[:2000])
