"""The charts as JSON: burndown, velocity, flow."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from boards.api.serializers import BoardSerializer, SprintSerializer
from boards.models import Board, ColumnCategory, Sprint
from cards.charts import burndown, flow, velocity
from cards.charts.days import day_of
from cards.charts.durations import PERCENTILES, Durations
from cards.charts.log import entries_elsewhere
from cards.charts.period import Period, period_of
from cards.snapshot import board_state
from core.api import versions
from core.api.filters import DateFormField
from core.api.serializers import StrictSerializer
from core.api.views import TasklyViewSet
from core.zones import zone_of

TIMEZONE = OpenApiParameter(
    "timezone",
    OpenApiTypes.STR,
    description="By whose midnight days end: a name of the IANA database. UTC, if left out.",
)


class AmountSerializer(StrictSerializer):
    """Work, in cards and in points; a card without points has 0 of them."""

    cards = serializers.IntegerField()
    points = serializers.IntegerField()


class SprintStateSerializer(StrictSerializer):
    """What counts in the sprint: the scope is what remains and what is completed."""

    scope = AmountSerializer()
    remaining = AmountSerializer()
    completed = AmountSerializer()


class ScopeChangesSerializer(StrictSerializer):
    """How the sprint differs from the day before, card by card."""

    added = AmountSerializer()
    removed = AmountSerializer()
    re_estimated = serializers.IntegerField(
        help_text="By how many points the cards that stayed grew."
    )
    completed = AmountSerializer()
    reopened = AmountSerializer()


class BurndownDaySerializer(StrictSerializer):
    """A day; `state` and `changes` are null while it isn't there yet."""

    date = serializers.DateField()
    ideal_cards = serializers.FloatField()
    ideal_points = serializers.FloatField()
    state = SprintStateSerializer(allow_null=True)
    changes = ScopeChangesSerializer(allow_null=True)


class BurndownSerializer(StrictSerializer):
    """A sprint from its start to its end, at the end of each day."""

    sprint = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=Sprint.Status.choices)
    start_date = serializers.DateField()
    end_date = serializers.DateField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    timezone = serializers.CharField()
    committed = AmountSerializer(allow_null=True)
    start = SprintStateSerializer(
        help_text="At the start; of a sprint that is planned, what it holds now."
    )
    latest = SprintStateSerializer(help_text="The last state that is known.")
    days = BurndownDaySerializer(many=True)
    totals = ScopeChangesSerializer(help_text="The changes of all days.")
    unestimated = serializers.IntegerField(
        help_text="Cards of the last known scope that have no points."
    )


class CompletedSprintSerializer(StrictSerializer):
    """A completed sprint: what it promised, and what it did."""

    sprint = serializers.UUIDField()
    name = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField()
    committed = AmountSerializer()
    completed = AmountSerializer()


class AverageSerializer(StrictSerializer):
    """What a sprint comes to, to the tenth."""

    cards = serializers.FloatField()
    points = serializers.FloatField()


class VelocitySerializer(StrictSerializer):
    """The last seven completed sprints, oldest first, and their averages."""

    board = serializers.UUIDField()
    sprints = CompletedSprintSerializer(many=True)
    committed = AverageSerializer(allow_null=True)
    completed = AverageSerializer(allow_null=True)


class FlowColumnSerializer(StrictSerializer):
    """A column; one that was removed during the period has no category."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    category = serializers.ChoiceField(choices=ColumnCategory.choices, allow_null=True)


class CategoriesSerializer(StrictSerializer):
    """Cards by what their columns meant on that day."""

    todo = serializers.IntegerField()
    in_progress = serializers.IntegerField()
    in_review = serializers.IntegerField()
    done = serializers.IntegerField()


class FlowDaySerializer(StrictSerializer):
    """Where the cards stood at the end of a day: lists in the order of `columns`."""

    date = serializers.DateField()
    cards = serializers.ListField(child=serializers.IntegerField())
    points = serializers.ListField(child=serializers.IntegerField())
    categories = CategoriesSerializer()


class CompletionSerializer(StrictSerializer):
    """A card that was completed; the cycle is null where it never stood in a column of work."""

    card = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField(help_text="Empty, where the card was deleted afterwards.")
    points = serializers.IntegerField()
    completed_at = serializers.DateTimeField()
    lead_days = serializers.FloatField()
    cycle_days = serializers.FloatField(allow_null=True)


class BarSerializer(StrictSerializer):
    """How many took more than `over` and up to `upto` days."""

    over = serializers.IntegerField()
    upto = serializers.IntegerField()
    cards = serializers.IntegerField()


class DurationsSerializer(StrictSerializer):
    """Percentiles in days, null where there is nothing to measure, and a histogram."""

    count = serializers.IntegerField()
    histogram = BarSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for percent in PERCENTILES:
            fields[f"p{percent}"] = _Percentile(percent)
        return fields


class _Percentile(serializers.FloatField):
    """In how many days so many of a hundred were done."""

    def __init__(self, percent: int) -> None:
        self.percent = percent
        super().__init__(source="*", allow_null=True)

    def to_representation(self, value: Durations) -> float | None:
        return value.percentile_days(self.percent)


class WeekSerializer(StrictSerializer):
    """What was completed from Monday to Sunday, or in what of the week lies in the period."""

    first = serializers.DateField()
    last = serializers.DateField()
    completed = AmountSerializer()


class AgeingSerializer(StrictSerializer):
    """A card that is being worked on; late, where most of the period's cards were done sooner."""

    card = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField()
    points = serializers.IntegerField()
    column = serializers.UUIDField()
    column_name = serializers.CharField()
    category = serializers.ChoiceField(choices=ColumnCategory.choices)
    started_at = serializers.DateTimeField()
    age_days = serializers.FloatField()
    late = serializers.BooleanField(help_text="Older than the 85th percentile of the cycle times.")


