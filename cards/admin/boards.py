"""The board's pages with its cards: all columns side by side, and the columns themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, OuterRef, Prefetch, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from boards.admin import BoardAdmin
from boards.models import Board
from cards.admin.board_page import MODULES, board_page_data
from cards.admin.charts import ChartPages
from cards.admin.columns import ColumnForms, ColumnsForm, columns_save, show_refusal
from cards.admin.planning_page import PlanningPages
from cards.models import Card, CardAssignee
from cards.ordering import Place
from cards.services import card_move
from core.admin.refusals import REFUSALS, Refused
from core.api.retry import retrying
from core.templatetags.taskly import icon
from projects.admin.shown import link
from workspaces.models import WorkspaceMember

# A page of a board with more cards than this would be too long to be read.
SHOWN_PER_COLUMN = 100

CardMarks = Callable[[Board], Mapping[uuid.UUID, SafeString]]
"""What an app above draws on the cards of a board, by the card's id, in one query."""


@admin.register(Board)
class BoardPageAdmin(ChartPages, PlanningPages, BoardAdmin):
    """A board whose page leads to its cards."""

    list_display = (
        "board_link",
        "project_short",
        "workspace",
        "columns_shown",
        "cards_count",
        "state",
        "settings_link",
    )
    list_display_links = None
    change_form_template = "admin/boards/board/change_form.html"
    card_marks: ClassVar[tuple[CardMarks, ...]] = ()

    @classmethod
    def add_card_marks(cls, marks: CardMarks) -> None:
        """Let an app above say something small on each card that it knows of."""
        cls.card_marks = (*cls.card_marks, marks)

    def get_queryset(self, request: HttpRequest) -> Any:
        on_board = Card.objects.filter(board=OuterRef("pk"), archived_at=None).order_by()
        counted = on_board.values("board").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(cards_count=Coalesce(Subquery(counted), 0))

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def board_link(self, obj: Board) -> SafeString:
        """To the board itself, which is what one comes for."""
        return format_html('<a href="{}">{}</a>', self._address("board", obj), obj.name)

    @admin.display(description=gettext_lazy("settings"))
    def settings_link(self, obj: Board) -> SafeString:
        return format_html(
            '<a class="icon-button" href="{}" aria-label="{}">{}</a>',
            self._address("change", obj),
            _("Settings of %(board)s") % {"board": obj.name},
            icon("settings"),
        )

    @admin.display(description=gettext_lazy("cards"))
    def cards_count(self, obj: Any) -> int:
        return obj.cards_count

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/board/", view(self.board_view), name="boards_board_board"),
            path("<path:object_id>/columns/", view(self.columns_view), name="boards_board_columns"),
            path("<path:object_id>/move/", view(self.move_view), name="boards_board_move"),
            *super().get_urls(),
        ]

    def _address(self, name: str, board: Board) -> str:
        return reverse(f"{self.admin_site.name}:boards_board_{name}", args=[board.pk])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context["original"] is not None:
            context["board_url"] = self._address("board", context["original"])
            if self.has_change_permission(request, context["original"]):
                context["columns_url"] = self._address("columns", context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def _page(
        self, request: HttpRequest, board: Board, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": board,
            "board": board,
            "subtitle": None,
            "board_url": self._address("board", board),
            "columns_url": self._address("columns", board),
            "charts_url": self._address("charts", board),
            "change_url": self._address("change", board),
            **context,
        }
        return TemplateResponse(request, template, whole)

    def board_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The board: drawn by its scripts, or with `?plain=1` by the server for those without.

        Operators who aren't members of the workspace get the plain page: the API, which the
        scripts read, shows them nothing.
        """
        board = self.get_object(request, unquote(object_id))
        if board is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            "title": board.name,
            "may_write": self.has_change_permission(request, board) and not board.archived,
            "observes": not self.has_change_permission(request, board),
            "project": link(self.admin_site.name, "project", board.project),
            "planning_url": self._address("planning", board),
            "charts_url": self._address("charts", board),
            "add_url": reverse(f"{self.admin_site.name}:cards_card_add"),
        }
        members = WorkspaceMember.objects.filter(workspace_id=board.workspace_id)
        if request.GET.get("plain") or not members.filter(user_id=request.user.pk).exists():
            return self._plain_page(request, board, context)
        data = board_page_data(self.admin_site.name, request, board, may=context["may_write"])
        context |= {"data": data, "modules": MODULES}
        return self._page(request, board, "admin/boards/board/board.html", context)

    def _plain_page(
        self, request: HttpRequest, board: Board, context: dict[str, Any]
    ) -> HttpResponse:
        """The columns side by side, each with its cards in order and a way to move them."""
        people = CardAssignee.objects.select_related("user").order_by("created_at", "id")
        cards: dict[str, list[Card]] = {column["id"]: [] for column in board.columns}
        counts = dict.fromkeys(cards, 0)
        on_board = Card.objects.filter(board=board, archived_at=None)
        for column_id, number in on_board.values_list("column").annotate(Count("pk")):
            counts[str(column_id)] = number
        shown = (
            on_board.annotate(
                place=Window(
                    RowNumber(), partition_by=F("column"), order_by=[F("position"), F("id")]
                )
            )
            .filter(place__lte=SHOWN_PER_COLUMN)
            .defer("description")
            .select_related("workspace")
            .prefetch_related(Prefetch("card_assignees", queryset=people))
            .order_by("column", "position", "id")
        )
        for card in shown:
            card.marks = []
            cards[str(card.column_id)].append(card)
        for marks_of in self.card_marks:
            marks = marks_of(board)
            for card in shown:
                if card.pk in marks:
                    card.marks.append(marks[card.pk])
        columns = [
            {
                **column,
                "cards": cards[column["id"]],
                "count": counts[column["id"]],
                "more": max(0, counts[column["id"]] - SHOWN_PER_COLUMN),
                "full": bool(column["wip_limit"]) and counts[column["id"]] >= column["wip_limit"],
            }
            for column in board.columns
        ]
        context |= {
            "columns": columns,
            "move_url": self._address("move", board),
            "list_url": reverse(f"{self.admin_site.name}:cards_card_changelist"),
        }
        return self._page(request, board, "admin/boards/board/board_plain.html", context)

    @method_decorator(csrf_protect)
    @method_decorator(require_POST)
    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move one card of the plain page, and show the page again."""
        board = self.get_object(request, unquote(object_id))
        if board is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        card_admin = self.admin_site.get_model_admin(Card)
        card = card_admin.get_object(request, request.POST.get("card", ""))
        if card is None or card.board_id != board.pk:
            self.message_user(request, _("This card is not on the board any more."), messages.ERROR)
            return HttpResponseRedirect(f"{self._address('board', board)}?plain=1")
        place = "top" if request.POST.get("place") == "top" else "bottom"

        def moved() -> Card:
            return card_move(
                card=card,
                actor=request.user,
                column_id=request.POST.get("column", ""),
                place=Place(end=place),
            )

        try:
            retrying(moved)
        except REFUSALS as error:
            self._say(request, error)
        else:
            self.message_user(request, _("Moved: %(card)s") % {"card": card}, messages.SUCCESS)
        return HttpResponseRedirect(f"{self._address('board', board)}?plain=1#card-{card.pk}")

    @method_decorator(csrf_protect)
    def columns_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Rename, reorder, limit, add and remove columns."""
        board = self.get_object(request, unquote(object_id))
        if board is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, board):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        rows = ColumnForms(sent, board=board)
        form = ColumnsForm(sent, initial={"version": board.version})
        if sent is not None and form.is_valid() and form.cleaned_data["version"] != board.version:
            self.message_user(
                request,
                _("Somebody changed the board meanwhile. This is how it is; nothing was saved."),
                messages.ERROR,
            )
            return HttpResponseRedirect(self._address("columns", board))
        if sent is not None and rows.is_valid() and form.is_valid():
            try:
                columns_save(request, board, rows, form.cleaned_data["version"])
            except Refused as refused:
                show_refusal(rows, form, refused)
            except REFUSALS as error:
                show_refusal(rows, form, Refused(error))
            else:
                self.message_user(request, _("The columns are saved."), messages.SUCCESS)
                return HttpResponseRedirect(self._address("columns", board))
        context = {
            "title": _("Columns of %(board)s") % {"board": board},
            "rows": rows,
            "form": form,
        }
        return self._page(request, board, "admin/boards/board/columns.html", context)
