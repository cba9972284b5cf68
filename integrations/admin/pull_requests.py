"""Pull requests: read here, changed on GitHub."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.admin.base import TasklyModelAdmin, TasklyTabularInline
from integrations.admin import shown
from integrations.models import CardPullRequest, PullRequest
from workspaces.admin.rights import CODE

# Of a repository's name in the list.
SHORT = 30


class CardOfPullRequestInline(TasklyTabularInline):
    """The cards that the pull request carries out, to look at and to go to."""

    model = CardPullRequest
    verbose_name_plural = _("cards")
    fields = ("key", "card_shown", "board", "column")
    readonly_fields = fields
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("card__workspace", "card__column")
        return rows.select_related("board").order_by("card__number")

    @admin.display(description=_("key"))
    def key(self, obj: CardPullRequest) -> str:
        return f"{obj.card.workspace.key}-{obj.card.number}"

    @admin.display(description=_("card"))
    def card_shown(self, obj: CardPullRequest) -> SafeString:
        address = reverse(f"{self.admin_site.name}:cards_card_change", args=[obj.card_id])
        return format_html('<a href="{}">{}</a>', address, obj.card)

    @admin.display(description=_("column"))
    def column(self, obj: CardPullRequest) -> str:
        return str(obj.card.column)


@admin.register(PullRequest)
class PullRequestAdmin(TasklyModelAdmin):
    icon = "git-pull-request"
    empty_text = _("Pull requests come from GitHub once a repository is connected.")
    menu_section = CODE
    menu_order = 47
    list_display = (
        "pull_request",
        "repository_short",
        "state_shown",
        "checks",
        "review",
        "updated_on_github_at",
    )
    list_filter = ("state", "check_status", "review_status", "repository")
    list_select_related = ("repository",)
    search_fields = ("title", "author", "head", "number")
    search_help_text = _("Title, author, branch or number.")
    ordering = ("-updated_on_github_at", "-id")
    inlines = (CardOfPullRequestInline,)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("repository")

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        return [
            (None, {"fields": ("state_shown", "checks", "review", "on_github")}),
            (_("From where to where"), {"fields": ("repository", "author", "head", "base")}),
            (
                _("When"),
                {"fields": ("opened_at", "closed_at", "merged_at", "updated_on_github_at")},
            ),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return tuple(
            name for _title, part in self.get_fieldsets(request, obj) for name in part["fields"]
        )

    @admin.display(description=_("pull request"), ordering="number")
    def pull_request(self, obj: PullRequest) -> str:
        return str(obj)

    @admin.display(description=_("repository"), ordering="repository__full_name")
    def repository_short(self, obj: PullRequest) -> str:
        """The filter and the page have all of it."""
        return Truncator(str(obj.repository)).chars(SHORT)

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, obj: PullRequest) -> SafeString:
        return shown.state(obj.state)

    @admin.display(description=_("checks"), ordering="check_status")
    def checks(self, obj: PullRequest) -> SafeString | str:
        return shown.checks(obj)

    @admin.display(description=_("review"), ordering="review_status")
    def review(self, obj: PullRequest) -> SafeString | str:
        return shown.review(obj)

    @admin.display(description=_("address"))
    def on_github(self, obj: PullRequest) -> SafeString:
        return shown.on_github(obj.url)
