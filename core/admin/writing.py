"""Writes of the admin: through services, whole or not at all, refusals beside the field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from core.admin.forms import TasklyModelForm
from core.admin.refusals import REFUSALS, Refused, sentences_of
from core.api.retry import retrying


class WritesThroughServices:
    """A page is saved whole or not at all, and what a service refuses is a form error.

    Mixed into a ModelAdmin that names its services.
    """

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
                version = form.cleaned_data.get("row_version")
                changed = {name: form.cleaned_data[name] for name in names}
                if changed:
                    self.service_update(request, present, changed, version)
            else:
                data = {
                    name: value
                    for name, value in form.cleaned_data.items()
                    if name not in ("row_version", "seen")
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
        inline = formset.inline
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
                return super(WritesThroughServices, self).changelist_view(request, extra_context)

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

    # Actions on the page of one object: the list's own, as buttons.

    page_actions: ClassVar[tuple[str, ...]] = ()
    added_actions: ClassVar[tuple[Any, ...]] = ()

    @classmethod
    def add_page_action(cls, carry_out: Any) -> None:
        """Give the page of an object (and not the list) one more action.

        For apps above, and for what concerns one object at a time. `carry_out` is written like
        Django's actions, for a queryset of that object; `carry_out.may(request, obj)` says whom it
        is offered to.
        """
        cls.added_actions = (*cls.added_actions, carry_out)

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        """Which of `page_actions` make sense for this object and this person."""
        return self.page_actions if self.has_change_permission(request, obj) else ()

    def _offered(self, request: HttpRequest, obj: Any) -> dict[str, tuple[Any, Any]]:
        """The actions of the page, by name: what carries each out, and its label."""
        actions = self.get_actions(request)
        offered = {
            name: (actions[name][0], actions[name][2])
            for name in self.page_actions_for(request, obj)
            if name in actions
        }
        for each in self.added_actions:
            if each.may(request, obj):
                offered[each.__name__] = (each, each.short_description)
        return offered

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_do"
        own = path(
            "<path:object_id>/do/<slug:action>/",
            self.admin_site.admin_view(self.do_view),
            name=name,
        )
        return [own, *super().get_urls()]

    @method_decorator(csrf_protect)
    @method_decorator(require_POST)
    def do_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """Carry out one action of the list on one object, and come back to its page."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        offered = self._offered(request, obj)
        if action not in offered:
            raise PermissionDenied
        carry_out, _label = offered[action]

        def done() -> HttpResponse | None:
            with transaction.atomic():
                return carry_out(self, request, self.get_queryset(request).filter(pk=obj.pk))

        response = None
        try:
            response = retrying(done)
        except REFUSALS as error:
            self._say(request, error)
        return response or HttpResponseRedirect(self.change_url(obj))

    def page_buttons(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """The page's actions as its template draws them."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_do"
        return [
            {
                "label": getattr(carry_out, "button", label),
                "icon": getattr(carry_out, "icon", "check"),
                "url": reverse(name, args=[obj.pk, each]),
            }
            for each, (carry_out, label) in self._offered(request, obj).items()
        ]
