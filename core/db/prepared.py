"""Statements that PostgreSQL plans once for each connection.

Django sends every statement with its values written into it, so that PostgreSQL plans each anew:
for a row by its key that takes longer than finding it. The few statements of every request go
through a cursor that binds its values on the server; from the fifth time on psycopg prepares them.
Only for what is found the same way whatever the values are: a plan for all values may be a bad one
for some.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor


@contextmanager
def prepared_cursor(using: str = DEFAULT_DB_ALIAS) -> Iterator[Any]:
    """A cursor of the connection, logged and counted as Django's own."""
    connection: Any = connections[using]
    binding: Any = ServerBindingCursor
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = connection._prepare_cursor(binding(connection.connection))
    with cursor:
        yield cursor
