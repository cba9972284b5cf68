"""A small API over real tables, in which everything that views share can be tried."""

import threading

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef
from django.urls import include, path, re_path
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from boards.models import Board, Sprint
from cards.models import Card, CardAssignee
from core.acting import acting
from core.api import fields, filters
from core.api.renderers import RawJSON
from core.api.routers import Router
from core.api.rows import Rows
from core.api.serializers import StrictModelSerializer, StrictSerializer
from core.api.views import (
    MIB,
    Creates,
    Destroys,
    Lists,
    Retrieves,
    TasklyView,
    TasklyViewSet,
    UnknownAddress,
    Updates,
)
from core.exceptions import RuleViolation, check_version
from workspaces.models import User, Workspace


class BoardFull(RuleViolation):
    code = "board_full"
    message = "The board is full."


class BoardBody(StrictModelSerializer):
    workspace = fields.ScopedRelatedField(model=Workspace)

    class Meta:
        model = Board
        fields = ["id", "workspace", "name", "archived", "version", "created_at", "updated_at"]
        read_only_fields = ["id", "version", "created_at", "updated_at"]


class BoardFilters(filters.StrictFilterSet):
    workspace = filters.IdFilter(field_name="workspace_id")
    archived = filters.BooleanFilter(field_name="archived")
    updated_since = filters.MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = filters.SearchFilter(field_name="name", lookup_expr="icontains")


class BoardViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Boards."""

    model = Board
    serializer_class = BoardBody
    filterset_class = BoardFilters
    orderings = {"name": None, "updated_at": None, "created_at": None}
    default_ordering = "-created_at"
    shows_credential = frozenset({"secret"})
    body_limits = {"large": 2 * MIB}
    entered: threading.Barrier | None = None

    def create_one(self, *, workspace, name, archived=False):
        with acting(self.request.user, "board.created"):
            board = Board.objects.create(workspace=workspace, name=name, archived=archived)
            if name == "full":
                raise BoardFull(field="name", limit=3)
        return board

    def update_one(self, instance, *, expected_version, **values):
        with acting(self.request.user, "board.updated"):
            board = Board.objects.select_for_update(no_key=True).get(pk=instance.pk)
            check_version(board, expected_version)
            for name, value in values.items():
                setattr(board, name, value)
            board.save(update_fields=list(values))
        return board

    def destroy_one(self, instance, *, expected_version):
        with acting(self.request.user, "board.deleted"):
            board = Board.objects.select_for_update(no_key=True).get(pk=instance.pk)
            check_version(board, expected_version)
            board.delete()

    @action(detail=True, methods=["post"])
    def secret(self, request, id):
        """Shows a credential."""
        self.get_object()
        return Response({"secret": "shown once"})

    @action(detail=False, methods=["post"])
    def large(self, request):
        """Takes two MiB."""
        return Response({"names": len(request.data)})


class CardRows(Rows):
    columns = {
        "id": None,
        "board": "board_id",
        "title": None,
        "priority": None,
        "story_points": None,
        "estimated_hours": None,
        "due_date": None,
        "version": None,
        "updated_at": None,
        "assignees": ArraySubquery(
            CardAssignee.objects.filter(card=OuterRef("pk")).order_by("user_id").values("user_id")
        ),
    }


class CardBody(StrictSerializer):
    title = fields.StrictCharField(max_length=500)
    story_points = fields.StrictIntegerField(min_value=0, max_value=999, allow_null=True)
    estimated_hours = fields.StrictDecimalField(max_digits=8, decimal_places=2, required=False)
    due_date = fields.StrictDateField(required=False)
    starts_at = fields.StrictDateTimeField(required=False)
    metadata = fields.StrictJSONField(required=False)
    priority = fields.StrictChoiceField(choices=Card.Priority.choices, required=False)
    archived = fields.StrictBooleanField(required=False)
    token = fields.StrictUUIDField(required=False)
    sprint = fields.ScopedRelatedField(model=Sprint, required=False, allow_null=True)
    assignees = fields.ScopedRelatedField(model=User, many=True, required=False)
    parts = serializers.ListField(
        child=serializers.DictField(child=fields.StrictCharField(max_length=3)), required=False
    )


class CardFilters(filters.StrictFilterSet):
    sprint = filters.IdFilter(field_name="sprint_id", none=True)
    creator = filters.IdFilter(field_name="created_by_id", me=True)
    priority = filters.ChoicesFilter(choices=Card.Priority.choices)
    due_before = filters.DateFilter(field_name="due_date", lookup_expr="lt")
    points = filters.WholeFilter(field_name="story_points")


class CardViewSet(Lists, Retrieves, TasklyViewSet):
    """Cards."""

    model = Card
    compiled_lists = True
    serializer_class = CardBody
    rows_class = CardRows
    filterset_class = CardFilters
    orderings = {
        "title": None,
        "due_date": None,
        "story_points": None,
        "priority": None,
        "board": "board__name",
        "updated_at": None,
    }

    @action(detail=False, methods=["post"])
    def check(self, request):
        """Answers with what came of the body."""
        values = self.validated()
        for name in ("sprint",):
            if values.get(name) is not None:
                values[name] = values[name].pk
        values["assignees"] = [person.pk for person in values.get("assignees", [])]
        return Response(values)

    @action(detail=False)
    def raw(self, request):
        """Bytes that are JSON already."""
        return Response(RawJSON(b'{"cards":[' + b",".join([b'{"title":"x"}'] * 1000) + b"]}"))


class Breaks(TasklyView):
    """Fails in whatever way a test puts there."""

    error: Exception | None = None
    calls = 0

    def post(self, request):
        """Raises."""
        type(self).calls += 1
        with transaction.atomic():
            if callable(type(self).error):
                return type(self).error(request)
            raise type(self).error

    get = post


router = Router()
router.register("boards", BoardViewSet)
router.register("cards", CardViewSet)

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/breaks/", Breaks.as_view(), name="breaks"),
    path("", include("config.urls")),
    re_path(r"^api/", UnknownAddress.as_view()),
]

handler400 = "core.api.problems.bad_request"
handler403 = "core.api.problems.permission_denied"
handler404 = "core.api.problems.not_found"
handler500 = "core.outage.server_error"
