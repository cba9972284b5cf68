"""`python -m bench.loading CARDS ENTRIES MINUTES`: what `bench.growth` measures, in one database.

Prints one line of JSON with what is there. What is loaded already stays and is told of again.
"""

from __future__ import annotations

import datetime
import importlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
import orjson

from bench import installation

UNTIL = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
BEGIN = UNTIL - datetime.timedelta(days=540)
BOARD = 1_000
MEASURED_CARDS, MEASURED_SEED = 3_000, 9_500
MEASURED_ENTRIES = 30_000
AT_ONCE = 20_000
ENTRIES_AT_ONCE = 1_000_000
SHARE_OF_ROWS, SHARE_OF_LOG = 0.5, 0.25
"""How much of the time is for rows, and for the log; the rest is for the indexes."""

_INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
 WHERE i.schemaname = 'public' AND i.tablename = ANY(%s)
   AND NOT EXISTS (SELECT FROM pg_constraint c
                    WHERE c.conindid = format('%%I', i.indexname)::regclass)
"""
_TABLES = [
    "event_log", "cards", "card_assignees", "messages", "decisions", "transcripts",
    "pull_requests", "card_pull_requests", "features", "conversation_messages", "comments",
    "checklist_items", "card_links",
]  # fmt: skip


def main() -> None:
    cards, entries, minutes = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    began = time.monotonic()
    installation.prepare()
    django.setup()
    db = importlib.import_module("django.db")
    as_owner = importlib.import_module("core.db.roles").as_owner
    with as_owner(db.connection):
        made = importlib.import_module("bench.filling").fill((BOARD,))
        with db.connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0; SET maintenance_work_mem = '1GB'")
            _sow(cursor, cards, entries, began, minutes * 60)
            told = _told(cursor, made)
    told["seconds"] = round(time.monotonic() - began)
    sys.stdout.write(orjson.dumps(told).decode() + "\n")


def _sow(cursor: Any, cards: int, entries: int, began: float, seconds: float) -> None:
    """First the workspace that is measured, with its history; then the others around it."""
    services = importlib.import_module("samples.seeding.services")
    shapes = importlib.import_module("samples.seeding.rows")
    log = importlib.import_module("samples.seeding.log")
    workspaces = importlib.import_module("workspaces.models").Workspace.objects
    people = importlib.import_module("workspaces.models").User.objects
    atomic = importlib.import_module("django.db").transaction.atomic
    key = importlib.import_module("samples.seeding.people").workspace_key(MEASURED_SEED, 0)
    if workspaces.filter(key=key).exists():
        return
    measured = shapes.Shape.of(MEASURED_CARDS, workspaces=1, seed=MEASURED_SEED)
    looking = [people.get(username="bench")]
    services.installation_seed(
        shape=measured, until=UNTIL, joining=looking, entries=MEASURED_ENTRIES
    )
    with _indexes_away(cursor):
        left, seed = cards - MEASURED_CARDS - BOARD, 1
        while left > 0 and time.monotonic() - began < seconds * SHARE_OF_ROWS:
            amount = min(left, AT_ONCE)
            services.installation_seed(
                shape=shapes.Shape.of(amount, seed=seed), until=UNTIL, entries=1
            )
            left, seed = left - amount, seed + 1
        others = workspaces.exclude(key__in=[key, "BENCH"]).values_list("pk", flat=True)
        begun = time.monotonic()
        cursor.execute("SELECT count(*) FROM event_log")
        left = missing = entries - cursor.fetchone()[0]
        while left > 0 and time.monotonic() - begun < seconds * SHARE_OF_LOG:
            amount = min(left, ENTRIES_AT_ONCE)
            with atomic():
                log.log_fill(
                    workspace_ids=list(others),
                    amount=amount,
                    begin=UNTIL - (UNTIL - BEGIN) * (left / missing),
                    end=UNTIL - (UNTIL - BEGIN) * ((left - amount) / missing),
                )
            left -= amount
    cursor.execute("VACUUM ANALYZE")


@contextmanager
def _indexes_away(cursor: Any) -> Iterator[None]:
    """Large tables without the indexes that hold no rule; they are made again afterwards."""
    cursor.execute(_INDEXES, [_TABLES])
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, definition in indexes:
        cursor.execute(definition)


def _told(cursor: Any, made: installation.Installation) -> dict[str, Any]:
    def one(statement: str, *parameters: object) -> Any:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]

    key = importlib.import_module("samples.seeding.people").workspace_key(MEASURED_SEED, 0)
    workspace = str(one("SELECT id FROM workspaces WHERE key = %s", key))
    board = made.boards[BOARD]
    project = (
        "SELECT project_id FROM {} WHERE workspace_id = %s GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    cursor.execute("SELECT id FROM cards WHERE board_id = %s ORDER BY number LIMIT 200", [board])
    moving = [str(row[0]) for row in cursor.fetchall()]
    cursor.execute("SELECT columns FROM boards WHERE id = %s", [board])
    columns = [column["id"] for column in orjson.loads(cursor.fetchone()[0])]
    return {
        "token": made.token,
        "board": board,
        "moving": moving,
        "columns": columns[1:3],
        "workspace": workspace,
        "project": str(one(project.format("decisions"), workspace)),
        "channel": str(
            one(
                "SELECT m.channel_id FROM messages m JOIN channels c ON c.id = m.channel_id"
                " WHERE m.workspace_id = %s AND NOT c.is_private GROUP BY 1"
                " ORDER BY count(*) DESC, 1",
                workspace,
            )
        ),
        "person": str(
            one(
                "SELECT actor_id FROM event_log WHERE workspace_id = %s AND actor_id IS NOT NULL"
                " GROUP BY 1 ORDER BY count(*) DESC, 1",
                workspace,
            )
        ),
        "cards": one("SELECT count(*) FROM cards"),
        "messages": one("SELECT count(*) FROM messages"),
        "decisions": one("SELECT count(*) FROM decisions"),
        "entries": one("SELECT count(*) FROM event_log"),
        "size": one("SELECT pg_size_pretty(pg_database_size(current_database()))"),
    }


if __name__ == "__main__":
    main()
