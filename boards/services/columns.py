"""The columns of a board: added, changed, numbered. Removing one is about its cards."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.models import Board, ColumnCategory
from boards.services.locks import board_lock
from core.acting import acting
from core.exceptions import RuleViolation, check_version
from core.identifiers import uuid7
from workspaces.models import User

MAX_COLUMNS = 100
MAX_WIP_LIMIT = 999_999_999
_UNSET: Any = object()


class LastColumn(RuleViolation):
    code = "last_column"
    message = _("A board has at least one column.")


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
        board = board_lock(board.pk, actor)
        check_version(board, expected_version)
        if len(board.columns) >= MAX_COLUMNS:
            raise ValidationError({"name": _("A board has at most 100 columns.")})
        column = _column(name=name, category=category, wip_limit=wip_limit)
        _refuse_taken_name(board.columns, column)
        columns = [*board.columns]
        columns.insert(_place(position, len(columns)), column)
        return columns_save(board=board, columns=columns)


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
        board = board_lock(board.pk, actor)
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
        return columns_save(board=board, columns=others)


def columns_without(board: Board, column_id: uuid.UUID | str) -> list[dict[str, Any]]:
    """The board's columns but one, or a refusal where it is the last."""
    present = column_of(board, column_id)
    left = [each for each in board.columns if each["id"] != present["id"]]
    if not left:
        raise LastColumn()
    return left


def columns_from(given: list[str | Mapping[str, Any]]) -> list[dict[str, Any]]:
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


def columns_save(*, board: Board, columns: list[dict[str, Any]]) -> Board:
    """Write the columns of a locked board, numbered in the order given."""
    board.columns = _numbered(columns)
    board.save(update_fields=["columns"])
    return board
