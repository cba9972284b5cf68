"""Rows of a `values()` queryset without Django's and psycopg's slow paths.

Django loads each moment through a Python class of its own, to put the time zone on it: for a
hundred rows with three of them, as long as the query itself. Connections speak UTC, so psycopg's
compiled loader gives the same moments. The dicts that `values()` would make are left to the
caller, who makes the ones that it wants.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from psycopg.types.datetime import TimestamptzLoader


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
    converters = compiler.get_converters([column for column, *_rest in compiler.select])
    if converters:
        rows = [list(row) for row in rows]
        for place, (steps, expression) in converters.items():
            for row in rows:
                for step in steps:
                    row[place] = step(row[place], expression, connection)
    return names, rows
