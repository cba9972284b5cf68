"""A whole list as one file: `?format=csv`, `?format=ndjson`, or by Accept.

An export has the rows, filters, order and rights of the list that it is asked of, and no pages.
It is read a chunk at a time while it is sent, so that a million rows need no more memory than a
thousand. The first chunk is read before the answer begins: what goes wrong until then is a problem
document. What goes wrong later ends the connection without the answer's last piece, so that no
client takes half a list for a whole one.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from core.api.pagination import single
from core.api.renderers import JSONRenderer
from core.exports import csv_file, json_lines

if TYPE_CHECKING:
    from core.api.views import TasklyViewSet

CHUNK = 500
FORMAT = "format"
PAGED = ("cursor", "page_size")


class ExportRenderer(JSONRenderer):
    """A form that only whole lists have. What it renders itself is a refusal, as JSON."""

    charset: str | None = "utf-8"


class CSVRenderer(ExportRenderer):
    """`text/csv`."""

    media_type = "text/csv"
    format = "csv"


class JSONLinesRenderer(ExportRenderer):
    """`application/x-ndjson`: a JSON object a line."""

    media_type = "application/x-ndjson"
    format = "ndjson"
    charset = None


RENDERERS = (CSVRenderer, JSONLinesRenderer)
FORMATS = {"json": JSONRenderer, **{each.format: each for each in RENDERERS}}


def asked_renderer(request: Request) -> JSONRenderer | None:
    """The renderer that `format` names; None where it isn't given, or names none."""
    values = request.query_params.getlist(FORMAT)
    found = FORMATS.get(values[0]) if len(values) == 1 else None
    return None if found is None else found()


def check(request: Request) -> None:
    """Refuse a `format` that there is none of, and pages of what has no pages."""
    wanted = single(request.query_params, FORMAT)
    if wanted is not None and wanted not in FORMATS:
        names = ", ".join(sorted(FORMATS))
        raise ValidationError({FORMAT: [_("Choose from: %(names)s.") % {"names": names}]})
    if isinstance(request.accepted_renderer, ExportRenderer):
        errors = {
            name: [_("An export has no pages: it is the whole list.")]
            for name in PAGED
            if name in request.query_params
        }
        if errors:
            raise ValidationError(errors)


def columns_of(view: TasklyViewSet) -> list[str]:
    """The names that each row of the view's answers has, in their order."""
    if view.rows_class is not None:
        return list(view.rows_class.columns)
    fields = view.get_serializer_class()(context=view.get_serializer_context()).fields
    return [name for name, field in fields.items() if not field.write_only]


def export(view: TasklyViewSet, queryset: QuerySet[Any]) -> StreamingHttpResponse:
    """The answer with all of `queryset` as the request wants it."""
    request = view.request
    renderer = request.accepted_renderer
    parts = view.in_chunks(queryset)
    if request.method == "HEAD":
        parts = iter([next(parts, [])])
    parts = chain([next(parts, [])], parts)
    if renderer.format == "csv":
        names = columns_of(view)
        body = csv_file(names, ([[row[name] for name in names] for row in rows] for rows in parts))
    else:
        body = json_lines(parts)
    charset = f"; charset={renderer.charset}" if renderer.charset else ""
    response = StreamingHttpResponse(body, content_type=f"{renderer.media_type}{charset}")
    filename = f"{view.export_name}-{timezone.now():%Y-%m-%d}.{renderer.format}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
