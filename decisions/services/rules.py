"""Locks and refusals that all writes to transcripts and decisions share."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.exceptions import RuleViolation
from decisions.models import MAX_JSON, MAX_TITLE, Decision
from workspaces.models import User, WorkspaceMember


class DecisionGone(RuleViolation):
    """The decision's row went, with its project, between being looked up and being locked."""

    code = "decision_gone"
    message = _("The decision was deleted in the meantime.")


class DecisionDeleted(RuleViolation):
    """A deleted decision only comes back, by being restored."""

    code = "decision_deleted"
    message = _("The decision is deleted: restore it first.")


def decisions_lock(decision_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Decision]:
    """Lock decisions of a locked project, in the order of their ids; the present rows."""
    wanted = sorted(set(decision_ids))
    found = (
        Decision.objects.without_embedding()
        .select_for_update(no_key=True, of=("self",))
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    locked = {decision.pk: decision for decision in found}
    if len(locked) < len(wanted):
        raise DecisionGone()
    return locked


def refuse_deleted(decision: Decision, field: str | None = None) -> None:
    if decision.deleted_at is not None:
        raise DecisionDeleted(field=field)


def clean_title(title: str) -> str:
    title = title.strip()
    if not 1 <= len(title) <= MAX_TITLE:
        raise ValidationError({"title": _("A title has 1 to 300 characters.")})
    return title


def refuse_odd_json(field: str, value: Any) -> None:
    """Impacts, consensus and anomalies are what their writers need, but bounded."""
    if not isinstance(value, dict | list):
        raise ValidationError({field: _("This has to be an object or a list.")})
    try:
        size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    except UnicodeEncodeError as error:
        raise ValidationError({field: _("Lone surrogates are not allowed.")}) from error
    if size > MAX_JSON:
        raise ValidationError({field: _("This may have at most 65,536 bytes.")})


def refuse_stranger(person: User | None, workspace_id: uuid.UUID) -> None:
    """Whoever decided is a member at that time; it stays known when they leave."""
    if person is None:
        return
    members = WorkspaceMember.objects.filter(workspace_id=workspace_id, user_id=person.pk)
    if not members.exists():
        raise ValidationError({"decided_by": _("Only members of the workspace decide.")})
