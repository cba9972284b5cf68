"""The pages of the charts: a board's flow and velocity, a sprint's burndown."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Sprint
from cards.admin.charts.flow import (
    ageing_picture,
    cycle_picture,
    flow_picture,
    lead_picture,
    throughput_picture,
)
from cards.admin.charts.pictures import Picture
from cards.admin.charts.sprints import burndown_picture, velocity_picture
from cards.charts import Burndown, Velocity, burndown, flow, velocity
from cards.charts.period import DEFAULT_DAYS, last_days, period_of

UNITS = ("points", "cards")
SPANS = (30, 90, 365)


class PeriodForm(forms.Form):
    """From when until when. Where that makes no period, the last thirty days are shown."""

    first = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any, today: datetime.date) -> None:
        self.today = today
        asked = {"first": data.get("from", ""), "last": data.get("to", "")}
        super().__init__(asked, label_suffix="")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.period = last_days(DEFAULT_DAYS, self.today)
        if not self.errors:
            try:
                self.period = period_of(cleaned["first"], cleaned["last"], self.today)
            except ValidationError as error:
                for name, texts in error.message_dict.items():
                    self.add_error("first" if name == "from" else "last", texts)
        return cleaned


def unit_for(request: HttpRequest, chart: Burndown | Velocity) -> str:
    """Points or cards, as asked; cards, where nobody has ever given points."""
    asked = request.GET.get("unit", "")
    if asked in UNITS:
        return asked
    if isinstance(chart, Burndown):
        has_points = bool(chart.latest.scope.points or chart.start.scope.points)
    else:
        has_points = any(each.committed.points or each.completed.points for each in chart.sprints)
    return "points" if has_points else "cards"


def burndown_shown(request: HttpRequest, sprint: Sprint) -> Picture:
    """A sprint's burndown as a picture, for a page that includes it."""
    chart = burndown(sprint, at=timezone.now())
    return burndown_picture(chart, unit_for(request, chart))


def api_answers(request: HttpRequest, board_id: uuid.UUID) -> bool:
    """Whether the API shows the person the board: operators only what they are members of."""
    if not request.user.is_superuser:
        return True
    return Board.objects.visible_to(request.user).filter(pk=board_id).exists()


class ChartPages:
    """Gives a board's admin the page of its charts."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path("<path:object_id>/charts/", view(self.charts_view), name="boards_board_charts")
        return [own, *super().get_urls()]

    def charts_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Burndown of the active sprint, velocity, flow, durations, and what lies too long."""
        board = self.get_object(request, unquote(object_id))
        if board is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        now = timezone.now()
        today = now.date()
        form = PeriodForm(request.GET, today)
        form.full_clean()
        first, last = form.period
        speed = velocity(board)
        unit = unit_for(request, speed)
        active = Sprint.objects.filter(board=board, status=Sprint.Status.ACTIVE).first()
        chart = flow(board, first=first, last=last, at=now)
        context = {
            "title": _g("Charts of %(board)s") % {"board": board.name},
            "form": form,
            "first": first,
            "last": last,
            "spans": [
                {
                    "days": days,
                    "from": last_days(days, today).first.isoformat(),
                    "chosen": form.period == last_days(days, today),
                }
                for days in SPANS
            ],
            "unit": unit,
            "active": active,
            "burndown": None if active is None else burndown_shown(request, active),
            "velocity": velocity_picture(speed, unit),
            "pictures": [
                flow_picture(chart),
                cycle_picture(chart),
                lead_picture(chart),
                throughput_picture(chart),
            ],
            "ageing": ageing_picture(chart),
            "planning_url": self._address("planning", board),
            "api_answers": api_answers(request, board.pk),
            "flow_json": f"{reverse('board-charts-flow', args=[board.pk])}?from={first}&to={last}",
            "velocity_json": reverse("board-charts-velocity", args=[board.pk]),
        }
        return self._page(request, board, "admin/cards/charts/board.html", context)


class BurndownPages:
    """Gives a sprint's admin the page of its burndown."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path(
            "<path:object_id>/burndown/", view(self.burndown_view), name="boards_sprint_burndown"
        )
        return [own, *super().get_urls()]

    def burndown_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What remains of the sprint, day by day."""
        sprint = self.get_object(request, unquote(object_id))
        if sprint is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        chart = burndown(sprint, at=timezone.now())
        unit = unit_for(request, chart)
        may_write = self.has_change_permission(request, sprint) and not sprint.board.archived
        board = f"{self.admin_site.name}:boards_board"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": sprint,
            "sprint": sprint,
            "title": _g("Burndown of %(sprint)s") % {"sprint": sprint.name},
            "subtitle": None,
            "picture": burndown_picture(chart, unit),
            "unit": unit,
            "may_plan": may_write and sprint.status == Sprint.Status.PLANNED,
            "is_filled": chart.start.scope.cards > 0,
            "board_charts_url": reverse(f"{board}_charts", args=[sprint.board_id]),
            "planning_url": reverse(f"{board}_planning", args=[sprint.board_id]),
            "sprint_url": self.change_url(sprint),
            "api_answers": api_answers(request, sprint.board_id),
            "json_url": reverse("sprint-charts-burndown", args=[sprint.pk]),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/cards/charts/sprint.html", context)
