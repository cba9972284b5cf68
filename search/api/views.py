"""One search over cards, features, messages and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, FloatField, UUIDField
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api import exports
from core.api.pagination import Cursor, CursorPagination, Key, Page, single
from core.api.views import Lists, TasklyViewSet
from search.api.filters import SearchFilters
from search.api.serializers import ResultSerializer
from search.finding import LOOKED_AT, MOST_KEYS, Place, Question, find
from search.kinds import SOURCES, Kind

ORDERING = "-rank"
KEYS = [
    Key("is_named", None, "cursor_0", BooleanField(), True, False),
    Key("rank", None, "cursor_1", FloatField(), True, False),
    Key("id", None, "cursor_2", UUIDField(), True, False),
]
FIELDS = tuple(ResultSerializer().fields)
# No search has more answers than this.
MOST = len(Kind) * LOOKED_AT + MOST_KEYS
PARAMETERS = [
    OpenApiParameter(
        "q",
        {"type": "string", "minLength": 1, "maxLength": 500, "pattern": r"\S"},
        required=True,
        description='Whole words in any English or Russian form, `"a phrase"`, `-without`, `or`; '
        "card keys such as `ACME-42` come first.",
    ),
    OpenApiParameter(
        "type",
        {"type": "string", "pattern": f"^({'|'.join(Kind.values)})(,({'|'.join(Kind.values)}))*$"},
        description=f"One or several of: {', '.join(Kind.values)}. By default all.",
    ),
    OpenApiParameter("workspace", OpenApiTypes.UUID),
    OpenApiParameter("project", OpenApiTypes.UUID),
    OpenApiParameter(
        "archived",
        OpenApiTypes.BOOL,
        description="true: what is archived itself, or with its board or project. By default what "
        "is in use.",
    ),
]


class SearchPagination(CursorPagination):
    """Pages of a search, whose order is its own."""

    def page_of(self, request: Request) -> Page:
        """The page that the request asks for; its rows are found elsewhere."""
        text = single(request.query_params, "cursor")
        cursor = Cursor.decode(text, KEYS, ORDERING) if text is not None else None
        size = self.get_page_size(request)
        return Page(None, [key.alias for key in KEYS], size, ORDERING, cursor)


class SearchViewSet(Lists, TasklyViewSet):
    """Cards, features, messages and decisions by their words, the best first."""

    serializer_class = ResultSerializer
    filterset_class = SearchFilters
    filter_backends = ()
    pagination_class = SearchPagination
    export_name = "search"

    def allowed_parameters(self) -> set[str]:
        return super().allowed_parameters() - {"ordering"}

    @extend_schema(responses=ResultSerializer(many=True), parameters=PARAMETERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of what has the words of `q`, in English or Russian forms.

        Of each type the newest 500 that have the words are weighed. Words in titles weigh more
        than words in texts; of equals the newest comes first.
        """
        question = self.question()
        if self.is_export():
            return exports.export(self, question)
        page = self.paginator.page_of(request)
        cursor = page.cursor
        place = None if cursor is None else Place(*cursor.values, backwards=cursor.backwards)
        found = find(question, request.user, size=page.size + 1, place=place)
        return self.paginator.get_paginated_response(
            self.paginator.turn(page, [self._placed(row) for row in found], request)
        )

    def in_chunks(self, queryset: Any) -> Iterator[list[Any]]:
        """All that is found, in one piece: there is an end to it."""
        question: Question = queryset
        yield [self._shown(row) for row in find(question, self.request.user, size=MOST)]

    def question(self) -> Question:
        """What the address line asks; a 400 names what is wrong with it."""
        asked = SearchFilters(self.request.query_params, request=self.request)
        errors = {} if asked.is_valid() else dict(asked.errors)
        if "q" not in self.request.query_params:
            errors["q"] = [_("Say what to look for.")]
        if errors:
            raise serializers.ValidationError(errors)
        values = {name: value for name, value in asked.form.cleaned_data.items() if value}
        return Question(
            text=values["q"],
            kinds=tuple(values.get("type", Kind.values)),
            workspace=values.get("workspace"),
            project=values.get("project"),
            archived=values.get("archived", False),
        )

    def _placed(self, row: dict[str, Any]) -> dict[str, Any]:
        """An answer, with its place in the order for the paginator to take out."""
        place = {key.alias: row[key.name] for key in KEYS}
        return {**self._shown(row), **place}

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        name = f"{SOURCES[Kind(row['type'])].table}-detail"
        address = reverse(name, kwargs={"id": row["id"]}, request=self.request)
        named = {field: row.get(field) for field in FIELDS}
        return {**named, "url": address}
