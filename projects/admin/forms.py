"""The forms of projects, features and releases: choices of the right workspace and project."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.admin.forms import TasklyModelForm
from core.api.fields import parse_uuid
from projects.models import Feature, Project, Release
from projects.services.features import NEEDING_A_REASON
from workspaces.models import User


def members_of(workspaces: Any) -> models.QuerySet:
    """The people of a workspace (or of several), by name."""
    return (
        User.objects.present()
        .filter(memberships__workspace__in=workspaces)
        .distinct()
        .order_by("full_name", "username")
    )


class ProjectForm(TasklyModelForm):
    """A project. Who owns it is a member of its workspace."""

    class Meta:
        model = Project
        fields = ("workspace", "name", "description", "status", "owner", "start_date", "end_date")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            workspaces = (
                self.fields["workspace"].queryset
                if "workspace" in self.fields
                else [self.instance.workspace_id]
            )
            self.fields["owner"].queryset = members_of(workspaces)


class _OfProjectForm(TasklyModelForm):
    """A form of something in a project, chosen from the projects that take things in."""

    projects: models.QuerySet

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "project" in self.fields:
            self.fields["project"].queryset = self.projects
            self.fields["project"].empty_label = None if self.projects.count() == 1 else "—"


class ReleaseForm(_OfProjectForm):
    class Meta:
        model = Release
        fields = ("project", "version", "target_date", "status")


class FeatureForm(_OfProjectForm):
    """A feature. A status that needs a reason is never sent to the service without it."""

    class Meta:
        model = Feature
        fields = (
            "project",
            "name",
            "description",
            "status",
            "status_reason",
            "release",
            "assigned_teams",
            "assigned_po",
        )
        widgets = {"status_reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"assigned_teams": _("Names, with commas between them.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "release" not in self.fields:
            return
        releases = Release.objects.select_related("project").order_by("project__name", "version")
        if "project" in self.fields:
            projects = self.projects
            # Out of the address, where anything may stand.
            chosen = parse_uuid(self.initial.get("project"))
            if chosen is not None:
                projects = projects.filter(pk=chosen)
            self.fields["release"].queryset = releases.filter(project__in=projects.order_by())
            self.fields["release"].label_from_instance = _named_with_project
        else:
            self.fields["release"].queryset = releases.filter(project=self.instance.project_id)

    def changed_fields(self) -> list[str]:
        """With a status that has a reason goes the reason that the form shows, changed or not."""
        names = super().changed_fields()
        if (
            "status" in names
            and "status_reason" not in names
            and self.cleaned_data.get("status") in NEEDING_A_REASON
        ):
            names.append("status_reason")
        return names


def _named_with_project(release: Release) -> str:
    return f"{release.project} · {release.version}"
