"""Connections beside the test's own: for what happens at the same moment, or as another role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from core.db.roles import as_owner


@contextmanager
def as_app() -> Iterator[psycopg.Connection]:
    """A connection as the application: each statement commits, but for `with it.transaction()`."""
    beside = connection.copy()
    try:
        beside.ensure_connection()
        yield beside.connection
    finally:
        beside.close()


@contextmanager
def as_database_owner() -> Iterator[psycopg.Connection]:
    """The same as the role that owns the tables."""
    beside = connection.copy()
    with as_owner(beside):
        beside.ensure_connection()
        yield beside.connection


@contextmanager
def in_the_owners_role() -> Iterator[None]:
    """The test's own connection, in the transaction it is in, as the role that owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        role = cursor.fetchone()[0]
        cursor.execute("RESET ROLE")
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('role', %s, false)", [role])
