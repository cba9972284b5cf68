"""`python -m bench.bulk`: many rows at once, against COPY of the very same rows.

Both sides pass the same triggers and write the same log. Each is rolled back, so that the database
stays as it was; what our side wrote is read back before that, and is what the bound copies.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

from bench import installation
from bench.measuring import HEADINGS, Comparison

LIMIT = 3.0
TABLES = {
    "user": "users",
    "workspace": "workspaces",
    "workspace_member": "workspace_members",
    "project": "projects",
    "project_member": "project_members",
    "release": "releases",
    "feature": "features",
    "board": "boards",
    "sprint": "sprints",
    "git_repository": "git_repositories",
    "saved_filter": "saved_filters",
    "card": "cards",
    "card_assignee": "card_assignees",
    "pull_request": "pull_requests",
    "card_pull_request": "card_pull_requests",
    "comment": "comments",
    "checklist_item": "checklist_items",
    "card_link": "card_links",
    "channel": "channels",
    "channel_member": "channel_members",
    "message": "messages",
    "transcript": "transcripts",
    "decision": "decisions",
    "decision_relationship": "decision_relationships",
    "conversation": "conversations",
    "conversation_message": "conversation_messages",
    "user_context": "user_contexts",
}
KEYS = {"user_contexts": "user_id"}
"""The column by which the log knows a row, where that isn't its id."""

UNTIL = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)

_COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
  FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
"""


@contextmanager
def undone() -> Iterator[Any]:
    """A transaction that is rolled back, and a cursor in it."""
    db = importlib.import_module("django.db")
    with db.transaction.atomic(), db.connection.cursor() as cursor:
        yield cursor
        # What waits for the commit belongs to the cost.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        db.transaction.set_rollback(True)


def newest_entry(cursor: Any) -> int:
    cursor.execute("SELECT coalesce(max(id), 0) FROM event_log")
    return int(cursor.fetchone()[0])


def written_since(cursor: Any, mark: int) -> list[tuple[str, bytes]]:
    """COPY statements and their data for all rows that the log tells of since `mark`."""
    found = []
    for entity, table in TABLES.items():
        cursor.execute(_COLUMNS, [table])
        columns = cursor.fetchone()[0]
        with cursor.copy(
            f"COPY (SELECT {columns} FROM {table} WHERE {KEYS.get(table, 'id')} IN"
            f" (SELECT entity_id FROM event_log WHERE id > %s AND entity_type = %s)) TO STDOUT",
            [mark, entity],
        ) as copy:
            data = b"".join(copy)
        if data:
            found.append((f"COPY {table} ({columns}) FROM STDIN", data))
    return found


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def compare(name: str, ours: Callable[[], object], rounds: int) -> Comparison:
    """`ours` and COPY of what it wrote, in turn."""
    ours_times, bare_times = [], []
    for _round in range(rounds):
        with undone() as cursor:
            mark = newest_entry(cursor)
            ours_times.append(timed(ours))
            rows = written_since(cursor, mark)
        with undone() as cursor:

            def bare(cursor: Any = cursor, rows: list[tuple[str, bytes]] = rows) -> None:
                for statement, data in rows:
                    with cursor.copy(statement) as copy:
                        copy.write(data)

            bare_times.append(timed(bare))
    ratios = [mine / bound for mine, bound in zip(ours_times, bare_times, strict=True)]
    return Comparison(
        name,
        statistics.median(ours_times),
        statistics.median(bare_times),
        statistics.median(ratios),
        LIMIT,
    )


def seeding(cards: int) -> Callable[[], object]:
    rows = importlib.import_module("samples.seeding.rows")
    services = importlib.import_module("samples.seeding.services")
    shape = rows.Shape.of(cards, seed=9_000)
    return lambda: services.installation_seed(shape=shape, until=UNTIL)


def importing(cards: int) -> Callable[[], object]:
    """A Trello board with labels and people, read from its bytes."""
    reader = importlib.import_module("integrations.trello.reader")
    services = importlib.import_module("integrations.trello.services")
    models = importlib.import_module("workspaces.models")
    actor = models.User(username="bench-importer", email="bench-importer@example.com")
    workspace = models.Workspace(name="Imported", key="BENCHIMP", created_by=actor)

    def name(number: int) -> str:
        return f"5a1532fe{number:016x}"

    content = json.dumps(
        {
            "id": name(0),
            "name": "Measured",
            "lists": [{"id": name(n), "name": f"List {n}", "pos": n} for n in range(1, 6)],
            "labels": [
                {"id": name(n), "name": f"Label {n}", "color": "sky"} for n in range(11, 21)
            ],
            "members": [{"id": name(21), "username": actor.username, "fullName": ""}],
            "cards": [
                {
                    "id": name(1000 + n),
                    "idList": name(1 + n % 5),
                    "name": f"Card number {n} with a title of usual length",
                    "desc": "What is to be done, and why. " * (n % 12),
                    "pos": n,
                    "idLabels": [name(11 + n % 10)] if n % 2 else [],
                    "idMembers": [name(21)] if n % 3 == 0 else [],
                }
                for n in range(cards)
            ],
        }
    ).encode()

    def carry_out() -> None:
        actor.save(force_insert=True)
        workspace.save(force_insert=True)
        models.WorkspaceMember(workspace=workspace, user=actor, role="admin").save()
        services.trello_import(
            export=reader.read(content), workspace=workspace, actor=actor, at=UNTIL
        )

    return carry_out


def loading(cards: int, folder: Path) -> Callable[[], object]:
    """A fixture of a seeded installation."""
    management = importlib.import_module("django.core.management")
    file = folder / "seeded.json"
    with undone():
        seeding(cards)()
        management.call_command("dumpdata", *_models(), output=str(file), verbosity=0)
    return lambda: management.call_command("loaddata", str(file), verbosity=0)


def _models() -> list[str]:
    """The models of `TABLES`: what stands in other tables, the database makes of these."""
    apps = importlib.import_module("django.apps").apps
    labels = {model._meta.db_table: model._meta.label for model in apps.get_models()}
    return [labels[table] for table in TABLES.values()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.bulk", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cards", type=int, default=5_000)
    arguments = parser.parse_args()
    installation.prepare()
    django.setup()
    sys.stdout.write(f"{HEADINGS}\n")
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, work in (
            ("seed", seeding(arguments.cards)),
            ("import_trello", importing(arguments.cards)),
            ("loaddata", loading(arguments.cards // 5, Path(folder))),
        ):
            comparison = compare(f"{name}", work, arguments.rounds)
            sys.stdout.write(f"{comparison.line()}\n")
            sys.stdout.flush()
            over += comparison.ratio > comparison.limit
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
