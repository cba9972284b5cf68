"""Decisions: proposed, changed, decided, deleted and restored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.clock import now
from core.exceptions import RuleViolation, check_version
from decisions.models import MAX_TEXT, Decision, DecisionRelationship, Transcript
from decisions.services.rules import (
    clean_title,
    decisions_lock,
    refuse_deleted,
    refuse_odd_json,
    refuse_stranger,
)
from projects.models import Project
from projects.rights import require_contributor, require_decider
from projects.services import project_enter, project_lock
from workspaces.models import User

Status = Decision.Status

CHANGEABLE = (
    "title",
    "statement",
    "rationale",
    "transcript",
    "confidence",
    "impacts",
    "consensus",
    "anomalies",
    "status",
    "decided_by",
    "decided_at",
)
# What only directors and architects (and admins of the workspace) set.
DECIDING = ("status", "decided_by", "decided_at")


class StillSuperseded(RuleViolation):
    """Another decision stands in the place of this one."""

    code = "decision_superseded"
    message = _("Another decision supersedes this one: remove that relationship first.")


def decision_create(
    *,
    actor: User | None,
    project: Project,
    title: str,
    statement: str = "",
    rationale: str = "",
    transcript: Transcript | None = None,
    confidence: float | None = None,
    impacts: dict[str, Any] | list[Any] | None = None,
    consensus: dict[str, Any] | list[Any] | None = None,
    anomalies: dict[str, Any] | list[Any] | None = None,
    status: str = Status.PROPOSED,
    decided_by: User | None = None,
    decided_at: datetime | None = None,
) -> Decision:
    """Propose a decision. Whoever may decide can record one that was decided already."""
    with acting(actor, "decision.created"):
        project = project_enter(project.pk, actor)
        refuse_stranger(decided_by, project.workspace_id)
        if status == Status.ACCEPTED:
            decided_by, decided_at = decided_by or actor, decided_at or now()
        return create_on_entered(
            actor=actor,
            project=project,
            title=title,
            statement=statement,
            rationale=rationale,
            transcript=transcript,
            confidence=confidence,
            impacts=[] if impacts is None else impacts,
            consensus={} if consensus is None else consensus,
            anomalies=[] if anomalies is None else anomalies,
            status=status,
            decided_by=decided_by,
            decided_at=decided_at,
        )


def create_on_entered(
    *, actor: User | None, project: Project, identifier: uuid.UUID | None = None, **values: Any
) -> Decision:
    """What `decision_create` does once the project is entered."""
    decision = Decision(
        workspace_id=project.workspace_id, project=project, created_by=actor, **values
    )
    if identifier is not None:
        decision.id = identifier
    if (
        decision.status != Status.PROPOSED
        or decision.decided_by_id is not None
        or decision.decided_at is not None
    ):
        require_decider(actor, project.pk, project.workspace_id)
    _complete(decision, {"transcript"})
    decision.save(force_insert=True)
    return decision


def decision_update(
    *,
    decision: Decision,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Decision:
    """Change what `changes` names; everything else stays.

    Contributors change proposals, and neither the status nor who decided when. Accepting notes
    both, where they aren't given; taking a decision back to a proposal empties them.
    """
    with acting(actor, _action(decision, changes)):
        decision = _lock(decision)
        require_contributor(actor, decision.project_id, decision.workspace_id)
        check_version(decision, expected_version)
        refuse_deleted(decision)
        changed = [
            name for name in CHANGEABLE if name in changes and _differs(decision, name, changes)
        ]
        if decision.status != Status.PROPOSED or any(name in DECIDING for name in changed):
            require_decider(actor, decision.project_id, decision.workspace_id)
        for name in changed:
            setattr(decision, name, changes[name])
        _complete(decision, set(changed))
        if "status" in changed:
            changed += _follow_status(decision, actor, set(changed))
        if changed:
            decision.save(update_fields=changed)
    return decision


def decision_accept(
    *, decision: Decision, actor: User | None, expected_version: int | None = None
) -> Decision:
    """Make it hold: from now on, by `actor`."""
    return _decide(decision, actor, Status.ACCEPTED, expected_version)


def decision_reject(
    *, decision: Decision, actor: User | None, expected_version: int | None = None
) -> Decision:
    """Turn it down."""
    return _decide(decision, actor, Status.REJECTED, expected_version)


def _decide(
    decision: Decision, actor: User | None, status: str, expected_version: int | None
) -> Decision:
    return decision_update(
        decision=decision,
        actor=actor,
        changes={"status": status},
        expected_version=expected_version,
    )


def decision_delete(
    *, decision: Decision, actor: User | None, expected_version: int | None = None
) -> Decision:
    """Take a decision out of lists and searches. Contributors do that with their own proposals."""
    return _set_deleted(decision, actor, deleted=True, expected_version=expected_version)


def decision_restore(
    *, decision: Decision, actor: User | None, expected_version: int | None = None
) -> Decision:
    """Bring a deleted decision back as it was."""
    return _set_deleted(decision, actor, deleted=False, expected_version=expected_version)


def _set_deleted(
    decision: Decision, actor: User | None, *, deleted: bool, expected_version: int | None
) -> Decision:
    with acting(actor, "decision.deleted" if deleted else "decision.restored"):
        decision = _lock(decision)
        require_own_proposal_or_decider(actor, decision)
        check_version(decision, expected_version)
        if (decision.deleted_at is not None) is not deleted:
            decision.deleted_at = now() if deleted else None
            decision.save(update_fields=["deleted_at"])
    return decision


def require_own_proposal_or_decider(actor: User | None, decision: Decision) -> None:
    """Refuse contributors what isn't a proposal of their own."""
    project_id, workspace_id = decision.project_id, decision.workspace_id
    require_contributor(actor, project_id, workspace_id)
    if actor is None or decision.created_by_id != actor.pk or decision.status != Status.PROPOSED:
        require_decider(actor, project_id, workspace_id)


