"""Two hundred people look at one board while eight work on it, over HTTP and in real processes."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from boards.models import Board
from cards.models import Card, CardAssignee
from core.db.roles import as_owner
from tests.cards.following import Copy, whole
from tests.factories import BoardFactory, MemberFactory
from tests.ports import free_port
from workspaces.models import AccessToken, User, Workspace, WorkspaceMember
from workspaces.services import token_create

pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT = Path(__file__).resolve().parents[2]
CARDS = 1_000
READERS = 200
WRITERS = 8
EVERY = 1.5
# How long the writers write, and how many moves of each there are at least on a slow machine.
SECONDS = 12
FEWEST = 5
# How long a busy machine may take for anything: two hundred whole boards are asked for at once.
PATIENCE = 300


@contextmanager
def served() -> Iterator[int]:
    """gunicorn as in production, on this test's database; its port."""
    port = free_port()
    with as_owner(connection):
        params = connection.get_connection_params()
    password = f":{quote(params['password'], safe='')}" if params.get("password") else ""
    host = params.get("host") or "localhost"
    place = f"{quote(host, safe='')}:{params.get('port') or 5432}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
            *("--workers", "2", "--threads", "4", "--keep-alive", "75"),
        ],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": (
                f"postgres://{quote(params['user'])}{password}@{place}/{params['dbname']}"
            ),
            "TASKLY_RATE_USER": "0",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None, "it ended at once"
            assert time.monotonic() < deadline, "it never answered"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(port: int) -> bool:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asking.request("GET", "/health/ready/")
        return asking.getresponse().status == 200
    except OSError:
        return False
    finally:
        asking.close()


