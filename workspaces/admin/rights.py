"""What the pages ask about a person's place in workspaces, once a request."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from workspaces.querysets import administered_workspace_ids_of

# The sections of the menu; they stand in the order of their first entries.
WORK = _("Work")
PLAN = _("Plan")
TALK = _("Talk and decide")
CODE = _("Code")
TEAM = _("Team")


def administered_ids(request: HttpRequest) -> frozenset[uuid.UUID]:
    """The ids of the workspaces that the person administers, read once a request."""
    known: frozenset[uuid.UUID] | None = getattr(request, "taskly_administered_ids", None)
    if known is None:
        ids = administered_workspace_ids_of(request.user).values_list("workspace_id", flat=True)
        known = frozenset(ids)
        request.taskly_administered_ids = known
    return known


def administers(request: HttpRequest, workspace_id: uuid.UUID) -> bool:
    """Whether the person is an admin of the workspace; operators are, everywhere."""
    return bool(request.user.is_superuser) or workspace_id in administered_ids(request)


def administers_any(request: HttpRequest) -> bool:
    """Whether the person is an admin anywhere: what lists offer to admins hangs on it."""
    return bool(request.user.is_superuser) or bool(administered_ids(request))
