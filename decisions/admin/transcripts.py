"""Transcripts: who took part, what was said, and what was decided."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from decisions.admin.forms import TranscriptForm
from decisions.admin.rights import decides, decides_any
from decisions.admin.shown import ReadFirst
from decisions.models import Decision, Transcript
from decisions.services import transcript_create, transcript_delete, transcript_update
from projects.admin.features import OfProjectAdmin
from workspaces.admin.rights import TALK

SHOWN_DECISIONS = 100


@admin.register(Transcript)
class TranscriptAdmin(ReadFirst, OfProjectAdmin):
    form = TranscriptForm
    icon = "scroll-text"
    new_title = _("New transcript")
    empty_text = _("Keep what was said in a meeting: decisions can point to it.")
    menu_section = TALK
    menu_order = 45
    list_display = ("title", "project_short", "occurred_at", "source_shown", "people", "decided")
    list_filter = ("project", ("occurred_at", admin.DateFieldListFilter))
    search_fields = ("title",)
    ordering = ("-occurred_at", "id")
    change_form_template = "admin/decisions/transcript/change_form.html"

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        """It can't be brought back, so that those do it who decide."""
        if obj is None:
            return decides_any(request)
        return decides(request, obj.project_id, obj.workspace_id)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        live = Count("decisions", filter=Q(decisions__deleted_at__isnull=True))
        return super().get_queryset(request).annotate(decided_count=live)

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        what = ("title", ("occurred_at", "source"), "participants", "content")
        return [(None, {"fields": ("project", *what) if obj is None else what})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return ()

    @admin.display(description=_("source"))
    def source_shown(self, obj: Transcript) -> str:
        return obj.source or "—"

    @admin.display(description=_("participants"))
    def people(self, obj: Transcript) -> int:
        return len(obj.participants)

    @admin.display(description=_("decisions"))
    def decided(self, obj: Any) -> int:
        return obj.decided_count

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        transcript = context["original"]
        if transcript is not None:
            taken = Decision.objects.without_embedding().live().filter(transcript=transcript)
            context["decisions"] = list(taken.order_by("id")[:SHOWN_DECISIONS])
        return super().render_change_form(request, context, *args, **kwargs)

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Transcript:
        return transcript_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        transcript_update(
            transcript=obj,
            actor=request.user,
            changes=changed,
            expected_version=expected_version,
        )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        transcript_delete(transcript=obj, actor=request.user)
