"""What `make run` starts: the whole server, as real processes, from nothing to the last signal."""

import io
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured

from config.serve import exposure
from config.serve.beginning import begin
from config.serve.start import refuse_taken_address
from config.settings.environment import Environment
from tests.config.homes import CHECKOUT, processes, wait_until
from tests.environment import inherited
from tests.factories import UserFactory
from tests.ports import free_port
from workspaces.models import Workspace, WorkspaceMember

FIRST = {
    "TASKLY_ADMIN_USERNAME": "grace",
    "TASKLY_ADMIN_EMAIL": "grace@example.com",
    "TASKLY_ADMIN_PASSWORD": "tin-opener-battery",
    "TASKLY_WORKSPACE_NAME": "Acme",
    "TASKLY_WORKSPACE_KEY": "ACME",
}


class Run:
    """A server on a home of its own, started through a parent as make is one."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.port = free_port()
        self.output = home.parent / "output"
        kept = {**inherited(), "TASKLY_ENV_FILE": os.devnull}
        chosen = {"TASKLY_HOME": os.fspath(home), "PORT": str(self.port)}
        with self.output.open("w") as output:
            self.parent = subprocess.Popen(
                ["sh", "-c", '"$0" -m config.serve --while-parent $$; exit $?', sys.executable],
                cwd=CHECKOUT,
                env={**kept, **chosen, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def status(self, path: str = "health/ready/") -> int | None:
        """The HTTP status of a page; None where nobody listens."""
        try:
            address = f"http://127.0.0.1:{self.port}/{path}"
            return urllib.request.urlopen(address, timeout=10).status
        except HTTPError as error:
            return error.code
        except (URLError, OSError):
            return None

    def has_come_up(self) -> bool:
        assert self.parent.poll() is None, self.output.read_text()
        return self.status() == 200

    def end(self) -> None:
        """Kill what is left of it."""
        if self.parent.poll() is None:
            os.killpg(self.parent.pid, signal.SIGKILL)
        self.parent.wait()


@pytest.fixture
def run(home: Path) -> Iterator[Run]:
    started = Run(home, TASKLY_DEMO="0", **FIRST)
    yield started
    started.end()


def test_it_starts_from_nothing_says_where_and_leaves_nothing_behind(home, run):
    wait_until(run.has_come_up)
    said = run.output.read_text()
    assert f"Taskly runs at http://127.0.0.1:{run.port}/" in said
    assert os.fspath(home) in said
    assert run.status("admin/login/") == 200
    os.killpg(run.parent.pid, signal.SIGTERM)
    wait_until(lambda: run.status() is None)
    wait_until(lambda: not processes(home))

    again = Run(home, TASKLY_DEMO="0")
    wait_until(again.has_come_up)
    again.parent.kill()
    wait_until(lambda: again.status() is None)
    wait_until(lambda: not processes(home))


def test_a_taken_address_is_told_before_anything_is_made(home):
    run = Run(home, HOST="192.0.2.1")
    assert run.parent.wait(120) == 1
    said = run.output.read_text()
    assert "Taskly doesn't start: it can't listen on 192.0.2.1" in said
    assert "PORT=" in said
    assert not (home / "pg18").exists()


def test_an_address_that_cannot_be_had_is_refused_with_what_helps():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ImproperlyConfigured, match="Stop what listens there") as refused:
            refuse_taken_address("127.0.0.1", port)
    assert "another port: PORT=" in str(refused.value)
    with pytest.raises(ImproperlyConfigured, match="HOST be an address of this machine") as refused:
        refuse_taken_address("192.0.2.1", port)
    assert "Stop what listens" not in str(refused.value)


def person(username: str, password: str, **fields):
    someone = UserFactory(username=username, **fields)
    someone.set_password(password)
    someone.save()
    return someone


@pytest.mark.django_db
def test_a_known_password_keeps_the_server_from_other_machines():
    person("alice", "taskly-demo")
    person("carol", "password", is_active=False)
    person("dave", "tin-opener-battery")
    exposure.refuse_known_passwords("127.0.0.1")
    with pytest.raises(ImproperlyConfigured, match="changepassword alice") as refused:
        exposure.refuse_known_passwords("192.0.2.1")
    assert "carol" not in str(refused.value)
    assert "dave" not in str(refused.value)
    get_user_model().objects.filter(username="alice").update(is_active=False)
    exposure.refuse_known_passwords("::")


@pytest.mark.django_db
def test_the_environment_makes_the_first_person_and_workspace():
    begin(Environment(dict(FIRST)), lambda _: None)
    grace = get_user_model().objects.get(username="grace")
    assert grace.is_superuser
    assert grace.check_password("tin-opener-battery")
    acme = Workspace.objects.get(key="ACME")
    assert acme.created_by == grace
    assert WorkspaceMember.objects.get(workspace=acme).role == WorkspaceMember.Role.ADMIN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("TASKLY_ADMIN_EMAIL", "nobody", "email"),
        ("TASKLY_ADMIN_USERNAME", "two words", "username"),
        ("TASKLY_WORKSPACE_KEY", "not a key", "key"),
        ("TASKLY_WORKSPACE_KEY", "", "TASKLY_WORKSPACE_KEY"),
    ],
)
def test_what_the_environment_says_wrongly_is_refused_and_makes_nothing(
    name, value, complaint, monkeypatch
):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(ImproperlyConfigured, match=complaint):
        begin(Environment({**FIRST, name: value}), lambda _: None)
    assert not get_user_model().objects.exists()
    assert not Workspace.objects.exists()


@pytest.mark.django_db
def test_a_terminal_is_asked_until_the_answers_do(monkeypatch):
    rest = ["grace@example.com", "Acme", "ACME"]
    answers = iter(["nobody at all", *rest, "grace", *rest])
    right = "tin-opener-battery"
    passwords = iter([right, right, right, "mistyped", right, right])
    said: list[str] = []
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda _: next(passwords))
    begin(Environment({}), said.append)
    assert get_user_model().objects.get().username == "grace"
    assert any("username" in line for line in said)
