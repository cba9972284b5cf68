"""Repositories: tied and untied by the admins of a workspace."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.admin.base import TasklyModelAdmin, TasklyTabularInline
from core.admin.chips import chip
from integrations.admin import shown
from integrations.models import GitRepository, PullRequest, PullRequestState
from integrations.services import repository_create, repository_delete, repository_update
from workspaces.admin.rights import CODE, administers, administers_any
from workspaces.models import Workspace

OPEN = (PullRequestState.OPEN, PullRequestState.DRAFT)


class OpenPullRequestInline(TasklyTabularInline):
    """What of the repository is under way, to look at and to go to."""

    model = PullRequest
    verbose_name_plural = _("open pull requests")
    fields = ("pull_request", "state_shown", "checks", "review", "author")
    readonly_fields = fields
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).filter(state__in=OPEN)
        return rows.order_by("-updated_on_github_at", "-id")

    @admin.display(description=_("pull request"))
    def pull_request(self, obj: PullRequest) -> SafeString:
        return shown.link(self.admin_site.name, obj)

    @admin.display(description=_("state"))
    def state_shown(self, obj: PullRequest) -> SafeString:
        return shown.state(obj.state)

    @admin.display(description=_("checks"))
    def checks(self, obj: PullRequest) -> SafeString | str:
        return shown.checks(obj)

    @admin.display(description=_("review"))
    def review(self, obj: PullRequest) -> SafeString | str:
        return shown.review(obj)


@admin.register(GitRepository)
class RepositoryAdmin(TasklyModelAdmin):
    icon = "folder-git-2"
    new_title = _("Connect a repository")
    empty_text = _(
        "Connect a repository: its pull requests show on the cards whose keys they name."
    )
    menu_section = CODE
    menu_order = 48
    list_display = (
        "full_name",
        "workspace",
        "open_count",
        "visibility",
        "secret",
        "last_synced_at",
    )
    list_filter = ("workspace", "private")
    list_select_related = ("workspace",)
    search_fields = ("full_name",)
    ordering = ("full_name", "id")
    inlines = (OpenPullRequestInline,)

    def may_add(self, request: HttpRequest) -> bool:
        return administers_any(request)

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        if obj is None:
            return administers_any(request)
        return administers(request, obj.workspace_id)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        return self.may_change(request, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        of_repository = PullRequest.objects.filter(repository=OuterRef("pk")).order_by()
        counted = of_repository.values("repository").annotate(
            number=Count("pk", filter=Q(state__in=OPEN))
        )
        number = Coalesce(Subquery(counted.values("number")), 0)
        return super().get_queryset(request).annotate(open_count=number)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        """A repository is tied to a workspace that the person administers."""
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name != "workspace" or request.user.is_superuser:
            return rows
        return rows.filter(pk__in=Workspace.objects.administered_by(request.user).values("pk"))

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[Any, ...]:
        own = ("full_name", "default_branch", "private")
        if obj is None:
            return ("workspace", "github_id", *own)
        return (*own, "workspace", "github_id", "secret", "last_synced_at", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return ("workspace", "github_id", "secret", "last_synced_at", "created_at")

    @admin.display(description=_("open pull requests"))
    def open_count(self, obj: Any) -> int:
        return obj.open_count

    @admin.display(description=_("visibility"), ordering="private")
    def visibility(self, obj: GitRepository) -> SafeString:
        return chip(_g("Private"), "", "lock") if obj.private else chip(_g("Public"))

    @admin.display(description=_("webhook secret"))
    def secret(self, obj: GitRepository) -> SafeString:
        if obj.has_webhook_secret:
            return chip(_g("Set"), "green", "key-round")
        return chip(_g("None yet"))

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> GitRepository:
        return repository_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        repository_update(
            repository=obj,
            actor=request.user,
            changes=changed,
            expected_version=expected_version,
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        repository_delete(repository=obj, actor=request.user)
