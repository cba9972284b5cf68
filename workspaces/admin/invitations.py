"""Invitations, which are the business of a workspace's admins."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.base import TasklyModelAdmin
from core.admin.chips import chip
from workspaces.admin.rights import TEAM, administered_ids, administers
from workspaces.models import WorkspaceInvitation
from workspaces.services.invitations import invitation_create, invitation_revoke


@admin.register(WorkspaceInvitation)
class InvitationAdmin(TasklyModelAdmin):
    icon = "mail"
    new_title = _("Invite somebody")
    empty_text = _("Whom you invite gets a link by mail that lets them in.")
    menu_section = TEAM
    menu_order = 51
    list_display = ("email", "workspace", "role", "state", "invited_by", "expires_at")
    list_filter = ("workspace", "role")
    list_select_related = ("workspace", "invited_by")
    search_fields = ("email",)
    ordering = ("-id",)
    actions = ("revoke",)
    page_actions = ("revoke",)
    fields = ("workspace", "email", "role")

    def may_view(self, request: HttpRequest, obj: Any | None) -> bool:
        return bool(request.user.is_superuser or administered_ids(request))

    def may_add(self, request: HttpRequest) -> bool:
        return self.may_view(request, None)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name != "workspace":
            return rows
        rows = rows.filter(personal_for=None).order_by("name", "id")
        return rows if request.user.is_superuser else rows.administered_by(request.user)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """What `permissions=["revoke"]` of an action asks; the service asks again for each."""
        return self.may_view(request, None)

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        is_open = obj.accepted_at is None and obj.revoked_at is None
        return self.page_actions if is_open and administers(request, obj.workspace_id) else ()

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        told = ("state", "invited_by", "expires_at", "created_at")
        return (
            ("workspace", "email", "role") if obj is None else ("workspace", "email", "role", *told)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description=_("state"))
    def state(self, obj: WorkspaceInvitation) -> SafeString:
        if obj.accepted_at is not None:
            return chip(_g("Accepted"), "green", "check")
        if obj.revoked_at is not None:
            return chip(_g("Revoked"))
        if obj.expires_at <= timezone.now():
            return chip(_g("Expired"), "amber", "clock")
        return chip(_g("Open"), "blue", "mail")

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> WorkspaceInvitation:
        return invitation_create(
            workspace=data["workspace"],
            email=data["email"],
            role=data["role"],
            actor=request.user,
            at=timezone.now(),
        )

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        invitations = list(queryset.order_by("pk"))
        for invitation in invitations:
            invitation_revoke(invitation=invitation, actor=request.user, at=timezone.now())
        text = ngettext(
            "%(number)d invitation revoked.", "%(number)d invitations revoked.", len(invitations)
        )
        self.message_user(request, text % {"number": len(invitations)}, messages.SUCCESS)