class Caller:
    """One person's program, with a connection that is kept open as a browser keeps it."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, bytes, str | None]:
        """Status, body and ETag of the answer."""
        sent = None if body is None else json.dumps(body)
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, sent, {**self._headers, **headers})
                answer = self._connection.getresponse()
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # The server closed it while it lay idle.
                self._connection.close()
                assert attempt == 1
        return answer.status, answer.read(), answer.headers["ETag"]


@cache
def parsed(body: bytes) -> Any:
    """What an answer says, read once for all who got the same: a board takes some megabytes."""
    return json.loads(body)


class Reader(Caller):
    """Somebody who looks at the board, and is told what changed."""

    def __init__(self, port: int, token: str, board: Board) -> None:
        super().__init__(port, token)
        self._address = f"/api/v1/boards/{board.pk}/snapshot/"
        self._tag: str | None = None
        self.copy: Copy | None = None
        self.seen: list[tuple[float, int, bytes]] = []
        """When each question was asked, and the status of its answer; the body of a refusal."""

    def look(self) -> int:
        """Ask once, and apply what was told."""
        since = f"?since_event={self.copy.event_id}" if self.copy else ""
        tag = {"If-None-Match": self._tag} if self._tag else {}
        asked = time.monotonic()
        status, body, etag = self.ask("GET", self._address + since, **tag)
        self.seen.append((asked, status, body if status >= 400 else b""))
        if status == 200:
            self._tag = etag
            if self.copy is None:
                self.copy = Copy(parsed(body))
            else:
                self.copy.apply(json.loads(body))
        return status

    def follow(self, done: threading.Event) -> None:
        """Look every second and a half, and once work has ended until there is nothing new."""
        time.sleep(random.uniform(0, EVERY))
        while True:
            ends = done.is_set()
            began = time.monotonic()
            if self.look() != 200 and ends:
                return
            time.sleep(max(0.0, EVERY - (time.monotonic() - began)))


class Writer(Caller):
    """Somebody who moves cards about for as long as is worked."""

    def __init__(self, port: int, token: str, board: Board, cards: list[str], seed: int) -> None:
        super().__init__(port, token)
        self._columns = [column["id"] for column in board.columns]
        self._cards = cards
        self._chance = random.Random(seed)
        self.statuses: Counter[int] = Counter()

    def move(self, card: str, **where: str) -> None:
        status, _body, _etag = self.ask("POST", f"/api/v1/cards/{card}/move/", where)
        self.statuses[status] += 1

    def work(self, until: float) -> None:
        while time.monotonic() < until or self.statuses[200] < FEWEST:
            card, beside = self._chance.sample(self._cards, 2)
            where = self._chance.choice(
                ({"place": "top"}, {"place": "bottom"}, {"before": beside}, {"after": beside})
            )
            self.move(card, column_id=self._chance.choice(self._columns), **where)


@pytest.fixture
def crowded(workspace: Workspace) -> Board:
    """A board of a thousand cards with labels."""
    board = BoardFactory(workspace=workspace, name="Crowded")
    labels = [{"id": str(n), "name": f"Label {n}", "color": "#1f6feb"} for n in range(5)]
    Card.objects.bulk_create(
        Card(
            workspace=workspace,
            board=board,
            column_id=board.columns[place % 4]["id"],
            number=place + 1,
            position=(place + 1) * 65_536,
            title=f"Card {place}",
            metadata={"labels": labels[: place % 4]},
            created_by=workspace.created_by,
        )
        for place in range(CARDS)
    )
    return board


def token_of(person: User, scope: str = AccessToken.Scope.READ) -> str:
    _token, secret = token_create(
        user=person, actor=person, name="live", scope=scope, at=timezone.now()
    )
    return secret


def test_two_hundred_readers_end_with_exactly_the_board_that_eight_writers_leave(
    workspace: Workspace, crowded: Board, outsider: User, other_workspace: Workspace
) -> None:
    beside = BoardFactory(workspace=workspace, name="Beside")
    people = [MemberFactory(workspace=workspace).user for _person in range(20)]
    leaving = MemberFactory(workspace=workspace).user
    cards = [str(card.pk) for card in crowded.cards.order_by("number")]
    moved_away, archived, deleted, of_leaving, *moving = cards
    CardAssignee.objects.create(
        workspace=workspace, board=crowded, card_id=of_leaving, user=leaving
    )
    tokens = [token_of(person) for person in people]
    write = [token_of(person, AccessToken.Scope.WRITE) for person in people[:WRITERS]]

    with served() as port, ThreadPoolExecutor(READERS + WRITERS + 2) as pool:
        readers = [Reader(port, tokens[each % len(tokens)], crowded) for each in range(READERS)]
        gone = Reader(port, token_of(leaving), crowded)
        never = Reader(port, token_of(outsider), crowded)
        writers = [Writer(port, token, crowded, moving, seed) for seed, token in enumerate(write)]
        for status in pool.map(Reader.look, [*readers, gone]):
            assert status == 200

        done = threading.Event()
        following = [pool.submit(each.follow, done) for each in (*readers, gone, never)]
        try:
            until = time.monotonic() + SECONDS
            working = [pool.submit(each.work, until) for each in writers]
            somebody = Writer(port, write[0], beside, moving, 0)
            somebody.move(moved_away, board_id=str(beside.pk), column_id=beside.columns[0]["id"])
            assert somebody.ask("POST", f"/api/v1/cards/{archived}/archive/", {})[0] == 200
            assert somebody.ask("DELETE", f"/api/v1/cards/{deleted}/")[0] == 204
            time.sleep(SECONDS / 2)
            WorkspaceMember.objects.filter(user=leaving, workspace=workspace).delete()
            removed = time.monotonic()
            for each in working:
                each.result()
        finally:
            done.set()
        for each in following:
            each.result()
        status, body, _etag = Caller(port, tokens[0]).ask(
            "GET", f"/api/v1/boards/{crowded.pk}/snapshot/"
        )

    assert status == 200
    present = whole(json.loads(body))
    on_board = {card["id"] for column in present["columns"] for card in column["cards"]}
    assert on_board == {of_leaving, *moving}
    for reader in readers:
        assert reader.copy is not None
        assert reader.copy.whole() == present
        assert {status for _asked, status, _body in reader.seen} <= {200, 304}
    moves = sum((each.statuses for each in writers), Counter())
    # A card to land beside that somebody has just moved is refused with the present order.
    assert set(moves) <= {200, 409}
    assert moves[200] >= FEWEST * WRITERS

    # Whose right was taken away was told nothing from then on; who never had it, nothing ever.
    assert {status for asked, status, _body in gone.seen if asked > removed} == {404}
    assert {status for _asked, status, _body in never.seen} == {404}
    told = b"".join(body for each in (gone, never) for _asked, _status, body in each.seen)
    assert not any(secret in told for secret in (b"Card ", b"Crowded", b"Label "))
