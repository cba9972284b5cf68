"""What the pages ask about a person's role in projects, once a request."""

from __future__ import annotations

import uuid

from django.db import models
from django.http import HttpRequest

from core.admin.scope import narrowed_choices
from projects.models import Project, ProjectMember
from projects.querysets import observed_project_ids_of
from workspaces.admin.rights import administers, administers_any


def _remembered(request: HttpRequest, name: str, ids: models.QuerySet) -> frozenset[uuid.UUID]:
    known: frozenset[uuid.UUID] | None = getattr(request, name, None)
    if known is None:
        known = frozenset(ids.values_list("project_id", flat=True))
        setattr(request, name, known)
    return known


def observes(request: HttpRequest, project_id: uuid.UUID | None) -> bool:
    """Whether the person only looks on in the project; operators never do, nor where none is."""
    if project_id is None or request.user.is_superuser:
        return False
    ids = observed_project_ids_of(request.user)
    return project_id in _remembered(request, "taskly_observed_ids", ids)


def directs_any(request: HttpRequest) -> bool:
    """Whether there is any project in which the person may do what directors may."""
    return administers_any(request) or bool(_directed_ids(request))


def _directed_ids(request: HttpRequest) -> frozenset[uuid.UUID]:
    roles = ProjectMember.objects.filter(user_id=request.user.pk, role=ProjectMember.Role.DIRECTOR)
    return _remembered(request, "taskly_directed_ids", roles)


def directs(request: HttpRequest, project: Project) -> bool:
    """Whether the person may do what directors may: they, and admins of the workspace."""
    return administers(request, project.workspace_id) or project.pk in _directed_ids(request)


def open_projects(request: HttpRequest) -> models.QuerySet:
    """The projects in which the person may make something new, by name.

    On the form of something new, those of the workspace looked at.
    """
    if request.user.is_superuser:
        rows = Project.objects.all()
    else:
        rows = Project.objects.writable_by(request.user)
    return narrowed_choices(rows.in_use(), request, "project").order_by("name", "id")


def may_make_something(request: HttpRequest) -> bool:
    """Whether there is any such project."""
    known: bool | None = getattr(request, "taskly_may_plan", None)
    if known is None:
        known = request.taskly_may_plan = open_projects(request).exists()
    return known
