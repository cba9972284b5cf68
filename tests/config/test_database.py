"""The database engine: what starts the embedded server, what waits, what a fork leaves alone."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from config.database import arrival
from config.database.base import DatabaseUnavailable
from tests.config.homes import CHECKOUT, processes
from tests.environment import inherited
from tests.ports import free_port


def manage(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py on a home of its own, with nothing of this run's environment."""
    kept = {**inherited(), "TASKLY_ENV_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**kept, "TASKLY_HOME": os.fspath(home), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_command_that_needs_no_database_starts_none(home):
    done = manage(home, "check")
    assert done.returncode == 0, done.stderr
    assert not (home / "pg18").exists()
    assert not processes(home)


def test_a_command_on_an_empty_home_has_the_database_it_asks_for(home):
    assert manage(home, "migrate", "--verbosity=0").returncode == 0
    query = "SELECT current_user, current_database()"
    code = f"from django.db import connection as c; k = c.cursor(); k.execute('{query}'); "
    done = manage(home, "shell", "--verbosity=0", "-c", code + "print(k.fetchone())")
    assert "('taskly_app', 'taskly')" in done.stdout, done.stderr


def test_a_home_that_cannot_be_had_is_refused_in_a_sentence(place):
    (place / "file").write_text("")
    keys = {"SECRET_KEY": "correct-horse-battery-staple-" * 2}
    done = manage(place / "file" / "home", "showmigrations", **keys)
    assert done.returncode == 1
    assert done.stderr.startswith("Taskly: ")
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_never_comes_is_given_up_in_a_sentence_without_the_password(home):
    done = manage(
        home,
        "showmigrations",
        DATABASE_URL=f"postgres://me:pa55-phrase@127.0.0.1:{free_port()}/taskly",
        SECRET_KEY="correct-horse-battery-staple-" * 2,
        TASKLY_DATABASE_WAIT_SECONDS="1",
    )
    assert done.returncode == 1
    assert "doesn't answer (waited for 1 seconds)" in done.stderr
    assert "pa55-phrase" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["user", "name"])
def test_a_server_that_refuses_is_told_of_in_a_sentence_and_what_to_do(home, wrong):
    params = connection.get_connection_params()
    names = {"user": params["user"], "name": params["dbname"]} | {wrong: "taskly_not_there"}
    at = f"{quote(str(params['host']), safe='')}:{params['port']}"
    done = manage(
        home,
        "showmigrations",
        DATABASE_URL=f"postgres://{names['user']}:pa55-phrase@{at}/{names['name']}",
        SECRET_KEY="correct-horse-battery-staple-" * 2,
    )
    assert done.returncode == 1
    assert 'taskly_not_there" does not exist' in done.stderr
    assert "Mend DATABASE_URL" in done.stderr
    assert "pa55-phrase" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def unwaited(monkeypatch):
    """As in a process that has waited for nobody yet."""
    monkeypatch.setattr(arrival, "_waited_for", set())


# In a process of its own: a ping lets no other thread run.
LATE_SERVER = """
import socket, sys, time
time.sleep(0.5)
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    client, _ = server.accept()
    client.recv(1024)
    client.sendall(b"N")
    client.recv(1024)
    client.sendall(b"R" + bytes([0, 0, 0, 12, 0, 0, 0, 5]) + b"salt")
    client.recv(1024)
"""


def test_a_server_that_comes_up_late_is_waited_for(unwaited):
    port = free_port()
    late = subprocess.Popen([sys.executable, "-c", LATE_SERVER, str(port)])
    assert arrival.wait_for({"host": "127.0.0.1", "port": port, "user": "me"}, 120)
    late.wait(120)


def test_only_the_first_connection_waits(unwaited):
    params = {"host": "127.0.0.1", "port": free_port(), "user": "me"}
    assert not arrival.wait_for(params, 0.3)
    assert arrival.wait_for(params, 0.3), "the second one finds out by connecting"


def test_an_address_is_described_without_secrets():
    params = {"host": "db.example", "port": 5433, "password": "pa55"}
    assert arrival.describe(params) == "db.example:5433"
    assert arrival.describe({"service": "taskly"}) == "of service taskly"


def test_being_unavailable_is_an_operational_error_so_that_requests_get_a_503():
    assert issubclass(DatabaseUnavailable, Exception)
    assert DatabaseUnavailable.__mro__[1].__name__ == "OperationalError"


@pytest.mark.django_db(transaction=True)
def test_a_forked_child_opens_a_connection_of_its_own():
    def backend() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    parents = backend()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(backend()).encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert int(os.read(reading, 20)) != parents
    assert backend() == parents, "and the parent's still works"


@pytest.mark.django_db
def test_the_tests_run_as_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database() LIKE 'test\\_%%'", [])
        assert cursor.fetchone() == ("taskly_app", True)
        cursor.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
        assert cursor.fetchone() == (False,)
