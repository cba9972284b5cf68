"""Entering a project, and locking it: what writes in it begin with."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from core.db.compiled import CompiledQuery
from core.exceptions import RuleViolation
from projects.models import Project
from projects.querysets import ProjectQuerySet
from projects.rights import require_contributor
from workspaces.models import User


class ProjectGone(RuleViolation):
    code = "project_gone"
    message = _("The project was deleted in the meantime.")


class ProjectArchived(RuleViolation):
    code = "project_archived"
    message = _("The project is archived: unarchive it first.")


def _locking() -> ProjectQuerySet:
    return Project.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace")


_LOCK = CompiledQuery(lambda project: _locking().filter(pk=project), project=uuid.UUID)


def project_lock(project_id: uuid.UUID) -> Project:
    """Lock a project, before anything in it; what a service decides on it reads after this."""
    found = _LOCK(project=project_id)
    if not found:
        raise ProjectGone()
    project: Project = found[0]
    return project


def project_enter(project_id: uuid.UUID, actor: User | None) -> Project:
    """The project in which `actor` is about to make something: not archived, nor only observed.

    It stays under FOR SHARE until the commit: any number of people make things at once, and
    archiving and changes of roles wait for them. Whoever wants to change the project itself locks
    it by `project_lock` and never comes through here, since two who raise a shared lock wait for
    each other.
    """
    found = list(
        Project.objects.raw("SELECT * FROM projects WHERE id = %s FOR SHARE", [project_id])
    )
    if not found:
        raise ProjectGone()
    project: Project = found[0]
    require_contributor(actor, project.pk, project.workspace_id)
    if project.archived_at is not None:
        raise ProjectArchived(field="project")
    return project
