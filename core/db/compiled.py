"""Queries that Django compiles once and runs often.

The ORM takes half a millisecond to turn a queryset into SQL, several times as long as PostgreSQL
takes to find a row by its key. On the few queries that every request runs (who is calling, the
rows a write locks, the row it answers with) that is most of the time, and the SQL is the same each
time but for its parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from psycopg.types.datetime import TimestamptzLoader

from core.db.fetching import converted, converters_of
from core.db.prepared import prepared_cursor
from core.identifiers import uuid7

_Kind = type[UUID] | type[str]


class CompiledQuery:
    """`build(**values)` makes a queryset of model instances or `values()`: the same but for them.

    Each value is an id (UUID) or a text that no other parameter of the query can be equal to,
    such as a hash: the places of the values among the parameters are found by marks. What else
    `build` depends on must never change.
    """

    def __init__(
        self, build: Callable[..., QuerySet[Any]], **kinds: type[UUID] | type[str]
    ) -> None:
        self._build = build
        self._kinds = kinds
        self._plan: _Plan | None = None

    def __call__(self, **values: UUID | str) -> list[Any]:
        """Run the query; what the queryset would give, as a list."""
        return self.compile().run(values)

    def compile(self) -> _Plan:
        """The plan; ValueError where a value is no parameter of the query."""
        if self._plan is None:
            self._plan = _Plan(self._build, self._kinds)
        return self._plan

    def fetch(self, **values: UUID | str) -> tuple[list[str], list[Any]]:
        """The names and the rows of a `values()` queryset, its moments by psycopg's own loader."""
        plan = self.compile()
        return plan.names, plan.fetch(values, fast=True)


class _Plan:
    def __init__(self, build: Callable[..., QuerySet[Any]], kinds: dict[str, _Kind]) -> None:
        marks = {name: uuid7() if kind is UUID else uuid7().hex for name, kind in kinds.items()}
        queryset = build(**marks)
        self.compiler: Any = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, params = self.compiler.as_sql()
        by_mark = {mark: name for name, mark in marks.items()}
        self.params = list(params)
        self.places = [
            (place, by_mark[value])
            for place, value in enumerate(params)
            if isinstance(value, UUID | str) and value in by_mark
        ]
        if {name for _place, name in self.places} != set(kinds):
            raise ValueError("not every value is a parameter of the query")
        self.converters = converters_of(self.compiler)
        self.makes_instances = queryset._iterable_class is ModelIterable
        if self.makes_instances:
            klass = self.compiler.klass_info
            places = klass["select_fields"]
            self.model = klass["model"]
            self.first, self.last = places[0], places[-1] + 1
            self.attributes = [
                column.target.attname
                for column, *_rest in self.compiler.select[self.first : self.last]
            ]
            self.related = get_related_populators(klass, self.compiler.select, DEFAULT_DB_ALIAS)
        else:
            query = queryset.query
            self.names = list(query.selected or [*query.values_select, *query.annotation_select])
        # The connection that compiled this belongs to one thread.
        self.compiler.connection = None

    def fetch(self, values: dict[str, UUID | str], *, fast: bool = False) -> list[Any]:
        """The rows as sequences; `fast` pays off from some ten moments on."""
        params = list(self.params)
        for place, name in self.places:
            params[place] = values[name]
        connection = connections[DEFAULT_DB_ALIAS]
        # A list's best plan depends on whose it is; that of a row by its key doesn't.
        with connection.cursor() if fast else prepared_cursor() as cursor:
            if fast:
                cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
            cursor.execute(self.sql, params)
            rows: list[Any] = cursor.fetchall()
        return converted(rows, self.converters, connection)

    def run(self, values: dict[str, UUID | str]) -> list[Any]:
        """The rows as what the queryset would give."""
        rows = self.fetch(values)
        if not self.makes_instances:
            names = self.names
            return [dict(zip(names, row, strict=True)) for row in rows]
        found = []
        for row in rows:
            instance = self.model.from_db(
                DEFAULT_DB_ALIAS, self.attributes, row[self.first : self.last]
            )
            for populator in self.related:
                populator.populate(row, instance)
            found.append(instance)
        return found
