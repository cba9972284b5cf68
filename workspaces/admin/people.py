"""People: one's colleagues to look at, oneself to change, everybody for operators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.base import TasklyModelAdmin
from core.admin.forms import TasklyModelForm
from workspaces.admin.rights import TEAM
from workspaces.models import User
from workspaces.pages.forms import OwnPasswordForm
from workspaces.services.people import (
    user_create,
    user_deactivate,
    user_delete,
    user_reactivate,
    user_update,
)

SHOWN = ("username", "full_name", "email", "avatar_url")


class NewPersonForm(TasklyModelForm):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


admin.site.password_form = OwnPasswordForm


@admin.register(User)
class UserAdmin(TasklyModelAdmin):
    icon = "users"
    new_title = _("New person")
    menu_section = TEAM
    menu_order = 52
    list_display = ("name", "username", "email", "is_active", "is_superuser")
    list_display_links = ("name",)
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username", "full_name", "email")
    ordering = ("username", "id")
    actions = ("deactivate", "reactivate")
    page_actions = ("deactivate", "reactivate")

    def visible(self, request: HttpRequest) -> models.QuerySet:
        if request.user.is_superuser:
            return User.objects.present()
        return User.objects.visible_to(request.user)

    def may_add(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return bool(request.user.is_superuser) or obj is None or obj.pk == request.user.pk

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        """One's own account from its page; the list offers it to operators."""
        own = obj is not None and obj.pk == request.user.pk
        return own or bool(request.user.is_superuser)

    def has_operator_permission(self, request: HttpRequest) -> bool:
        """What `permissions=["operator"]` of an action asks."""
        return bool(request.user.is_superuser)

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        if not request.user.is_superuser:
            return ()
        return ("deactivate",) if obj.is_active else ("reactivate",)

    def get_form(self, request: HttpRequest, obj: Any | None = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewPersonForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        if obj is None:
            return (*SHOWN, "password", "is_superuser")
        own = ("is_active", "last_login", "created_at")
        spoken = ("language",) if self.has_change_permission(request, obj) else ()
        return (*SHOWN, *spoken, *(("is_superuser",) if request.user.is_superuser else ()), *own)

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else ("is_active", "last_login", "created_at")

    @admin.display(description=_("name"), ordering="full_name")
    def name(self, obj: User) -> str:
        return obj.get_full_name()

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> User:
        return user_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        user_update(user=obj, actor=request.user, expected_version=expected_version, **changed)

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        user_delete(user=obj, actor=request.user, at=timezone.now())

    @admin.action(description=_("Deactivate"), permissions=["operator"])
    def deactivate(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        people = list(queryset.order_by("pk"))
        if any(person.pk == request.user.pk for person in people):
            raise ValidationError(_("You can't shut yourself out."))
        for person in people:
            user_deactivate(user=person, actor=request.user, at=timezone.now())
        text = ngettext(
            "%(number)d account deactivated.", "%(number)d accounts deactivated.", len(people)
        )
        self.message_user(request, text % {"number": len(people)}, messages.SUCCESS)

    @admin.action(description=_("Let in again"), permissions=["operator"])
    def reactivate(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        people = list(queryset.order_by("pk"))
        for person in people:
            user_reactivate(user=person, actor=request.user)
        text = ngettext(
            "%(number)d account active again.", "%(number)d accounts active again.", len(people)
        )
        self.message_user(request, text % {"number": len(people)}, messages.SUCCESS)
