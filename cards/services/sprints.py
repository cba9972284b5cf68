"""What a sprint does to cards: starting it fixes what it promises, completing it settles that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from boards.models import Sprint
from boards.services import board_lock, refuse_archived, sprint_create, sprint_lock
from cards.models import Card
from core.acting import acting, add_context
from core.exceptions import RuleViolation, check_version
from workspaces.models import User


class SprintNotPlanned(RuleViolation):
    """Only a planned sprint can be started: the promise is made once."""

    code = "sprint_not_planned"
    message = _("The sprint has been started already.")


class SprintNotActive(RuleViolation):
    """Only an active sprint can be completed, and only once."""

    code = "sprint_not_active"
    message = _("Only an active sprint can be completed.")


class OtherSprintActive(RuleViolation):
    code = "other_sprint_active"
    message = _("The board has an active sprint already: complete that one first.")


def sprint_start(
    *, sprint: Sprint, actor: User | None, at: datetime, expected_version: int | None = None
) -> Sprint:
    """Start a planned sprint: what it holds now is what it promises."""
    with acting(actor, "sprint.started"):
        board = board_lock(sprint.board_id, actor)
        refuse_archived(board)
        sprint = sprint_lock(sprint)
        check_version(sprint, expected_version)
        if sprint.status != Sprint.Status.PLANNED:
            raise SprintNotPlanned()
        other = Sprint.objects.filter(board_id=board.pk, status=Sprint.Status.ACTIVE).first()
        if other is not None:
            raise OtherSprintActive(sprint=other.pk)
        promised = Card.objects.live().filter(sprint_id=sprint.pk)
        sums = promised.aggregate(cards=Count("pk"), points=Sum("story_points", default=0))
        sprint.status = Sprint.Status.ACTIVE
        sprint.started_at = at
        sprint.committed_cards = sums["cards"]
        sprint.committed_points = sums["points"]
        sprint.save(update_fields=["status", "started_at", "committed_cards", "committed_points"])
    return sprint


def sprint_complete(
    *,
    sprint: Sprint,
    actor: User | None,
    at: datetime,
    carry_over_to: Sprint | None = None,
    new_sprint: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Sprint:
    """Complete the active sprint, once.

    Its completed cards (archived ones too) are what it achieved, and stay in it; what is still
    open goes to `carry_over_to`, another sprint of the board that isn't completed, to
    `new_sprint`, which is planned with these values in the same action, or to the backlog. The
    log's context tells how much that was.
    """
    with acting(actor, "sprint.completed"):
        board = board_lock(sprint.board_id, actor)
        sprint = sprint_lock(sprint)
        check_version(sprint, expected_version)
        if sprint.status != Sprint.Status.ACTIVE:
            raise SprintNotActive()
        target = None if carry_over_to is None else _target(sprint, carry_over_to)
        if new_sprint is not None:
            target = sprint_create(actor=actor, board=board, **new_sprint)
        inside = Card.objects.filter(sprint_id=sprint.pk)
        completed, open_ = Q(completed_at__isnull=False), Q(completed_at__isnull=True)
        sums = inside.aggregate(
            completed_cards=Count("pk", filter=completed),
            completed_points=Sum("story_points", filter=completed, default=0),
            open_cards=Count("pk", filter=open_ & Q(archived_at__isnull=True)),
            open_points=Sum("story_points", filter=open_ & Q(archived_at__isnull=True), default=0),
        )
        add_context(
            {
                "carried_over_cards": sums["open_cards"],
                "carried_over_points": sums["open_points"],
                "carried_over_to": None if target is None else str(target.pk),
            }
        )
        # Archived cards leave as well: nobody looks for open work in a sprint that is over.
        inside.filter(open_).update(sprint=target)
        sprint.status = Sprint.Status.COMPLETED
        sprint.completed_at = at
        sprint.completed_cards = sums["completed_cards"]
        sprint.completed_points = sums["completed_points"]
        sprint.save(update_fields=["status", "completed_at", "completed_cards", "completed_points"])
    return sprint


def _target(sprint: Sprint, wanted: Sprint) -> Sprint:
    """The sprint that takes what is open, locked."""
    if wanted.board_id != sprint.board_id:
        raise ValidationError({"carry_over_to": _("A card's sprint belongs to its own board.")})
    if wanted.pk == sprint.pk:
        raise ValidationError({"carry_over_to": _("This is the sprint that is completed.")})
    target = sprint_lock(wanted)
    if target.status == Sprint.Status.COMPLETED:
        raise ValidationError({"carry_over_to": _("That sprint is completed already.")})
    return target
