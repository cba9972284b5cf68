"""Locking boards, which every write on them begins with, and who may not write there."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from boards.models import Board
from boards.querysets import BoardQuerySet
from core.db.compiled import CompiledQuery
from core.exceptions import RuleViolation
from projects.rights import require_contributor_in
from workspaces.models import User


class BoardArchived(RuleViolation):
    code = "board_archived"
    message = _("The board is archived: unarchive it first.")


class BoardGone(RuleViolation):
    code = "board_gone"
    message = _("The board was deleted in the meantime.")


def _locking() -> BoardQuerySet:
    return Board.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace")


_LOCK_ONE = CompiledQuery(lambda board: _locking().filter(pk=board), board=UUID)


def boards_lock(board_ids: Iterable[uuid.UUID], actor: User | None) -> dict[uuid.UUID, Board]:
    """Lock boards in the order of their ids, the order in which everybody locks them.

    What a service decides on (positions, limits, columns) it reads after this. Whoever only
    observes the project of one of them is refused: nothing is written on a board without its lock.
    """
    wanted = sorted(set(board_ids))
    if len(wanted) == 1:
        found = _LOCK_ONE(board=wanted[0])
    else:
        found = list(_locking().filter(pk__in=wanted).order_by("pk"))
    locked = {board.pk: board for board in found}
    if len(locked) < len(wanted):
        raise BoardGone()
    require_contributor_in(
        actor,
        {board.project_id: board.workspace_id for board in found if board.project_id is not None},
    )
    return locked


def board_lock(board_id: uuid.UUID, actor: User | None) -> Board:
    return boards_lock([board_id], actor)[board_id]


def refuse_archived(board: Board) -> None:
    if board.archived:
        raise BoardArchived()
