"""Lists of the web pages as files: what a person sees there, whole or as chosen, streamed.

Every list has two actions for the rows that are ticked, and a menu for all that its search and
filters leave. The columns are the list's own and the plain fields of the form; what neither shows
is in no file.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets, label_for_field, lookup_field
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.api.pagination import chunks
from core.exports import BOM, csv_file, json_array

CHUNK = 500
FORMS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
KEPT_TIMES = ("created_at", "updated_at")
NOTHING = ("", "-", "—")


@dataclass(frozen=True)
class Column:
    """One column of a file: its name for programs, its heading, and how a row has it."""

    name: str
    heading: str
    read: Callable[[Any], Any]


def _export(form: str) -> Callable[[Any, HttpRequest, QuerySet], HttpResponseBase]:
    def action(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponseBase:
        return model_admin.export_response(request, queryset, form)

    return action


export_csv = admin.action(description=_("Export as CSV"), permissions=["view"])(_export("csv"))
export_json = admin.action(description=_("Export as JSON"), permissions=["view"])(_export("json"))
ACTIONS = {"export_csv": export_csv, "export_json": export_json}


class ExportsLists:
    """Mixed into a ModelAdmin: its list as a file."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The actions that a person may use, the files last: the site brings them in first."""
        actions = super().get_actions(request)
        return {
            **{name: each for name, each in actions.items() if name not in ACTIONS},
            **{name: each for name, each in actions.items() if name in ACTIONS},
        }

    def get_urls(self) -> list[Any]:
        own = path(
            "export/<slug:form>/",
            self.admin_site.admin_view(self.export_view),
            name=f"{self.opts.app_label}_{self.opts.model_name}_export",
        )
        return [own, *super().get_urls()]

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """All rows that the list's search and filters leave, in the list's order."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if form not in FORMS:
            raise Http404
        request.GET = request.GET.copy()
        for paging in (PAGE_VAR, ALL_VAR):
            request.GET.pop(paging, None)
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(f"{reverse(name)}?e=1")
        return self.export_response(request, rows, form)

    def export_response(
        self, request: HttpRequest, queryset: QuerySet, form: str
    ) -> StreamingHttpResponse:
        """`queryset`, which has only what the person may see, as a file."""
        columns = self.export_columns(request)
        related = [
            column.name for column in columns if isinstance(self._field(column.name), _RELATION)
        ]
        rows = queryset.select_related(*related) if related else queryset

        def read(part: QuerySet, _also: Sequence[str]) -> list[Any]:
            found = list(part)
            self.prepare_rows(request, found)
            return found

        parts = _in_chunks(rows, read)
        # Read before the answer begins, so that what goes wrong here is still a page of its own.
        parts = chain([next(parts, [])], parts)
        if form == "csv":
            headings = [column.heading for column in columns]
            table = ([[column.read(row) for column in columns] for row in part] for part in parts)
            body = chain([BOM], csv_file(headings, table))
        else:
            body = json_array(
                [{column.name: column.read(row) for column in columns} for row in part]
                for part in parts
            )
        response = StreamingHttpResponse(body, content_type=FORMS[form])
        name = self.opts.db_table.replace("_", "-")
        response["Content-Disposition"] = (
            f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.{form}"'
        )
        response["Cache-Control"] = "private, no-store"
        return response

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """What the list's columns need of many rows at once, where the query can't bring it."""

    # Which columns.

    def export_fields(self, request: HttpRequest) -> Sequence[str]:
        """What a file has beside the columns of the list: by default the fields of the form."""
        return flatten_fieldsets(self.get_fieldsets(request))

    def export_columns(self, request: HttpRequest) -> list[Column]:
        """The id, the list's columns, the form's plain fields, the kept times; none twice."""
        own = [each for each in self.export_fields(request) if self._field(each) is not None]
        kept = [name for name in KEPT_TIMES if self._field(name) is not None]
        by_heading = {self._heading(name).lower(): name for name in (*own, *kept)}
        columns: dict[str, Column] = {}
        for name in (self.opts.pk.name, *self.get_list_display(request), *own, *kept):
            heading = self._heading(name)
            # The plain field rather than the list's way of drawing it.
            plain = by_heading.get(heading.lower(), name)
            columns.setdefault(heading.lower(), self._column(plain, heading))
        return list(columns.values())

    def _field(self, name: Any) -> models.Field | None:
        """The model's column of this name that a person may read; None where it is none."""
        try:
            field = self.opts.get_field(name) if isinstance(name, str) else None
        except FieldDoesNotExist:
            return None
        readable = field is not None and field.concrete and not field.many_to_many
        hidden = isinstance(field, models.BinaryField) or name == "password"
        return field if readable and not hidden else None

    def _heading(self, name: Any) -> str:
        if name == self.opts.pk.name:
            return "ID"
        return str(capfirst(label_for_field(name, self.model, self)))

    def _column(self, name: Any, heading: str) -> Column:
        field = self._field(name)
        if field is None:
            shown = name if isinstance(name, str) else name.__name__
            return Column(shown.removesuffix("_shown").strip("_"), heading, self._as_shown(name))
        if field.choices:
            return Column(name, heading, lambda row: getattr(row, f"get_{name}_display")() or None)
        if isinstance(field, _RELATION):
            return Column(name, heading, lambda row: _told(getattr(row, name)))
        return Column(name, heading, lambda row: getattr(row, name))

    def _as_shown(self, name: Any) -> Callable[[Any], Any]:
        """What a cell of the list says, without its markup."""

        def read(row: Any) -> Any:
            value = lookup_field(name, row, self)[2]
            if isinstance(value, SafeString):
                value = " ".join(html.unescape(strip_tags(value)).split())
            return None if value is None or str(value) in NOTHING else value

        return read


_RELATION = models.ForeignKey


def _told(row: Any) -> str | None:
    return None if row is None else str(row)


def _in_chunks(
    rows: QuerySet, read: Callable[[QuerySet, Sequence[str]], list[Any]]
) -> Iterator[list[Any]]:
    """`rows` in the order that they have, a chunk at a time."""
    names: list[tuple[str, bool]] = []
    sources: dict[str, Any] = {}
    for number, term in enumerate(rows.query.order_by):
        source, descending = term, False
        if isinstance(term, str):
            source, descending = term.removeprefix("-"), term.startswith("-")
        elif isinstance(term, OrderBy):
            source, descending = term.expression, term.descending
        if isinstance(source, F):
            source = source.name
        if source in ("pk", rows.model._meta.pk.name):
            names.append(("id", descending))
            break
        name = f"term_{number}"
        sources[name] = _column_of(rows.model, source)
        names.append((name, descending))
    return chunks(rows, names, sources, read, CHUNK)


def _column_of(model: type[models.Model], source: Any) -> Any:
    """A relation's own column: the order of what it points at is the order of its key."""
    if not isinstance(source, str) or "__" in source:
        return source
    field = model._meta.get_field(source)
    return field.attname if isinstance(field, _RELATION) else source
