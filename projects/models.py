"""Projects, who has which role in them, and what they plan: releases and features."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, SET_NULL, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from core.encryption import EncryptedField
from core.models import BaseModel
from projects.querysets import FeatureQuerySet, ProjectQuerySet, ReleaseQuerySet
from projects.rules import project_open_rule
from workspaces.models import InWorkspace, User, Workspace
from workspaces.querysets import TenantQuerySet

NOT_BLANK = r"[^[:space:]]"


class Project(BaseModel):
    """What a team works towards, in one workspace.

    An archived project is left out of lists and takes in nothing new; what is in it stays as it
    is and can still be edited. `webhook_secret` signs the transcripts that are sent to it.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ACTIVE = "active", _("Active")
        ON_HOLD = "on_hold", _("On hold")
        COMPLETED = "completed", _("Completed")

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="projects",
        db_constraint=False,
        db_index=False,
        verbose_name=_("workspace"),
    )
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.ACTIVE,
        db_default=Status.ACTIVE,
    )
    owner = models.ForeignKey(
        User,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="owned_projects",
        db_constraint=False,
        db_index=False,
        verbose_name=_("owner"),
    )
    start_date = models.DateField(_("start"), null=True, blank=True)
    end_date = models.DateField(_("end"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)
    webhook_secret = EncryptedField(_("webhook secret"), null=True)

    objects = ProjectQuerySet.as_manager()

    trigger_rules = (
        TriggerRule(
            "projects_workspace_id_unchanging",
            "workspace",
            _("A project never changes its workspace."),
        ),
    )

    class Meta:
        db_table = "projects"
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = [
            # The projects of a workspace that are in use, by name: lists and choices.
            Index(
                fields=["workspace", "name", "id"],
                name="projects_open_idx",
                condition=Q(archived_at__isnull=True),
            ),
            # All projects of a workspace, the archived ones too: lists, and what goes with it.
            Index(fields=["workspace", "id"], name="projects_workspace_idx"),
            # What a person answers for, and what is emptied when they leave the workspace.
            Index(fields=["owner", "workspace"], name="projects_owner_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "workspace"], name="projects_id_workspace_key"),
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                name="projects_name_unique",
                violation_error_message=_("The workspace has a project of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=NOT_BLANK),
                name="projects_name_given",
                violation_error_message=_("A project has a name."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "active", "on_hold", "completed"]),
                name="projects_status_valid",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True)
                | Q(start_date__isnull=True)
                | Q(end_date__gte=F("start_date")),
                name="projects_end_after_start",
                violation_error_message=_("A project ends on or after the day it starts."),
            ),
            ForeignKeyConstraint(
                fields=["workspace"],
                to="workspaces.Workspace",
                on_delete=CASCADE,
                name="projects_workspace_fk",
            ),
            ForeignKeyConstraint(
                fields=["owner", "workspace"],
                to="workspaces.WorkspaceMember",
                to_fields=["user", "workspace"],
                on_delete=SET_NULL,
                name="projects_owner_fk",
                violation_error_message=_("Only a member of the workspace can own a project."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectMember(InWorkspace):
    """A person's role in a project. Ends with the membership of the workspace."""

    class Role(models.TextChoices):
        DIRECTOR = "director", _("Director")
        ARCHITECT = "architect", _("Architect")
        CONTRIBUTOR = "contributor", _("Contributor")
        OBSERVER = "observer", _("Observer")

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_constraint=False,
        db_index=False,
        verbose_name=_("project"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="project_memberships",
        db_constraint=False,
        db_index=False,
        verbose_name=_("person"),
    )
    role = models.CharField(
        _("role"),
        max_length=11,
        choices=Role.choices,
        default=Role.CONTRIBUTOR,
        db_default=Role.CONTRIBUTOR,
    )

    objects = TenantQuerySet.as_manager()

    trigger_rules = (
        TriggerRule(
            "project_members_project_id_unchanging", "project", _("A role stays in its project.")
        ),
        TriggerRule("project_members_user_id_unchanging", "user", _("A role stays its person's.")),
    )

    class Meta:
        db_table = "project_members"
        verbose_name = _("project member")
        verbose_name_plural = _("project members")
        indexes = [
            # The projects in which a person has a role, and what ends with a membership.
            Index(fields=["user", "workspace"], name="project_members_user_idx"),
            # All roles of a workspace: what goes with it.
            Index(fields=["workspace"], name="project_members_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                name="project_members_unique",
                violation_error_message=_("This person has a role in the project already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["director", "architect", "contributor", "observer"]),
                name="project_members_role_valid",
            ),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="project_members_project_fk",
            ),
            ForeignKeyConstraint(
                fields=["user", "workspace"],
                to="workspaces.WorkspaceMember",
                to_fields=["user", "workspace"],
                on_delete=CASCADE,
                name="project_members_member_fk",
                violation_error_message=_("Only members of the workspace can be project members."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.project_id}"


class Release(InWorkspace):
    """What a project promises to ship together. Its progress is computed from its features.

    `version` is what people call it (`2.4.0`); what counts the row's own versions is `revision`.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        IN_PROGRESS = "in_progress", _("In progress")
        RELEASED = "released", _("Released")
        CANCELLED = "cancelled", _("Cancelled")

    version_field: ClassVar[str] = "revision"

    version: Any = models.CharField(_("version"), max_length=50)
    revision = models.PositiveIntegerField(_("revision"), db_default=1, editable=False)
    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="releases",
        db_constraint=False,
        db_index=False,
        verbose_name=_("project"),
    )
    target_date = models.DateField(_("target"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=11,
        choices=Status.choices,
        default=Status.PLANNED,
        db_default=Status.PLANNED,
    )
    released_at = models.DateTimeField(_("released"), null=True, editable=False)

    objects = ReleaseQuerySet.as_manager()

    trigger_rules = (
        project_open_rule("releases"),
        TriggerRule(
            "releases_project_id_unchanging", "project", _("A release stays in its project.")
        ),
    )

    class Meta:
        db_table = "releases"
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        indexes = [
            # All releases that somebody may see, in order of creation.
            Index(fields=["workspace", "id"], name="releases_workspace_idx"),
            # A project's releases by day.
            Index(fields=["project", "target_date", "id"], name="releases_project_target_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "project"], name="releases_id_project_key"),
            models.UniqueConstraint(
                fields=["project", "version"],
                name="releases_version_unique",
                violation_error_message=_("The project has a release of this version already."),
            ),
            models.CheckConstraint(
                condition=Q(version__regex=NOT_BLANK),
                name="releases_version_given",
                violation_error_message=_("A release has a version."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "in_progress", "released", "cancelled"]),
                name="releases_status_valid",
            ),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False)
                | (~Q(status="released") & Q(released_at__isnull=True)),
                name="releases_released_at_fits",
                violation_error_message=_("Released is what has a moment of release."),
            ),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="releases_project_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.version


class Feature(InWorkspace):
    """What a release promises; cards carry it out.

    The table also has a generated column `search` (name and description).
    """

    class Status(models.TextChoices):
        BACKLOG = "backlog", _("Backlog")
        PLANNED = "planned", _("Planned")
        IN_PROGRESS = "in_progress", _("In progress")
        BLOCKED = "blocked", _("Blocked")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="features",
        db_constraint=False,
        db_index=False,
        verbose_name=_("project"),
    )
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    status = models.CharField(
        _("status"),
        max_length=11,
        choices=Status.choices,
        default=Status.BACKLOG,
        db_default=Status.BACKLOG,
    )
    status_reason = models.TextField(
        _("reason"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Why it is blocked or cancelled."),
    )
    assigned_teams = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("teams"),
        blank=True,
        default=list,
        db_default=[],
    )
    assigned_po = models.CharField(
        _("product owner"), max_length=100, blank=True, default="", db_default=""
    )
    release = models.ForeignKey(
        Release,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="features",
        db_constraint=False,
        db_index=False,
        verbose_name=_("release"),
    )

    objects = FeatureQuerySet.as_manager()

    trigger_rules = (
        project_open_rule("features"),
        TriggerRule(
            "features_project_id_unchanging", "project", _("A feature stays in its project.")
        ),
    )

    class Meta:
        db_table = "features"
        verbose_name = _("feature")
        verbose_name_plural = _("features")
        indexes = [
            # All features that somebody may see, in order of creation.
            Index(fields=["workspace", "id"], name="features_workspace_idx"),
            # A project's features, and those of one status.
            Index(fields=["project", "status", "id"], name="features_project_status_idx"),
            # What of a workspace has a status, whichever project it is of.
            Index(fields=["status", "workspace", "id"], name="features_status_idx"),
            # A release's features: its progress, and what is emptied with it.
            Index(fields=["release", "project"], name="features_release_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "workspace"], name="features_id_workspace_key"),
            models.CheckConstraint(
                condition=Q(name__regex=NOT_BLANK),
                name="features_name_given",
                violation_error_message=_("A feature has a name."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["backlog", "planned", "in_progress", "blocked", "done", "cancelled"]
                ),
                name="features_status_valid",
            ),
            models.CheckConstraint(
                condition=Q(status_reason__regex=NOT_BLANK)
                | ~Q(status__in=["blocked", "cancelled"]),
                name="features_status_reason_given",
                violation_error_message=_("Say why the feature is blocked or cancelled."),
            ),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="features_project_fk",
            ),
            ForeignKeyConstraint(
                fields=["release", "project"],
                to="projects.Release",
                to_fields=["id", "project"],
                on_delete=SET_NULL,
                name="features_release_fk",
                violation_error_message=_("A feature's release belongs to its own project."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
