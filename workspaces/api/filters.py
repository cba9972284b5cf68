"""What lists of people, workspaces, members and invitations can be asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from core.api.filters import BooleanFilter, ChoicesFilter, IdFilter, SearchFilter, StrictFilterSet
from workspaces.models import User, Workspace, WorkspaceMember


class UserFilters(StrictFilterSet):
    """`workspace` is one of the caller's own; another's finds nobody, also not its members whom
    the caller knows from elsewhere."""

    workspace = IdFilter(method="in_workspace")
    search = SearchFilter(method="by_name")

    def in_workspace(self, queryset: QuerySet[User], name: str, value: UUID) -> QuerySet[User]:
        members = WorkspaceMember.objects.visible_to(self.request.user)
        return queryset.filter(pk__in=members.filter(workspace_id=value).values("user_id"))

    def by_name(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return queryset.filter(Q(username__icontains=value) | Q(full_name__icontains=value))


class WorkspaceFilters(StrictFilterSet):
    private = BooleanFilter(method="by_privacy")
    search = SearchFilter(method="by_name")

    def by_privacy(
        self, queryset: QuerySet[Workspace], name: str, value: bool
    ) -> QuerySet[Workspace]:
        return queryset.filter(personal_for__isnull=not value)

    def by_name(self, queryset: QuerySet[Workspace], name: str, value: str) -> QuerySet[Workspace]:
        return queryset.filter(Q(name__icontains=value) | Q(key__icontains=value))


class MemberFilters(StrictFilterSet):
    user = IdFilter(field_name="user_id", me=True)
    role = ChoicesFilter(field_name="role", choices=WorkspaceMember.Role.choices)


class InvitationFilters(StrictFilterSet):
    accepted = BooleanFilter(method="by_acceptance")

    def by_acceptance(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(accepted_at__isnull=not value)
