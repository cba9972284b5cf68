"""The base of every admin: scoped to what a person may see, and writing through services only.

A model's admin says who may do what (`may_…`) and which service does it (`service_…`). Everything
else is here, once: the scope of lists, choices and look-ups; versions; refusals beside the field;
the log instead of Django's own history; deletion pages that count only what goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import (
    FieldListFilter,
    ModelAdmin,
    RelatedFieldListFilter,
    TabularInline,
)
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from core.admin.forms import (
    NATIVE_WIDGETS,
    TasklyChangeListForm,
    TasklyInlineFormSet,
    TasklyModelForm,
)
from core.admin.history import entity_type, history_of, told
from core.admin.refusals import REFUSALS, Refused, sentences_of
from core.api.retry import retrying
from core.exceptions import StaleVersion
from core.models import BaseModel, EventLog

HISTORY_PAGE = 50
# Of what changed since a form was opened, the newest are told.
TOLD_AT_MOST = 20


def scoped(
    rows: models.QuerySet, request: HttpRequest, site: Any, *, by_admin: bool = True
) -> models.QuerySet:
    """`rows` cut down to what the person may see: their model's admin decides, or `visible_to`."""
    model_admin = site._registry.get(rows.model)
    if by_admin and isinstance(model_admin, TasklyModelAdmin):
        return rows.filter(pk__in=model_admin.visible(request).order_by().values("pk"))
    return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows.none()


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by related rows that offers only those that the person may see."""

    def field_choices(
        self, field: models.Field, request: HttpRequest, model_admin: ModelAdmin
    ) -> list[tuple[Any, str]]:
        rows = scoped(field.related_model._default_manager.all(), request, model_admin.admin_site)
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
        return scoped(rows, request, self.admin_site)


class TasklyModelAdmin(ScopedChoices, ModelAdmin):
    """The base of every model's admin."""

    form = TasklyModelForm
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200
    icon: ClassVar[str] = "layers"
    menu_section: ClassVar[str | Promise] = ""
    menu_order: ClassVar[int] = 100
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

    # What is read.

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = self.visible(request)
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

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> Sequence[Any]:
        return [
            name for name in super().get_fields(request, obj) if name not in ("version", "seen")
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
        seen, version = request.POST.get("seen", ""), request.POST.get("version", "")
        if seen.isascii() and seen.isdigit() and len(seen) < 19:
            entries = entries.filter(id__gt=int(seen))
        elif version.isascii() and version.isdigit() and len(version) < 10:
            entries = entries[: max(0, min(obj.version - int(version), TOLD_AT_MOST))]
        return told(reversed(entries[:TOLD_AT_MOST]), request, self.admin_site)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, **{"form": TasklyChangeListForm, **kwargs})

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if issubclass(inline.formset, TasklyInlineFormSet):
            kwargs["refused"] = getattr(request, "taskly_refused", None)
        return kwargs

    # Writes: a page is saved whole or not at all, and what a service refuses is a form error.

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        def page() -> HttpResponse:
            return self._changeform_view(request, object_id, form_url, extra_context)

        def saved() -> HttpResponse:
            with transaction.atomic():
                return page()

        if request.method != "POST":
            return page()
        try:
            return retrying(saved)
        except Refused as refused:
            # The same input once more: this time the form knows what the service says to it.
            request.taskly_refused = refused
            return saved()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        names = (
            form.changed_fields() if isinstance(form, TasklyModelForm) else list(form.changed_data)
        )
        try:
            if change:
                present = self.visible(request).get(pk=obj.pk)
                version = form.cleaned_data.get("version")
                changed = {name: form.cleaned_data[name] for name in names}
                if changed:
                    self.service_update(request, present, changed, version)
            else:
                data = {
                    name: value
                    for name, value in form.cleaned_data.items()
                    if name not in ("version", "seen")
                }
                made = self.service_create(request, data)
                # The form's unsaved instance becomes the row that the service made.
                obj.__dict__.update(made.__dict__)
        except REFUSALS as error:
            raise Refused(error) from error

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool
    ) -> None:
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Each changed row of an inline by the service that its inline names."""
        inline = next(
            each
            for each in self.get_inline_instances(request, form.instance)
            if each.model is formset.model
        )
        for row in formset.forms:
            if not row.has_changed():
                continue
            try:
                if row in formset.deleted_forms:
                    if not row.instance._state.adding:
                        inline.service_delete(request, form.instance, row.instance)
                elif row.instance._state.adding:
                    inline.service_create(request, form.instance, row.cleaned_data)
                else:
                    changed = {name: row.cleaned_data[name] for name in row.changed_data}
                    present = type(row.instance)._default_manager.get(pk=row.instance.pk)
                    inline.service_update(request, form.instance, present, changed)
            except REFUSALS as error:
                raise Refused(error, row.prefix) from error

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            self.service_delete(request, obj)
        except REFUSALS as error:
            raise Refused(error) from error

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        for obj in queryset.order_by("pk"):
            if not self.has_delete_permission(request, obj):
                raise PermissionDenied
            self.delete_model(request, obj)

    @method_decorator(csrf_protect)
    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        def page() -> HttpResponse:
            with transaction.atomic():
                return self._delete_view(request, object_id, extra_context)

        try:
            return retrying(page)
        except Refused as refused:
            self._say(request, refused.error)
            return HttpResponseRedirect(request.path)

    @method_decorator(csrf_protect)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list. Its actions and editable cells are saved whole or not at all as well."""

        def page() -> HttpResponse:
            with transaction.atomic():
                return super(TasklyModelAdmin, self).changelist_view(request, extra_context)

        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            return retrying(page)
        except Refused as refused:
            self._say(request, refused.error)
        except REFUSALS as error:
            self._say(request, error)
        return HttpResponseRedirect(request.get_full_path())

    def _say(self, request: HttpRequest, error: Exception) -> None:
        for text in sentences_of(error):
            self.message_user(request, text, messages.ERROR)

    # The log is written by the database; Django's own log of the admin stays empty.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return None

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[Any]:
        return []

    def history_entries(self, request: HttpRequest, obj: Any) -> models.QuerySet[EventLog]:
        """What the history page of an object tells."""
        entries = history_of(obj)
        return entries.filter(Q(private_to=None) | Q(private_to=request.user.pk))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        entries = Paginator(self.history_entries(request, obj), HISTORY_PAGE)
        page = entries.get_page(request.GET.get("p", 1))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": obj},
            "subtitle": None,
            "told": told(page.object_list, request, self.admin_site),
            "page": page,
            "module_name": str(self.opts.verbose_name_plural).capitalize(),
            "object": obj,
            "opts": self.opts,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_history.html", context)

    # Deletion pages count what goes with a row, and nothing that isn't the domain's.

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[Any, int], set[Any], list[str]]:
        rows = list(objs)
        lacking = {
            self.opts.verbose_name for obj in rows if not self.has_delete_permission(request, obj)
        }
        counts = {self.opts.verbose_name_plural: len(rows), **going_with(self.model, rows)}
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


