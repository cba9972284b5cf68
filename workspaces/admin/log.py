"""The event log to read: what happened where one may look, and one's own things."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.expressions import Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.admin.base import TasklyModelAdmin
from core.admin.chips import chip
from core.admin.history import SOURCES, entity_type, logged_model, sentence, told
from core.models import BaseModel, EventLog
from workspaces.admin.rights import TEAM
from workspaces.models import User
from workspaces.querysets import workspace_ids_of

# Actions are offered as they occur among so many of the newest entries: the log itself is too
# long to be asked what it holds.
LOOKED_THROUGH = 2_000


class ActionFilter(admin.SimpleListFilter):
    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        newest = model_admin.visible(request).order_by("-id").values("action")[:LOOKED_THROUGH]
        found = {row["action"] for row in newest}
        if self.value():
            found.add(str(self.value()))
        return sorted((action, sentence(EventLog(action=action))) for action in found)

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(action=self.value()) if self.value() else queryset


class EntityFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = [model for model in apps.get_models() if issubclass(model, BaseModel)]
        return sorted(
            ((entity_type(model), capfirst(str(model._meta.verbose_name))) for model in kinds),
            key=lambda kind: kind[1],
        )

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(entity_type=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    title = _("person")
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = User.objects.visible_to(request.user).order_by("username")
        return [(str(person.pk), str(person)) for person in people]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() not in {key for key, _name in self.lookup_choices}:
            return queryset
        return queryset.filter(actor_id=self.value())


class SourceFilter(admin.SimpleListFilter):
    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(SOURCES.items())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(source=self.value()) if self.value() else queryset


@admin.register(EventLog)
class EventLogAdmin(TasklyModelAdmin):
    icon = "activity"
    menu_section = TEAM
    menu_order = 60
    list_display = ("what", "about", "who", "timestamp", "door")
    list_display_links = ("what",)
    list_filter = (
        ActionFilter,
        EntityFilter,
        ActorFilter,
        SourceFilter,
        ("timestamp", admin.DateFieldListFilter),
    )
    sortable_by = ("timestamp",)
    ordering = ("-id",)
    actions = None
    fields = ("what", "timestamp", "who", "kind", "door", "action", "action_id", "entity_id")
    readonly_fields = fields
    change_form_template = "admin/core/eventlog/change_form.html"

    def visible(self, request: HttpRequest) -> models.QuerySet:
        """What happened in one's workspaces, and to things of one's own; operators see all but
        what is private to others."""
        own = Q(private_to=request.user.pk)
        if request.user.is_superuser:
            return EventLog.objects.filter(own | Q(private_to=None))
        shared = Q(private_to=None, workspace_id__in=workspace_ids_of(request.user))
        return EventLog.objects.filter(own | shared)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        name = Coalesce(NullIf(F("full_name"), Value("")), F("username"))
        actor = User._base_manager.filter(pk=OuterRef("actor_id")).annotate(name=name)
        return super().get_queryset(request).annotate(actor=Subquery(actor.values("name")))

    @admin.display(description=_("what"))
    def what(self, obj: EventLog) -> str:
        return sentence(obj)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; what its entries tell of is looked up for the whole page at once."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        self.prepare_rows(request, changelist.result_list)
        return changelist

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """What entries tell of, by name."""
        for line in told(rows, request, self.admin_site):
            line.entry.subject = line.subject

    @admin.display(description=_("about"))
    def about(self, obj: Any) -> str:
        return obj.subject or "—"

    @admin.display(description=_("who"))
    def who(self, obj: Any) -> str:
        return obj.actor or "—"

    @admin.display(description=_("kind"))
    def kind(self, obj: EventLog) -> str:
        model = logged_model(obj.entity_type)
        return capfirst(str(model._meta.verbose_name)) if model else obj.entity_type

    @admin.display(description=_("source"))
    def door(self, obj: EventLog) -> SafeString:
        return chip(str(SOURCES.get(obj.source, obj.source)))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        entry = context["original"]
        context["line"] = told([entry], request, self.admin_site, whole=True)[0]
        context["title"] = sentence(entry)
        return super().render_change_form(request, context, *args, **kwargs)
