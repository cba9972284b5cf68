"""The whole history of a card: its own entries, and those of what hangs on it."""

from __future__ import annotations

import uuid
from collections import defaultdict

from django.db.models import Q, QuerySet

from cards.models import Card, CardAssignee, CardLink, ChecklistItem, Comment
from core.models import EventLog

# Rows that are gone can't be asked for: they are found by the entries that tell of their end,
# among so many of the newest of each board where the card stood, so that a busy one is never read
# whole.
LOOKED_THROUGH = 20_000
GOING = ("card_assignee", "checklist_item", "card_link")


def entries_of(card: Card) -> QuerySet[EventLog]:
    """What happened to the card and to its assignees, comments, checklists and links.

    Newest first.
    """
    present = {
        "card_assignee": CardAssignee.objects.filter(card=card),
        "checklist_item": ChecklistItem.objects.filter(card=card),
        "comment": Comment.objects.filter(card=card),
        "card_link": CardLink.objects.filter(Q(source=card) | Q(target=card)),
    }
    rows = _rows_that_are_gone(card)
    for kind, there in present.items():
        rows[kind].update(there.order_by().values_list("pk", flat=True))
    found = Q(entity_type="card", entity_id=card.pk)
    for kind, ids in rows.items():
        found |= Q(entity_type=kind, entity_id__in=ids)
    return EventLog.objects.filter(found).order_by("-id")


def _rows_that_are_gone(card: Card) -> dict[str, set[uuid.UUID]]:
    rows: dict[str, set[uuid.UUID]] = defaultdict(set)
    was_its = Q()
    for column in ("card_id", "source_id", "target_id"):
        was_its |= Q(**{f"details__before__{column}": str(card.pk)})
    for board_id in _boards_of(card):
        on_board = EventLog.objects.filter(board_id=board_id)
        beyond = on_board.order_by("-id").values_list("id", flat=True)[LOOKED_THROUGH:]
        first = next(iter(beyond[:1]), 0)
        ended = on_board.filter(was_its, entity_type__in=GOING, pk__gt=first)
        for kind, identifier in ended.values_list("entity_type", "entity_id"):
            rows[kind].add(identifier)
    return rows


def _boards_of(card: Card) -> set[uuid.UUID]:
    """Where the card stands and where it stood: what went from it there is told of there."""
    moves = EventLog.objects.filter(
        entity_type="card", entity_id=card.pk, details__before__has_key="board_id"
    )
    left = moves.values_list("details__before__board_id", flat=True)
    return {card.board_id, *(uuid.UUID(each) for each in left if each)}
