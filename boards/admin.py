"""Boards and sprints in the web pages. What a board's page shows of its cards stands in cards."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from boards.models import Board, Sprint
from boards.services import (
    board_archive,
    board_create,
    board_delete,
    board_unarchive,
    board_update,
    sprint_create,
    sprint_delete,
    sprint_update,
)
from core.admin.base import TasklyModelAdmin, TasklyTabularInline
from core.admin.chips import chip
from projects.admin.rights import observes, open_projects
from projects.admin.shown import short
from projects.models import Project
from workspaces.admin.rights import WORK, administers, administers_any
from workspaces.models import Workspace


class BoardStateFilter(admin.SimpleListFilter):
    """Boards in use, unless somebody asks for the archived ones."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("archived", _("Archived")), ("all", _("In use and archived"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("In use")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(archived=self.value() == "archived")


STATUS_COLOURS = {"planned": "", "active": "blue", "completed": "green"}


class SprintInline(TasklyTabularInline):
    """A board's sprints, to look at and to go to."""

    model = Sprint
    fields = ("sprint", "status_shown", "start_date", "end_date", "capacity_points")
    readonly_fields = fields
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).order_by("-start_date", "-id")

    @admin.display(description=_("sprint"))
    def sprint(self, obj: Sprint) -> SafeString:
        address = reverse(f"{self.admin_site.name}:boards_sprint_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, obj.name)

    @admin.display(description=_("status"))
    def status_shown(self, obj: Sprint) -> SafeString:
        return chip(obj.get_status_display(), STATUS_COLOURS[obj.status])


class BoardAdmin(TasklyModelAdmin):
    """Boards: made, renamed and archived by members, deleted by admins."""

    icon = "square-kanban"
    new_title = _("New board")
    empty_text = _("A board shows the work in columns: what is to do, in progress, done.")
    menu_section = WORK
    menu_order = 10
    list_display = ("name", "project_short", "workspace", "columns_shown", "state")
    list_filter = (BoardStateFilter, "workspace", "project")
    list_select_related = ("workspace", "project")
    search_fields = ("name",)
    ordering = ("name", "id")
    inlines = (SprintInline,)
    actions = ("archive", "unarchive")
    page_actions = ("archive", "unarchive")

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or not observes(request, obj.project_id)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        if obj is None:
            return administers_any(request)
        return administers(request, obj.workspace_id)

    def get_inlines(self, request: HttpRequest, obj: Any | None) -> tuple[Any, ...]:
        return () if obj is None else self.inlines

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        if not self.has_change_permission(request, obj):
            return ()
        return ("unarchive",) if obj.archived else ("archive",)

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("workspace", "name", "project")
        return ("name", "project", "workspace", "columns_shown", "state", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else ("workspace", "columns_shown", "state", "created_at")

    def get_form(
        self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which offers the projects that take boards in, and the present one."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "project" in form.base_fields:
            projects = open_projects(request)
            if obj is not None:
                projects = projects.filter(workspace=obj.workspace_id)
                present = Project.objects.filter(pk=obj.project_id).order_by("name", "id")
                projects = projects | present
            form.base_fields["project"].queryset = projects
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever has one workspace beside the private one needn't say which."""
        initial = super().get_changeform_initial_data(request)
        shared = Workspace.objects.visible_to(request.user).filter(personal_for=None)[:2]
        if "workspace" not in initial and len(shared) == 1:
            initial["workspace"] = shared[0].pk
        return initial

    @admin.display(description=_("project"), ordering="project__name")
    def project_short(self, obj: Board) -> str:
        return short(obj.project)

    @admin.display(description=_("columns"))
    def columns_shown(self, obj: Board) -> str:
        return " · ".join(
            f"{column['name']} (≤ {column['wip_limit']})" if column["wip_limit"] else column["name"]
            for column in obj.columns
        )

    @admin.display(description=_("state"))
    def state(self, obj: Board) -> SafeString:
        return chip(_g("Archived"), "", "archive") if obj.archived else chip(_g("In use"), "green")

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Board:
        return board_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        board_update(
            board=obj,
            actor=request.user,
            changes=changed,
            expected_version=expected_version,
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        board_delete(board=obj, actor=request.user)

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        boards = list(queryset.order_by("pk"))
        for board in boards:
            board_archive(board=board, actor=request.user)
        text = ngettext("%(number)d board archived.", "%(number)d boards archived.", len(boards))
        self.message_user(request, text % {"number": len(boards)}, messages.SUCCESS)

    @admin.action(description=_("Take out of the archive"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        boards = list(queryset.order_by("pk"))
        for board in boards:
            board_unarchive(board=board, actor=request.user)
        text = ngettext(
            "%(number)d board is in use again.", "%(number)d boards are in use again.", len(boards)
        )
        self.message_user(request, text % {"number": len(boards)}, messages.SUCCESS)

    archive.icon = "archive"
    unarchive.icon = "archive-restore"


class SprintAdmin(TasklyModelAdmin):
    """Sprints: planned and changed by whoever works on the board."""

    icon = "timer"
    new_title = _("New sprint")
    empty_text = _(
        "A sprint is a stretch of time with a goal: plan one, start it, see how far it gets."
    )
    menu_section = WORK
    menu_order = 30
    list_display = ("name", "board", "status_shown", "start_date", "end_date", "capacity_points")
    list_filter = ("status", "board")
    list_select_related = ("board",)
    search_fields = ("name",)
    ordering = ("-start_date", "-id")

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or not observes(request, obj.board.project_id)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        return self.may_change(request, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("board")

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name != "board":
            return rows
        return rows.in_use().writable_by(request.user).order_by("name", "id")

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[Any, ...]:
        plan = ("name", "goal", ("start_date", "end_date"), "capacity_points")
        return ("board", *plan) if obj is None else (*plan, "board", "status_shown", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else ("board", "status_shown", "created_at")

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, obj: Sprint) -> SafeString:
        return chip(obj.get_status_display(), STATUS_COLOURS[obj.status])

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Sprint:
        return sprint_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        sprint_update(
            sprint=obj, actor=request.user, changes=changed, expected_version=expected_version
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        sprint_delete(sprint=obj, actor=request.user)
