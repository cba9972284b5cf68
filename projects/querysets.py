"""Projects and what they plan, as somebody may see them. Who is in the workspace sees them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models.expressions import RawSQL

from workspaces.querysets import TenantQuerySet, administered_workspace_ids_of

if TYPE_CHECKING:
    from workspaces.models import User


def observed_project_ids_of(user: User) -> models.QuerySet:
    """The ids of the projects in which `user` only reads, as a subquery.

    Whoever administers the workspace works in all of its projects, whatever the role says.
    """
    return (
        apps.get_model("projects.ProjectMember")
        .objects.filter(user_id=user.pk, role="observer")
        .exclude(workspace_id__in=administered_workspace_ids_of(user))
        .values("project_id")
    )


class ProjectQuerySet(TenantQuerySet):
    def in_use(self) -> Self:
        """Those that aren't archived."""
        return self.filter(archived_at__isnull=True)

    def writable_by(self, user: User) -> Self:
        """Those in which `user` works, and doesn't only look on."""
        return self.visible_to(user).exclude(pk__in=observed_project_ids_of(user))


class ReleaseQuerySet(TenantQuerySet):
    pass


class FeatureQuerySet(TenantQuerySet):
    def search(self, text: str) -> Self:
        """Features whose name or description has the words of `text`, in English or Russian."""
        return self.filter(
            RawSQL(
                "features.search @@ websearch_to_tsquery('russian', %s)",
                [text],
                output_field=models.BooleanField(),
            )
        )
