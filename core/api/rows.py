"""Answers of many rows without a serializer: columns named once, read as dicts.

A ModelSerializer takes 52 ms for 1,000 rows, `values()` 29, most of it psycopg's. What a row's
answer has is said here as a mapping from the answer's name to the column or expression, so the
database renames and builds (arrays of assignees, counts, a card's key) and Python only passes on.
The answer to one row goes the same way, so a list and a detail can't disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import Combinable

from core.db.compiled import CompiledQuery
from core.db.fetching import fetch


class Rows:
    """What an answer shows of a row; subclass with `columns`, and `finish` where Python is needed.

    `columns` maps the name in the answer to a column's path (`"title"`, `"board_id"`) or an
    expression; a value of None stands for the column of the same name. `extra_columns` are read
    for `finish` and not shown. Decimals, UUIDs and moments need nothing: the renderer knows them.
    """

    columns: ClassVar[Mapping[str, str | Combinable | None]] = {}
    extra_columns: ClassVar[Mapping[str, str | Combinable | None]] = {}
    finish: ClassVar[Callable[[dict[str, Any]], None] | None] = None

    @classmethod
    def read(cls, queryset: QuerySet[Any], also: Iterable[str] = ()) -> list[dict[str, Any]]:
        """The rows of `queryset` as answers, in its order, by one query.

        `also` are names of annotations that the caller wants beside them (the page's cursor).
        """
        values, keys = cls.asked(queryset, tuple(also))
        return cls.shaped(keys, *fetch(values))

    @classmethod
    def shaped(
        cls, keys: list[tuple[str, str]], names: list[str], rows: Iterable[Any]
    ) -> list[dict[str, Any]]:
        """The answers out of what was fetched for `asked`."""
        places = [(name, names.index(key)) for name, key in keys]
        return cls._finished([{name: row[place] for name, place in places} for row in rows])

    @classmethod
    def read_one(cls, model: type[Model], identifier: UUID) -> dict[str, Any] | None:
        """The row of this id, whoever may see it: the answer to a write that was allowed."""
        plan = _PLANS.get((cls, model))
        if plan is None:
            keys: list[tuple[str, str]] = []

            def build(row: UUID) -> QuerySet[Any]:
                rows = model._default_manager.filter(pk=row)
                prepare = getattr(rows, "for_list", None)
                values, named = cls.asked(rows if prepare is None else prepare(), ())
                keys[:] = named
                return values

            plan = _PLANS[(cls, model)] = (CompiledQuery(build, row=UUID), keys)
        query, keys = plan
        found = [{name: row[key] for name, key in keys} for row in query(row=identifier)]
        return cls._finished(found)[0] if found else None

    @classmethod
    def asked(
        cls, queryset: QuerySet[Any], also: tuple[str, ...]
    ) -> tuple[QuerySet[Any], list[tuple[str, str]]]:
        """The query, and which of its names gives each name of the answer."""
        named = {**cls.columns, **cls.extra_columns}
        taken = _names_of(queryset.model)
        plain: list[str] = []
        expressions: dict[str, Any] = {}
        keys: list[tuple[str, str]] = []
        for name, source in named.items():
            if source is None or source == name:
                plain.append(name)
                keys.append((name, name))
                continue
            # Django refuses an alias that is also a field's name: `board` for "board_id".
            alias = f"row_{name}" if name in taken else name
            expressions[alias] = F(source) if isinstance(source, str) else source
            keys.append((name, alias))
        keys += [(name, name) for name in also]
        return queryset.values(*plain, *also, **expressions), keys

    @classmethod
    def _finished(cls, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if cls.finish is not None:
            finish = cls.finish
            for row in rows:
                finish(row)
        for row in rows if cls.extra_columns else ():
            for name in cls.extra_columns:
                del row[name]
        return rows


@cache
def _names_of(model: type[Model]) -> frozenset[str]:
    """Every name that a field of the model goes by."""
    columns = {field.attname for field in model._meta.concrete_fields}
    return frozenset(columns | {field.name for field in model._meta.get_fields()})


_PLANS: dict[tuple[type[Rows], type[Model]], tuple[CompiledQuery, list[tuple[str, str]]]] = {}
