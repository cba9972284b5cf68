"""What happened, on a page of its own: actions by day, in sentences, newest first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from activity.actions import Reader, newest_actions
from activity.home import since_last_here
from activity.models import Visit
from activity.pages import register as register_inbox
from activity.querysets import EventQuerySet, events
from activity.services import visit_mark
from activity.streams import Asked
from boards.models import Board
from core.admin.base import TasklyModelAdmin
from core.admin.chips import chip
from core.admin.history import SOURCES, ShownLine, told, told_groups
from core.admin.home import HomePanel
from core.admin.scope import current_workspace_id
from core.history.lines import Group
from core.history.words import entity_types, kind_of, label_of_action
from core.models import EventLog
from projects.models import Project
from workspaces.admin.rights import TEAM
from workspaces.models import User, Workspace

LINES = 30
BEFORE = "before"
# Actions are offered as they occur among so many of the newest entries: the log itself is too
# long to be asked what it holds.
LOOKED_THROUGH = 1_000


class _ChoiceFilter(admin.SimpleListFilter):
    """A filter that takes one of its choices and nothing else."""

    column = ""

    def chosen(self) -> str | None:
        """The choice taken; None for none, or for what isn't offered."""
        offered = {str(key) for key, _name in self.lookup_choices}
        return self.value() if self.value() in offered else None

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        chosen = self.chosen()
        return queryset.filter(**{self.column: chosen}) if chosen is not None else queryset


class _PlaceFilter(_ChoiceFilter):
    """By something that the person may see."""

    rows: Callable[[], Any]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.scoped(type(self).rows(), request)
        return sorted(((str(row.pk), str(row)) for row in rows), key=lambda each: each[1].lower())


class WorkspaceFilter(_PlaceFilter):
    title = _("workspace")
    parameter_name = "workspace"
    column = "workspace_id"
    rows = Workspace.objects.all


class ProjectFilter(_PlaceFilter):
    title = _("project")
    parameter_name = "project"
    rows = Project.objects.all

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        """What happened in the project and on its boards."""
        chosen = self.chosen()
        if chosen is None:
            return queryset
        boards = Board.objects.filter(project_id=chosen).values("pk")
        return queryset.filter(models.Q(project_id=chosen) | models.Q(board_id__in=boards))


class ActionFilter(admin.SimpleListFilter):
    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        newest = model_admin.reader(request).newest(events(), Asked(), LOOKED_THROUGH)
        found = set(newest.values_list("action", flat=True))
        if self.value():
            found.add(str(self.value()))
        return sorted(((each, label_of_action(each)) for each in found), key=lambda each: each[1])

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(action=self.value()) if self.value() else queryset


class EntityFilter(_ChoiceFilter):
    title = _("kind")
    parameter_name = "kind"
    column = "entity_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = [(kind, capfirst(kind_of(kind))) for kind in entity_types()]
        return sorted(kinds, key=lambda kind: kind[1])


class ActorFilter(_ChoiceFilter):
    title = _("person")
    parameter_name = "actor"
    column = "actor_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = User.objects.visible_to(request.user).order_by("username")
        return [(str(person.pk), str(person)) for person in people]


class SourceFilter(_ChoiceFilter):
    title = _("source")
    parameter_name = "source"
    column = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(SOURCES.items())


