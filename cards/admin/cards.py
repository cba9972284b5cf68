"""Cards: the list, the form, and what can be done to many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from cards.admin.actions import CardActions
from cards.admin.card_page import CardPage
from cards.admin.filters import AssigneeFilter, CardStateFilter, CategoryFilter
from cards.admin.forms import CardForm
from cards.models import Card, CardAssignee
from cards.services import card_create, card_delete, card_move, card_update
from cards.services.labels import labels_in_use
from core.acting import acting
from core.admin.base import TasklyModelAdmin
from core.admin.chips import chip
from core.admin.scope import narrowed
from projects.admin.rights import observes
from projects.admin.shown import link
from workspaces.admin.rights import WORK, administers

PRIORITY_COLOURS = {"none": "", "low": "blue", "medium": "accent", "high": "amber", "urgent": "red"}
OWN_FIELDS = (
    "title",
    "description",
    "priority",
    "story_points",
    "estimated_hours",
    "due_date",
    "sprint",
    "feature",
    "assignees",
)

FACTS = ("key", "board", "project", "created_by", "created_at", "completed_at", "archived_at")


@admin.register(Card)
class CardAdmin(CardPage, CardActions, TasklyModelAdmin):
    icon = "square-check-big"
    new_title = _("New card")
    empty_text = _("Cards are the work itself. Make one here, or in a column of a board.")
    menu_section = WORK
    menu_order = 20
    list_display = (
        "key",
        "title",
        "board",
        "column",
        "priority_shown",
        "assignees_shown",
        "story_points",
        "due_date",
    )
    list_display_links = ("key", "title")
    list_filter = (
        CardStateFilter,
        "board",
        CategoryFilter,
        "priority",
        AssigneeFilter,
        "sprint",
        ("due_date", admin.DateFieldListFilter),
    )
    list_select_related = ("workspace", "board__project", "column", "sprint")
    search_fields = ("title",)
    search_help_text = _("Words of the title or description, or a key such as ACME-42.")
    ordering = ("-id",)
    service_fields = {"column_id": "column", "metadata": "new_labels"}
    change_form_template = "admin/cards/card/change_form.html"

    def may_add(self, request: HttpRequest) -> bool:
        return True

    def may_change(self, request: HttpRequest, obj: Any | None) -> bool:
        return obj is None or not observes(request, obj.board.project_id)

    def may_delete(self, request: HttpRequest, obj: Any | None) -> bool:
        return self.may_change(request, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        people = CardAssignee.objects.select_related("user").order_by("created_at", "id")
        return (
            super()
            .get_queryset(request)
            .select_related(
                "workspace", "board__project", "column", "sprint", "feature", "created_by"
            )
            .prefetch_related(Prefetch("card_assignees", queryset=people))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        """The full-text search of the API; a key finds its card."""
        text = search_term.replace("\x00", "").strip()
        if not text:
            return queryset, False
        named = Card.objects.with_reference(text) if len(text) != 36 else Card.objects.none()
        if "-" in text and named.exists():
            return queryset.filter(pk__in=named.values("pk")), False
        return queryset.filter(pk__in=Card.objects.search(text).values("pk")), False

    # Columns of the list.

    @admin.display(description=_("key"), ordering="number")
    def key(self, obj: Card) -> str:
        return f"{obj.workspace.key}-{obj.number}"

    @admin.display(description=_("priority"), ordering="priority")
    def priority_shown(self, obj: Card) -> SafeString | str:
        if obj.priority == Card.Priority.NONE:
            return "—"
        return chip(obj.get_priority_display(), PRIORITY_COLOURS[obj.priority])

    @admin.display(description=_("project"))
    def project(self, obj: Card) -> SafeString | str:
        return link(self.admin_site.name, "project", obj.board.project)

    @admin.display(description=_("labels"))
    def labels_shown(self, obj: Card) -> str:
        return ", ".join(label["name"] for label in obj.metadata.get("labels", [])) or "—"

    @admin.display(description=_("acceptance criteria"))
    def acceptance_criteria_shown(self, obj: Card) -> str:
        return obj.metadata.get("acceptance_criteria") or "—"

    @admin.display(description=_("assignees"))
    def assignees_shown(self, obj: Card) -> str:
        return ", ".join(str(each.user) for each in obj.card_assignees.all()) or "—"

    # The form.

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A card belongs to a board, so the board is chosen first (or said in the address)."""
        if self._board_of_new(request) is None:
            boards = self._boards(request)
            if len(boards) == 1:
                return HttpResponseRedirect(f"{request.path}?board={boards[0].pk}")
            context = {
                **self.admin_site.each_context(request),
                "title": _g("On which board?"),
                "opts": self.opts,
                "boards": boards,
                "add_board_url": reverse(f"{self.admin_site.name}:boards_board_add"),
            }
            request.current_app = self.admin_site.name
            return TemplateResponse(request, "admin/cards/card/choose_board.html", context)
        return super().add_view(request, form_url, extra_context)

    def _boards(self, request: HttpRequest) -> list[Board]:
        board_admin = self.admin_site.get_model_admin(Board)
        rows = board_admin.visible(request).in_use().writable_by(request.user)
        # An archived project takes in nothing new: its boards would refuse the card.
        rows = rows.filter(project__archived_at=None).select_related("workspace")
        rows = narrowed(rows, request)
        return list(rows.order_by("name", "id"))

    def _board_of_new(self, request: HttpRequest) -> Board | None:
        board_admin = self.admin_site.get_model_admin(Board)
        board = board_admin.get_object(request, request.GET.get("board", ""))
        if board is None or board.archived or observes(request, board.project_id):
            return None
        return board

    def get_form(self, request: HttpRequest, obj: Any | None = None, **kwargs: Any) -> Any:
        """A form for this card's board; none of its own for whoever may only look."""
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, **kwargs)
        board = obj.board if obj is not None else self._board_of_new(request)
        if board is None:
            raise PermissionDenied
        own = {
            "board": board,
            "may_override": administers(request, board.workspace_id),
            "known_labels": self._labels(request, board),
        }
        kwargs["form"] = type("BoardCardForm", (CardForm,), own)
        # The form says its fields itself, where Django would ask the model for all of them.
        kwargs["fields"] = CardForm.Meta.fields
        return super().get_form(request, obj, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any | None = None) -> list[Any]:
        if obj is not None and not self.has_change_permission(request, obj):
            return self._read_only_fieldsets()
        board = obj.board if obj is not None else self._board_of_new(request)
        override = (
            ("override_wip_limit",)
            if board is not None
            and administers(request, board.workspace_id)
            and any(column["wip_limit"] for column in board.columns)
            else ()
        )
        labels = (
            ("labels", "new_labels") if board and self._labels(request, board) else ("new_labels",)
        )
        work = ("title", "description", "column", *override, "priority", "assignees")
        plan = (("story_points", "estimated_hours"), "due_date", "sprint", "feature")
        sets = [
            (None, {"fields": work}),
            (_("Plan"), {"fields": plan}),
            (_("Labels and more"), {"fields": (*labels, "acceptance_criteria")}),
        ]
        if obj is not None:
            sets.append((_("About it"), {"fields": FACTS}))
        return sets

    def _read_only_fieldsets(self) -> list[Any]:
        """A card to look at: what the form's own fields would change, as the card has it."""
        work = ("title", "description", "column", "priority", "assignees_shown")
        plan = (("story_points", "estimated_hours"), "due_date", "sprint", "feature")
        return [
            (None, {"fields": work}),
            (_("Plan"), {"fields": plan}),
            (_("Labels and more"), {"fields": ("labels_shown", "acceptance_criteria_shown")}),
            (_("About it"), {"fields": FACTS}),
        ]

    def _labels(self, request: HttpRequest, board: Board) -> list[dict[str, Any]]:
        """The labels of the board, read once a request: its form and its fieldsets ask."""
        if not hasattr(request, "taskly_labels"):
            request.taskly_labels = labels_in_use(board)
        return request.taskly_labels

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        if self.has_change_permission(request, obj):
            return FACTS
        shown = ("assignees_shown", "labels_shown", "acceptance_criteria_shown")
        return (*FACTS, *OWN_FIELDS, "column", *shown)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {name: request.GET[name] for name in ("column", "sprint") if name in request.GET}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        card = context["original"]
        board = card.board if card is not None else self._board_of_new(request)
        context["board"] = board
        context["board_url"] = reverse(
            f"{self.admin_site.name}:boards_board_board", args=[board.pk]
        )
        if card is not None:
            context["subtitle"] = self.key(card)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """On to the board, where the new card is to be seen."""
        return HttpResponseRedirect(reverse("admin:boards_board_board", args=[obj.board_id]))

    def service_create(self, request: HttpRequest, data: dict[str, Any]) -> Card:
        return card_create(
            actor=request.user,
            board=data["board"],
            column_id=data["column"].pk,
            metadata={key: value for key, value in data["metadata"].items() if value},
            override_wip_limit=data.get("override_wip_limit", False),
            **{name: data[name] for name in OWN_FIELDS},
        )

    def service_update(
        self,
        request: HttpRequest,
        obj: Any,
        changed: dict[str, Any],
        expected_version: int | None,
    ) -> None:
        """Fields and place are two services, and one action where both change."""
        changes = {name: changed[name] for name in (*OWN_FIELDS, "metadata") if name in changed}
        with acting(request.user, "card.updated" if changes else "card.moved"):
            if changes:
                card_update(
                    card=obj,
                    actor=request.user,
                    changes=changes,
                    expected_version=expected_version,
                )
                expected_version = None
            if "column" in changed:
                card_move(
                    card=obj,
                    actor=request.user,
                    column_id=changed["column"].pk,
                    override_wip_limit=changed.get("override_wip_limit", False),
                    expected_version=expected_version,
                )

    def service_delete(self, request: HttpRequest, obj: Any) -> None:
        card_delete(card=obj, actor=request.user)

    def page_actions_for(self, request: HttpRequest, obj: Any) -> tuple[str, ...]:
        if not self.has_change_permission(request, obj):
            return ()
        return ("move", "unarchive") if obj.archived_at else ("move", "archive")
