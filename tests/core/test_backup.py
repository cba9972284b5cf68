"""Backup, restore and reset, by the commands that operators type, on databases of their own."""

import hashlib
import io
import json
import os
import secrets
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from core.db.roles import as_owner
from tests.environment import inherited

CHECKOUT = Path(__file__).resolve().parents[2]

PEOPLE_AND_CARDS = """
from tests.factories import (
    BoardFactory, CardFactory, DecisionFactory, ProjectFactory, UserFactory, WorkspaceFactory)
person = UserFactory(username="alice")
person.set_password("a-long-Passphrase-7")
person.save()
board = BoardFactory(workspace=WorkspaceFactory(key="ACME", created_by=person))
for number in range(3):
    CardFactory(board=board, created_by=person)
DecisionFactory(project=ProjectFactory(workspace=board.workspace), embedding=[0.25] * 384)
"""
SIGN_IN = """
from django.contrib.auth import authenticate
person = authenticate(username="alice", password="a-long-Passphrase-7")
print("signed in" if person else "refused")
"""


@dataclass(frozen=True)
class Installation:
    """A database and a home of its own on the server of the tests."""

    address: dict[str, Any]
    home: Path

    @property
    def url(self) -> str:
        """Its DATABASE_URL."""
        told = {name: quote(str(value), safe="") for name, value in self.address.items()}
        password = f":{told['password']}" if told.get("password") else ""
        host, port = told.get("host", "localhost"), told.get("port", "5432")
        return f"postgres://{told['user']}{password}@{host}:{port}/{told['dbname']}"

    def manage(
        self, *arguments: str | Path, answer: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py in a process of its own."""
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=CHECKOUT,
            env={
                **inherited(),
                "DATABASE_URL": self.url,
                "TASKLY_HOME": str(self.home),
                "TASKLY_ENV_FILE": os.devnull,
                # The keys are files then, as they are with the embedded database.
                "DEBUG": "1",
                **variables,
            },
            input=answer,
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, question: str, role: str | None = None) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with psycopg.connect(**self.address, autocommit=True) as direct:
            if role:
                direct.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
            return direct.execute(question.encode()).fetchall()

    def content(self) -> dict[str, str]:
        """A sum of all rows of each table."""
        tables = self.ask(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        return {
            name: hashlib.sha256(
                repr(sorted(self.ask(f'SELECT t::text FROM "{name}" t'))).encode()
            ).hexdigest()
            for (name,) in tables
        }

    def keys(self) -> dict[str, str]:
        """The text of each key file."""
        return {path.name: path.read_text() for path in sorted((self.home / "keys").iterdir())}


@pytest.fixture(scope="module")
def make_installation(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Installation]]:
    """Makes empty databases beside the tests' own, and drops them at the end."""
    with django_db_blocker.unblock(), as_owner(connection):
        params = connection.get_connection_params()
        connection.close()
    names = ("host", "port", "dbname", "user", "password")
    server = {name: params[name] for name in names if params.get(name)}
    made: list[str] = []

    def drop(name: str) -> None:
        with psycopg.connect(**server, autocommit=True) as direct:
            command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            direct.execute(command.format(sql.Identifier(name)))

    def make(label: str) -> Installation:
        name = f"{server['dbname']}_{label}"
        drop(name)
        with psycopg.connect(**server, autocommit=True) as direct:
            direct.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made.append(name)
        return Installation({**server, "dbname": name}, tmp_path_factory.mktemp(label) / "home")

    yield make
    for name in made:
        drop(name)


@pytest.fixture(scope="module")
def source(make_installation: Callable[[str], Installation]) -> Installation:
    """An installation with people, cards and a log."""
    installation = make_installation("source")
    for arguments in (["migrate", "-v", "0"], ["shell", "-v", "0", "-c", PEOPLE_AND_CARDS]):
        ended = installation.manage(*arguments)
        assert ended.returncode == 0, ended.stderr
    return installation


@pytest.fixture(scope="module")
def backup(source: Installation) -> Path:
    """Its backup."""
    path = source.home.parent / "taskly.backup"
    ended = source.manage("backup", path)
    assert ended.returncode == 0, ended.stderr
    assert "and the keys" in ended.stdout
    return path


def test_a_restore_brings_everything_back(
    source: Installation, backup: Path, make_installation: Callable[[str], Installation]
) -> None:
    target = make_installation("target")
    ended = target.manage("restore", backup)
    assert ended.returncode == 0, ended.stderr
    assert "counted and equal" in ended.stdout
    assert target.content() == source.content()
    assert target.keys() == source.keys()
    assert stat.S_IMODE((target.home / "keys" / "secret_keys").stat().st_mode) == 0o600
    assert target.manage("migrate", "--check").returncode == 0
    assert target.manage("shell", "-v", "0", "-c", SIGN_IN).stdout.strip() == "signed in"


def test_a_restored_log_is_written_and_guarded_as_before(
    backup: Path, make_installation: Callable[[str], Installation]
) -> None:
    target = make_installation("guarded")
    assert target.manage("restore", backup).returncode == 0
    count = "SELECT count(*) FROM event_log"
    ((before,),) = target.ask(count)
    target.ask("UPDATE cards SET title = 'Other' WHERE number = 1 RETURNING id", role="taskly_app")
    assert target.ask(count) == [(before + 1,)]
    for attempt in (
        "UPDATE event_log SET action = 'x' RETURNING id",
        "DELETE FROM event_log RETURNING id",
        "INSERT INTO event_log (action) VALUES ('x') RETURNING id",
        "TRUNCATE event_log",
        "ALTER TABLE event_log DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id int)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            target.ask(attempt, role="taskly_app")
    with pytest.raises(psycopg.Error, match="append-only"):
        target.ask("DELETE FROM event_log RETURNING id")
    switched = target.ask(
        "SELECT DISTINCT tgenabled FROM pg_trigger WHERE tgname LIKE '%log%' AND NOT tgisinternal"
    )
    assert switched == [("A",)]


def test_a_file_is_not_overwritten_without_force(source: Installation, tmp_path: Path) -> None:
    path = tmp_path / "there"
    path.write_text("precious")
    refused = source.manage("backup", path)
    assert refused.returncode == 1
    assert "--force replaces it" in refused.stderr
    assert path.read_text() == "precious"
    assert source.manage("backup", "--force", path).returncode == 0
    assert tarfile.is_tarfile(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["there"]


def test_a_missing_folder_is_named(source: Installation, tmp_path: Path) -> None:
    refused = source.manage("backup", tmp_path / "nowhere" / "file")
    assert refused.returncode == 1
    assert "There is no folder" in refused.stderr


def test_an_empty_database_is_not_worth_a_backup(
    make_installation: Callable[[str], Installation], tmp_path: Path
) -> None:
    refused = make_installation("empty").manage("backup", tmp_path / "file")
    assert refused.returncode == 1
    assert "nothing to keep" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_keys_in_the_environment_are_left_to_their_keeper(
    source: Installation, backup: Path, tmp_path: Path
) -> None:
    with tarfile.open(backup) as archive:
        assert sum(member.name.startswith("keys/") for member in archive.getmembers()) == 3
    path = tmp_path / "without-keys"
    ended = source.manage("backup", path, SECRET_KEY=secrets.token_urlsafe(50))
    assert "keep SECRET_KEY yourself" in ended.stdout
    with tarfile.open(path) as archive:
        names = {member.name for member in archive.getmembers()}
    assert names == {"manifest.json", "database.dump"}


def test_a_database_in_use_is_replaced_only_by_force_and_keeps_its_keys_aside(
    source: Installation, backup: Path, make_installation: Callable[[str], Installation]
) -> None:
    target = make_installation("used")
    assert target.manage("migrate", "-v", "0").returncode == 0
    own_keys, own_content = target.keys(), target.content()
    refused = target.manage("restore", backup)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert (target.keys(), target.content()) == (own_keys, own_content)

    forced = target.manage("restore", "--force", backup)
    assert forced.returncode == 0, forced.stderr
    assert target.content() == source.content()
    assert target.keys() == source.keys()
    (aside,) = target.home.glob("keys-replaced-*")
    assert {path.name: path.read_text() for path in sorted(aside.iterdir())} == own_keys


def test_a_restore_that_fails_changes_nothing(
    source: Installation, backup: Path, make_installation: Callable[[str], Installation]
) -> None:
    target = make_installation("locked")
    assert target.manage("restore", backup).returncode == 0
    before = target.content()
    with psycopg.connect(**target.address) as direct:
        direct.execute("SELECT count(*) FROM cards")
        refused = target.manage("restore", "--force", backup)
    assert refused.returncode == 1
    assert "stop Taskly's other processes" in refused.stderr
    assert target.content() == before


def rewritten(backup: Path, path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A copy of the archive with its members changed."""
    with tarfile.open(backup) as old, tarfile.open(path, "w") as new:
        for member in old.getmembers():
            opened = old.extractfile(member)
            assert opened is not None
            data = change(member.name, opened.read())
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return path


def flipped(name: str, data: bytes) -> bytes:
    """One byte of the dump is another one."""
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:] if name == "database.dump" else data


def from_the_future(name: str, data: bytes) -> bytes:
    """The manifest has a migration that nobody knows yet."""
    if name != "manifest.json":
        return data
    manifest = json.loads(data)
    manifest["migrations"].append(["cards", "9999_from_the_future"])
    return json.dumps(manifest).encode()


def of_another_form(name: str, data: bytes) -> bytes:
    """The manifest says that it has a form of later days."""
    return data.replace(b'"format": 1', b'"format": 2') if name == "manifest.json" else data


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (flipped, "damaged: database.dump"),
        (from_the_future, "newer version"),
        (of_another_form, "format 2"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(
    source: Installation,
    backup: Path,
    tmp_path: Path,
    change: Callable[[str, bytes], bytes],
    told: str,
) -> None:
    before = source.content()
    refused = source.manage("restore", "--force", rewritten(backup, tmp_path / "file", change))
    assert refused.returncode == 1
    assert told in refused.stderr
    assert source.content() == before


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../outside", tarfile.REGTYPE), ("/outside", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)],
)
def test_an_archive_that_reaches_outside_is_refused(
    source: Installation, backup: Path, tmp_path: Path, name: str, kind: bytes
) -> None:
    path = rewritten(backup, tmp_path / "file", lambda _name, data: data)
    with tarfile.open(path, "a") as tar:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/hostname" if kind == tarfile.SYMTYPE else ""
        tar.addfile(member)
    refused = source.manage("restore", "--force", path)
    assert refused.returncode == 1
    assert "is no file of a backup" in refused.stderr


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_what_is_no_backup_is_refused(
    source: Installation, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    refused = source.manage("restore", "--force", path)
    assert refused.returncode == 1
    assert "isn't a backup of Taskly" in refused.stderr
    assert "ReadError" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_reset_asks_and_keeps_everything_without_a_yes(source: Installation) -> None:
    before = source.content()
    for answer in ("", "\n", "n\n", "no\n", "what\n"):
        refused = source.manage("reset", answer=answer)
        assert refused.returncode == 1
        assert "This will DELETE all data. Continue? (y/N)" in refused.stdout
        assert "Nothing was deleted" in refused.stderr
    assert source.content() == before


def test_a_reset_leaves_an_empty_installation(
    backup: Path, make_installation: Callable[[str], Installation]
) -> None:
    target = make_installation("reset")
    assert target.manage("restore", backup).returncode == 0
    ended = target.manage("reset", "--no-demo", "-v", "0", answer="y\n")
    assert ended.returncode == 0, ended.stderr
    for table in ("users", "workspaces", "boards", "cards", "event_log"):
        assert target.ask(f"SELECT count(*) FROM {table}") == [(0,)]
    assert target.manage("migrate", "--check").returncode == 0


def test_a_reset_loads_the_demo(
    backup: Path, make_installation: Callable[[str], Installation]
) -> None:
    target = make_installation("demo")
    assert target.manage("restore", backup).returncode == 0
    ended = target.manage("reset", "--no-input", "-v", "0")
    assert ended.returncode == 0, ended.stderr
    assert target.ask("SELECT count(*) FROM users WHERE username IN ('alice', 'bob')") == [(2,)]
