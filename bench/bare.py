"""The bare bound: a minimal WSGI application that sends what one transaction of psycopg brings.

No framework, no sign-in, no limits, no versions: what the database and the server themselves cost.
The SQL of the snapshot and of the list is the product's own; that of the writes is what the
services send.
"""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import psycopg

_local = threading.local()
_NAMED = (
    "SELECT set_config('taskly.actor', %s, true), set_config('taskly.action', %s, true),"
    " set_config('taskly.action_id', %s, true), set_config('taskly.source', 'api', true),"
    " set_config('taskly.context', '', true)"
)
_LOCK_BOARD = "SELECT id, columns, archived FROM boards WHERE id = %s FOR NO KEY UPDATE"
_LOCK_CARD = "SELECT id, board_id, column_id, position FROM cards WHERE id = %s FOR NO KEY UPDATE"
_LAST = (
    "SELECT position FROM cards WHERE column_id = %s AND id <> %s ORDER BY position DESC LIMIT 1"
)
_MOVE = "UPDATE cards SET column_id = %s, position = %s WHERE id = %s"
_EDIT = "UPDATE cards SET title = %s WHERE id = %s"
_CREATE = (
    "INSERT INTO cards (id, workspace_id, board_id, column_id, position, title, metadata,"
    " created_by_id) SELECT %s, workspace_id, id, %s, %s, %s, '{\"labels\": []}', %s"
    " FROM boards WHERE id = %s"
)
_COUNT = "SELECT count(*) FROM cards WHERE column_id = %s AND archived_at IS NULL"
_ANSWER = "SELECT to_json(c) FROM cards c WHERE id = %s"


def _connection() -> psycopg.Connection[Any]:
    connection: psycopg.Connection[Any] | None = getattr(_local, "connection", None)
    if connection is None:
        connection = psycopg.connect(os.environ["BENCH_DSN"], autocommit=True)
        connection.execute("SET ROLE taskly_app")
        connection.execute("SET TIME ZONE 'UTC'")
        _local.connection = connection
    return connection


def snapshot(query: dict[str, str]) -> bytes:
    cursor = _connection().cursor()
    cursor.execute(
        os.environ["BENCH_SNAPSHOT_SQL"].encode(),
        {"board": query["board"], "user": query["user"], "event": 0},
    )
    assert cursor.pgresult is not None
    return cursor.pgresult.get_value(0, 0) or b""


def cards(query: dict[str, str]) -> bytes:
    """A page of cards by the product's own query, and orjson."""
    cursor = _connection().cursor()
    cursor.execute(os.environ["BENCH_LIST_SQL"].encode())
    names = [column.name for column in cursor.description or ()]
    return orjson.dumps(
        {"results": [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]},
        default=str,
    )


def _write(query: dict[str, str], action: str, work: Callable[[Any], str]) -> bytes:
    connection = _connection()
    with connection.transaction():
        cursor = connection.cursor()
        cursor.execute(_NAMED, [query["user"], action, str(uuid.uuid4())])
        cursor.execute(_LOCK_BOARD, [query["board"]])
        cursor.fetchone()
        card = work(cursor)
    cursor.execute(_ANSWER, [card])
    assert cursor.pgresult is not None
    return cursor.pgresult.get_value(0, 0) or b""


def move(query: dict[str, str]) -> bytes:
    def work(cursor: Any) -> str:
        cursor.execute(_LOCK_CARD, [query["card"]])
        cursor.fetchone()
        cursor.execute(_COUNT, [query["column"]])
        cursor.execute(_LAST, [query["column"], query["card"]])
        last = cursor.fetchone()[0]
        cursor.execute(_MOVE, [query["column"], last + 65_536, query["card"]])
        return query["card"]

    return _write(query, "card.moved", work)


def edit(query: dict[str, str]) -> bytes:
    def work(cursor: Any) -> str:
        cursor.execute(_LOCK_CARD, [query["card"]])
        cursor.fetchone()
        cursor.execute(_EDIT, [query["title"], query["card"]])
        return query["card"]

    return _write(query, "card.updated", work)


def create(query: dict[str, str]) -> bytes:
    card = str(uuid.uuid4())

    def work(cursor: Any) -> str:
        cursor.execute(_LAST, [query["column"], card])
        last = cursor.fetchone()[0]
        cursor.execute(
            _CREATE,
            [card, query["column"], last + 65_536, query["title"], query["user"], query["board"]],
        )
        return card

    return _write(query, "card.created", work)


def empty(query: dict[str, str]) -> bytes:
    return b""


JOBS = {"snapshot": snapshot, "cards": cards, "move": move, "edit": edit, "create": create,
        "empty": empty}  # fmt: skip


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """`POST /JOB` with the job's parameters as JSON."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    query = json.loads(environ["wsgi.input"].read(length) or b"{}")
    body = JOBS[environ["PATH_INFO"].strip("/")](query)
    start_response(
        "200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    )
    return [body]
