"""Sprints with their cards: the list, a sprint's page, and starting and completing it by a form."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from boards.admin import SprintAdmin
from boards.models import ColumnCategory, Sprint
from cards.admin.bars import bar
from cards.admin.charts import BurndownPages, burndown_shown
from cards.admin.sprint_forms import NEW, CompleteForm, StartForm
from cards.models import Card
from cards.outcome import COUNTED, SPRINT_PROGRESS, carried_over
from cards.services import sprint_complete, sprint_start
from core.admin.refusals import REFUSALS, add_to_form, messages_of
from core.api.retry import retrying

SHOWN_PER_STATE = 100
SHOWN_CARRIED_OVER = 50


@admin.register(Sprint)
class SprintPageAdmin(BurndownPages, SprintAdmin):
    """A sprint whose page tells what it promised, how far it is and what became of it."""

    list_display = (
        "name",
        "board",
        "status_shown",
        "start_date",
        "end_date",
        "cards_progress",
        "points_progress",
    )
    change_form_template = "admin/boards/sprint/change_form.html"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("board__workspace")
        return rows.annotate(progress=SPRINT_PROGRESS)

    @admin.display(description=_("cards"))
    def cards_progress(self, obj: Any) -> SafeString | str:
        return bar(obj.progress["cards_done"], obj.progress["cards"], _g("Cards"))

    @admin.display(description=_("points"))
    def points_progress(self, obj: Any) -> SafeString | str:
        return bar(obj.progress["points_done"], obj.progress["points"], _g("Points"))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/start/", view(self.start_view), name="boards_sprint_start"),
            path(
                "<path:object_id>/complete/",
                view(self.complete_view),
                name="boards_sprint_complete",
            ),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Of the address, only the board that the sprint is planned for."""
        return {name: request.GET[name] for name in ("board",) if name in request.GET}

    # A sprint's page.

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        sprint = context["original"]
        if sprint is not None:
            may_write = self._may_run(request, sprint)
            context |= {
                "sprint": sprint,
                "planning_url": self._planning_url(sprint),
                "may_start": may_write and sprint.status == Sprint.Status.PLANNED,
                "may_complete": may_write and sprint.status == Sprint.Status.ACTIVE,
                "cards_bar": self.cards_progress(sprint),
                "points_bar": self.points_progress(sprint),
                "states": self._states(sprint),
                "carried": self._carried(request, sprint),
                "burndown": burndown_shown(request, sprint) if sprint.started_at else None,
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _planning_url(self, sprint: Sprint) -> str:
        return reverse(f"{self.admin_site.name}:boards_board_planning", args=[sprint.board_id])

    def _may_run(self, request: HttpRequest, sprint: Sprint) -> bool:
        return self.has_change_permission(request, sprint) and not sprint.board.archived

    def _states(self, sprint: Sprint) -> list[dict[str, Any]]:
        """The sprint's cards by what their columns mean, in the order of the board."""
        cards = (
            Card.objects.filter(COUNTED, sprint=sprint)
            .defer("description", "metadata")
            .select_related("column")
            .annotate(place=F("column__position"))
            .order_by("place", "position", "id")
        )
        found: dict[str, list[Card]] = {category: [] for category in ColumnCategory.values}
        for card in cards:
            found[card.column.category].append(card)
        return [
            {
                "name": ColumnCategory(category).label,
                "category": category,
                "cards": inside[:SHOWN_PER_STATE],
                "count": len(inside),
                "more": max(0, len(inside) - SHOWN_PER_STATE),
                "points": sum(card.story_points or 0 for card in inside),
            }
            for category, inside in found.items()
        ]

    def _carried(self, request: HttpRequest, sprint: Sprint) -> dict[str, Any] | None:
        """What a completed sprint carried over and where: what of it one may still see."""
        if sprint.status != Sprint.Status.COMPLETED:
            return None
        over = carried_over(sprint)
        if over is None:
            return None
        visible = self.admin_site.get_model_admin(Card).visible(request)
        cards = visible.filter(pk__in=over.card_ids).select_related("workspace", "sprint", "column")
        return {
            "cards": over.cards,
            "points": over.points,
            "to": self.visible(request).filter(pk=over.to).first() if over.to else None,
            "to_gone": over.to is not None,
            "shown": list(cards.defer("description").order_by("number")[:SHOWN_CARRIED_OVER]),
        }

    # Starting and completing.

    @method_decorator(csrf_protect)
    def start_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what the sprint would promise, and start it."""
        sprint = self._sprint_to_run(request, object_id)
        if sprint is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        sent = request.POST if request.method == "POST" else None
        form = StartForm(sent, initial={"row_version": sprint.row_version})
        if sent is not None and form.is_valid():

            def started() -> Sprint:
                return sprint_start(
                    sprint=sprint,
                    actor=request.user,
                    at=timezone.now(),
                    expected_version=form.cleaned_data["row_version"],
                )

            try:
                retrying(started)
            except REFUSALS as error:
                add_to_form(form, messages_of(error), {})
            else:
                self.message_user(
                    request, _g("Started: %(sprint)s") % {"sprint": sprint}, messages.SUCCESS
                )
                return HttpResponseRedirect(self._planning_url(sprint))
        active = Sprint.objects.filter(board=sprint.board_id, status=Sprint.Status.ACTIVE)
        return self._ask(
            request,
            sprint,
            "admin/boards/sprint/start.html",
            title=_g("Start %(sprint)s") % {"sprint": sprint},
            form=form,
            other=active.exclude(pk=sprint.pk).first(),
            promised=self._promised(sprint),
        )

    def _promised(self, sprint: Sprint) -> dict[str, int]:
        """What starting the sprint now would commit to."""
        points = list(
            Card.objects.live().filter(sprint=sprint).values_list("story_points", flat=True)
        )
        total = sum(each or 0 for each in points)
        capacity = sprint.capacity_points
        return {
            "cards": len(points),
            "points": total,
            "without": sum(each is None for each in points),
            "over": 0 if capacity is None else max(0, total - capacity),
        }

    @method_decorator(csrf_protect)
    def complete_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask where what is open goes, and complete the sprint."""
        sprint = self._sprint_to_run(request, object_id)
        if sprint is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        others = list(
            Sprint.objects.filter(board=sprint.board_id, status=Sprint.Status.PLANNED)
            .exclude(pk=sprint.pk)
            .order_by("start_date", "id")
        )
        sent = request.POST if request.method == "POST" else None
        form = CompleteForm(sprint, others, sent)
        if sent is not None and form.is_valid():
            try:
                retrying(lambda: self._complete(request, sprint, form))
            except REFUSALS as error:
                add_to_form(form, messages_of(error), {"carry_over_to": "to"})
            else:
                self.message_user(
                    request, _g("Completed: %(sprint)s") % {"sprint": sprint}, messages.SUCCESS
                )
                return HttpResponseRedirect(self.change_url(sprint))
        return self._ask(
            request,
            sprint,
            "admin/boards/sprint/complete.html",
            title=_g("Complete %(sprint)s") % {"sprint": sprint},
            form=form,
            left_cards=sprint.progress["cards"] - sprint.progress["cards_done"],
            left_points=sprint.progress["points"] - sprint.progress["points_done"],
        )

    def _complete(self, request: HttpRequest, sprint: Sprint, form: CompleteForm) -> Sprint:
        said = form.cleaned_data
        planned = {name: said[name] for name in ("name", "start_date", "end_date")}
        return sprint_complete(
            sprint=sprint,
            actor=request.user,
            at=timezone.now(),
            carry_over_to=form.others.get(said["to"]),
            new_sprint=planned if said["to"] == NEW else None,
            expected_version=said["row_version"],
        )

    def _sprint_to_run(self, request: HttpRequest, object_id: str) -> Any | None:
        """The addressed sprint, which the person may start and complete."""
        sprint = self.get_object(request, unquote(object_id))
        if sprint is not None and not self.has_change_permission(request, sprint):
            raise PermissionDenied
        return sprint

    def _ask(
        self, request: HttpRequest, sprint: Sprint, template: str, **context: Any
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "sprint": sprint,
            "planning_url": self._planning_url(sprint),
            "sprint_url": self.change_url(sprint),
            **context,
        }
        return TemplateResponse(request, template, whole)
