"""What is compared with what: each job of the product beside the same SQL without it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from psycopg import ClientCursor
from psycopg.conninfo import make_conninfo

from bench.filling import fill
from bench.installation import Installation
from bench.measuring import Comparison, compare
from bench.servers import Server, serving
from boards.models import Board
from cards.api.serializers import CardRows
from cards.models import Card
from cards.snapshot import snapshot_sql

SIZES = (1_000, 5_000)
WRITES = 2.5
WHOLE_BOARD = 1.5
UNCHANGED = 2.0
LIST = 3.0


@dataclass
class Bench:
    """Two running servers and the installation they serve."""

    ours: Server
    bare: Server
    made: Installation
    rounds: int
    repeats: int

    def snapshot(self) -> Iterator[Comparison]:
        """The whole board, and the answer when nothing changed."""
        for size, board in self.made.boards.items():
            path = f"/api/v1/boards/{board}/snapshot/"
            _, body, headers = self._ask("GET", path)
            yield self._compare(
                f"snapshot of {size} cards",
                lambda path=path: self._ask("GET", path),
                lambda board=board: self._bare("snapshot", board=board, user=self.made.user),
                limit=WHOLE_BOARD,
            )
            unchanged = {"If-None-Match": headers["etag"]}
            followed = f"{path}?since_event={orjson.loads(body)['event_id']}"
            # An empty request: signed in, counted, and nothing asked of the database.
            for name, asked in (("unchanged board", path), ("nothing since, board", followed)):
                yield self._compare(
                    f"{name} of {size} cards",
                    lambda asked=asked, unchanged=unchanged: self._ask(
                        "GET", asked, None, unchanged, 304
                    ),
                    lambda: self._ask("GET", "/api/v1/"),
                    limit=UNCHANGED,
                )

    def writes(self) -> Iterator[Comparison]:
        """Move, create and edit a card: over HTTP on both sides."""
        board = self.made.boards[SIZES[0]]
        columns = itertools.cycle(
            column["id"] for column in Board.objects.get(pk=board).columns[1:3]
        )
        cards = itertools.cycle(
            map(str, Card.objects.filter(board_id=board).values_list("pk", flat=True)[:200])
        )
        numbers = itertools.count()

        def job(name: str, method: str, path: Callable[[str], str], body: Callable[[], Any]) -> Any:
            def ours() -> None:
                given = body()
                self._ask(method, path(next(cards)), orjson.dumps(given), None, 200, 201)

            def bare() -> None:
                given = {"column": next(columns), "title": f"Card {next(numbers)}"}
                self._bare(name, board=board, user=self.made.user, card=next(cards), **given)

            return self._compare(f"{name} a card", ours, bare, limit=WRITES)

        yield job(
            "move",
            "POST",
            lambda card: f"/api/v1/cards/{card}/move/",
            lambda: {"column_id": next(columns)},
        )
        yield job(
            "edit",
            "PATCH",
            lambda card: f"/api/v1/cards/{card}/",
            lambda: {"title": f"Card {next(numbers)}"},
        )
        yield job(
            "create",
            "POST",
            lambda card: "/api/v1/cards/",
            lambda: {
                "board": board,
                "column_id": next(columns),
                "title": f"Card {next(numbers)}",
            },
        )

    def lists(self) -> Iterator[Comparison]:
        """The first page of 50 cards of a board."""
        board = self.made.boards[SIZES[1]]
        yield self._compare(
            "first page of 50 cards",
            lambda: self._ask("GET", f"/api/v1/cards/?board={board}"),
            lambda: self._bare("cards"),
            limit=LIST,
        )

    def _compare(
        self, name: str, ours: Callable[[], object], bare: Callable[[], object], *, limit: float
    ) -> Comparison:
        return compare(name, ours, bare, limit=limit, rounds=self.rounds, repeats=self.repeats)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *expected: int,
    ) -> tuple[int, bytes, dict[str, str]]:
        answer = self.ours.ask(method, path, body, headers)
        if answer[0] not in (expected or (200,)):
            raise RuntimeError(f"{method} {path}: {answer[0]} {answer[1][:500]!r}")
        return answer

    def _bare(self, job: str, **query: str) -> None:
        status, body, _ = self.bare.ask("POST", f"/{job}", orjson.dumps(query))
        if status != 200:
            raise RuntimeError(f"bare {job}: {status} {body[:500]!r}")


@contextmanager
def running(rounds: int, repeats: int) -> Iterator[Bench]:
    """Fill the database where that wasn't done yet, and serve it twice."""
    made = fill(SIZES)
    environment = {
        "BENCH_DSN": _dsn(),
        "BENCH_LIST_SQL": _list_sql(made),
        "BENCH_SNAPSHOT_SQL": snapshot_sql(),
    }
    connection.close()
    headers = {
        "Authorization": f"Bearer {made.token}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    with (
        serving("config.wsgi:application", headers) as ours,
        serving("bench.bare:application", {}, **environment) as bare,
    ):
        yield Bench(ours, bare, made, rounds, repeats)


def _dsn() -> str:
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return make_conninfo(**{name: params[name] for name in names if params.get(name)})


def _list_sql(made: Installation) -> str:
    """The product's own query for the first page of a board's cards, as text."""
    page = Card.objects.filter(board_id=made.boards[SIZES[1]], archived_at__isnull=True)
    with connection.cursor() as cursor:
        statements: list[str] = []

        def keep(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            statements.append(ClientCursor(cursor.connection).mogrify(sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(keep):
            CardRows.read(page.order_by("id")[:50])
    return statements[-1]
