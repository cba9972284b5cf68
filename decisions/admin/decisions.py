"""Decisions: the list, a page that reads well, and what those do who decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.acting import acting
from core.admin.base import TasklyTabularInline
from core.admin.chips import chip
from decisions.admin.drawing import drawn
from decisions.admin.forms import DecisionForm, RelationshipForm, is_lines
from decisions.admin.rights import decides, decides_any, may_change, may_remove
from decisions.admin.shown import ReadFirst, confidence_of, readable, status_chip
from decisions.graph import DEFAULT_DEPTH, decision_graph
from decisions.models import Decision, DecisionRelationship
from decisions.services import (
    decision_accept,
    decision_create,
    decision_delete,
    decision_reject,
    decision_restore,
    decision_update,
    relationship_create,
    relationship_delete,
)
from projects.admin.features import OfProjectAdmin
from projects.admin.rights import observes
from projects.admin.shown import short
from workspaces.admin.rights import TALK

# What a relationship says, read from its source and from its target.
BEARINGS = {
    ("supersedes", True): _("Supersedes"),
    ("supersedes", False): _("Superseded by"),
    ("depends_on", True): _("Depends on"),
    ("depends_on", False): _("Needed by"),
    ("conflicts_with", True): _("Conflicts with"),
    ("conflicts_with", False): _("Conflicts with"),
    ("relates_to", True): _("Relates to"),
    ("relates_to", False): _("Relates to"),
}
DONE = {
    "decision.accepted": ngettext_lazy(
        "%(number)d decision accepted.", "%(number)d decisions accepted.", "number"
    ),
    "decision.rejected": ngettext_lazy(
        "%(number)d decision rejected.", "%(number)d decisions rejected.", "number"
    ),
    "decision.deleted": ngettext_lazy(
        "%(number)d decision deleted: it can be restored.",
        "%(number)d decisions deleted: they can be restored.",
        "number",
    ),
    "decision.restored": ngettext_lazy(
        "%(number)d decision restored.", "%(number)d decisions restored.", "number"
    ),
}
_Service = Callable[..., Decision]


class DecisionStateFilter(admin.SimpleListFilter):
    """Decisions that aren't deleted, unless somebody asks for the others."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("deleted", _("Deleted")), ("all", _("Kept and deleted"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Kept")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(deleted_at__isnull=self.value() != "deleted")


class RelationshipInline(TasklyTabularInline):
    """What the decision bears on: recorded and removed here, from the one that says it."""

    model = DecisionRelationship
    form = RelationshipForm
    fk_name = "source"
    fields = ("kind", "target")
    verbose_name_plural = _("What it bears on")

    def may_edit(self, request: HttpRequest, parent: Any | None) -> bool:
        return (
            parent is not None
            and parent.deleted_at is None
            and not observes(request, parent.project_id)
        )

    def row_name(self, obj: DecisionRelationship) -> str:
        return f"{obj.get_kind_display()} {obj.target.title}"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).live().select_related("target").order_by("id")

    def get_formset(self, request: HttpRequest, obj: Any | None = None, **kwargs: Any) -> Any:
        self.parent = obj
        return super().get_formset(request, obj, **kwargs)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        rows = super().get_field_queryset(db, db_field, request)
        if db_field.name != "target" or self.parent is None:
            return rows
        others = rows.without_embedding().live().filter(project=self.parent.project_id)
        return others.exclude(pk=self.parent.pk).order_by("title", "id")

    def service_create(self, request: HttpRequest, parent: Any, data: dict[str, Any]) -> None:
        relationship_create(
            actor=request.user, source=parent, target=data["target"], kind=data["kind"]
        )

    def service_delete(self, request: HttpRequest, parent: Any, obj: Any) -> None:
        relationship_delete(relationship=obj, actor=request.user)


