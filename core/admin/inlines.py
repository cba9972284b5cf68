"""Rows of a parent's page."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import TabularInline
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest

from core.admin.forms import RowForm, TasklyInlineFormSet
from core.admin.scope import ScopedChoices, scoped


class TasklyTabularInline(ScopedChoices, TabularInline):
    """Rows of a parent's page, each written by a service. Read-only unless the inline says more."""

    form = RowForm
    formset = TasklyInlineFormSet
    extra = 0
    show_change_link = False

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return False

    def row_name(self, obj: Any) -> str:
        """What a row is about, for the names of its controls."""
        return str(obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return scoped(super().get_queryset(request), request, self.admin_site)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any | None) -> bool:
        return self.may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.may_edit(request, obj)

    def service_create(self, request: HttpRequest, parent: Any, data: dict[str, Any]) -> None:
        raise PermissionDenied

    def service_update(
        self, request: HttpRequest, parent: Any, obj: Any, changed: dict[str, Any]
    ) -> None:
        raise PermissionDenied

    def service_delete(self, request: HttpRequest, parent: Any, obj: Any) -> None:
        raise PermissionDenied
