"""Joins the running server of a home, or starts it."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from config.embedded import binaries
from config.embedded.account import Account
from config.embedded.errors import OWN_SERVER, EmbeddedError
from config.embedded.layout import Layout, Order, Server, locate
from config.embedded.locks import is_held, open_lock, share, try_exclusive

CHECKOUT = Path(__file__).resolve().parents[2]
SUPERUSER = "postgres"
# Others may be making the data folder, or the server recovers after a crash.
LOCK_SECONDS = 120.0
READY_SECONDS = 120.0
PAUSE_SECONDS = 0.03
LARGEST_LOG = 16 * 1024 * 1024


@dataclass(frozen=True)
class _Joined:
    """A home whose lease this process holds: until it dies, on purpose."""

    layout: Layout
    server: Server
    lease: int


class _Memory:
    """What this process has joined, by home as it was named."""

    def __init__(self) -> None:
        self.joined: dict[Path, _Joined] = {}
        self.turn = threading.Lock()

    def renew_turn(self) -> None:
        """A fork during another thread's turn would leave the child's lock taken for ever."""
        self.turn = threading.Lock()


_memory = _Memory()
os.register_at_fork(after_in_child=_memory.renew_turn)


def ensure(home: Path) -> Server:
    """The running server of `home`, started where it doesn't run, for as long as we live.

    Asked again it costs some ten microseconds, so that it can be asked for each connection: a
    server whose supervisor was killed comes back that way. Raises EmbeddedError.
    """
    with _memory.turn:
        joined = _memory.joined.get(home)
        if joined is None or not is_held(joined.layout.supervised):
            try:
                joined = _join(home, joined)
            except OSError as error:
                raise EmbeddedError(
                    f"The embedded PostgreSQL can't use {home}: {error}. Set TASKLY_HOME to a "
                    f"folder of your own on a disk with room, {OWN_SERVER}."
                ) from error
            _memory.joined[home] = joined
        return joined.server


def _join(home: Path, before: _Joined | None) -> _Joined:
    layout = Layout(home.resolve())
    account = Account.for_home(layout.home)
    _open_home(layout, account)
    with _locked(layout, account):
        lease = before.lease if before else _open_for(layout.lease, account)
        share(lease)
        try:
            server = _find_or_start(layout, account)
        except BaseException:
            if not before:
                os.close(lease)
            raise
    return _Joined(layout, server, lease)


def _find_or_start(layout: Layout, account: Account) -> Server:
    """Under the lock: wait for the server that is supervised, or become its starter.

    One that is supervised can still be on its way out, told to stop by the system.
    """
    if not (is_held(layout.supervised) and _is_up(layout)):
        _start(layout, account)
        if not _is_up(layout):
            raise EmbeddedError(
                f"The embedded PostgreSQL doesn't start. The end of {layout.log}:\n"
                + "\n".join(f"    {line}" for line in _last_lines(layout.log))
            )
    server = locate(layout.home)
    _provide(server)
    return server


def _open_home(layout: Layout, account: Account) -> None:
    """Make the home where it is missing, and see to it that postgres can reach its data in it."""
    home = layout.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if layout.data.exists() and layout.data.stat().st_uid != account.uid:
            raise PermissionError
        if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError
    except (PermissionError, NotADirectoryError) as error:
        raise EmbeddedError(
            f"{home} isn't a folder that {account.name} may use{_belonging(home)}: start Taskly "
            f"as the user whose it is, set TASKLY_HOME to a folder of your own, {OWN_SERVER}."
        ) from error
    if not account.differs:
        return
    if not account.can_pass(home.parent):
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and {account.name}, whom it runs as instead, "
            f"can't reach {home}: set TASKLY_HOME to a folder below one that is open to others, "
            f"such as /var/lib/taskly, {OWN_SERVER}."
        )
    if not account.can_pass(home):
        # To go through, not to look: what lies in it has permissions of its own.
        home.chmod(stat.S_IMODE(home.stat().st_mode) | stat.S_IXGRP | stat.S_IXOTH)


def _belonging(home: Path) -> str:
    """Whose the home is, where that can be said."""
    try:
        return f" (it belongs to {(home / 'pg18').owner()})"
    except (OSError, KeyError):
        return ""


def _open_for(path: Path, account: Account) -> int:
    """A lock's descriptor; the file belongs to the data's owner, who may start it without root."""
    is_new = not path.exists()
    descriptor = open_lock(path)
    if is_new:
        account.give(path, 0o600)
    return descriptor


@contextmanager
def _locked(layout: Layout, account: Account) -> Iterator[None]:
    """Nobody else starts or stops this home's server during the body."""
    descriptor = _open_for(layout.lock, account)
    try:
        end = time.monotonic() + LOCK_SECONDS
        while not try_exclusive(descriptor):
            if time.monotonic() > end:
                raise EmbeddedError(
                    f"Another process has been starting or stopping the database in "
                    f"{layout.home} for {LOCK_SECONDS:.0f} seconds. See {layout.log}."
                )
            time.sleep(PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


def _start(layout: Layout, account: Account) -> None:
    """Under the lock: make what is missing, and start a supervisor with its postgres."""
    for path in (layout.supervised, layout.alive):
        os.close(_open_for(path, account))
    programs = binaries.for_account(layout.home, account)
    if layout.log.exists() and layout.log.stat().st_size > LARGEST_LOG:
        layout.log.replace(layout.log.with_suffix(".log.1"))
    os.close(_open_for(layout.log, account))
    if not layout.data.exists():
        _create_data(layout, account, programs)
    socket_dir = _open_socket_dir(layout, account)
    order = Order(
        home=os.fspath(layout.home),
        socket_dir=os.fspath(socket_dir),
        binaries=os.fspath(programs),
        uid=account.uid,
        gid=account.gid,
    )
    with layout.log.open("ab") as log:
        # Returns once the supervisor has claimed the home and gone into the background.
        subprocess.run(
            [sys.executable, "-m", "config.embedded", order.to_json()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=CHECKOUT,
            check=False,
        )


def _create_data(layout: Layout, account: Account, programs: Path) -> None:
    """Run initdb beside the data's place and move it there: what stands there is whole."""
    try:
        pwd.getpwuid(account.uid)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL can't make its data folder for user {account.uid}, who has no name on "
            f"this machine (no entry in /etc/passwd): give it one, {OWN_SERVER}."
        ) from None
    shutil.rmtree(layout.unfinished, ignore_errors=True)
    layout.unfinished.mkdir(mode=0o700)
    account.give(layout.unfinished, 0o700)
    command = [os.fspath(programs / "initdb"), "-D", os.fspath(layout.unfinished)]
    command += ["-U", SUPERUSER, "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
    command += ["--auth=trust", "--no-instructions"]
    try:
        made = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=layout.unfinished,
            env={"PATH": os.defpath, "LC_MESSAGES": "C"},
            umask=0o077,
            **account.process_options,
        )
    except (OSError, subprocess.SubprocessError) as error:
        if account.differs:
            raise account.not_allowed(error) from error
        raise EmbeddedError(
            f"PostgreSQL's programs in {programs} don't run here ({error}): name a folder with "
            f"PostgreSQL 18's programs in TASKLY_PG_BIN, {OWN_SERVER}."
        ) from error
    if made.returncode != 0:
        raise EmbeddedError(
            f"PostgreSQL can't make its data folder in {layout.home}: "
            f"{made.stderr.strip() or made.stdout.strip()}\n"
            f"Mend that, {OWN_SERVER}."
        )
    layout.unfinished.rename(layout.data)


def _open_socket_dir(layout: Layout, account: Account) -> Path:
    """The socket's folder, which belongs to postgres alone; noted for those who join."""
    folder = layout.choose_socket_dir(account)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # In the temporary folder somebody else could have made it, to listen in our stead.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
        raise EmbeddedError(
            f"{folder} should be the folder of PostgreSQL's socket, but somebody else made it: "
            f"remove it, set TASKLY_HOME to a shorter path, {OWN_SERVER}."
        )
    account.give(folder, 0o700)
    note = layout.socket_note.with_suffix(".new")
    note.write_bytes(os.fsencode(folder))
    account.give(note, 0o600)
    note.replace(layout.socket_note)
    return folder


def _is_up(layout: Layout) -> bool:
    """Wait for connections to be taken: False when the supervisor is gone before that."""
    server = locate(layout.home)
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            _connect(server).close()
        except psycopg.OperationalError:
            if not is_held(layout.supervised):
                return False
            time.sleep(PAUSE_SECONDS)
            continue
        return True
    raise EmbeddedError(
        f"The embedded PostgreSQL has not been ready within {READY_SECONDS:.0f} seconds; it may "
        f"be recovering after a crash. See {layout.log}, and try again."
    )


def _connect(server: Server) -> psycopg.Connection:
    return psycopg.connect(
        host=os.fspath(server.socket_dir),
        port=server.port,
        user=SUPERUSER,
        dbname="postgres",
        autocommit=True,
        connect_timeout=5,
    )


def _provide(server: Server) -> None:
    """Make the owner and the database where they are missing.

    The application's role isn't made here but by `migrate`, the same as on any other server.
    """
    owner, database = sql.Identifier(server.owner), sql.Identifier(server.database)
    with _connect(server) as connection:
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", server.owner):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN SUPERUSER").format(owner))
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", server.database):
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))


def _exists(connection: psycopg.Connection, query: LiteralString, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None


def _last_lines(log: Path) -> list[str]:
    try:
        return log.read_text(errors="replace").splitlines()[-8:]
    except OSError:
        return []