def going_with(model: type[models.Model], rows: Sequence[models.Model]) -> dict[Any, int]:
    """How many rows of the domain a deletion takes along, by the name of their model.

    Follows the cascading foreign keys by subqueries: a count a model, however many rows there are.
    """
    conditions: dict[type[models.Model], list[Q]] = defaultdict(list)
    todo: list[tuple[type[models.Model], Any]] = [(model, [row.pk for row in rows])]
    followed: set[Any] = set()
    while todo:
        parent, keys = todo.pop(0)
        for relation in parent._meta.related_objects:
            child = relation.related_model
            if relation.on_delete is not models.CASCADE or not issubclass(child, BaseModel):
                continue
            if relation.field in followed:
                continue
            followed.add(relation.field)
            condition = Q(**{f"{relation.field.name}__in": keys})
            conditions[child].append(condition)
            todo.append((child, child._base_manager.filter(condition).values("pk")))
    counts: dict[Any, int] = {}
    for child, reasons in conditions.items():
        any_reason = Q()
        for reason in reasons:
            any_reason |= reason
        if number := child._base_manager.filter(any_reason).count():
            counts[child._meta.verbose_name_plural] = number
    return counts


class TasklyTabularInline(ScopedChoices, TabularInline):
    """Rows of a parent's page, each written by a service. Read-only unless the inline says more."""

    formset = TasklyInlineFormSet
    extra = 0
    show_change_link = False

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return False

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


def logged_as(model: type[models.Model]) -> str:
    """The name of a model in the log, for those who filter it."""
    return entity_type(model)
