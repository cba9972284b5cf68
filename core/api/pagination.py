"""Pages by position in the order, not by count: the place after the last row that was shown.

DRF's cursor keeps one column's value and an offset for its ties, which skips and repeats rows as
soon as somebody inserts among them, and can't order by a column with NULLs. Here the cursor holds
the values of *all* columns of the order, whose last one is the id, so every row has exactly one
place. A page costs the same wherever it is, and no count.

A cursor is signed (with SECRET_KEY and its fallbacks), so that what comes back is what went out,
and carries its ordering, so that it can't be used with another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.core import signing
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.api.rendering import to_json

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_ORDERINGS = 4
SALT = "core.api.pagination"
# A row changed while somebody walks by `updated_at` moves to the end of the walk. These orderings
# stop at the moment the walk began, or a client that edits what it reads would never arrive.
ENDLESS = {"updated_at": "updated_at", "created_at": "created_at", "id": "created_at"}
# Clocks of two machines differ; what is changed within this time of the start may be seen twice.
GRACE = timedelta(seconds=1)

Ordering = Mapping[str, "str | Combinable | None"]


@dataclass(frozen=True)
class Key:
    """One column of an order: its name for clients, where its value comes from, and which way."""

    name: str
    source: Any
    alias: str
    field: Field[Any, Any]
    descending: bool
    nullable: bool

    def reversed(self) -> Key:
        """The same column the other way round."""
        return Key(
            self.name, self.source, self.alias, self.field, not self.descending, self.nullable
        )


def _invalid(name: str, message: Any) -> ValidationError:
    return ValidationError({name: [message]})


def single(parameters: Any, name: str) -> str | None:
    """The value of a parameter that may be given once."""
    values = parameters.getlist(name)
    if len(values) > 1:
        raise _invalid(name, _("This is given more than once."))
    return values[0] if values else None


def parse_ordering(text: str, allowed: Ordering) -> list[tuple[str, bool]]:
    """`-due_date,title` as [(name, descending)…]; others are a 400 on `ordering`."""
    wanted: list[tuple[str, bool]] = []
    for part in text.split(","):
        name = part.removeprefix("-")
        if name not in allowed:
            names = ", ".join(sorted(allowed))
            message = _("Order by one of: %(names)s (with - in front for descending).")
            raise _invalid("ordering", message % {"names": names})
        # A name's second mention decides nothing: the first has told all rows apart by it.
        if name not in (each for each, _descending in wanted):
            wanted.append((name, part.startswith("-")))
    if len(wanted) > MAX_ORDERINGS:
        raise _invalid(
            "ordering", _("There may be at most %(limit)d names.") % {"limit": MAX_ORDERINGS}
        )
    return wanted


def _is_nullable(model: type[Model], source: Any) -> bool:
    """Whether a column's value can be NULL; anything not provably otherwise can."""
    if not isinstance(source, F):
        return True
    options = model._meta
    parts = source.name.split("__")
    for part in parts:
        field = options.get_field(part)
        if getattr(field, "null", True):
            return True
        if part is not parts[-1] and field.related_model is not None:
            options = field.related_model._meta
    return False


def build_keys(
    queryset: QuerySet[Any], wanted: Sequence[tuple[str, bool]], allowed: Ordering
) -> tuple[QuerySet[Any], list[Key]]:
    """`queryset` with each column of the order as an annotation, and those columns.

    The id comes last, in the direction of the column before it, so that one index over both can
    be walked either way.
    """
    complete = list(wanted)
    if "id" not in (name for name, _descending in complete):
        complete.append(("id", complete[-1][1] if complete else False))
    keys: list[Key] = []
    for number, (name, descending) in enumerate(complete):
        source: Any = allowed.get(name)
        if source is None:
            source = "pk" if name == "id" else name
        if isinstance(source, str):
            source = F(source)
        alias = f"cursor_{number}"
        queryset = queryset.annotate(**{alias: source})
        annotation = queryset.query.annotations[alias]
        nullable = name != "id" and _is_nullable(queryset.model, source)
        keys.append(Key(name, source, alias, annotation.output_field, descending, nullable))
    return queryset, keys


def _order(keys: Sequence[Key], backwards: bool) -> list[Any]:
    """ORDER BY for `keys`; NULLs come last in the way forward, whichever way a column runs.

    NULLS LAST is only written for columns that have NULLs: elsewhere it would keep PostgreSQL
    from walking a plain index backwards.
    """
    terms = []
    for key in keys:
        descending = key.descending != backwards
        expression = F(key.alias)
        if not key.nullable:
            terms.append(expression.desc() if descending else expression.asc())
        elif descending:
            terms.append(expression.desc(**_nulls(backwards)))
        else:
            terms.append(expression.asc(**_nulls(backwards)))
    return terms


