"""What comes in and goes out of projects, their members, releases and features."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from projects.models import Feature, Project, ProjectMember, Release
from projects.services.features import MAX_TEAM_NAME, MAX_TEAMS
from workspaces.models import User, Workspace

MAX_TEXT = 65_536
MAX_REASON = 10_000


class ProjectRows(Rows):
    """A project as it is answered."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "name": None,
        "description": None,
        "status": None,
        "owner": "owner_id",
        "start_date": None,
        "end_date": None,
        "archived_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ProjectMemberRows(Rows):
    """A role in a project as it is answered."""

    columns: ClassVar = {
        "id": None,
        "project": "project_id",
        "user": "user_id",
        "role": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ReleaseRows(Rows):
    """A release as it is answered, but for its progress, to which cards belong."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "version": None,
        "status": None,
        "target_date": None,
        "released_at": None,
        "revision": None,
        "created_at": None,
        "updated_at": None,
    }


class FeatureRows(Rows):
    """A feature as it is answered."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "project": "project_id",
        "name": None,
        "description": None,
        "status": None,
        "status_reason": None,
        "assigned_teams": None,
        "assigned_po": None,
        "release": "release_id",
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class ProjectSerializer(StrictModelSerializer):
    """A project; archived and unarchived by actions of their own."""

    description = fields.StrictCharField(
        max_length=MAX_TEXT, allow_blank=True, trim_whitespace=False, required=False
    )
    owner = fields.ScopedRelatedField(User, required=False, allow_null=True)

    class Meta:
        model = Project
        fields = tuple(ProjectRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "archived_at",
            "version",
            "created_at",
            "updated_at",
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start = attrs.get("start_date", getattr(self.instance, "start_date", None))
        end = attrs.get("end_date", getattr(self.instance, "end_date", None))
        if start is not None and end is not None and end < start:
            raise serializers.ValidationError(
                {"end_date": [_("A project ends on or after the day it starts.")]}
            )
        return attrs


class ProjectCreateSerializer(ProjectSerializer):
    """A new project; whoever makes it becomes its director."""

    workspace = fields.ScopedRelatedField(Workspace)

    class Meta(ProjectSerializer.Meta):
        read_only_fields = tuple(
            name for name in ProjectSerializer.Meta.read_only_fields if name != "workspace"
        )


class ProjectMemberSerializer(StrictModelSerializer):
    """A person's role in a project; who they are is told by `users/?workspace=`."""

    class Meta:
        model = ProjectMember
        fields = tuple(ProjectMemberRows.columns)
        read_only_fields = ("id", "project", "user", "version", "created_at", "updated_at")


class ProjectMemberCreateSerializer(StrictSerializer):
    """Gives a member of the workspace a role in the project."""

    user = fields.ScopedRelatedField(User)
    role = fields.StrictChoiceField(choices=ProjectMember.Role.choices)


class ProgressSerializer(StrictSerializer):
    """How far a release has come.

    Cancelled features and their cards aren't counted, nor are cards archived without being done.
    """

    features = serializers.IntegerField()
    features_done = serializers.IntegerField()
    cards = serializers.IntegerField()
    cards_done = serializers.IntegerField()
    points = serializers.IntegerField()
    points_done = serializers.IntegerField()


class ReleaseSerializer(StrictModelSerializer):
    """A release. `version` is its name; `revision` counts its changes, and is in its ETag."""

    progress = ProgressSerializer(read_only=True)

    class Meta:
        model = Release
        fields = (*ReleaseRows.columns, "progress")
        read_only_fields = (
            "id",
            "workspace",
            "project",
            "released_at",
            "revision",
            "created_at",
            "updated_at",
        )


class ReleaseCreateSerializer(ReleaseSerializer):
    """A new release of a project."""

    project = fields.ScopedRelatedField(Project)

    class Meta(ReleaseSerializer.Meta):
        read_only_fields = tuple(
            name for name in ReleaseSerializer.Meta.read_only_fields if name != "project"
        )


class FeatureSerializer(StrictModelSerializer):
    """A feature. Blocked and cancelled ones say why in `status_reason`."""

    description = fields.StrictCharField(
        max_length=MAX_TEXT, allow_blank=True, trim_whitespace=False, required=False
    )
    status_reason = fields.StrictCharField(
        max_length=MAX_REASON,
        allow_blank=True,
        required=False,
        help_text="Required for blocked and cancelled; emptied by a change of status without it.",
    )
    assigned_teams = serializers.ListField(
        child=fields.StrictCharField(max_length=MAX_TEAM_NAME),
        max_length=MAX_TEAMS,
        required=False,
    )
    release = fields.ScopedRelatedField(Release, required=False, allow_null=True)

    class Meta:
        model = Feature
        fields = tuple(FeatureRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "project",
            "version",
            "created_at",
            "updated_at",
        )


class FeatureCreateSerializer(FeatureSerializer):
    """A new feature of a project."""

    project = fields.ScopedRelatedField(Project)

    class Meta(FeatureSerializer.Meta):
        read_only_fields = tuple(
            name for name in FeatureSerializer.Meta.read_only_fields if name != "project"
        )
