"""Features: what releases promise, with why one doesn't go on.

The admin that is registered stands above cards, which carry a feature out.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import TasklyModelAdmin
from projects.admin.forms import FeatureForm
from projects.admin.rights import may_make_something, observes, open_projects
from projects.admin.shown import feature_status, link, short
from projects.models import Feature
from projects.services import feature_create, feature_delete, feature_update
from workspaces.admin.rights import PLAN


class OfProjectAdmin(TasklyModelAdmin):
    """The base of what belongs to a project: observers of it look on."""

    def may_add(self, request: HttpRequest) -> bool:
        return may_make_something(request)

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or not observes(request, obj.project_id)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        return self.may_change(request, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("project")

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which offers the projects that take things in."""
        own = {"projects": open_projects(request)}
        kwargs["form"] = type(self.form.__name__, (self.form,), own)
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description=_("project"), ordering="project__name")
    def project_short(self, obj: Any) -> str:
        return short(obj.project)

    @admin.display(description=_("project"))
    def project_shown(self, obj: Any) -> SafeString | str:
        return link(self.admin_site.name, "project", obj.project)


class FeatureAdmin(OfProjectAdmin):
    form = FeatureForm
    icon = "layers"
    new_title = _("New feature")
    empty_text = _("A feature is what a release promises; cards carry it out.")
    menu_section = PLAN
    menu_order = 41
    list_display = ("name", "project_short", "status_shown", "reason", "release_short", "teams")
    list_filter = ("status", "project", "release")
    search_fields = ("name", "description")
    ordering = ("project__name", "name", "id")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("release")

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        what = ("name", "description", "status", "status_reason")
        plan = ("release", "assigned_teams", "assigned_po")
        if obj is None:
            return [(None, {"fields": ("project", *what)}), (_("Plan"), {"fields": plan})]
        return [
            (None, {"fields": what}),
            (_("Plan"), {"fields": plan}),
            (_("About it"), {"fields": ("project_shown", "created_at")}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else ("project_shown", "created_at")

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, obj: Feature) -> SafeString:
        return feature_status(obj)

    @admin.display(description=_("reason"))
    def reason(self, obj: Feature) -> str:
        return obj.status_reason or "—"

    @admin.display(description=_("release"), ordering="release__version")
    def release_short(self, obj: Feature) -> str:
        return short(obj.release)

    @admin.display(description=_("teams"))
    def teams(self, obj: Feature) -> str:
        return ", ".join(obj.assigned_teams) or "—"

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Feature:
        return feature_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        feature_update(
            feature=obj, actor=request.user, changes=changed, expected_version=expected_version
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        feature_delete(feature=obj, actor=request.user)
