"""The first pages of lists, compiled once for each set of parameters.

Django takes three times as long to build and compile the query of a list as PostgreSQL takes to
answer it. Which cards of which board are asked for by the same few sets of parameters all day, so
the SQL is kept by that set, with places for the ids in it: the caller's own, and those that
filters were given. Whatever else a parameter says is part of the set; free texts, times and
cursors are not worth keeping, and go the long way.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.http import QueryDict

from core.api.fields import parse_uuid
from core.api.filters import BooleanFilter, ChoicesFilter, IdFilter
from core.api.pagination import Page
from core.db.compiled import CompiledQuery

if TYPE_CHECKING:
    from core.api.views import TasklyViewSet

CALLER = "caller"
PREFIX = "id_"
CONSTANT = ("ordering", "page_size")
MOST_PLANS = 500

Key = tuple[type[Any], tuple[tuple[str, str], ...]]


@dataclass
class _Plan:
    """A compiled page: the query, and what `Rows` and the paginator need to make it one."""

    query: CompiledQuery
    page: Page
    keys: list[tuple[str, str]]


_plans: dict[Key, _Plan | None] = {}


def _asked(view: TasklyViewSet) -> tuple[tuple[tuple[str, str], ...], dict[str, UUID]] | None:
    """The constant part of the parameters and the ids among them; None: not worth a plan."""
    parameters = view.request.query_params
    filterset = getattr(view, "filterset_class", None)
    filters = {} if filterset is None else filterset.base_filters
    constants: list[tuple[str, str]] = []
    identifiers: dict[str, UUID] = {}
    for name, values in parameters.lists():
        each = filters.get(name)
        if len(values) != 1:
            return None
        if name in CONSTANT or isinstance(each, BooleanFilter | ChoicesFilter):
            constants.append((name, values[0]))
        elif not isinstance(each, IdFilter):
            return None
        elif values[0] in each.words:
            constants.append((name, values[0]))
        else:
            identifier = parse_uuid(values[0])
            if identifier is None:
                return None
            constants.append((name, ""))
            identifiers[f"{PREFIX}{name}"] = identifier
    return tuple(sorted(constants)), identifiers


def _compile(
    view: TasklyViewSet, constants: tuple[tuple[str, str], ...], names: list[str]
) -> _Plan | None:
    """Run the view's own way to its query with marks for the ids, and keep what comes of it."""
    made: dict[str, Any] = {}

    def build(**marks: Any) -> QuerySet[Any]:
        parameters = QueryDict(mutable=True)
        for name, value in constants:
            mark = marks.get(f"{PREFIX}{name}")
            parameters[name] = value if mark is None else str(mark)
        stand_in: Any = copy.copy(view)
        stand_in.request = SimpleNamespace(
            user=get_user_model()(pk=marks[CALLER]), query_params=parameters, method="GET"
        )
        queryset = stand_in.filter_queryset(stand_in.get_queryset())
        page = view.paginator.prepare(stand_in.for_answer(queryset), stand_in.request, view)
        values, keys = view.rows_class.asked(page.queryset, tuple(page.aliases))
        made.update(page=page, keys=keys)
        return values

    query = CompiledQuery(build, **dict.fromkeys([CALLER, *names], UUID))
    try:
        query.compile()
    except (EmptyResultSet, ValueError):
        # Nothing can be found, or an id is no parameter of the query: the long way knows why.
        return None
    return _Plan(query, made["page"], made["keys"])


def planned_page(view: TasklyViewSet) -> list[dict[str, Any]] | None:
    """The rows of the page that the view's request asks for, or None where no plan is kept."""
    rows_class = view.rows_class
    asked = _asked(view) if rows_class is not None else None
    if asked is None or rows_class is None:
        return None
    constants, identifiers = asked
    key = (type(view), constants)
    if key not in _plans:
        if len(_plans) >= MOST_PLANS:
            _plans.clear()
        _plans[key] = _compile(view, constants, list(identifiers))
    plan = _plans[key]
    if plan is None:
        return None
    names, found = plan.query.fetch(**{CALLER: view.request.user.pk}, **identifiers)
    rows = rows_class.shaped(plan.keys, names, found)
    turned: list[dict[str, Any]] = view.paginator.turn(plan.page, rows, view.request)
    return turned
