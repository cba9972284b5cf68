"""What people get while the database fails, tried with a real server process behind a real pool.

Between the server and PostgreSQL stands a forwarder of ours, so that the database can be gone and
come back without touching the one that the other tests use.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import requests
from django.db import InterfaceError, OperationalError, ProgrammingError, connection

from core.db.outages import is_outage
from core.db.roles import as_owner
from tests.ports import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
# A session to look up, so that the page and the API both need the database.
SIGNED_IN = {"sessionid": "abcdefghijklmnopqrstuvwxyz012345"}


class Forwarder:
    """A TCP port in front of PostgreSQL that can be closed and opened again."""

    def __init__(self, target: Callable[[], socket.socket]) -> None:
        self.target = target
        self.open_sockets: set[socket.socket] = set()
        self.port = free_port()
        self.start()

    def stop(self) -> None:
        """The database is gone: what is open breaks, what is new is refused."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for opened in list(self.open_sockets):
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
        self.open_sockets.clear()

    def start(self) -> None:
        """The database is there, or back at the same address."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                server = self.target()
                self.open_sockets |= {client, server}
                for source, drain in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, drain), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, drain: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                drain.sendall(data)
        with suppress(OSError):
            drain.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def owner(transactional_db: None) -> dict[str, Any]:
    """How the owner signs in to the test database."""
    with as_owner(connection):
        params = connection.get_connection_params()
    names = ("host", "port", "dbname", "user", "password")
    return {name: params[name] for name in names if params.get(name)}


@pytest.fixture
def forwarder(owner: dict[str, Any]) -> Iterator[Forwarder]:
    def connect() -> socket.socket:
        host, port = str(owner.get("host", "localhost")), int(owner.get("port", 5432))
        if host.startswith("/"):
            opened = socket.socket(socket.AF_UNIX)
            opened.connect(f"{host}/.s.PGSQL.{port}")
            return opened
        return socket.create_connection((host, port))

    forwarder = Forwarder(connect)
    yield forwarder
    forwarder.stop()


@contextmanager
def served(owner: dict[str, Any], forwarder: Forwarder, **variables: str) -> Iterator[str]:
    """gunicorn with the production settings in a process of its own; its address."""
    port = free_port()
    password = f":{quote(owner['password'], safe='')}" if owner.get("password") else ""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"),
        ],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": (
                f"postgres://{quote(owner['user'])}{password}@127.0.0.1:{forwarder.port}"
                f"/{owner['dbname']}"
            ),
            "TASKLY_DATABASE_WAIT_SECONDS": "1",
            "TASKLY_POOL_TIMEOUT": "2",
            "PGAPPNAME": "taskly-faults",
            **variables,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: get(f"{address}/health/ready/").status_code == 200)
        yield address
    finally:
        process.terminate()
        process.wait(120)


def get(address: str, **options: Any) -> requests.Response:
    """A request without a session of its own, that never waits for ever."""
    return requests.get(address, timeout=120, allow_redirects=False, **options)


def wait_until(is_so: Callable[[], bool], limit: float = 120) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + limit
    while True:
        with suppress(requests.ConnectionError):
            if is_so():
                return
        assert time.monotonic() < deadline, "it never was"
        time.sleep(0.1)


def test_a_dead_database_is_a_503_and_the_requests_after_its_return_work(
    owner: dict[str, Any], forwarder: Forwarder
) -> None:
    with served(owner, forwarder) as address:
        assert get(f"{address}/admin/", cookies=SIGNED_IN).status_code == 302

        forwarder.stop()
        page = get(f"{address}/admin/", cookies=SIGNED_IN)
        assert page.status_code == 503
        assert page.headers["Content-Type"].startswith("text/html")
        assert int(page.headers["Retry-After"]) > 0
        assert "Nothing was changed" in page.text
        assert "Content-Security-Policy" in page.headers
        problem = get(f"{address}/api/v1/boards/", cookies=SIGNED_IN)
        assert problem.status_code == 503
        assert problem.headers["Content-Type"] == "application/problem+json"
        assert int(problem.headers["Retry-After"]) > 0
        ready = get(f"{address}/health/ready/")
        assert ready.status_code == 503
        assert ready.json()["database"] == "unreachable"
        assert ready.headers["Retry-After"] == "5"
        assert owner["user"] not in ready.text
        assert get(f"{address}/health/live/").status_code == 200

        # Long enough that a pool whose pauses grow without limit would still be asleep.
        time.sleep(6)
        forwarder.start()
        wait_until(lambda: get(f"{address}/health/ready/").status_code == 200)
        for _request in range(20):
            assert get(f"{address}/admin/", cookies=SIGNED_IN).status_code == 302


def test_connections_that_the_server_ended_are_replaced_before_anyone_notices(
    owner: dict[str, Any], forwarder: Forwarder
) -> None:
    with served(owner, forwarder) as address, psycopg.connect(**owner, autocommit=True) as direct:
        for _round in range(3):
            ended = direct.execute(
                # Waits until they have ended: one that is about to would still answer a check.
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
                "WHERE application_name = 'taskly-faults' AND datname = current_database()"
            ).fetchall()
            assert ended
            assert get(f"{address}/health/ready/").status_code == 200


def test_an_exhausted_pool_is_a_503_for_those_it_has_no_connection_for(
    owner: dict[str, Any], forwarder: Forwarder
) -> None:
    small = {"TASKLY_POOL_SIZE": "1", "TASKLY_POOL_OVERFLOW": "0", "TASKLY_POOL_TIMEOUT": "1"}
    statuses: list[int] = []
    with served(owner, forwarder, **small) as address:
        with psycopg.connect(**owner) as direct:
            direct.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
            slow = threading.Thread(
                target=lambda: statuses.append(get(f"{address}/health/ready/").status_code)
            )
            slow.start()
            waits = (
                "SELECT count(*) = 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
            )
            wait_until(lambda: direct.execute(waits, ["django_migrations"]).fetchone()[0])
            refused = get(f"{address}/admin/", cookies=SIGNED_IN)
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) > 0
            direct.rollback()
        slow.join(120)
        assert statuses == [200]
        assert get(f"{address}/admin/", cookies=SIGNED_IN).status_code == 302


def test_a_lock_that_is_not_had_in_time_is_a_503(
    owner: dict[str, Any], forwarder: Forwarder
) -> None:
    with served(owner, forwarder, TASKLY_LOCK_TIMEOUT_MS="200") as address:
        with psycopg.connect(**owner) as direct:
            direct.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
            for path in ("/admin/", "/api/v1/boards/"):
                refused = get(f"{address}{path}", cookies=SIGNED_IN)
                assert refused.status_code == 503
                assert int(refused.headers["Retry-After"]) > 0
        assert get(f"{address}/admin/", cookies=SIGNED_IN).status_code == 302


def test_the_limits_reach_the_server(owner: dict[str, Any], forwarder: Forwarder) -> None:
    limits = {
        "TASKLY_STATEMENT_TIMEOUT_MS": "4000",
        "TASKLY_LOCK_TIMEOUT_MS": "3000",
        "TASKLY_IDLE_IN_TRANSACTION_TIMEOUT_MS": "2000",
    }
    code = (
        "import config.wsgi; from django.db import connection; cursor = connection.cursor(); "
        "names = ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'); "
        "[(cursor.execute(f'SHOW {name}'), print(cursor.fetchone()[0])) for name in names]; "
        "cursor.execute('SELECT current_user'); print(cursor.fetchone()[0])"
    )
    password = f":{quote(owner['password'], safe='')}" if owner.get("password") else ""
    address = f"postgres://{owner['user']}{password}@127.0.0.1:{forwarder.port}/{owner['dbname']}"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={
            **os.environ,
            **limits,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": address,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.split() == ["4s", "3s", "2s", "taskly_app"]


def wrapped(error: psycopg.Error, kind: type[Exception] = OperationalError) -> Exception:
    """The error as Django's wrapper raises it."""
    outer = kind(*error.args)
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (wrapped(psycopg.errors.AdminShutdown("terminating connection")), True),
        (wrapped(psycopg.errors.CannotConnectNow("starting up")), True),
        (wrapped(psycopg.errors.DiskFull("no space left on device")), True),
        (wrapped(psycopg.errors.TooManyConnections("sorry")), True),
        (wrapped(psycopg.errors.ConnectionFailure("gone")), True),
        (wrapped(psycopg.OperationalError("server closed the connection")), True),
        (psycopg.OperationalError("couldn't get a connection after 2.00 sec"), True),
        (wrapped(psycopg.InterfaceError("the connection is closed"), InterfaceError), True),
        (InterfaceError("connection already closed"), True),
        (OperationalError("the database isn't there"), True),
        (wrapped(psycopg.InterfaceError("the cursor is closed"), InterfaceError), False),
        (wrapped(psycopg.errors.DeadlockDetected("deadlock")), False),
        (wrapped(psycopg.errors.LockNotAvailable("lock timeout")), False),
        (wrapped(psycopg.errors.QueryCanceled("statement timeout")), False),
        (wrapped(psycopg.errors.UndefinedTable("no table"), ProgrammingError), False),
        (ValueError("the connection is closed"), False),
        (None, False),
    ],
)
def test_an_outage_is_told_from_other_errors(error: Exception | None, expected: bool) -> None:
    assert is_outage(error) is expected
