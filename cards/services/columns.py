"""Removing a column, which has to do with the cards in it."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from boards.services import board_lock, column_of, columns_save, columns_without
from cards.models import Card
from cards.ordering import STEP, column_order
from cards.services.rules import ColumnFull
from core.acting import acting, add_context
from core.exceptions import RuleViolation, check_version
from workspaces.models import User
from workspaces.rights import require_admin


class ColumnNotEmpty(RuleViolation):
    code = "column_not_empty"
    message = _("The column holds cards: say with move_cards_to which column takes them.")


def column_remove(
    *,
    board: Board,
    actor: User | None,
    column_id: uuid.UUID | str,
    move_cards_to: uuid.UUID | str | None = None,
    override_wip_limit: bool = False,
    expected_version: int | None = None,
) -> Board:
    """Remove a column; its cards, archived ones too, go in their order below those of another."""
    with acting(actor, "column.removed"):
        board = board_lock(board.pk, actor)
        check_version(board, expected_version)
        left = columns_without(board, column_id)
        target = None if move_cards_to is None else _target(board, column_id, move_cards_to)
        leaving = column_order(uuid.UUID(str(column_id)))
        if leaving:
            if target is None:
                raise ColumnNotEmpty(field="move_cards_to", cards=len(leaving))
            _check_room(board, column_id, target, actor, override_wip_limit)
            _move_all(target, leaving)
        return columns_save(board=board, columns=left)


def _target(
    board: Board, column_id: uuid.UUID | str, move_cards_to: uuid.UUID | str
) -> dict[str, Any]:
    """The column that takes the cards: another one of the same board."""
    try:
        target = column_of(board, move_cards_to)
    except ValidationError as error:
        raise ValidationError({"move_cards_to": error.messages}) from error
    if target["id"] == str(column_id):
        raise ValidationError({"move_cards_to": _("This is the column to be removed.")})
    return target


def _check_room(
    board: Board,
    column_id: uuid.UUID | str,
    target: dict[str, Any],
    actor: User | None,
    override: bool,
) -> None:
    """Refuse more cards than the target may hold, unless an admin lets them in.

    Archived cards need no room, not even in a column that is over its limit already.
    """
    if override:
        require_admin(actor, board.workspace_id)
    limit = target["wip_limit"]
    if limit is None:
        return
    live = Card.objects.live()
    entering = live.filter(column_id=uuid.UUID(str(column_id))).count()
    if not entering or live.filter(column_id=target["id"]).count() + entering <= limit:
        return
    if not override:
        raise ColumnFull(field="move_cards_to", column_id=target["id"], wip_limit=limit)
    add_context({"override_wip_limit": True})


def _move_all(target: dict[str, Any], leaving: list[str]) -> None:
    """Put the cards below those of the target, in the order of `leaving`."""
    last = (
        Card.objects.filter(column_id=target["id"])
        .order_by("-position")
        .values_list("position", flat=True)
        .first()
    )
    places = {card: (last or 0) + STEP * (place + 1) for place, card in enumerate(leaving)}
    moving = list(Card.objects.filter(pk__in=leaving).only("id", "column", "position"))
    for card in moving:
        card.column_id = uuid.UUID(target["id"])
        card.position = places[str(card.pk)]
    Card.objects.bulk_update(moving, ["column", "position"], batch_size=500)
