"""Sprints: planned, changed, deleted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Sprint
from boards.services.locks import board_lock, refuse_archived
from core.acting import acting
from core.exceptions import RuleViolation, check_version
from workspaces.models import User


class SprintGone(RuleViolation):
    code = "sprint_gone"
    message = _("The sprint was deleted in the meantime.")


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
        board = board_lock(board.pk, actor)
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
        board_lock(sprint.board_id, actor)
        sprint = sprint_lock(sprint)
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
        board_lock(sprint.board_id, actor)
        sprint = sprint_lock(sprint)
        check_version(sprint, expected_version)
        Sprint.objects.filter(pk=sprint.pk)._raw_delete("default")


def sprint_lock(sprint: Sprint) -> Sprint:
    """Lock a sprint, whose board is locked already; the present row."""
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
