"""Who sees whom and what: the only place that turns a person into a set of workspaces."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from workspaces.models import User


def workspace_ids_of(user: User) -> models.QuerySet:
    """The ids of the workspaces that `user` is a member of now, as a subquery.

    Deliberately a subquery and not a join: what is filtered by it can still be locked and
    updated, and never shows a row twice.
    """
    return (
        apps.get_model("workspaces.WorkspaceMember")
        .objects.filter(user_id=user.pk)
        .values("workspace_id")
    )


def administered_workspace_ids_of(user: User) -> models.QuerySet:
    """The ids of the workspaces that `user` is an admin of now, as a subquery."""
    return workspace_ids_of(user).filter(role="admin")


class TenantQuerySet(models.QuerySet):
    """Rows that carry a `workspace_id`."""

    def visible_to(self, user: User) -> Self:
        return self.filter(workspace_id__in=workspace_ids_of(user))

    def administered_by(self, user: User) -> Self:
        return self.filter(workspace_id__in=administered_workspace_ids_of(user))


class UserQuerySet(models.QuerySet):
    def present(self) -> Self:
        """Those who aren't deleted."""
        return self.filter(deleted_at__isnull=True)

    def named(self, identifier: str) -> Self:
        """Whoever has this username, or with an @ this email, whatever the case.

        A username has no @, so that a name is one or the other; and it is compared in the form
        that the unique indexes hold.
        """
        column = "email" if "@" in identifier else "username"
        return self.present().alias(lowered=Lower(column)).filter(lowered=Lower(Value(identifier)))

    def visible_to(self, user: User) -> Self:
        """Oneself and the people one shares a workspace with."""
        colleagues = (
            apps.get_model("workspaces.WorkspaceMember")
            .objects.filter(workspace_id__in=workspace_ids_of(user))
            .values("user_id")
        )
        return self.present().filter(Q(pk=user.pk) | Q(pk__in=colleagues))


class WorkspaceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self.filter(pk__in=workspace_ids_of(user))

    def administered_by(self, user: User) -> Self:
        return self.filter(pk__in=administered_workspace_ids_of(user))


class MemberQuerySet(TenantQuerySet):
    def active_admins(self) -> Self:
        return self.filter(role="admin", user__is_active=True, user__deleted_at__isnull=True)


class InvitationQuerySet(TenantQuerySet):
    def visible_to(self, user: User) -> Self:
        """Invitations are the admins' business."""
        return self.administered_by(user)

    def unused(self) -> Self:
        """Neither accepted nor revoked; they may be too old."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)

    def open(self, at: datetime) -> Self:
        """Those that can be accepted at this moment."""
        return self.unused().filter(expires_at__gt=at)


class AccessTokenQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self.filter(user_id=user.pk)
