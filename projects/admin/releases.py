"""Releases. How far one has come is shown by the admin that is registered, above cards."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import TasklyTabularInline
from projects.admin.features import OfProjectAdmin
from projects.admin.forms import ReleaseForm
from projects.admin.shown import feature_status, link, release_status
from projects.models import Feature, Release
from projects.services import release_create, release_delete, release_update
from workspaces.admin.rights import PLAN


class FeatureOfReleaseInline(TasklyTabularInline):
    """What the release promises, to look at and to go to."""

    model = Feature
    fields = ("feature", "status_shown", "reason")
    readonly_fields = fields
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).order_by("name", "id")

    @admin.display(description=_("feature"))
    def feature(self, obj: Feature) -> SafeString | str:
        return link(self.admin_site.name, "feature", obj)

    @admin.display(description=_("status"))
    def status_shown(self, obj: Feature) -> SafeString:
        return feature_status(obj)

    @admin.display(description=_("reason"))
    def reason(self, obj: Feature) -> str:
        return obj.status_reason or "—"


class ReleaseAdmin(OfProjectAdmin):
    form = ReleaseForm
    icon = "tag"
    new_title = _("New release")
    empty_text = _("A release gathers the features that go out together, by a date.")
    menu_section = PLAN
    menu_order = 42
    list_display: tuple[str, ...] = ("version", "project_short", "status_shown", "target_date")
    list_filter = ("status", "project")
    search_fields = ("version",)
    ordering = ("project__name", "target_date", "id")
    inlines = (FeatureOfReleaseInline,)

    def get_inlines(self, request: HttpRequest, obj: Any | None) -> tuple[Any, ...]:
        return () if obj is None else self.inlines

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[Any, ...]:
        own = ("version", "target_date", "status")
        return ("project", *own) if obj is None else (*own, "released_at", "project_shown")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else ("released_at", "project_shown", "created_at")

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, obj: Release) -> SafeString:
        return release_status(obj)

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Release:
        return release_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        release_update(
            release=obj, actor=request.user, changes=changed, expected_version=expected_version
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        release_delete(release=obj, actor=request.user)
