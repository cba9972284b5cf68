"""Workspaces with their members."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.admin.base import TasklyModelAdmin, TasklyTabularInline
from workspaces.admin.rights import TEAM, administers, administers_any
from workspaces.models import Workspace, WorkspaceMember
from workspaces.services.members import member_add, member_remove, member_role_change
from workspaces.services.workspaces import workspace_create, workspace_delete, workspace_update


class MemberInline(TasklyTabularInline):
    """Who is in the workspace, and as what."""

    model = WorkspaceMember
    verbose_name_plural = _("members")
    fields = ("person", "role", "joined")
    readonly_fields = ("person", "joined")
    max_num = 0

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return (
            parent is not None
            and parent.personal_for_id is None
            and administers(request, parent.pk)
        )

    def has_add_permission(self, request: HttpRequest, obj: Any | None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("user")
        return rows.order_by("role", "joined_at", "id")

    def row_name(self, obj: Any) -> str:
        return str(obj.user)

    @admin.display(description=_("person"))
    def person(self, obj: WorkspaceMember) -> str:
        return str(obj.user)

    @admin.display(description=_("joined"))
    def joined(self, obj: WorkspaceMember) -> str:
        return date_format(obj.joined_at, "DATE_FORMAT")

    def service_update(
        self, request: HttpRequest, parent: Any, obj: Any, changed: dict[str, Any]
    ) -> None:
        if "role" in changed:
            member_role_change(member=obj, role=changed["role"], actor=request.user)

    def service_delete(self, request: HttpRequest, parent: Any, obj: Any) -> None:
        member_remove(member=obj, actor=request.user)


class NewMemberInline(TasklyTabularInline):
    """Taking in people whom one knows already; others are invited."""

    model = WorkspaceMember
    verbose_name_plural = _("add people you share another workspace with")
    fields = ("user", "role")
    autocomplete_fields = ("user",)

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return (
            parent is not None
            and parent.personal_for_id is None
            and administers(request, parent.pk)
        )

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).none()

    def service_create(self, request: HttpRequest, parent: Any, data: dict[str, Any]) -> None:
        if data.get("user") is None:
            raise ValidationError({"user": _("Choose a person.")})
        member_add(workspace=parent, user=data["user"], actor=request.user, role=data["role"])


@admin.register(Workspace)
class WorkspaceAdmin(TasklyModelAdmin):
    icon = "building-2"
    new_title = _("New workspace")
    empty_text = _("A workspace is a team with all its work; nothing in it is seen from outside.")
    menu_section = TEAM
    menu_order = 50
    list_display = ("name", "key", "members_count", "my_role", "created_at")
    search_fields = ("name", "key")
    ordering = ("name", "id")
    inlines = (MemberInline, NewMemberInline)

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or administers(request, obj.pk)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        if obj is None:
            return administers_any(request)
        return obj.personal_for_id is None and administers(request, obj.pk)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        members = WorkspaceMember.objects.filter(workspace=OuterRef("pk")).order_by()
        mine = members.filter(user=request.user.pk).values("role")[:1]
        counted = members.values("workspace").annotate(number=Count("pk")).values("number")
        return (
            super()
            .get_queryset(request)
            .annotate(members_count=Coalesce(Subquery(counted), 0), my_role=Subquery(mine))
        )

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return ("name", "key") if obj is None else ("name", "key", "created_by", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else ("key", "created_by", "created_at")

    def get_inlines(self, request: HttpRequest, obj: Any | None) -> tuple[Any, ...]:
        return () if obj is None else self.inlines

    @admin.display(description=_("members"), ordering=F("members_count"))
    def members_count(self, obj: Any) -> int:
        return obj.members_count

    @admin.display(description=_("your role"))
    def my_role(self, obj: Any) -> str:
        return str(dict(WorkspaceMember.Role.choices).get(obj.my_role, "—"))

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Workspace:
        return workspace_create(name=data["name"], key=data["key"], actor=request.user)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        workspace_update(
            workspace=obj, actor=request.user, expected_version=expected_version, **changed
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        workspace_delete(workspace=obj, actor=request.user)
