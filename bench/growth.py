"""`python -m bench.growth`: one workspace alone, and the same one among a million cards of others.

Two databases beside the bench's own hold the very same workspace, seeded and used; the larger one
has other workspaces around it, and a long log. What a person in that workspace asks for is asked
of both in turn, over HTTP, and should cost the same.

Loading takes shortcuts: indexes are made after the rows, and most of the log is written straight
into it. Where the time for loading ends, the larger one is as large as it has become; the output
says so.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import django
import orjson
import psycopg

from bench import installation
from bench.measuring import HEADINGS, Comparison, compare
from bench.servers import Server, serving

LIMIT = 1.2
SMALL, LARGE = "small", "large"
WORDS = {
    "a common word": "pagination",
    "two words": "webhook retries",
    "a word in Russian": "поиск",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--cards", type=int, default=1_000_000, help="In the larger one.")
    parser.add_argument("--entries", type=int, default=10_000_000, help="In the larger one's log.")
    parser.add_argument("--small-cards", type=int, default=10_000)
    parser.add_argument("--small-entries", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=10, help="For loading the larger one.")
    parser.add_argument("--keep", action="store_true", help="Measure what is loaded already.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=30)
    arguments = parser.parse_args()
    installation.prepare()
    django.setup()
    urls = {name: _database(name, anew=not arguments.keep) for name in (SMALL, LARGE)}
    made = {
        SMALL: _load(urls[SMALL], arguments.small_cards, arguments.small_entries, 60),
        LARGE: _load(urls[LARGE], arguments.cards, arguments.entries, arguments.minutes),
    }
    for name, each in made.items():
        sys.stdout.write(
            f"{name}: {each['cards']:,} cards, {each['messages']:,} messages, "
            f"{each['decisions']:,} decisions, {each['entries']:,} entries ({each['size']}), "
            f"loaded in {each['seconds']:,} s\n"
        )
    over = 0
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(
                serving("config.wsgi:application", _headers(made[name]), DATABASE_URL=urls[name])
            )
            for name in (SMALL, LARGE)
        }
        sys.stdout.write(f"{HEADINGS.replace('ours', 'large').replace('bound', 'small')}\n")
        growth = Growth(servers, made, arguments.rounds, arguments.repeats)
        for comparison in growth.comparisons():
            sys.stdout.write(f"{comparison.line()}\n")
            sys.stdout.flush()
            over += comparison.ratio > comparison.limit
    return 1 if over else 0


@dataclass
class Growth:
    """Two running servers and what is in them."""

    servers: dict[str, Server]
    made: dict[str, dict[str, Any]]
    rounds: int
    repeats: int

    def comparisons(self) -> Iterator[Comparison]:
        yield self._read("board of 1,000 cards", "boards/{board}/snapshot/")
        yield self._moves()
        yield self._read("page of cards", "cards/?board={board}")
        for name, path in (
            ("feed of everything", "events/"),
            ("feed of a workspace", "events/?workspace={workspace}"),
            ("feed of a project", "events/?project={project}"),
            ("feed of a person", "events/?actor={person}"),
            ("feed of cards", "events/?entity_type=card"),
            ("list of decisions", "decisions/?project={project}"),
            ("list of accepted decisions", "decisions/?project={project}&status=accepted"),
            ("list of features", "features/?project={project}"),
            ("page of messages", "messages/?channel={channel}"),
            ("list of channels", "channels/"),
            ("list of pull requests", "pull-requests/"),
        ):
            yield self._read(name, path)
        for name, words in WORDS.items():
            yield self._read(f"search for {name}", f"search/?{urlencode({'q': words})}")
        found = urlencode({"q": WORDS["a common word"]})
        yield self._read("search in decisions", f"decisions/search/?{found}")
        found = urlencode({"search": WORDS["a common word"]})
        yield self._read("search in cards", f"cards/?{found}")

    def _read(self, name: str, path: str) -> Comparison:
        return self._compare(name, lambda server, made: server("GET", path.format(**made)))

    def _moves(self) -> Comparison:
        """A card at a time from one column to the next, the same ones in both."""
        ways = {
            name: (itertools.cycle(made["moving"]), itertools.cycle(made["columns"]))
            for name, made in self.made.items()
        }

        def move(ask: Callable[..., object], made: dict[str, Any]) -> object:
            cards, columns = ways[made["name"]]
            body = orjson.dumps({"column_id": next(columns)})
            return ask("POST", f"cards/{next(cards)}/move/", body)

        return self._compare("move a card", move)

    def _compare(
        self, name: str, job: Callable[[Callable[..., object], Any], object]
    ) -> Comparison:
        def on(which: str) -> Callable[[], object]:
            server, made = self.servers[which], {**self.made[which], "name": which}

            def ask(method: str, path: str, body: bytes | None = None) -> object:
                answer = server.ask(method, f"/api/v1/{path}", body)
                if answer[0] != 200:
                    raise RuntimeError(f"{method} {path}: {answer[0]} {answer[1][:500]!r}")
                return answer

            return lambda: job(ask, made)

        return compare(
            name, on(LARGE), on(SMALL), limit=LIMIT, rounds=self.rounds, repeats=self.repeats
        )


def _headers(made: dict[str, Any]) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {made['token']}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }


def _database(name: str, *, anew: bool) -> str:
    """A database of that name beside the bench's own, and its address."""
    params = _owner()
    database = f"{name}_{params['dbname']}"
    with psycopg.connect(**params, autocommit=True) as server:
        if anew:
            server.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        named = server.execute("SELECT datname FROM pg_database WHERE datname = %s", [database])
        if named.fetchone() is None:
            server.execute(f'CREATE DATABASE "{database}"')
    user = quote(params["user"], safe="")
    if params.get("password"):
        user += ":" + quote(params["password"], safe="")
    port = f":{params['port']}" if params.get("port") else ""
    return f"postgres://{user}@{quote(params['host'], safe='')}{port}/{database}"


def _owner() -> dict[str, Any]:
    """How the bench's own database is reached by its owner."""
    db = importlib.import_module("django.db")
    as_owner = importlib.import_module("core.db.roles").as_owner
    with as_owner(db.connection):
        params = db.connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return {name: params[name] for name in names if params.get(name)}


def _load(url: str, cards: int, entries: int, minutes: float) -> dict[str, Any]:
    """Load that database in a process of its own; what `bench.loading` says of it."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.loading", str(cards), str(entries), str(minutes)],
        cwd=installation.ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        check=True,
    )
    made: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1])
    return made


if __name__ == "__main__":
    sys.exit(main())
