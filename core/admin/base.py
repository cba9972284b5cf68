"""The base of every admin: scoped to what a person may see, and writing through services only.

A model's admin says who may do what (`may_…`) and which service does it (`service_…`). Everything
else is here, once: the scope of lists, choices and look-ups; versions; refusals beside the field;
the log instead of Django's own history; deletion pages that count only what goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import FieldListFilter, ModelAdmin
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.text import capfirst

from core.admin.deletion import going_with
from core.admin.exporting import ExportsLists
from core.admin.forms import TasklyChangeListForm, TasklyInlineFormSet, TasklyModelForm
from core.admin.history import history_of, told
from core.admin.inlines import TasklyTabularInline
from core.admin.refusals import Refused
from core.admin.scope import (
    ScopedChoices,
    ScopedRelatedFilter,
    current_workspace_id,
    narrowed,
    scoped,
)
from core.admin.telling import TellsFromTheLog
from core.admin.writing import WritesThroughServices
from core.exceptions import StaleVersion

__all__ = ["TasklyModelAdmin", "TasklyTabularInline"]

# Of what changed since a form was opened, the newest are told.
TOLD_AT_MOST = 20
# A list counts no further: what lies beyond is found by a filter, not by paging.
COUNTED_AT_MOST = 10_000


class CappedPaginator(Paginator):
    """Pages of at most so many rows: counting millions would cost more than showing fifty."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED_AT_MOST].count()


class TasklyModelAdmin(
    ScopedChoices, ExportsLists, WritesThroughServices, TellsFromTheLog, ModelAdmin
):
    """The base of every model's admin."""

    form = TasklyModelForm
    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 200
    icon: ClassVar[str] = "layers"
    menu_section: ClassVar[str | Promise] = ""
    menu_order: ClassVar[int] = 100
    # What making one is called, and what the empty list says of what it is for.
    new_title: ClassVar[str | Promise] = ""
    empty_text: ClassVar[str | Promise] = ""
    # What a service calls a field that the form calls otherwise.
    service_fields: ClassVar[dict[str, str]] = {}

    # Who may do what. Everything asked about an object is asked about a visible one.

    def visible(self, request: HttpRequest) -> models.QuerySet:
        """The rows that the person may see: operators look at everything, others at their own."""
        rows = self.model._default_manager.all()
        if request.user.is_superuser:
            return self.visible_to_operator(rows, request)
        return rows.visible_to(request.user)

    def visible_to_operator(self, rows: models.QuerySet, request: HttpRequest) -> models.QuerySet:
        """Everything, where a model doesn't keep something private."""
        return rows

    def may_view(self, request: HttpRequest, obj: Any | None) -> bool:
        return True

    def may_add(self, request: HttpRequest) -> bool:
        return False

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return False

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        return False

    # Which service does it.

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Any:
        """Make the row that the form describes, and answer it."""
        raise PermissionDenied

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        """Write what changed."""
        raise PermissionDenied

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        raise PermissionDenied

    # Rights, as Django asks for them.

    def _enters(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self._enters(request) and self.may_view(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._enters(request) and self.may_add(request)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self._enters(request) and self.may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self._enters(request) and self.may_delete(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    # What apps above add to the page of an object.

    @classmethod
    def add_inline(cls, inline: type[TasklyTabularInline]) -> None:
        """Show rows of an app above on the page of their parent."""
        cls.inlines = (*cls.inlines, inline)

    def get_inlines(self, request: HttpRequest, obj: Any | None) -> tuple[Any, ...]:
        """None on the page of a new object, which nothing belongs to yet."""
        return () if obj is None else tuple(self.inlines)

    # What is read.

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, of the workspace that the person looks at.

        Only lists are cut down to it: a page of a thing in another workspace of theirs opens, since
        whoever follows a link wants to see what it leads to.
        """
        request.taskly_is_list = True
        # A list is called by what it lists: Django's "Select a card to change" is nobody's wish.
        titled = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        return super().changelist_view(request, titled)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = self.visible(request)
        if getattr(request, "taskly_is_list", False):
            rows = narrowed(rows, request)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        """Django's search; no text of ours has a NUL, and PostgreSQL refuses to look for one."""
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only the filters that the list offers: any other could feel its way to what is hidden."""
        offered = {self.date_hierarchy} - {None}
        for entry in self.get_list_filter(request):
            if isinstance(entry, (tuple, list)):
                offered.add(entry[0])
            elif isinstance(entry, str):
                offered.add(entry)
            elif getattr(entry, "parameter_name", None):
                offered.add(entry.parameter_name)
        return any(lookup == name or lookup.startswith(f"{name}__") for name in offered)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The list's filters, those over related rows scoped."""
        return [self._scoped_filter(entry) for entry in super().get_list_filter(request)]

    def _scoped_filter(self, entry: Any) -> Any:
        if not isinstance(entry, str) or "__" in entry:
            return entry
        try:
            field = self.opts.get_field(entry)
        except FieldDoesNotExist:
            return entry
        related: type[FieldListFilter] = ScopedRelatedFilter
        return (entry, related) if field.is_relation else entry

    # Forms.

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form of something new, which offers what is in the workspace looked at."""
        request.taskly_is_new = request.method == "GET"
        return super().add_view(request, form_url, extra_context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Something new is for the workspace looked at, unless the address says otherwise."""
        workspace_id = current_workspace_id(request)
        where = {} if workspace_id is None else {"workspace": workspace_id}
        return where | super().get_changeform_initial_data(request)

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> Sequence[Any]:
        return [
            name for name in super().get_fields(request, obj) if name not in ("row_version", "seen")
        ]

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refused: Refused | None = getattr(request, "taskly_refused", None)
        if refused is not None and refused.prefix is None:
            form.refused = refused
            if isinstance(refused.error, StaleVersion) and obj is not None:
                form.since_seen = self._since_seen(request, obj)
        form.aliases = self.service_fields
        return form

    def _since_seen(self, request: HttpRequest, obj: Any) -> list[Any]:
        """What others changed since the form was opened, oldest first."""
        entries = history_of(obj)
        seen, version = request.POST.get("seen", ""), request.POST.get("row_version", "")
        if seen.isascii() and seen.isdigit() and len(seen) < 19:
            entries = entries.filter(id__gt=int(seen))
        elif version.isascii() and version.isdigit() and len(version) < 10:
            entries = entries[: max(0, min(obj.row_version - int(version), TOLD_AT_MOST))]
        return told(reversed(entries[:TOLD_AT_MOST]), request, self.admin_site)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, **{"form": TasklyChangeListForm, **kwargs})

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if issubclass(inline.formset, TasklyInlineFormSet):
            kwargs["refused"] = getattr(request, "taskly_refused", None)
            kwargs["inline"] = inline
        return kwargs

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["page_buttons"] = self.page_buttons(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Deletion pages count what goes with a row, and nothing that isn't the domain's.

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[Any, int], set[Any], list[str]]:
        rows = list(objs)
        lacking = {
            self.opts.verbose_name for obj in rows if not self.has_delete_permission(request, obj)
        }

        def seen(going: models.QuerySet) -> models.QuerySet:
            if request.user.is_superuser:
                return going
            return scoped(going, request, self.admin_site)

        counts = {self.opts.verbose_name_plural: len(rows), **going_with(self.model, rows, seen)}
        return [], counts, lacking, []

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Rows are named by their key alone."""
        if to_field != self.opts.pk.name:
            raise DisallowedModelAdminToField("rows are named by their primary key")
        return True

    def change_url(self, obj: Any) -> str:
        """The address of an object's page."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[obj.pk])
