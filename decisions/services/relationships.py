"""How decisions bear on each other: recorded and taken back."""

from __future__ import annotations

import uuid

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import RuleViolation, check_version
from decisions.models import Decision, DecisionRelationship
from decisions.services.decisions import require_own_proposal_or_decider
from decisions.services.rules import decisions_lock, refuse_deleted
from projects.rights import require_contributor, require_decider
from projects.services import ProjectArchived, project_lock
from workspaces.models import User

Kind = DecisionRelationship.Kind

LOOPLESS = (Kind.SUPERSEDES, Kind.DEPENDS_ON)

_LEADS_BACK = """
WITH RECURSIVE reached (id) AS (
    SELECT %(target)s::uuid
     UNION
    SELECT r.target_id FROM reached
      JOIN decision_relationships r ON r.source_id = reached.id AND r.kind = %(kind)s)
SELECT EXISTS (SELECT FROM reached WHERE id = %(source)s)
"""


class RelationshipLoop(RuleViolation):
    """What supersedes or depends on something can't be superseded by it, or be needed for it."""

    code = "relationship_loop"
    message = _("The decisions would lead back to where they began.")


class RelationshipKnown(RuleViolation):
    code = "relationship_known"
    message = _("This relationship is recorded already.")


class ForeignDecision(RuleViolation):
    """Decisions bear on each other within a project."""

    status = 400
    code = "foreign_decision"
    message = _("Both decisions belong to one project.")


class OnItself(RuleViolation):
    status = 400
    code = "on_itself"
    message = _("A decision bears on another one, not on itself.")


class RelationshipGone(RuleViolation):
    """Somebody else took the relationship back at the same time."""

    code = "relationship_gone"
    message = _("The relationship was removed in the meantime.")


def relationship_create(
    *, actor: User | None, source: Decision, target: Decision, kind: str
) -> DecisionRelationship:
    """Record how `source` bears on `target`.

    What supersedes another decision marks it superseded. Contributors record that only about
    their own proposals: to supersede what somebody else wrote, or what is decided, is deciding.
    """
    superseding = kind == Kind.SUPERSEDES
    with acting(actor, "decision.superseded" if superseding else "decision_relationship.created"):
        # Before any check: two halves of a circle that come at once are looked at in turn.
        project = project_lock(source.project_id)
        require_contributor(actor, project.pk, project.workspace_id)
        if project.archived_at is not None:
            raise ProjectArchived()
        return create_on_locked(actor=actor, source=source, target=target, kind=kind)


def create_on_locked(
    *,
    actor: User | None,
    source: Decision,
    target: Decision,
    kind: str,
    identifier: uuid.UUID | None = None,
) -> DecisionRelationship:
    """What `relationship_create` does once the project is locked."""
    if source.pk == target.pk:
        raise OnItself(field="target")
    if source.project_id != target.project_id:
        raise ForeignDecision(field="target")
    locked = decisions_lock([source.pk, target.pk])
    source, target = locked[source.pk], locked[target.pk]
    refuse_deleted(source, "source")
    refuse_deleted(target, "target")
    if kind == Kind.SUPERSEDES:
        require_own_proposal_or_decider(actor, target)
    known = DecisionRelationship.objects.filter(source_id=source.pk, target_id=target.pk, kind=kind)
    if known.exists():
        raise RelationshipKnown(field="target")
    if kind in LOOPLESS and _leads_back(source, target, kind):
        raise RelationshipLoop(field="target")
    relationship = DecisionRelationship(
        workspace_id=source.workspace_id,
        project_id=source.project_id,
        source=source,
        target=target,
        kind=kind,
    )
    if identifier is not None:
        relationship.id = identifier
    relationship.save(force_insert=True)
    if kind == Kind.SUPERSEDES and target.status != Decision.Status.SUPERSEDED:
        target.status = Decision.Status.SUPERSEDED
        target.save(update_fields=["status"])
    return relationship


def relationship_delete(
    *,
    relationship: DecisionRelationship,
    actor: User | None,
    expected_version: int | None = None,
) -> None:
    """Take a relationship back.

    A decision that was superseded stays so: whether it holds again is for those to say who
    decide, and they do it by accepting it.
    """
    with acting(actor, "decision_relationship.deleted"):
        project = project_lock(relationship.project_id)
        require_contributor(actor, project.pk, project.workspace_id)
        if relationship.kind == Kind.SUPERSEDES:
            require_decider(actor, project.pk, project.workspace_id)
        rows = DecisionRelationship.objects.filter(pk=relationship.pk)
        found = rows.select_for_update(no_key=True).first()
        if found is None:
            raise RelationshipGone()
        check_version(found, expected_version)
        rows._raw_delete("default")


def _leads_back(source: Decision, target: Decision, kind: str) -> bool:
    """Whether `source` can be reached from `target` by relationships of this kind."""
    with connection.cursor() as cursor:
        cursor.execute(_LEADS_BACK, {"source": source.pk, "target": target.pk, "kind": kind})
        return bool(cursor.fetchone()[0])
