"""Features and releases with the cards that carry them out."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from cards.admin.bars import bar
from cards.models import Card
from cards.progress import RELEASE_PROGRESS
from core.admin.base import TasklyTabularInline
from core.admin.chips import chip
from projects.admin.features import FeatureAdmin
from projects.admin.releases import ReleaseAdmin
from projects.models import Feature, Release


class CardOfFeatureInline(TasklyTabularInline):
    """The cards that carry a feature out, to look at and to go to."""

    model = Card
    fields = ("key", "card", "board", "column", "state")
    readonly_fields = fields
    max_num = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("workspace", "board", "column")
        return rows.order_by("number")

    @admin.display(description=_("key"))
    def key(self, obj: Card) -> str:
        return f"{obj.workspace.key}-{obj.number}"

    @admin.display(description=_("card"))
    def card(self, obj: Card) -> SafeString:
        address = reverse(f"{self.admin_site.name}:cards_card_change", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, obj.title)

    @admin.display(description=_("state"))
    def state(self, obj: Card) -> SafeString:
        if obj.completed_at is not None:
            return chip(_g("Done"), "green")
        if obj.archived_at is not None:
            return chip(_g("Archived"), "", "archive")
        return chip(_g("To be done"))


@admin.register(Feature)
class FeaturePageAdmin(FeatureAdmin):
    """A feature whose page shows its cards."""

    inlines = (CardOfFeatureInline,)

    def get_inlines(self, request: HttpRequest, obj: Any | None) -> tuple[Any, ...]:
        return () if obj is None else self.inlines


@admin.register(Release)
class ReleasePageAdmin(ReleaseAdmin):
    """A release with how far it has come."""

    list_display = (*ReleaseAdmin.list_display, "features_progress", "points_progress")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).annotate(progress=RELEASE_PROGRESS)

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[Any, ...]:
        fields = super().get_fields(request, obj)
        return fields if obj is None else (*fields, "progress_shown")

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "progress_shown")

    @admin.display(description=_("features"))
    def features_progress(self, obj: Any) -> SafeString | str:
        return bar(obj.progress["features_done"], obj.progress["features"], _g("Features"))

    @admin.display(description=_("points"))
    def points_progress(self, obj: Any) -> SafeString | str:
        return bar(obj.progress["points_done"], obj.progress["points"], _g("Points"))

    @admin.display(description=_("progress"))
    def progress_shown(self, obj: Any) -> SafeString:
        lines = [
            (label, bar(obj.progress[f"{name}_done"], obj.progress[name], label))
            for name, label in (
                ("features", _g("Features")),
                ("cards", _g("Cards")),
                ("points", _g("Points")),
            )
        ]
        return format_html(
            '<dl class="progress-lines">{}</dl>',
            format_html_join("", "<dt>{}</dt><dd>{}</dd>", lines),
        )