@admin.register(Decision)
class DecisionAdmin(ReadFirst, OfProjectAdmin):
    form = DecisionForm
    icon = "scale"
    new_title = _("New decision")
    empty_text = _("Write down what was decided and why, so that it can be found again.")
    menu_section = TALK
    menu_order = 44
    list_display = (
        "title",
        "project_short",
        "status_shown",
        "confidence_shown",
        "decider",
        "decided_at",
    )
    list_filter = (
        DecisionStateFilter,
        "status",
        "project",
        "decided_by",
        ("decided_at", admin.DateFieldListFilter),
    )
    list_select_related = ("project", "decided_by")
    search_fields = ("title",)
    search_help_text = _("Words of the title, statement or rationale.")
    ordering = ("-id",)
    inlines = (RelationshipInline,)
    actions = ("accept", "reject", "remove", "restore")
    page_actions = ("accept", "reject", "remove", "restore")
    change_form_template = "admin/decisions/decision/change_form.html"

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or may_change(request, obj)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        """Nothing is deleted for good: `remove` takes it out of lists."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).without_embedding()
        return rows.select_related("project", "decided_by")

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        """The full-text search of the API."""
        text = search_term.replace("\x00", "").strip()
        return (queryset.search(text) if text else queryset), False

    # Columns of the list.

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, obj: Decision) -> SafeString:
        if obj.deleted_at is not None:
            return chip(_("Deleted"), "", "trash-2")
        return status_chip(obj)

    @admin.display(description=_("confidence"), ordering="confidence")
    def confidence_shown(self, obj: Decision) -> str:
        return confidence_of(obj)

    @admin.display(description=_("decided by"), ordering="decided_by__full_name")
    def decider(self, obj: Decision) -> str:
        return short(obj.decided_by)

    # The form.

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        deciding = (
            decides_any(request)
            if obj is None
            else decides(request, obj.project_id, obj.workspace_id)
        )
        what = ("title", "statement", "rationale")
        # What isn't a list of texts is for programs to write; the page shows it.
        more = [
            name for name in ("impacts", "anomalies") if obj is None or is_lines(getattr(obj, name))
        ]
        sets: list[Any] = [
            (None, {"fields": ("project", *what) if obj is None else what}),
            (_("Where it comes from"), {"fields": ("transcript", "confidence", *more)}),
        ]
        if deciding:
            sets.append((_("Decided"), {"fields": ("status", ("decided_by", "decided_at"))}))
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        return ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {
            name: request.GET[name] for name in ("project", "transcript") if name in request.GET
        }

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        decision = context["original"]
        if decision is not None:
            context.update(
                status_chip=self.status_shown(decision),
                confidence=confidence_of(decision),
                parts=[
                    (label, readable(getattr(decision, name)))
                    for name, label in (
                        ("impacts", _("Impacts")),
                        ("consensus", _("Consensus")),
                        ("anomalies", _("Anomalies")),
                    )
                    if getattr(decision, name)
                ],
                bearings=_bearings(decision),
                drawing=_drawing(decision, request),
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Decision:
        return decision_create(actor=request.user, **data)

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        decision_update(
            decision=obj, actor=request.user, changes=changed, expected_version=expected_version
        )

    # What is done to many at once, and to one from its page.

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        if obj.deleted_at is not None:
            return ("restore",) if may_remove(request, obj) else ()
        offered: list[str] = []
        if decides(request, obj.project_id, obj.workspace_id):
            if obj.status != Decision.Status.ACCEPTED:
                offered.append("accept")
            if obj.status != Decision.Status.REJECTED:
                offered.append("reject")
        if may_remove(request, obj):
            offered.append("remove")
        return tuple(offered)

    def _each(
        self, request: HttpRequest, rows: models.QuerySet, action: str, service: _Service
    ) -> None:
        chosen = list(rows.order_by("project", "pk"))
        with acting(request.user, action):
            for decision in chosen:
                service(decision=decision, actor=request.user)
        said = DONE[action] % {"number": len(chosen)}
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Accept"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        self._each(request, queryset, "decision.accepted", decision_accept)

    @admin.action(description=_("Reject"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        self._each(request, queryset, "decision.rejected", decision_reject)

    @admin.action(description=_("Delete"), permissions=["change"])
    def remove(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        self._each(request, queryset, "decision.deleted", decision_delete)

    @admin.action(description=_("Restore"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        self._each(request, queryset, "decision.restored", decision_restore)

    accept.icon = "check"
    reject.icon = "x"
    remove.icon = "trash-2"
    restore.icon = "archive-restore"


def _bearings(decision: Decision) -> list[tuple[Any, list[Decision]]]:
    """The decisions that this one bears on, and that bear on it, by what they have to do."""
    rows = (
        DecisionRelationship.objects.of(decision.pk)
        .live()
        .select_related("source", "target")
        .defer("source__embedding", "target__embedding")
        .order_by("id")
    )
    found: dict[Any, list[Decision]] = {}
    for row in rows:
        is_source = row.source_id == decision.pk
        other = row.target if is_source else row.source
        others = found.setdefault(str(BEARINGS[row.kind, is_source]), [])
        if other not in others:
            others.append(other)
    for others in found.values():
        for other in others:
            other.chip = status_chip(other)
    return sorted(found.items())


def _drawing(decision: Decision, request: HttpRequest) -> Any:
    body = decision_graph(
        decision.pk, request.user, DEFAULT_DEPTH, everything=request.user.is_superuser
    )
    drawing = None if body is None else drawn(orjson.loads(body))
    labels = dict(DecisionRelationship.Kind.choices)
    if drawing is None:
        return None
    return {"of": drawing, "kinds": [(kind, labels[kind]) for kind in drawing.kinds]}
