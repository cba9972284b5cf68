"""Projects themselves: made, changed, put away, brought back, deleted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.clock import now
from core.exceptions import check_version
from projects.models import Project, ProjectMember
from projects.rights import require_contributor, require_director
from projects.services.locks import project_lock
from workspaces.models import User, Workspace, WorkspaceMember
from workspaces.rights import require_admin

CHANGEABLE = ("name", "description", "status", "owner", "start_date", "end_date")


def project_create(
    *,
    actor: User | None,
    workspace: Workspace,
    name: str,
    description: str = "",
    status: str = Project.Status.ACTIVE,
    owner: User | None = None,
    start_date: datetime.date | None = None,
    end_date: datetime.date | None = None,
) -> Project:
    """Make a project; whoever does becomes its director, if a member of the workspace."""
    with acting(actor, "project.created"):
        project = Project(
            workspace=workspace,
            name=name.strip(),
            description=description,
            status=status,
            owner=owner,
            start_date=start_date,
            end_date=end_date,
        )
        _check(project)
        project.save(force_insert=True)
        # An operator may make a project in a workspace without being a member of it.
        if actor is not None and _is_member(actor, project):
            ProjectMember(
                workspace_id=project.workspace_id,
                project=project,
                user=actor,
                role=ProjectMember.Role.DIRECTOR,
            ).save(force_insert=True)
    return project


def project_update(
    *,
    project: Project,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Project:
    """Change what `changes` names; everything else stays. An archived project can be changed."""
    with acting(actor, "project.updated"):
        project = project_lock(project.pk)
        require_contributor(actor, project.pk, project.workspace_id)
        check_version(project, expected_version)
        changed = [name for name in CHANGEABLE if name in changes]
        for name in changed:
            setattr(project, name, changes[name])
        project.name = project.name.strip()
        _check(project)
        if changed:
            project.save(update_fields=changed)
    return project


def project_archive(
    *, project: Project, actor: User | None, expected_version: int | None = None
) -> Project:
    """Put a project away: it takes in nothing new; what is in it stays and can be changed."""
    return _set_archived(project, actor, archived=True, expected_version=expected_version)


def project_unarchive(
    *, project: Project, actor: User | None, expected_version: int | None = None
) -> Project:
    """Bring a project back."""
    return _set_archived(project, actor, archived=False, expected_version=expected_version)


def _set_archived(
    project: Project, actor: User | None, *, archived: bool, expected_version: int | None
) -> Project:
    with acting(actor, "project.archived" if archived else "project.unarchived"):
        # Whoever is making something in the project holds it: this waits for their commit.
        project = project_lock(project.pk)
        require_director(actor, project.pk, project.workspace_id)
        check_version(project, expected_version)
        if (project.archived_at is not None) is not archived:
            project.archived_at = now() if archived else None
            project.save(update_fields=["archived_at"])
    return project


def project_delete(
    *, project: Project, actor: User | None, expected_version: int | None = None
) -> None:
    """Delete a project with what it plans, says and decides; its boards stay without one."""
    with acting(actor, "project.deleted"):
        project = project_lock(project.pk)
        require_admin(actor, project.workspace_id)
        check_version(project, expected_version)
        # The database's cascade, in one statement.
        Project.objects.filter(pk=project.pk)._raw_delete("default")


def _check(project: Project) -> None:
    """What the database would refuse as well, told by field."""
    if not project.name:
        raise ValidationError({"name": _("A project has a name.")})
    if (
        project.start_date is not None
        and project.end_date is not None
        and project.end_date < project.start_date
    ):
        raise ValidationError({"end_date": _("A project ends on or after the day it starts.")})
    if project.owner is not None and not _is_member(project.owner, project):
        raise ValidationError({"owner": _("Only members of the workspace can own a project.")})


def _is_member(user: User, project: Project) -> bool:
    return WorkspaceMember.objects.filter(
        workspace_id=project.workspace_id, user_id=user.pk
    ).exists()
