"""What a person may choose from: foreign keys, filters and look-ups cut down to their scope.

Beside what they may see there is where they look: the workspace of the switch in the sidebar. This
app knows no workspaces; the one that does registers itself here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import ModelAdmin, RelatedFieldListFilter
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest

from core.admin.forms import NATIVE_WIDGETS


@dataclass(frozen=True)
class WorkspaceSwitch:
    """How the chosen workspace is known, and how rows of any kind are cut down to one."""

    current: Callable[[HttpRequest], UUID | None]
    narrow: Callable[[models.QuerySet, UUID], models.QuerySet]


_switches: list[WorkspaceSwitch] = []


def use_workspace_switch(switch: WorkspaceSwitch) -> None:
    """Let `switch` decide from now on."""
    _switches[:] = [switch]


def current_workspace_id(request: HttpRequest) -> UUID | None:
    """The workspace that the person looks at; None is all of theirs."""
    return _switches[0].current(request) if _switches else None


def narrowed(rows: models.QuerySet, request: HttpRequest) -> models.QuerySet:
    """`rows` cut down to the workspace that the person looks at; private rows stay as they are."""
    workspace_id = current_workspace_id(request)
    return rows if workspace_id is None else _switches[0].narrow(rows, workspace_id)


def narrowed_choices(rows: models.QuerySet, request: HttpRequest, name: str) -> models.QuerySet:
    """What the empty form of something new offers in the field `name`: rows of that workspace.

    All of what one may see stays good where the address names a choice already, as links into a
    form do, and when the form is sent: one may have switched meanwhile, in another window.
    """
    is_empty_form = getattr(request, "taskly_is_new", False) and name not in request.GET
    return narrowed(rows, request) if is_empty_form else rows


def scoped(rows: models.QuerySet, request: HttpRequest, site: Any) -> models.QuerySet:
    """`rows` cut down to what the person may see: their model's admin decides, or `visible_to`."""
    model_admin = site._registry.get(rows.model)
    if hasattr(model_admin, "visible"):
        return rows.filter(pk__in=model_admin.visible(request).order_by().values("pk"))
    return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows.none()


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by related rows that offers only those that the person may see."""

    def field_choices(
        self, field: models.Field, request: HttpRequest, model_admin: ModelAdmin
    ) -> list[tuple[Any, str]]:
        rows = scoped(field.related_model._default_manager.all(), request, model_admin.admin_site)
        rows = narrowed(rows, request)
        return sorted(((row.pk, str(row)) for row in rows), key=lambda choice: choice[1].lower())


class ScopedChoices:
    """What admins and inlines have in common: choices of foreign keys within the scope."""

    formfield_overrides = NATIVE_WIDGETS

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """The field without Django's links to change, add and delete what is chosen.

        They open windows over the form, and four pictures beside every choice drown the form.
        """
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_field_queryset(
        self, db: str | None, db_field: models.Field, request: HttpRequest
    ) -> models.QuerySet:
        rows = super().get_field_queryset(db, db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        return narrowed_choices(scoped(rows, request, self.admin_site), request, db_field.name)
