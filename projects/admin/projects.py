"""Projects with their roles, and with what they plan."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.base import TasklyModelAdmin, TasklyTabularInline
from core.admin.chips import chip
from projects.admin.forms import ProjectForm, members_of
from projects.admin.rights import directs, directs_any, observes
from projects.admin.shown import feature_status, link, project_status, release_status
from projects.models import Feature, Project, ProjectMember, Release
from projects.services import (
    project_archive,
    project_create,
    project_delete,
    project_member_add,
    project_member_remove,
    project_member_update,
    project_unarchive,
    project_update,
)
from workspaces.admin.rights import PLAN, administers, administers_any
from workspaces.models import Workspace


class ProjectStateFilter(admin.SimpleListFilter):
    """Projects in use, unless somebody asks for the archived ones."""

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
        return queryset.filter(archived_at__isnull=self.value() != "archived")


class RoleInline(TasklyTabularInline):
    """Who has which role. Everybody else in the workspace works here as a contributor."""

    model = ProjectMember
    verbose_name_plural = _("roles")
    fields = ("person", "role")
    readonly_fields = ("person",)
    max_num = 0

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return parent is not None and directs(request, parent)

    def has_add_permission(self, request: HttpRequest, obj: Any | None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("user")
        return rows.order_by("user__full_name", "user__username", "id")

    def row_name(self, obj: Any) -> str:
        return str(obj.user)

    @admin.display(description=_("person"))
    def person(self, obj: ProjectMember) -> str:
        return str(obj.user)

    def service_update(
        self, request: HttpRequest, parent: Any, obj: Any, changed: dict[str, Any]
    ) -> None:
        if "role" in changed:
            project_member_update(member=obj, role=changed["role"], actor=request.user)

    def service_delete(self, request: HttpRequest, parent: Any, obj: Any) -> None:
        project_member_remove(member=obj, actor=request.user)


class NewRoleInline(TasklyTabularInline):
    """Giving members of the workspace a role."""

    model = ProjectMember
    fields = ("user", "role")
    verbose_name = _("role")
    verbose_name_plural = _("give a member of the workspace a role")

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return parent is not None and directs(request, parent)

    def has_view_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return self.may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).none()

    def get_formset(self, request: HttpRequest, obj: Any | None = None, **kwargs: Any) -> Any:
        """The choice is of the workspace's people who have no role here yet."""
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None:
            with_role = ProjectMember.objects.filter(project=obj).values("user")
            people = members_of([obj.workspace_id]).exclude(pk__in=with_role)
            formset.form.base_fields["user"].queryset = people
        return formset

    def service_create(self, request: HttpRequest, parent: Any, data: dict[str, Any]) -> None:
        if data.get("user") is None:
            raise ValidationError({"user": _("Choose a person.")})
        project_member_add(project=parent, user=data["user"], role=data["role"], actor=request.user)


class ReleaseInline(TasklyTabularInline):
    """What the project is about to ship, to look at and to go to."""

    model = Release
    fields = ("release", "status_shown", "target_date", "features_done")
    readonly_fields = fields
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        counted = Feature.objects.filter(release=OuterRef("pk")).order_by().values("release")
        total = counted.annotate(number=Count("pk", filter=~Q(status="cancelled")))
        done = counted.annotate(number=Count("pk", filter=Q(status="done")))
        return (
            super()
            .get_queryset(request)
            .annotate(
                features_total=Coalesce(Subquery(total.values("number")), 0),
                features_finished=Coalesce(Subquery(done.values("number")), 0),
            )
            .order_by(models.F("target_date").asc(nulls_last=True), "id")
        )

    @admin.display(description=_("release"))
    def release(self, obj: Release) -> SafeString | str:
        return link(self.admin_site.name, "release", obj)

    @admin.display(description=_("status"))
    def status_shown(self, obj: Release) -> SafeString:
        return release_status(obj)

    @admin.display(description=_("features done"))
    def features_done(self, obj: Any) -> str:
        return _g("%(done)d of %(total)d") % {
            "done": obj.features_finished,
            "total": obj.features_total,
        }


