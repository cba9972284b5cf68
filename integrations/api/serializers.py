"""What comes in and goes out of repositories and pull requests."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import BooleanField, ExpressionWrapper, Q
from rest_framework import serializers

from core.api import fields
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from integrations.models import GitRepository, PullRequest
from workspaces.models import Workspace


class RepositoryRows(Rows):
    """A repository as it is answered: of its secret only whether there is one."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "github_id": None,
        "full_name": None,
        "default_branch": None,
        "private": None,
        "has_webhook_secret": ExpressionWrapper(
            Q(webhook_secret__isnull=False), output_field=BooleanField()
        ),
        "last_synced_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class PullRequestRows(Rows):
    """A pull request as it is answered."""

    columns: ClassVar = {
        "id": None,
        "workspace": "workspace_id",
        "repository": "repository_id",
        "number": None,
        "title": None,
        "state": None,
        "author": None,
        "head": None,
        "base": None,
        "url": None,
        "check_status": None,
        "review_status": None,
        "opened_at": None,
        "closed_at": None,
        "merged_at": None,
        "updated_on_github_at": None,
        "version": None,
        "created_at": None,
        "updated_at": None,
    }


class RepositorySerializer(StrictModelSerializer):
    """A repository. Its secret is made by an action of its own."""

    has_webhook_secret = serializers.BooleanField(
        read_only=True, help_text="Whether deliveries about it can be signed."
    )

    class Meta:
        model = GitRepository
        fields = tuple(RepositoryRows.columns)
        read_only_fields = (
            "id",
            "workspace",
            "github_id",
            "last_synced_at",
            "version",
            "created_at",
            "updated_at",
        )


class RepositoryCreateSerializer(RepositorySerializer):
    """Ties a repository to a workspace."""

    workspace = fields.ScopedRelatedField(Workspace)
    github_id = fields.StrictBigIntegerField(
        min_value=1, help_text="The “id” that GitHub's API gives the repository."
    )

    class Meta(RepositorySerializer.Meta):
        read_only_fields = tuple(
            name
            for name in RepositorySerializer.Meta.read_only_fields
            if name not in ("workspace", "github_id")
        )


class PullRequestSerializer(StrictModelSerializer):
    """A pull request as GitHub last told of it."""

    class Meta:
        model = PullRequest
        fields = tuple(PullRequestRows.columns)
        read_only_fields = fields


class CardPullRequestSerializer(StrictSerializer):
    """The pull request that is linked to the card."""

    pull_request = fields.ScopedRelatedField(PullRequest)


class RepositorySecretSerializer(StrictSerializer):
    """The new secret. No other answer shows it."""

    webhook_secret = serializers.CharField()


class ProjectSecretSerializer(StrictSerializer):
    """The new secret, and where the transcripts that it signs are sent to."""

    webhook_secret = serializers.CharField()
    address = serializers.URLField()
