"""Every write to boards, their columns and sprints.

What also touches cards (removing a column, what a sprint does to its cards) stands in
`cards.services`.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.models import Board, ColumnCategory, Sprint, default_columns
from boards.querysets import BoardQuerySet
from core.acting import acting
from core.db.compiled import CompiledQuery
from core.exceptions import RuleViolation, check_version
from core.identifiers import uuid7
from workspaces.models import User, Workspace
from workspaces.rights import require_admin

MAX_COLUMNS = 100
MAX_WIP_LIMIT = 999_999_999
_UNSET: Any = object()


class BoardArchived(RuleViolation):
    code = "board_archived"
    message = _("The board is archived: unarchive it first.")


class LastColumn(RuleViolation):
    code = "last_column"
    message = _("A board has at least one column.")


class BoardGone(RuleViolation):
    code = "board_gone"
    message = _("The board was deleted in the meantime.")


def _locking() -> BoardQuerySet:
    return Board.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace")


_LOCK_ONE = CompiledQuery(lambda board: _locking().filter(pk=board), board=UUID)


def boards_lock(board_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Board]:
    """Lock boards in the order of their ids, the order in which everybody locks them.

    What a service decides on (positions, limits, columns) it reads after this.
    """
    wanted = sorted(set(board_ids))
    if len(wanted) == 1:
        found = _LOCK_ONE(board=wanted[0])
    else:
        found = list(_locking().filter(pk__in=wanted).order_by("pk"))
    locked = {board.pk: board for board in found}
    if len(locked) < len(wanted):
        raise BoardGone()
    return locked


def board_lock(board_id: uuid.UUID) -> Board:
    return boards_lock([board_id])[board_id]


def refuse_archived(board: Board) -> None:
    if board.archived:
        raise BoardArchived()


def board_create(
    *,
    actor: User | None,
    workspace: Workspace,
    name: str,
    columns: list[str | Mapping[str, Any]] | None = None,
) -> Board:
    """Make a board. `columns` are names or objects with name, category and wip_limit, in order."""
    made = default_columns() if columns is None else _columns_from(columns)
    with acting(actor, "board.created"):
        board = Board(workspace=workspace, name=name.strip(), columns=made)
        board.save(force_insert=True)
    return board


def board_update(
    *, board: Board, actor: User | None, name: str, expected_version: int | None = None
) -> Board:
    with acting(actor, "board.updated"):
        board = board_lock(board.pk)
        check_version(board, expected_version)
        board.name = name.strip()
        board.save(update_fields=["name"])
    return board


def board_archive(
    *, board: Board, actor: User | None, expected_version: int | None = None
) -> Board:
    return _set_archived(board, actor, archived=True, expected_version=expected_version)


def board_unarchive(
    *, board: Board, actor: User | None, expected_version: int | None = None
) -> Board:
    return _set_archived(board, actor, archived=False, expected_version=expected_version)


def _set_archived(
    board: Board, actor: User | None, *, archived: bool, expected_version: int | None
) -> Board:
    with acting(actor, "board.archived" if archived else "board.unarchived"):
        board = board_lock(board.pk)
        check_version(board, expected_version)
        board.archived = archived
        board.save(update_fields=["archived"])
    return board


def board_delete(*, board: Board, actor: User | None, expected_version: int | None = None) -> None:
    """Delete a board with its sprints and cards. Admins only."""
    with acting(actor, "board.deleted"):
        board = board_lock(board.pk)
        require_admin(actor, board.workspace_id)
        check_version(board, expected_version)
        # The database's cascade, in one statement: cards before the columns they stand in.
        Board.objects.filter(pk=board.pk)._raw_delete("default")


def column_of(board: Board, column_id: uuid.UUID | str) -> dict[str, Any]:
    """The column of this id on this board, or a field error."""
    wanted = str(column_id)
    for column in board.columns:
        if column["id"] == wanted:
            found: dict[str, Any] = column
            return found
    raise ValidationError({"column_id": _("The board has no such column.")})


def column_add(
    *,
    board: Board,
    actor: User | None,
    name: str,
    category: str = ColumnCategory.TODO,
    wip_limit: int | None = None,
    position: int | None = None,
    expected_version: int | None = None,
) -> Board:
    """Add a column, at the end or at `position`."""
    with acting(actor, "column.added"):
        board = board_lock(board.pk)
        check_version(board, expected_version)
        if len(board.columns) >= MAX_COLUMNS:
            raise ValidationError({"name": _("A board has at most 100 columns.")})
        column = _column(name=name, category=category, wip_limit=wip_limit)
        _refuse_taken_name(board.columns, column)
        columns = [*board.columns]
        columns.insert(_place(position, len(columns)), column)
        return _save_columns(board, columns)


def column_update(
    *,
    board: Board,
    actor: User | None,
    column_id: uuid.UUID | str,
    name: str = _UNSET,
    category: str = _UNSET,
    wip_limit: int | None = _UNSET,
    position: int = _UNSET,
    expected_version: int | None = None,
) -> Board:
    """Rename, recategorise, limit or reorder one column; what isn't given stays."""
    with acting(actor, "column.updated"):
        board = board_lock(board.pk)
        check_version(board, expected_version)
        present = column_of(board, column_id)
        column = {
            **present,
            **_column(
                name=present["name"] if name is _UNSET else name,
                category=present["category"] if category is _UNSET else category,
                wip_limit=present["wip_limit"] if wip_limit is _UNSET else wip_limit,
            ),
            "id": present["id"],
        }
        others = [each for each in board.columns if each["id"] != present["id"]]
        _refuse_taken_name(others, column)
        others.insert(
            present["position"] if position is _UNSET else _place(position, len(others)), column
        )
        return _save_columns(board, others)