def _lock(decision: Decision) -> Decision:
    """The decision as it is now that its project and it are locked."""
    project_lock(decision.project_id)
    return decisions_lock([decision.pk])[decision.pk]


def _action(decision: Decision, changes: Mapping[str, Any]) -> str:
    """What the log calls a change: by the status that it leads to, where it leads to another."""
    status = changes.get("status", decision.status)
    if status == decision.status or status not in Status.values or status == Status.PROPOSED:
        return "decision.updated"
    return f"decision.{status}"


def _differs(decision: Decision, name: str, changes: Mapping[str, Any]) -> bool:
    """Whether a change is one: who sends a whole decision back doesn't set its status anew."""
    if name in ("transcript", "decided_by"):
        given = changes[name]
        present = getattr(decision, f"{name}_id")
        return bool(present != (None if given is None else given.pk))
    return bool(getattr(decision, name) != changes[name])


def _follow_status(decision: Decision, actor: User | None, changed: set[str]) -> list[str]:
    """What a new status brings with it; the names of what that changed beside."""
    if decision.status != Status.SUPERSEDED and _is_superseded(decision):
        raise StillSuperseded(field="status")
    if decision.status == Status.ACCEPTED:
        # Unless the writer says otherwise, or it is known.
        if decision.decided_by_id is None and "decided_by" not in changed:
            decision.decided_by = actor
        if decision.decided_at is None and "decided_at" not in changed:
            decision.decided_at = now()
    elif decision.status == Status.PROPOSED:
        for name in {"decided_by", "decided_at"} - changed:
            setattr(decision, name, None)
    else:
        return []
    return sorted({"decided_by", "decided_at"} - changed)


def _is_superseded(decision: Decision) -> bool:
    return DecisionRelationship.objects.filter(
        target_id=decision.pk,
        kind=DecisionRelationship.Kind.SUPERSEDES,
        source__deleted_at__isnull=True,
    ).exists()


def _complete(decision: Decision, changed: set[str]) -> None:
    """Trim what people wrote, and refuse by field what the database would refuse as well."""
    decision.title = clean_title(decision.title)
    for name in ("statement", "rationale"):
        if len(getattr(decision, name)) > MAX_TEXT:
            raise ValidationError({name: _("This has at most 65,536 characters.")})
    for name in ("impacts", "consensus", "anomalies"):
        refuse_odd_json(name, getattr(decision, name))
    confidence = decision.confidence
    if confidence is not None and not 0 <= confidence <= 1:
        raise ValidationError({"confidence": _("Confidence is between 0 and 1.")})
    if decision.status not in Status.values:
        raise ValidationError({"status": _("There is no such status.")})
    transcript = decision.transcript if "transcript" in changed else None
    if transcript is not None and transcript.project_id != decision.project_id:
        raise ValidationError(
            {"transcript": _("A decision's transcript belongs to its own project.")}
        )
    if "decided_by" in changed:
        refuse_stranger(decision.decided_by, decision.workspace_id)
