"""Who may do what in a workspace, for services to ask after they have locked it."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from core.exceptions import Forbidden
from workspaces.models import User, WorkspaceMember


def is_admin(user: User, workspace_id: uuid.UUID) -> bool:
    """Whether `user` is an admin of the workspace now. Operators are, everywhere."""
    return (
        user.is_superuser
        or WorkspaceMember.objects.filter(
            workspace_id=workspace_id, user_id=user.pk, role=WorkspaceMember.Role.ADMIN
        ).exists()
    )


def require_admin(actor: User | None, workspace_id: uuid.UUID) -> None:
    """Refuse anybody but an admin; `None` is the installation itself (a command)."""
    if actor is not None and not is_admin(actor, workspace_id):
        raise Forbidden(_("Only an admin of the workspace may do this."))