def columns_without(board: Board, column_id: uuid.UUID | str) -> list[dict[str, Any]]:
    """The board's columns but one, or a refusal where it is the last."""
    present = column_of(board, column_id)
    left = [each for each in board.columns if each["id"] != present["id"]]
    if not left:
        raise LastColumn()
    return left


def columns_save(*, board: Board, columns: list[dict[str, Any]]) -> Board:
    """Write the columns of a locked board, numbered in the order given."""
    return _save_columns(board, columns)


def sprint_create(
    *,
    actor: User | None,
    board: Board,
    name: str,
    start_date: datetime.date,
    end_date: datetime.date,
    goal: str = "",
    capacity_points: int | None = None,
) -> Sprint:
    with acting(actor, "sprint.created"):
        board = board_lock(board.pk)
        refuse_archived(board)
        sprint = Sprint(
            workspace_id=board.workspace_id,
            board=board,
            name=name.strip(),
            goal=goal,
            start_date=start_date,
            end_date=end_date,
            capacity_points=capacity_points,
        )
        _refuse_backwards(sprint)
        sprint.save(force_insert=True)
    return sprint


def sprint_update(
    *,
    sprint: Sprint,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Sprint:
    """Change name, goal, dates or capacity; what isn't named in `changes` stays."""
    with acting(actor, "sprint.updated"):
        board_lock(sprint.board_id)
        sprint = _sprint_lock(sprint)
        check_version(sprint, expected_version)
        for name in ("name", "goal", "start_date", "end_date", "capacity_points"):
            if name in changes:
                setattr(sprint, name, changes[name])
        sprint.name = sprint.name.strip()
        _refuse_backwards(sprint)
        if changes:
            sprint.save(update_fields=list(changes))
    return sprint


def sprint_delete(
    *, sprint: Sprint, actor: User | None, expected_version: int | None = None
) -> None:
    """Delete a sprint; its cards stay on the board without one."""
    with acting(actor, "sprint.deleted"):
        board_lock(sprint.board_id)
        sprint = _sprint_lock(sprint)
        check_version(sprint, expected_version)
        Sprint.objects.filter(pk=sprint.pk)._raw_delete("default")


class SprintGone(RuleViolation):
    code = "sprint_gone"
    message = _("The sprint was deleted in the meantime.")


def _sprint_lock(sprint: Sprint) -> Sprint:
    locked = (
        Sprint.objects.select_for_update(no_key=True, of=("self",))
        .select_related("board")
        .filter(pk=sprint.pk)
        .first()
    )
    if locked is None:
        raise SprintGone()
    return locked


def _refuse_backwards(sprint: Sprint) -> None:
    if sprint.end_date < sprint.start_date:
        raise ValidationError({"end_date": _("A sprint ends on or after the day it starts.")})


def _columns_from(given: list[str | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """New columns out of names and objects."""
    if not given:
        raise ValidationError({"columns": _("A board has at least one column.")})
    if len(given) > MAX_COLUMNS:
        raise ValidationError({"columns": _("A board has at most 100 columns.")})
    columns: list[dict[str, Any]] = []
    for each in given:
        spec: Mapping[str, Any] = {"name": each} if isinstance(each, str) else each
        try:
            column = _column(
                name=spec.get("name", ""),
                category=spec.get("category", ColumnCategory.TODO),
                wip_limit=spec.get("wip_limit"),
            )
            _refuse_taken_name(columns, column)
        except ValidationError as error:
            raise ValidationError({"columns": error.messages}) from error
        columns.append(column)
    return _numbered(columns)


def _column(*, name: str, category: str, wip_limit: int | None) -> dict[str, Any]:
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise ValidationError({"name": _("A column's name has 1 to 100 characters.")})
    if category not in ColumnCategory.values:
        raise ValidationError({"category": _("This is not a category of columns.")})
    if wip_limit is not None and not 1 <= wip_limit <= MAX_WIP_LIMIT:
        raise ValidationError({"wip_limit": _("A limit is at least 1, or empty for none.")})
    return {
        "id": str(uuid7()),
        "name": name,
        "position": 0,
        "category": str(category),
        "wip_limit": wip_limit,
    }


def _refuse_taken_name(columns: list[dict[str, Any]], column: dict[str, Any]) -> None:
    if any(each["name"] == column["name"] for each in columns):
        raise ValidationError({"name": _("The board has a column of this name already.")})


def _place(position: int | None, last: int) -> int:
    if position is None:
        return last
    if not 0 <= position <= last:
        raise ValidationError({"position": _("The board has no such place for a column.")})
    return position


def _numbered(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**column, "position": place} for place, column in enumerate(columns)]


def _save_columns(board: Board, columns: list[dict[str, Any]]) -> Board:
    board.columns = _numbered(columns)
    board.save(update_fields=["columns"])
    return board
