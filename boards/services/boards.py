"""Boards themselves: made, changed, put away, brought back, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.models import Board, default_columns
from boards.services.columns import columns_from
from boards.services.locks import board_lock
from core.acting import acting
from core.exceptions import check_version
from projects.models import Project
from projects.rights import require_contributor
from projects.services import project_enter
from workspaces.models import User, Workspace
from workspaces.rights import require_admin


def board_create(
    *,
    actor: User | None,
    workspace: Workspace,
    name: str,
    project: Project | None = None,
    columns: list[str | Mapping[str, Any]] | None = None,
) -> Board:
    """Make a board. `columns` are names or objects with name, category and wip_limit, in order."""
    made = default_columns() if columns is None else columns_from(columns)
    with acting(actor, "board.created"):
        if project is not None:
            _refuse_foreign_project(project, workspace.pk)
            project_enter(project.pk, actor)
        board = Board(workspace=workspace, project=project, name=name.strip(), columns=made)
        board.save(force_insert=True)
    return board


def board_update(
    *,
    board: Board,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Board:
    """Rename a board, or give it to a project (None: to none); what isn't in `changes` stays."""
    with acting(actor, "board.updated"):
        project: Project | None = changes.get("project")
        seen_in = board.project_id
        # The project comes before the board in the order of locks. One that the board has already
        # takes nothing in, archived or not.
        if project is not None and project.pk != seen_in:
            _refuse_foreign_project(project, board.workspace_id)
            project_enter(project.pk, actor)
        board = board_lock(board.pk, actor)
        if project is not None and project.pk == seen_in != board.project_id:
            # Somebody took the board out of the project meanwhile: here it is put back.
            require_contributor(actor, project.pk, project.workspace_id)
        check_version(board, expected_version)
        changed = [name for name in ("name", "project") if name in changes]
        for name in changed:
            setattr(board, name, changes[name])
        board.name = board.name.strip()
        if changed:
            board.save(update_fields=changed)
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
        board = board_lock(board.pk, actor)
        check_version(board, expected_version)
        board.archived = archived
        board.save(update_fields=["archived"])
    return board


def board_delete(*, board: Board, actor: User | None, expected_version: int | None = None) -> None:
    """Delete a board with its sprints and cards. Admins only."""
    with acting(actor, "board.deleted"):
        board = board_lock(board.pk, actor)
        require_admin(actor, board.workspace_id)
        check_version(board, expected_version)
        # The database's cascade, in one statement: cards before the columns they stand in.
        Board.objects.filter(pk=board.pk)._raw_delete("default")


def _refuse_foreign_project(project: Project, workspace_id: uuid.UUID) -> None:
    if project.workspace_id != workspace_id:
        raise ValidationError({"project": _("A board's project is of its own workspace.")})