def _nulls(backwards: bool) -> dict[str, bool]:
    return {"nulls_first": True} if backwards else {"nulls_last": True}


def _beyond(keys: Sequence[Key], values: Sequence[Any], backwards: bool) -> Q:
    """The rows that come after the place that `values` names (before it, backwards).

    Where no NULL is about and all columns run one way, this is one row comparison, which an index
    answers by going to the place; otherwise the comparison is spelled out column by column.
    """
    ways = {key.descending for key in keys}
    if len(keys) > 1 and len(ways) == 1 and not any(key.nullable for key in keys):
        place = Tuple(*(F(key.alias) for key in keys))
        smaller = ways.pop() != backwards
        comparison = TupleLessThan if smaller else TupleGreaterThan
        return Q(comparison(place, tuple(values)))
    condition = Q(pk__in=[])
    same = Q()
    for key, value in zip(keys, values, strict=True):
        condition |= same & _beyond_one(key, value, backwards)
        if value is None:
            same &= Q(**{f"{key.alias}__isnull": True})
        else:
            same &= Q(**{key.alias: value})
    return condition


def _beyond_one(key: Key, value: Any, backwards: bool) -> Q:
    """The rows whose `key` alone puts them beyond `value`; NULLs stand at the end."""
    nothing = Q(pk__in=[])
    if value is None:
        return Q(**{f"{key.alias}__isnull": False}) if backwards else nothing
    comparison = "lt" if key.descending != backwards else "gt"
    beyond = Q(**{f"{key.alias}__{comparison}": value})
    if key.nullable and not backwards:
        beyond |= Q(**{f"{key.alias}__isnull": True})
    return beyond


def _bounded(queryset: QuerySet[Any], first: Key, began_at: datetime) -> QuerySet[Any]:
    """Leave out what was made or changed since the walk began, where it would never end."""
    column = ENDLESS.get(first.name)
    names = {field.name for field in queryset.model._meta.concrete_fields}
    if column is None or first.descending or column not in names:
        return queryset
    return queryset.filter(**{f"{column}__lte": began_at})


def chunks(
    queryset: QuerySet[Any],
    wanted: Sequence[tuple[str, bool]],
    allowed: Ordering,
    read: Callable[[QuerySet[Any], Sequence[str]], list[Any]],
    size: int,
) -> Iterator[list[Any]]:
    """All rows of `queryset` in an order, `size` at a time, each time behind the last row read.

    Each chunk is a query of its own: who reads slowly keeps no transaction open meanwhile, and no
    limit for a statement is a limit for the whole. A row that is there from beginning to end, and
    whose place in the order doesn't change, is read exactly once.
    """
    queryset, keys = build_keys(queryset, wanted, allowed)
    queryset = _bounded(queryset, keys[0], timezone.now() + GRACE)
    queryset = queryset.order_by(*_order(keys, False))
    aliases = [key.alias for key in keys]
    rest = queryset
    while True:
        rows = read(rest[:size], aliases)
        places = [_take(row, aliases) for row in rows]
        if rows:
            yield rows
        if len(rows) < size:
            return
        rest = queryset.filter(_beyond(keys, places[-1], False))


@dataclass(frozen=True)
class Cursor:
    """A place in an order: the values of its columns at one row, and which way to go from it."""

    ordering: str
    backwards: bool
    values: list[Any]
    began_at: datetime

    def encode(self) -> str:
        """The cursor as clients see it."""
        packed = to_json([self.ordering, self.backwards, self.values, self.began_at])
        return signing.Signer(salt=SALT).sign_object(orjson.loads(packed), compress=True)

    @classmethod
    def decode(cls, text: str, keys: Sequence[Key], ordering: str) -> Cursor:
        """The cursor that `encode` made; any other text is a 400 on `cursor`."""
        try:
            made_for, backwards, values, began_at = signing.Signer(salt=SALT).unsign_object(text)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise _invalid("cursor", _("This is not a cursor of this list.")) from error
        if made_for != ordering or len(values) != len(keys):
            raise _invalid("cursor", _("This cursor belongs to another ordering."))
        places = [
            None if value is None else key.field.to_python(value)
            for key, value in zip(keys, values, strict=True)
        ]
        return cls(ordering, bool(backwards), places, datetime.fromisoformat(began_at))


@dataclass(frozen=True)
class Page:
    """A page that is still to be read: the query for it, and how its rows are told apart."""

    queryset: QuerySet[Any]
    aliases: list[str]
    size: int
    ordering: str
    cursor: Cursor | None


