"""Who may do what in a project, for services to ask after they have locked it.

A role is looked up at every request. Whoever is in the workspace and has no role in a project
works in it as a contributor; admins of the workspace may do what directors may.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from core.db.compiled import CompiledQuery
from core.exceptions import Forbidden
from projects.models import Project, ProjectMember
from workspaces.models import User, WorkspaceMember
from workspaces.rights import is_admin

Role = ProjectMember.Role

_ROLE = CompiledQuery(
    lambda project, workspace, user: WorkspaceMember.objects.filter(
        workspace_id=workspace, user_id=user
    ).values(
        project_role=Subquery(
            ProjectMember.objects.filter(project_id=project, user_id=user).values("role")[:1]
        )
    ),
    project=uuid.UUID,
    workspace=uuid.UUID,
    user=uuid.UUID,
)


def role_in(user: User, project_id: uuid.UUID, workspace_id: uuid.UUID) -> str | None:
    """What `user` is in one of the workspace's projects, now; None where they aren't a member.

    Whoever was removed while their request waited for a lock must not pass for a contributor.
    """
    found = _ROLE(project=project_id, workspace=workspace_id, user=user.pk)
    return (found[0]["project_role"] or Role.CONTRIBUTOR) if found else None


def may_contribute(actor: User | None, project_id: uuid.UUID, workspace_id: uuid.UUID) -> bool:
    """Whether `actor` may write in the project; `None` is the installation itself (a command)."""
    return _is_one_of(actor, project_id, workspace_id, (Role.CONTRIBUTOR, *DECIDERS))


def may_decide(actor: User | None, project_id: uuid.UUID, workspace_id: uuid.UUID) -> bool:
    """Whether `actor` may accept, supersede and reject decisions."""
    return _is_one_of(actor, project_id, workspace_id, DECIDERS)


def may_direct(actor: User | None, project_id: uuid.UUID, workspace_id: uuid.UUID) -> bool:
    """Whether `actor` may manage members and the webhook secret, and archive the project."""
    return _is_one_of(actor, project_id, workspace_id, (Role.DIRECTOR,))


DECIDERS = (Role.ARCHITECT, Role.DIRECTOR)


def _is_one_of(
    actor: User | None,
    project_id: uuid.UUID,
    workspace_id: uuid.UUID,
    roles: tuple[ProjectMember.Role, ...],
) -> bool:
    if actor is None or role_in(actor, project_id, workspace_id) in roles:
        return True
    return is_admin(actor, workspace_id)


def require_contributor(actor: User | None, project_id: uuid.UUID, workspace_id: uuid.UUID) -> None:
    """Refuse who only observes the project."""
    if not may_contribute(actor, project_id, workspace_id):
        raise Forbidden(_("You observe this project: you may read, not write."))


def require_contributor_in(actor: User | None, projects: Mapping[uuid.UUID, uuid.UUID]) -> None:
    """Refuse who may not write in one of these projects, given with their workspaces.

    One takes one query, which is compiled; several take one as well, and none takes none.
    """
    if actor is None or actor.is_superuser:
        return
    if len(projects) > 1:
        writable = Project.objects.writable_by(actor).filter(pk__in=projects)
        refusing = projects.keys() - set(writable.values_list("pk", flat=True))
        projects = {project_id: projects[project_id] for project_id in refusing}
    for project_id, workspace_id in projects.items():
        require_contributor(actor, project_id, workspace_id)


def require_decider(actor: User | None, project_id: uuid.UUID, workspace_id: uuid.UUID) -> None:
    """Refuse anybody but directors, architects and admins of the workspace."""
    if not may_decide(actor, project_id, workspace_id):
        raise Forbidden(_("Only directors and architects of the project may do this."))


def require_director(actor: User | None, project_id: uuid.UUID, workspace_id: uuid.UUID) -> None:
    """Refuse anybody but directors and admins of the workspace."""
    if not may_direct(actor, project_id, workspace_id):
        raise Forbidden(_("Only directors of the project may do this."))
