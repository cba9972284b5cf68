"""Moving a card: to another place, column or board of its workspace."""

from __future__ import annotations

import uuid
from typing import Any

from boards.models import Board, Sprint
from boards.services import column_of, refuse_archived
from cards.models import Card
from cards.ordering import Place, position_at
from cards.services.labels import metadata_for_board
from cards.services.rules import (
    ForeignBoard,
    cards_lock,
    check_sprint,
    check_wip_limit,
    coming_in,
    read_sprints_anew,
)
from core.acting import acting
from core.exceptions import check_version
from workspaces.models import User

KEEP: Any = object()
"""The sprint stays as it is."""


def card_move(
    *,
    card: Card,
    actor: User | None,
    column_id: uuid.UUID | str,
    place: Place | None = None,
    board: Board | None = None,
    sprint: Sprint | None = KEEP,
    override_wip_limit: bool = False,
    expected_version: int | None = None,
) -> Card:
    """Put the card at `place` in a column of its board, or of another `board`.

    Writes one row (but for the rare respacing). On another board the card leaves its sprint, unless
    one of that board is given, and its labels become that board's of the same names.
    """
    with acting(actor, "card.moved"):
        cards, boards = cards_lock([card], actor, [board.pk] if board is not None else [])
        card = cards[card.pk]
        check_version(card, expected_version)
        read_sprints_anew([sprint])
        return move_locked(
            card,
            actor=actor,
            target=boards[board.pk] if board is not None else card.board,
            column_id=column_id,
            place=place or Place(),
            sprint=sprint,
            override_wip_limit=override_wip_limit,
        )


def move_locked(
    card: Card,
    *,
    actor: User | None,
    target: Board,
    column_id: uuid.UUID | str,
    place: Place,
    sprint: Sprint | None,
    override_wip_limit: bool,
) -> Card:
    """What `card_move` does once the card, its board and the target are locked."""
    if target.workspace_id != card.workspace_id:
        raise ForeignBoard(field="board_id")
    refuse_archived(target)
    column = column_of(target, column_id)
    target_column = uuid.UUID(column["id"])
    stays = target_column == card.column_id
    if not stays and card.archived_at is None:
        check_wip_limit(board=target, column=column, actor=actor, override=override_wip_limit)
    present_sprint = card.sprint_id
    changed = []
    position = position_at(
        column_id=target_column,
        place=place,
        moving=card.pk,
        present=card.position if stays else None,
    )
    if position != card.position or not stays:
        card.position = position
        changed.append("position")
    if not stays:
        card.column_id = target_column
        changed.append("column")
    if target.pk != card.board_id:
        card.board = target
        card.metadata = metadata_for_board(card.metadata, target)
        changed += ["board", "metadata"]
        if sprint is KEEP:
            sprint = None
    if sprint is not KEEP:
        check_sprint(sprint, target.pk, present_sprint, field="sprint_id")
        card.sprint = sprint
        changed.append("sprint")
    if changed:
        with coming_in("board_id"):
            card.save(update_fields=changed)
    return card
