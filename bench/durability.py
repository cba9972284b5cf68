"""`python -m bench.durability`: no write that was answered is lost, however often PostgreSQL dies.

Eight clients make cards over HTTP while every process of an embedded server is killed again and
again, which its supervisor has to notice by itself. Afterwards each card whose making was answered
must be there, and every card that is there must have its entry in the log.

Then the same with `synchronous_commit=off`, which does lose: were nothing found missing there, the
trial could see nothing.
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django

from bench import installation

WITHIN = 5.0
"""Seconds until the first write is answered again."""
PATIENCE = 300.0
UNANSWERED = (http.client.HTTPException, OSError)


@dataclass
class Writer:
    """One client that makes cards, one after the other, on a board of its own."""

    port: int
    token: str
    board: str
    answered: list[str] = field(default_factory=list)
    """The ids of the cards whose making was answered."""
    refused: dict[int, int] = field(default_factory=dict)
    """How often there was which other answer."""
    begun: float = 0.0
    """When the last one that was answered had been asked for."""

    def work(self, done: threading.Event) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = json.dumps({"board": self.board, "title": "Kept"})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not done.is_set():
            begun = time.monotonic()
            try:
                connection.request("POST", "/api/v1/cards/", body, headers)
                answer = connection.getresponse()
                said = answer.read()
            except UNANSWERED:
                connection.close()
                time.sleep(0.02)
                continue
            if answer.status == 201:
                self.answered.append(json.loads(said)["id"])
                self.begun = begun
            else:
                self.refused[answer.status] = self.refused.get(answer.status, 0) + 1
                time.sleep(0.02)
        connection.close()


@dataclass(frozen=True)
class Outcome:
    """What came of one run."""

    answered: int
    lost: int
    without_entry: int
    refused: dict[int, int]
    pauses: list[float]

    def line(self, name: str) -> str:
        return (
            f"{name}: {self.answered:,} writes answered, {self.lost:,} lost, "
            f"{self.without_entry:,} without an entry; other answers {self.refused or 'none'}; "
            f"answered again after {max(self.pauses):.1f} s at most\n"
        )


def trial(home: Path, kills: int, writes: int, clients: int) -> Outcome:
    """Kill the server `kills` times while at least `writes` writes are answered."""
    served = importlib.import_module("bench.servers").serving
    token, boards = _boards(clients)
    done = threading.Event()
    with served("config.wsgi:application", {}) as server, ThreadPoolExecutor(clients) as pool:
        writers = [Writer(server.port, token, board) for board in boards]
        working = [pool.submit(writer.work, done) for writer in writers]
        try:
            pauses = []
            for kill in range(1, kills + 1):
                share = writes * kill // (kills + 1)
                _wait(lambda share=share: _answered(writers) >= share)
                _kill_all(home)
                killed = time.monotonic()
                # What had been asked for before may just be on its way.
                _wait(lambda killed=killed: any(each.begun > killed for each in writers))
                pauses.append(time.monotonic() - killed)
            _wait(lambda: _answered(writers) >= writes)
        finally:
            done.set()
        for each in working:
            each.result()
    refused: dict[int, int] = {}
    for writer in writers:
        for status, times in writer.refused.items():
            refused[status] = refused.get(status, 0) + times
    answered = [card for writer in writers for card in writer.answered]
    lost, without_entry = _missing(answered)
    return Outcome(len(answered), lost, without_entry, refused, pauses)


def _answered(writers: list[Writer]) -> int:
    return sum(len(writer.answered) for writer in writers)


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            sys.exit("bench: the server hasn't answered a write for minutes.")
        time.sleep(0.01)


def _kill_all(home: Path) -> None:
    """Kill postgres and every process of its, so that nothing of its memory is left."""
    pid = int((home / "pg18" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def _boards(clients: int) -> tuple[str, list[str]]:
    """A token, and a board for each client in a workspace of its own: they wait for nobody."""
    boards = importlib.import_module("boards.models").Board.objects
    models = importlib.import_module("workspaces.models")
    atomic = importlib.import_module("django.db.transaction").atomic
    token = importlib.import_module("bench.filling").fill(()).token
    person = models.User.objects.get(username="bench")
    ids = []
    for number in range(clients):
        with atomic():
            key = f"W{models.Workspace.objects.count()}"
            workspace = models.Workspace.objects.create(name=key, key=key, created_by=person)
            models.WorkspaceMember.objects.create(workspace=workspace, user=person, role="admin")
        ids.append(str(boards.create(workspace=workspace, name=f"Board {number}").pk))
    return token, ids


def _missing(answered: list[str]) -> tuple[int, int]:
    """How many of these cards aren't there, and how many cards have no entry in the log."""
    connection: Any = importlib.import_module("django.db").connection
    # The one from before the last kill is dead.
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::uuid[]) AS answered (id)"
            " WHERE NOT EXISTS (SELECT FROM cards WHERE cards.id = answered.id)",
            [answered],
        )
        (lost,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM cards WHERE NOT EXISTS (SELECT FROM event_log"
            " WHERE entity_type = 'card' AND entity_id = cards.id)"
        )
        (without_entry,) = cursor.fetchone()
    return lost, without_entry


def _commit_without_the_disk() -> None:
    """From the next connection on, an answered write may still be in memory alone."""
    connection: Any = importlib.import_module("django.db").connection
    as_owner = importlib.import_module("core.db.roles").as_owner
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("ALTER ROLE taskly_app SET synchronous_commit = off")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.durability", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--writes", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=8)
    arguments = parser.parse_args()
    if os.environ.get("DATABASE_URL"):
        sys.exit("bench: this kills an embedded server of its own; take DATABASE_URL away.")
    home = installation.ROOT / ".taskly/durability"
    shutil.rmtree(home, ignore_errors=True)
    os.environ["TASKLY_BENCH_HOME"] = str(home)
    installation.prepare()
    django.setup()
    kept = trial(home, arguments.kills, arguments.writes, arguments.clients)
    sys.stdout.write(kept.line("as it is"))
    sys.stdout.flush()
    _commit_without_the_disk()
    # A part of it shows enough.
    part = max(arguments.kills // 4, 1), arguments.writes // 4
    control = trial(home, *part, arguments.clients)
    sys.stdout.write(control.line("synchronous_commit=off"))
    slow = max(kept.pauses) > WITHIN
    return 1 if kept.lost or kept.without_entry or slow or not control.lost else 0


if __name__ == "__main__":
    sys.exit(main())
