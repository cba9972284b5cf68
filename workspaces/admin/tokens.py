"""One's own access tokens. A new one is shown once, on the page that answers its making."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.base import TasklyModelAdmin
from core.admin.chips import chip
from workspaces.admin.rights import TEAM
from workspaces.models import AccessToken
from workspaces.services.tokens import token_create, token_revoke


@admin.register(AccessToken)
class AccessTokenAdmin(TasklyModelAdmin):
    icon = "key-round"
    new_title = _("New access token")
    empty_text = _("A token lets a script of yours use the API in your name.")
    menu_section = TEAM
    menu_order = 53
    list_display = ("name", "begins_with", "scope", "state", "last_used_at", "expires_at")
    ordering = ("-id",)
    actions = ("revoke",)
    page_actions = ("revoke",)

    def visible(self, request: HttpRequest) -> models.QuerySet:
        """One's own: an operator has no use for other people's."""
        return AccessToken.objects.visible_to(request.user)

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return True

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        return self.page_actions if obj.revoked_at is None else ()

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "scope", "expires_at")
        return ("name", "begins_with", "scope", "state", "expires_at", "last_used_at", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description=_("begins with"))
    def begins_with(self, obj: AccessToken) -> str:
        return f"{obj.prefix}…"

    @admin.display(description=_("state"))
    def state(self, obj: AccessToken) -> SafeString:
        if obj.revoked_at is not None:
            return chip(_g("Revoked"))
        if obj.expires_at is not None and obj.expires_at <= timezone.now():
            return chip(_g("Expired"), "amber", "clock")
        return chip(_g("Active"), "green", "check")

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> AccessToken:
        token, request.taskly_token_secret = token_create(
            user=request.user, actor=request.user, at=timezone.now(), **data
        )
        return token

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the token itself, which is kept nowhere: not in a message, not in the session."""
        context = {
            **self.admin_site.each_context(request),
            "title": _g("Your new access token"),
            "opts": self.opts,
            "token": obj,
            "secret": request.taskly_token_secret,
        }
        response = TemplateResponse(request, "admin/workspaces/accesstoken/made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        tokens = list(queryset.order_by("pk"))
        for token in tokens:
            token_revoke(token=token, actor=request.user, at=timezone.now())
        text = ngettext("%(number)d token revoked.", "%(number)d tokens revoked.", len(tokens))
        self.message_user(request, text % {"number": len(tokens)}, messages.SUCCESS)
