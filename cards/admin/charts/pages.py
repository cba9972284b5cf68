"""The pages of the charts: a board's flow and velocity, a sprint's burndown."""

from __future__ import annotations

import datetime
import uuid
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

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
from cards.admin.charts.times import TIMES, times_picture
from cards.charts import Burndown, Velocity, burndown, flow, velocity
from cards.charts.days import day_of
from cards.charts.period import DEFAULT_DAYS, last_days, period_of
from core.zones import zone_of

UNITS = ("points", "cards")
SPANS = (30, 90, 365)


class ZoneForm(forms.Form):
    """By whose midnight days end: the browser's, unless the address names another zone."""

    timezone = forms.CharField(label=_("Days end at midnight in"), required=False, max_length=64)

    def __init__(self, asked: Any) -> None:
        super().__init__(asked, label_suffix="")

    def clean_timezone(self) -> ZoneInfo | None:
        name = self.cleaned_data["timezone"]
        return zone_of(name) if name else None

    @property
    def zone(self) -> datetime.tzinfo:
        return self.cleaned_data.get("timezone") or timezone.get_current_timezone()

    def chosen(self) -> dict[str, str]:
        """What somebody chose, and the page's own links and forms carry on."""
        zone = self.cleaned_data.get("timezone")
        return {} if zone is None else {"timezone": str(zone)}

    @property
    def kept(self) -> str:
        """The same in front of what else a link says."""
        chosen = self.chosen()
        return f"{urlencode(chosen)}&" if chosen else ""


class PeriodForm(ZoneForm):
    """From when until when. Where that makes no period, the last thirty days are shown.

    And which time the points are to show, where somebody chose.
    """

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

    def __init__(self, data: Any, at: datetime.datetime) -> None:
        self.at = at
        self.time = data.get("time", "")
        names = {"first": "from", "last": "to", "timezone": "timezone"}
        super().__init__({name: data.get(asked, "") for name, asked in names.items()})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.today = day_of(self.at, self.zone)
        self.period = last_days(DEFAULT_DAYS, self.today)
        if not self.period_is_wrong:
            try:
                self.period = period_of(cleaned["first"], cleaned["last"], self.today)
            except ValidationError as error:
                for name, texts in error.message_dict.items():
                    self.add_error("first" if name == "from" else "last", texts)
        return cleaned

    def chosen(self) -> dict[str, str]:
        time = {"time": self.time} if self.time in TIMES else {}
        return super().chosen() | time

    @property
    def period_is_wrong(self) -> bool:
        return "first" in self.errors or "last" in self.errors


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
    chart = burndown(sprint, at=timezone.now(), zone=timezone.get_current_timezone())
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
        form = PeriodForm(request.GET, timezone.now())
        form.full_clean()
        with timezone.override(form.zone):
            context = self._charts(request, board, form)
        return self._page(request, board, "admin/cards/charts/board.html", context)

    def _charts(self, request: HttpRequest, board: Board, form: PeriodForm) -> dict[str, Any]:
        """What the page shows, told in the zone that is in force."""
        first, last = form.period
        speed = velocity(board)
        unit = unit_for(request, speed)
        active = Sprint.objects.filter(board=board, status=Sprint.Status.ACTIVE).first()
        chart = flow(board, first=first, last=last, at=form.at, zone=form.zone)
        period = {"unit": unit, "from": first, "to": last}
        times = {time: "?" + urlencode({**form.chosen(), **period, "time": time}) for time in TIMES}
        told = urlencode({"from": first, "to": last, "timezone": str(form.zone)})
        return {
            "title": _g("Charts of %(board)s") % {"board": board.name},
            "form": form,
            "first": first,
            "last": last,
            "spans": [
                {
                    "days": days,
                    "from": last_days(days, form.today).first.isoformat(),
                    "chosen": form.period == last_days(days, form.today),
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
                times_picture(chart, form.time, times, self.admin_site.name),
                throughput_picture(chart),
            ],
            "ageing": ageing_picture(chart),
            "planning_url": self._address("planning", board),
            "api_answers": api_answers(request, board.pk),
            "flow_json": f"{reverse('board-charts-flow', args=[board.pk])}?{told}",
            "velocity_json": reverse("board-charts-velocity", args=[board.pk]),
        }


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
        form = ZoneForm({"timezone": request.GET.get("timezone", "")})
        form.full_clean()
        chart = burndown(sprint, at=timezone.now(), zone=form.zone)
        unit = unit_for(request, chart)
        may_write = self.has_change_permission(request, sprint) and not sprint.board.archived
        board = f"{self.admin_site.name}:boards_board"
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": sprint,
            "sprint": sprint,
            "form": form,
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
            "json_url": reverse("sprint-charts-burndown", args=[sprint.pk])
            + f"?{urlencode({'timezone': str(form.zone)})}",
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/cards/charts/sprint.html", context)