class FlowSerializer(StrictSerializer):
    """How work flowed over the board in a period; a day's figures are those of its end."""

    board = serializers.UUIDField()
    timezone = serializers.CharField()
    columns = FlowColumnSerializer(many=True)
    days = FlowDaySerializer(many=True)
    completions = CompletionSerializer(many=True)
    lead_time = DurationsSerializer(help_text="From a card's creation to its completion.")
    cycle_time = DurationsSerializer(
        help_text="From its first moment in a column in progress or in review to its completion."
    )
    throughput = WeekSerializer(many=True)
    ageing = AgeingSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        # `from` is a word of Python's.
        fields = super().get_fields()
        period = {
            "from": serializers.DateField(source="first"),
            "to": serializers.DateField(source="last"),
        }
        return {"board": fields.pop("board"), **period, **fields}


class Asked:
    """A period and a time zone, as the address line asks for them."""

    def __init__(self, request: Request) -> None:
        self._query = request.query_params
        self._errors: dict[str, list[Any]] = {}
        self.at = timezone.now()
        self.zone = self._read("timezone", zone_of) or ZoneInfo("UTC")
        first, last = (
            self._read("from", DateFormField().clean),
            self._read("to", DateFormField().clean),
        )
        if not self._errors:
            try:
                self.period: Period = period_of(first, last, day_of(self.at, self.zone))
            except ValidationError as error:
                self._errors = error.message_dict
        if self._errors:
            raise serializers.ValidationError(self._errors)

    @property
    def minute(self) -> datetime:
        """The present, as exactly as what goes on by itself is told."""
        return self.at.replace(second=0, microsecond=0)

    def _read(self, name: str, parse: Callable[[str], Any]) -> Any:
        given = self._query.getlist(name)
        if len(given) > 1:
            self._refuse(name, _("This is given more than once."))
        elif given:
            try:
                return parse(given[0])
            except ValidationError as error:
                self._refuse(name, *error.messages)
        return None

    def _refuse(self, name: str, *messages: Any) -> None:
        self._errors.setdefault(name, []).extend(messages)


class Conditional(TasklyViewSet):
    """Answers that stay as they are while the board's log does: asked again, they cost nothing.

    Their tags are weak: what goes on by itself, ages and days, is told by the minute.
    """

    def state_of(self, board_id: uuid.UUID) -> str:
        """Which state of the board's log there is. What is read afterwards is no older."""
        state = board_state(board_id, self.request.user)
        if state is None:
            raise exceptions.NotFound()
        return state.tag

    def told(self, tell: Callable[[], Any], *parts: object) -> Response:
        """What `tell` computes, or 304; `parts` are all that it depends on."""
        named = "|".join(map(str, parts))
        tag = f'W/"{hashlib.sha256(named.encode()).hexdigest()[:32]}"'
        headers = {"ETag": tag}
        if versions.matches_none(self.request.headers.get("If-None-Match"), tag):
            return Response(status=304, headers=headers)
        return Response(tell(), headers=headers)


class BoardChartsViewSet(Conditional):
    """What the log tells of a board's work."""

    model = Board
    serializer_class = BoardSerializer
    parameters: ClassVar = {"flow": ("from", "to", "timezone")}
    tagged_actions: ClassVar = {"velocity", "flow"}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("workspace")

    @extend_schema(responses=VelocitySerializer)
    @action(detail=True, methods=["get"])
    def velocity(self, request: Request, **kwargs: Any) -> Response:
        """What the board's last seven completed sprints promised and did."""
        state = self.state_of(kwargs["id"])
        return self.told(lambda: VelocitySerializer(velocity(self.get_object())).data, state)

    @extend_schema(
        responses=FlowSerializer,
        parameters=[
            OpenApiParameter(
                "from", OpenApiTypes.DATE, description="The first day; 30 days, if left out."
            ),
            OpenApiParameter("to", OpenApiTypes.DATE, description="The last day; today."),
            TIMEZONE,
        ],
    )
    @action(detail=True, methods=["get"])
    def flow(self, request: Request, **kwargs: Any) -> Response:
        """Cumulative flow, lead and cycle time, throughput, and the age of work in progress."""
        state = self.state_of(kwargs["id"])
        asked = Asked(request)
        period, zone = asked.period, asked.zone
        is_over = period.last < day_of(asked.at, zone)

        def tell() -> Any:
            answer = flow(self.get_object(), **period._asdict(), at=asked.at, zone=zone)
            return FlowSerializer(answer).data

        elsewhere = entries_elsewhere(kwargs["id"])
        return self.told(tell, state, elsewhere, *period, zone, None if is_over else asked.minute)


class SprintChartsViewSet(Conditional):
    """What the log tells of a sprint."""

    model = Sprint
    serializer_class = SprintSerializer
    parameters: ClassVar = {"burndown": ("timezone",)}
    tagged_actions: ClassVar = {"burndown"}

    @extend_schema(responses=BurndownSerializer, parameters=[TIMEZONE])
    @action(detail=True, methods=["get"])
    def burndown(self, request: Request, **kwargs: Any) -> Response:
        """What remains day by day, how the scope changed, and the straight line to the end."""
        sprint = self.get_object()
        state = self.state_of(sprint.board_id)
        asked = Asked(request)
        is_over = sprint.status == Sprint.Status.COMPLETED

        def tell() -> Any:
            return BurndownSerializer(burndown(sprint, at=asked.at, zone=asked.zone)).data

        return self.told(tell, state, sprint.pk, asked.zone, None if is_over else asked.minute)