class FeedList(ChangeList):
    """Actions in the place of rows: paged by where the last one stood, and never counted."""

    conditions: EventQuerySet
    workspace_id: UUID | None
    lines: list[ShownLine]
    next_url: str | None
    newest_url: str | None

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        asked: dict[str, Any] = super().get_filters_params(params)
        asked.pop(BEFORE, None)
        return asked

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """What the person may read of what the filters want; these are kept by themselves too."""
        root, self.root_queryset = self.root_queryset, events()
        try:
            self.conditions = super().get_queryset(request, exclude_parameters).order_by()
        finally:
            self.root_queryset = root
        self.workspace_id = current_workspace_id(request)
        seen = self.model_admin.reader(request).visible(self.conditions)
        return seen.within(self.workspace_id).order_by("-pk")

    def get_results(self, request: HttpRequest) -> None:
        asked = self.asked()
        text = request.GET.get(BEFORE, "")
        before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        page = newest_actions(
            self.model_admin.reader(request), self.conditions, asked, limit=LINES, before=before
        )
        self.lines = told_groups(page.groups, request, self.model_admin.admin_site)
        self.result_list = [entry for group in page.groups for entry in group.entries]
        self.result_count = len(page.groups)
        self.full_result_count = None
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(self.lines, LINES)
        self.next_url = page.before and self.get_query_string({BEFORE: page.before})
        self.newest_url = self.get_query_string(remove=[BEFORE]) if before is not None else None

    def asked(self) -> Asked:
        """In which of the reader's streams to look, by the filters that are set."""
        chosen = {
            spec.parameter_name: spec for spec in self.filter_specs if hasattr(spec, "chosen")
        }

        def place(name: str) -> UUID | None:
            value = chosen[name].chosen() if name in chosen else None
            return UUID(value) if value is not None else None

        places = {"workspace", "project", BEFORE}
        return Asked(
            workspace=place("workspace") or self.workspace_id,
            project=place("project"),
            anywhere=bool(set(self.get_filters_params()) - places),
            of_person="actor" in self.get_filters_params(),
        )

    def days(self) -> list[tuple[Any, list[ShownLine]]]:
        """The page's lines by the day on which they happened."""
        by_day = groupby(self.lines, key=lambda line: timezone.localdate(line.entry.timestamp))
        return [(day, list(lines)) for day, lines in by_day]


@admin.register(EventLog)
class EventLogAdmin(TasklyModelAdmin):
    """The log to read: the feed, and each entry with all that it holds."""

    icon = "activity"
    menu_section = TEAM
    menu_order = 60
    list_filter = (
        ProjectFilter,
        WorkspaceFilter,
        ActorFilter,
        EntityFilter,
        ActionFilter,
        SourceFilter,
        ("timestamp", admin.DateFieldListFilter),
    )
    list_display = ("who", "summary", "timestamp")
    ordering = ("-id",)
    actions = None
    fields = ("timestamp", "who", "kind", "door", "action", "action_id", "entity_id")
    readonly_fields = fields
    change_form_template = "admin/core/eventlog/change_form.html"
    change_list_template = "admin/core/eventlog/change_list.html"

    def reader(self, request: HttpRequest) -> Reader:
        return Reader(request.user, is_operator=bool(request.user.is_superuser))

    def visible(self, request: HttpRequest) -> models.QuerySet:
        return self.reader(request).visible(events())

    def scoped(self, rows: models.QuerySet, request: HttpRequest) -> models.QuerySet:
        """`rows` as their own admin shows them to the person."""
        return rows.filter(
            pk__in=self.admin_site._registry[rows.model].visible(request).order_by().values("pk")
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[FeedList]:
        return FeedList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The feed. Whoever opens its first page has seen the log up to now."""
        seen = Visit.objects.filter(pk=request.user.pk).first()
        context = {"seen": seen, **(extra_context or {})}
        response = super().changelist_view(request, context)
        if request.method == "GET" and not request.GET and response.status_code == 200:
            visit_mark(user=request.user, at=timezone.now())
        return response

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """The words for entries that go into a file."""
        groups = [Group([entry]) for entry in rows]
        for entry, line in zip(rows, told_groups(groups, request, self.admin_site), strict=True):
            entry.line = line

    @admin.display(description=_("what"))
    def summary(self, obj: Any) -> str:
        return obj.line.sentence

    @admin.display(description=_("who"))
    def who(self, obj: Any) -> str:
        return obj.line.actor

    @admin.display(description=_("kind"))
    def kind(self, obj: EventLog) -> str:
        return capfirst(kind_of(obj.entity_type))

    @admin.display(description=_("source"))
    def door(self, obj: EventLog) -> SafeString:
        return chip(str(SOURCES.get(obj.source, obj.source)))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> EventLog | None:
        """The entry, with its words."""
        entry: Any = super().get_object(request, object_id, from_field)
        if entry is not None:
            entry.line = told([entry], request, self.admin_site, whole=True)[0]
        return entry

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        line = context["original"].line
        context.update(line=line, title=line.sentence)
        return super().render_change_form(request, context, *args, **kwargs)


admin.site.add_home_panel(
    HomePanel(40, "admin/activity/since_last_here.html", since_last_here, aside=True)
)
register_inbox(admin.site)
