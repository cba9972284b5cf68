"""Answers of many rows without a serializer: columns named once, read as dicts.

A ModelSerializer takes 52 ms for 1,000 rows, `values()` 29, most of it psycopg's. What a row's
answer has is said here as a mapping from the answer's name to the column or expression, so the
database renames and builds (arrays of assignees, counts, a card's key) and Python only passes on.
The answer to one row goes the same way, so a list and a detail can't disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable


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
        named = {**cls.columns, **cls.extra_columns}
        taken = {field.attname for field in queryset.model._meta.concrete_fields}
        taken |= {field.name for field in queryset.model._meta.get_fields()}
        plain: list[str] = []
        expressions: dict[str, Any] = {}
        renamed: dict[str, str] = {}
        for name, source in named.items():
            if source is None or source == name:
                plain.append(name)
            elif name in taken:
                # Django refuses an alias that is also a field's name: `board` for "board_id".
                renamed[f"row_{name}"] = name
                expressions[f"row_{name}"] = F(source) if isinstance(source, str) else source
            else:
                expressions[name] = F(source) if isinstance(source, str) else source
        found = queryset.values(*plain, *also, **expressions)
        order = [*named, *also]
        if renamed or expressions:
            back = {to: alias for alias, to in renamed.items()}
            keys = [(name, back.get(name, name)) for name in order]
            rows = [{name: row[key] for name, key in keys} for row in found]
        else:
            rows = list(found)
        if cls.finish is not None:
            finish = cls.finish
            for row in rows:
                finish(row)
        if cls.extra_columns:
            for row in rows:
                for name in cls.extra_columns:
                    del row[name]
        return rows