class CursorPagination(BasePagination):
    """`{"next", "previous", "results"}`; a view names its `orderings` and its `default_ordering`.

    `orderings` maps the names that clients may order by to columns or expressions (None: the
    column of that name). The order always ends in the id.
    """

    page_size = PAGE_SIZE
    max_page_size = MAX_PAGE_SIZE
    parameters = ("cursor", "page_size", "ordering")

    def paginate_queryset(
        self,
        queryset: QuerySet[Any],
        request: Request,
        view: Any = None,
        read: Callable[[QuerySet[Any], Sequence[str]], list[Any]] | None = None,
    ) -> list[Any]:
        """One page, by one query; `read` turns the sliced queryset into rows (dicts or models)."""
        page = self.prepare(queryset, request, view)
        rows = list(page.queryset if read is None else read(page.queryset, page.aliases))
        return self.turn(page, rows, request)

    def prepare(self, queryset: QuerySet[Any], request: Any, view: Any = None) -> Page:
        """What to ask the database for: one row more than the page has, to know what follows."""
        size = self.get_page_size(request)
        wanted, allowed = self.wanted(request, view)
        ordering = ",".join(f"{'-' if descending else ''}{name}" for name, descending in wanted)
        queryset, keys = build_keys(queryset, wanted, allowed)
        text = single(request.query_params, "cursor")
        cursor = Cursor.decode(text, keys, ordering) if text is not None else None
        backwards = cursor is not None and cursor.backwards
        if cursor is not None:
            queryset = queryset.filter(_beyond(keys, cursor.values, backwards))
            queryset = _bounded(queryset, keys[0], cursor.began_at)
        queryset = queryset.order_by(*_order(keys, backwards))[: size + 1]
        return Page(queryset, [key.alias for key in keys], size, ordering, cursor)

    def turn(self, page: Page, found: list[Any], request: Any) -> list[Any]:
        """The page's rows out of those found, with the ways on and back from them noted."""
        self.request = request
        cursor = page.cursor
        backwards = cursor is not None and cursor.backwards
        began_at = cursor.began_at if cursor is not None else timezone.now() + GRACE
        has_more = len(found) > page.size
        rows = found[: page.size]
        places = [_take(row, page.aliases) for row in rows]
        if backwards:
            rows.reverse()
            places.reverse()
        goes_on = has_more if not backwards else True
        goes_back = cursor is not None if not backwards else has_more
        # An empty page: everything beyond the place is gone, and the way back starts there.
        edge = places or ([cursor.values] if cursor is not None else [])
        self.next = self.previous = None
        if edge and goes_on and (rows or backwards):
            self.next = self._link(Cursor(page.ordering, False, edge[-1], began_at))
        if edge and goes_back and (rows or not backwards):
            self.previous = self._link(Cursor(page.ordering, True, edge[0], began_at))
        return rows

    def wanted(self, request: Any, view: Any) -> tuple[list[tuple[str, bool]], Ordering]:
        """The order that the request asks for, or the view's own, and the names it may have."""
        allowed: Ordering = getattr(view, "orderings", {}) or {}
        default = getattr(view, "default_ordering", None) or "id"
        given = single(request.query_params, "ordering")
        if given is not None:
            return parse_ordering(given, allowed), allowed
        return parse_ordering(default, {**allowed, **dict.fromkeys(_names(default))}), allowed

    def get_page_size(self, request: Request) -> int:
        """`page_size`, 1 to 200."""
        text = single(request.query_params, "page_size")
        if text is None:
            return self.page_size
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise _invalid("page_size", _("This has to be a whole number."))
        if not 1 <= int(text) <= self.max_page_size:
            message = _("This has to be from 1 to %(limit)d.") % {"limit": self.max_page_size}
            raise _invalid("page_size", message)
        return int(text)

    def _link(self, cursor: Cursor) -> str:
        address = self.request.build_absolute_uri()
        return replace_query_param(address, "cursor", cursor.encode())

    def get_paginated_response(self, data: list[Any]) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "The place to go on from: taken from `next` or `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": "How many rows a page has.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                },
            },
        ]
        orderings = sorted(getattr(view, "orderings", {}) or {})
        if orderings:
            parameters.append(
                {
                    "name": "ordering",
                    "in": "query",
                    "required": False,
                    "description": "Names to order by, separated by commas, descending with `-`: "
                    + ", ".join(f"`{name}`" for name in orderings)
                    + f". By default `{getattr(view, 'default_ordering', 'id')}`.",
                    "schema": {"type": "string", "pattern": _pattern(orderings)},
                }
            )
        return parameters


def _pattern(names: Sequence[str]) -> str:
    one = f"-?({'|'.join(names)})"
    return f"^{one}(,{one}){{0,{MAX_ORDERINGS - 1}}}$"


def _names(ordering: str) -> list[str]:
    return [part.removeprefix("-") for part in ordering.split(",")]


def _take(row: Any, aliases: Sequence[str]) -> list[Any]:
    """The row's place in the order, taken out of it where the row is an answer."""
    if isinstance(row, dict):
        return [row.pop(alias) for alias in aliases]
    return [getattr(row, alias) for alias in aliases]
