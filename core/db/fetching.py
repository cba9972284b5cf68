"""Rows of a `values()` queryset without Django's and psycopg's slow paths.

Django loads each moment through a Python class of its own, to put the time zone on it: for a
hundred rows with three of them, as long as the query itself. Connections speak UTC, so psycopg's
compiled loader gives the same moments. JSON takes longer still in the standard library's decoder:
orjson gives the same values. The dicts that `values()` would make are left to the caller, who
makes the ones that it wants.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import JSONField, QuerySet
from psycopg.types.datetime import TimestamptzLoader

# By place in the row: what a value goes through, and the expression that it is of.
Converters = dict[int, tuple[list[Any], Any]]
# orjson makes floats of integers that 64 bits don't hold.
_LONG_NUMBER = re.compile(r"\d{19}")


def fetch(values: QuerySet[Any]) -> tuple[list[str], list[Any]]:
    """The names and the rows (sequences in that order) of a `values()` queryset, by one query."""
    query: Any = values.query
    compiler = query.get_compiler(values.db)
    names = list(query.selected or [*query.values_select, *query.annotation_select])
    try:
        statement, parameters = compiler.as_sql()
    except EmptyResultSet:
        return names, []
    connection = connections[values.db]
    with connection.cursor() as cursor:
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return names, converted(rows, converters_of(compiler), connection)


def converters_of(compiler: Any) -> Converters:
    """What Django does with the values of a compiled query, but with JSON read by orjson."""
    converters: Converters = compiler.get_converters([column for column, *_ in compiler.select])
    for steps, _expression in converters.values():
        steps[:] = [_from_json if _is_for_json(step) else step for step in steps]
    return converters


def converted(rows: list[Any], converters: Converters, connection: Any) -> list[Any]:
    """The rows with their values converted."""
    if not converters:
        return rows
    changed = [list(row) for row in rows]
    for place, (steps, expression) in converters.items():
        for row in changed:
            for step in steps:
                row[place] = step(row[place], expression, connection)
    return changed


def _is_for_json(step: Any) -> bool:
    return (
        getattr(step, "__func__", None) is JSONField.from_db_value and step.__self__.decoder is None
    )


def _from_json(text: Any, _expression: Any, _connection: Any) -> Any:
    if not isinstance(text, str):
        return text
    return json.loads(text) if _LONG_NUMBER.search(text) else orjson.loads(text)