class FeatureInline(TasklyTabularInline):
    """What of the project is still to be done, to look at and to go to."""

    model = Feature
    verbose_name_plural = _("features to be done")
    fields = ("feature", "status_shown", "reason", "release_shown")
    readonly_fields = fields
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("release")
        return rows.exclude(status__in=[Feature.Status.DONE, Feature.Status.CANCELLED]).order_by(
            "name", "id"
        )

    @admin.display(description=_("feature"))
    def feature(self, obj: Feature) -> SafeString | str:
        return link(self.admin_site.name, "feature", obj)

    @admin.display(description=_("status"))
    def status_shown(self, obj: Feature) -> SafeString:
        return feature_status(obj)

    @admin.display(description=_("reason"))
    def reason(self, obj: Feature) -> str:
        return obj.status_reason or "—"

    @admin.display(description=_("release"))
    def release_shown(self, obj: Feature) -> SafeString | str:
        return link(self.admin_site.name, "release", obj.release)


@admin.register(Project)
class ProjectAdmin(TasklyModelAdmin):
    """Projects: made and described by those who work in them, archived by their directors."""

    form = ProjectForm
    icon = "folder"
    new_title = _("New project")
    empty_text = _("A project holds boards, features, releases, channels and decisions together.")
    menu_section = PLAN
    menu_order = 40
    list_display = ("name", "workspace", "status_shown", "owner", "end_date", "state")
    list_filter = (ProjectStateFilter, "status", "workspace")
    list_select_related = ("workspace", "owner")
    search_fields = ("name", "description")
    ordering = ("name", "id")
    inlines = (RoleInline, NewRoleInline, ReleaseInline, FeatureInline)
    actions = ("archive", "unarchive")
    page_actions = ("archive", "unarchive")
    change_form_template = "admin/projects/project/change_form.html"

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or not observes(request, obj.pk)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        if obj is None:
            return administers_any(request)
        return administers(request, obj.workspace_id)

    def get_inlines(self, request: HttpRequest, obj: Any | None) -> tuple[Any, ...]:
        return () if obj is None else self.inlines

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without those for directors, where the person directs nothing."""
        actions: dict[str, Any] = super().get_actions(request)
        if not directs_any(request):
            for name in self.page_actions:
                actions.pop(name, None)
        return actions

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        if not directs(request, obj):
            return ()
        return ("archive",) if obj.archived_at is None else ("unarchive",)

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[Any, ...]:
        own = ("name", "description", "status", "owner", ("start_date", "end_date"))
        if obj is None:
            return ("workspace", *own)
        return (*own, "workspace", "state", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return () if obj is None else ("workspace", "state", "created_at")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever has one workspace beside the private one needn't say which."""
        initial = super().get_changeform_initial_data(request)
        shared = Workspace.objects.visible_to(request.user).filter(personal_for=None)[:2]
        if "workspace" not in initial and len(shared) == 1:
            initial["workspace"] = shared[0].pk
        return {"owner": request.user.pk, **initial}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        project = context["original"]
        if project is not None:
            name = self.admin_site.name
            context["boards_url"] = _filtered(name, "boards_board", project)
            context["features_url"] = _filtered(name, "projects_feature", project)
            if project.archived_at is None and not observes(request, project.pk):
                context["add_links"] = [
                    (_g("Add release"), f"{name}:projects_release_add"),
                    (_g("Add feature"), f"{name}:projects_feature_add"),
                ]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, obj: Project) -> SafeString:
        return project_status(obj)

    @admin.display(description=_("state"))
    def state(self, obj: Project) -> SafeString:
        if obj.archived_at is not None:
            return chip(_g("Archived"), "", "archive")
        return chip(_g("In use"), "green")

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Project:
        return project_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        project_update(
            project=obj, actor=request.user, changes=changed, expected_version=expected_version
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        project_delete(project=obj, actor=request.user)

    @admin.action(description=_("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        projects = list(queryset.order_by("pk"))
        for project in projects:
            project_archive(project=project, actor=request.user)
        text = ngettext(
            "%(number)d project archived.", "%(number)d projects archived.", len(projects)
        )
        self.message_user(request, text % {"number": len(projects)}, messages.SUCCESS)

    @admin.action(description=_("Take out of the archive"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        projects = list(queryset.order_by("pk"))
        for project in projects:
            project_unarchive(project=project, actor=request.user)
        text = ngettext(
            "%(number)d project is in use again.",
            "%(number)d projects are in use again.",
            len(projects),
        )
        self.message_user(request, text % {"number": len(projects)}, messages.SUCCESS)

    archive.icon = "archive"
    unarchive.icon = "archive-restore"


def _filtered(site: str, model: str, project: Project) -> str:
    """The address of a list, cut down to what is of the project."""
    return f"{reverse(f'{site}:{model}_changelist')}?project__id__exact={project.pk}"
