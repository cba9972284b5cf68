"""Pages of the feed: newest first as every list, and `after=` for those who follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.api.pagination import CursorPagination, Page, single
from core.db.follow import log_bound

AFTER = "after"
LARGEST = 2**63 - 1


class FeedPagination(CursorPagination):
    """`event_id` beside every page is where `after=` goes on from without missing anything."""

    parameters = (*CursorPagination.parameters, AFTER)
    event_id: int

    def prepare(self, queryset: QuerySet[Any], request: Any, view: Any = None) -> Page:
        """The page by the readers' streams instead of a walk along the log."""
        page = super().prepare(queryset, request, view)
        self.event_id = log_bound()
        backwards = page.cursor is not None and page.cursor.backwards
        bounds: dict[str, int] = {}
        if page.cursor is not None:
            bounds["above" if backwards else "below"] = page.cursor.values[0]
        found = view.page_of(limit=page.size + 1, ascending=backwards, **bounds)
        [alias] = page.aliases
        return replace(page, queryset=found.annotate(**{alias: F("pk")}))

    def follow(self, request: Request, view: Any) -> list[Any]:
        """The first entries above `after` that are final, oldest first.

        The bound is read first, and the entries up to it in a later statement: what commits late
        is never below what was answered.
        """
        if "cursor" in request.query_params:
            raise ValidationError({"cursor": [_("This doesn't go with “after”.")]})
        after = self._after(request)
        size = self.get_page_size(request)
        bound = log_bound()
        found = view.page_of(limit=size + 1, above=after, below=bound + 1, ascending=True)
        rows = view.many(found)
        more = len(rows) > size
        rows = rows[:size]
        self.previous = None
        self.event_id = rows[-1]["id"] if more else max(after, bound)
        address = request.build_absolute_uri()
        self.next = replace_query_param(address, AFTER, self.event_id) if more else None
        return rows

    def _after(self, request: Request) -> int:
        text = single(request.query_params, AFTER) or ""
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST):
            raise ValidationError({AFTER: [_("This has to be the id of an entry.")]})
        return int(text)

    def get_paginated_response(self, data: list[Any]) -> Response:
        response = super().get_paginated_response(data)
        response.data["event_id"] = self.event_id
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["required"] = [*described["required"], "event_id"]
        described["properties"]["event_id"] = {
            "type": "integer",
            "description": "Go on from here with `after`: nothing is missed, nothing comes twice.",
        }
        return described

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            *super().get_schema_operation_parameters(view),
            {
                "name": AFTER,
                "in": "query",
                "required": False,
                "description": "Only entries above this id that are final, oldest first: go on "
                "with the answer's `event_id`, which rises also where nothing is for the caller.",
                "schema": {"type": "integer", "format": "int64", "minimum": 0},
            },
        ]
