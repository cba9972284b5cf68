"""Who decides, as the pages ask it: once a request."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from decisions.models import Decision
from projects.admin.rights import observes
from projects.models import ProjectMember
from projects.rights import DECIDERS
from workspaces.admin.rights import administers, administers_any


def _decided_ids(request: HttpRequest) -> frozenset[uuid.UUID]:
    known: frozenset[uuid.UUID] | None = getattr(request, "taskly_decided_ids", None)
    if known is None:
        roles = ProjectMember.objects.filter(user_id=request.user.pk, role__in=DECIDERS)
        known = frozenset(roles.values_list("project_id", flat=True))
        request.taskly_decided_ids = known
    return known


def decides(request: HttpRequest, project_id: uuid.UUID, workspace_id: uuid.UUID) -> bool:
    """Whether the person may accept, supersede and reject decisions of the project."""
    return administers(request, workspace_id) or project_id in _decided_ids(request)


def decides_any(request: HttpRequest) -> bool:
    """Whether there is any project in which the person may: what the form offers hangs on it."""
    return administers_any(request) or bool(_decided_ids(request))


def may_change(request: HttpRequest, decision: Decision) -> bool:
    """Whether the person may change the decision: contributors, proposals."""
    if decision.deleted_at is not None or observes(request, decision.project_id):
        return False
    return decision.status == Decision.Status.PROPOSED or decides(
        request, decision.project_id, decision.workspace_id
    )


def may_remove(request: HttpRequest, decision: Decision) -> bool:
    """Whether the person may delete and restore it: contributors, proposals of their own."""
    if observes(request, decision.project_id):
        return False
    is_own = decision.created_by_id == request.user.pk
    return (is_own and decision.status == Decision.Status.PROPOSED) or decides(
        request, decision.project_id, decision.workspace_id
    )
