"""The whole installation in one file: its rows, its log and its keys, and the way back.

The file is a tar archive of `manifest.json` (what it is, how many rows each table has, the sums of
the other parts), `database.dump` (pg_dump's custom format, which pg_restore reads without us as
well) and `keys/` (where the installation keeps them as files). The rows are counted in the very
snapshot that pg_dump reads, so that a restore can be compared with them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from core.db.roles import as_owner, prepare_roles

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
KEYS = "keys"
KEY_FILES = ("secret_keys", "token_keys", "encryption_keys")

# What libpq's programs read instead of arguments, so that no password stands in a command line.
LIBPQ_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}

TABLES = """
SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
 WHERE n.nspname = 'public' AND relkind IN ('r', 'p') ORDER BY relname
"""

# Everything in the schema that doesn't belong to an extension: those may have needed a superuser.
EMPTY_SCHEMA = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT format('DROP %s IF EXISTS %s CASCADE',
                      CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                     WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
                      format('%I.%I', n.nspname, c.relname)) AS command
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid
                            AND d.classid = 'pg_class'::regclass AND d.deptype IN ('e', 'i'))
         UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname = 'public'
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid
                            AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
         UNION ALL
        SELECT format('DROP TEXT SEARCH CONFIGURATION IF EXISTS %I.%I CASCADE', nspname, cfgname)
          FROM pg_ts_config t JOIN pg_namespace n ON n.oid = t.cfgnamespace
         WHERE n.nspname = 'public'
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid
                            AND d.classid = 'pg_ts_config'::regclass AND d.deptype = 'e')
    LOOP
        EXECUTE found.command;
    END LOOP;
END $$;
-- A table that is made while these hold would get more rights than the dump says it has.
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM taskly_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM taskly_app;
"""


class BackupError(Exception):
    """The backup or the restore can't be done; nothing was changed unless the message says so."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    taken_at: str
    server_version: int
    migrations: list[list[str]]
    rows: dict[str, int]
    sums: dict[str, str]

    @property
    def total(self) -> int:
        """The rows of all tables."""
        return sum(self.rows.values())


def backup_write(
    connection: BaseDatabaseWrapper, target: Path, *, keys_home: Path | None, at: datetime
) -> Manifest:
    """Write the archive to `target`, whole or not at all, readable by its owner alone."""
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder,
        as_owner(connection),
    ):
        work = Path(folder)
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            cursor.execute("SELECT to_regclass('public.django_migrations') IS NULL")
            if cursor.fetchone()[0]:
                raise BackupError("The database has no tables yet: there is nothing to keep.")
            cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
            migrations = [list(row) for row in cursor.fetchall()]
            rows = count_rows(connection)
            # Large objects aren't ours; statistics are made anew by the restore.
            run(
                connection,
                "pg_dump",
                ["--format=custom", f"--snapshot={snapshot}", "--no-owner"],
                [f"--file={work / DUMP}"],
            )
        if keys_home is not None:
            (work / KEYS).mkdir()
            for name in KEY_FILES:
                shutil.copyfile(keys_home / KEYS / name, work / KEYS / name)
        parts = [path for path in sorted(work.rglob("*")) if path.is_file()]
        manifest = Manifest(
            format=FORMAT,
            taken_at=at.isoformat(),
            server_version=server_version(connection),
            migrations=migrations,
            rows=rows,
            sums={path.relative_to(work).as_posix(): sum_of(path) for path in parts},
        )
        (work / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
        archive = work / "archive.tar"
        with os.fdopen(os.open(archive, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for path in (work / MANIFEST, *parts):
                    tar.add(path, path.relative_to(work).as_posix(), recursive=False)
            file.flush()
            os.fsync(file.fileno())
        archive.replace(target)
    return manifest


def _unpack(tar: tarfile.TarFile, work: Path) -> None:
    """Write an archive's files below `work`, and nothing that is no plain file of it.

    By hand: `extractall(filter=…)` came to Python only with 3.11.4.
    """
    for member in tar:
        target = (work / member.name).resolve()
        content = tar.extractfile(member) if member.isfile() else None
        if content is None or not target.is_relative_to(work.resolve()):
            raise ValueError(f"{member.name!r} is no file of a backup")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with content, target.open("xb") as file:
            shutil.copyfileobj(content, file)


@contextmanager
def opened(source: Path) -> Iterator[tuple[Manifest, Path]]:
    """Unpack an archive into a private folder and check that every part is whole."""
    with tempfile.TemporaryDirectory(prefix="taskly-restore-") as folder:
        work = Path(folder)
        try:
            with tarfile.open(source) as tar:
                _unpack(tar, work)
            manifest = Manifest(**json.loads((work / MANIFEST).read_text()))
        except tarfile.ReadError as error:
            raise BackupError(f"{source} isn't a backup of Taskly.") from error
        except (OSError, tarfile.TarError, ValueError, TypeError) as error:
            raise BackupError(f"{source} isn't a backup of Taskly: {error}") from error
        if manifest.format != FORMAT:
            raise BackupError(
                f"{source} has format {manifest.format}, which this version can't read."
            )
        for name, digest in manifest.sums.items():
            if not (work / name).is_file() or sum_of(work / name) != digest:
                raise BackupError(f"{source} is damaged: {name} isn't what was written.")
        if DUMP not in manifest.sums:
            raise BackupError(f"{source} is damaged: it has no {DUMP}.")
        yield manifest, work


def backup_restore(
    connection: BaseDatabaseWrapper,
    source: Path,
    *,
    keys_home: Path | None,
    force: bool,
    at: datetime,
) -> Manifest:
    """Put the database and the keys back as the archive has them, and compare the counts.

    Everything in the database happens in one transaction: where it fails, what was there before
    is there still. Refuses a database that has tables, unless forced. The keys of an empty
    database protect nothing (the first start has made them); they are kept aside all the same.
    """
    with opened(source) as (manifest, work), as_owner(connection):
        unknown = {tuple(pair) for pair in manifest.migrations} - known_migrations()
        if unknown:
            names = ", ".join(".".join(pair) for pair in sorted(unknown)[:3])
            raise BackupError(f"It was made by a newer version, which has {names} … Upgrade first.")
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            if cursor.fetchall() and not force:
                raise BackupError("The database isn't empty. --force replaces what is in it.")
        prepare_roles(connection)
        connection.close()
        replace_database(connection, work)
        prepare_roles(connection)
        rows = count_rows(connection)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        if rows != manifest.rows:
            differing = sorted(
                name
                for name in {*rows, *manifest.rows}
                if rows.get(name) != manifest.rows.get(name)
            )
            raise BackupError(
                f"The restored tables differ from the backup's counts: {', '.join(differing)}."
            )
        if keys_home is not None and (work / KEYS).is_dir():
            put_keys(work / KEYS, keys_home, at)
    return manifest


def replace_database(connection: BaseDatabaseWrapper, work: Path) -> None:
    """Empty the schema and fill it from the dump, in one transaction of psql's."""
    listed = run(connection, "pg_restore", ["--list", str(work / DUMP)])
    # `prepare_roles` says these again for whoever owns the database here.
    kept = [line for line in listed.splitlines() if " DEFAULT ACL " not in line]
    (work / "contents").write_text("\n".join(kept) + "\n")
    script = work / "restore.sql"
    run(
        connection,
        "pg_restore",
        [
            "--no-owner",
            "--no-comments",
            f"--use-list={work / 'contents'}",
            f"--file={script}",
            str(work / DUMP),
        ],
    )
    beginning = work / "begin.sql"
    beginning.write_text(EMPTY_SCHEMA)
    if server_version(connection) < 17:
        # A setting that pg_restore 17 and newer always write, and older servers don't know.
        forget_line(script, b"SET transaction_timeout = 0;\n")
    connection.close()
    run(
        connection,
        "psql",
        ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"],
        [f"--file={beginning}", f"--file={script}"],
    )


def forget_line(script: Path, line: bytes) -> None:
    """Blank a line of a script's beginning, in place: the script may be as large as the data."""
    with script.open("r+b") as file:
        place = file.read(65_536).find(line)
        if place >= 0:
            file.seek(place)
            file.write(b"-" * (len(line) - 1))


def run(connection: BaseDatabaseWrapper, program: str, *arguments: list[str]) -> str:
    """Run one of PostgreSQL's programs on this connection's database; its words if it fails."""
    params = connection.get_connection_params()
    environment = {
        variable: str(params[name])
        for name, variable in LIBPQ_VARIABLES.items()
        if params.get(name)
    }
    client: Any = connection.client
    path = client.find_program(program, server_version(connection))
    ended = subprocess.run(
        [path, *(argument for group in arguments for argument in group)],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        hint = ""
        if "lock timeout" in ended.stderr:
            hint = " Something is using the database: stop Taskly's other processes first."
        raise BackupError(f"{program} failed: {ended.stderr.strip()}{hint}")
    return ended.stdout


def server_version(connection: BaseDatabaseWrapper) -> int:
    """The server's major version."""
    connection.ensure_connection()
    major: int = connection.get_database_version()[0]
    return major


def count_rows(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        rows = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            rows[name] = cursor.fetchone()[0]
    return rows


def known_migrations() -> set[tuple[str, str]]:
    """The migrations that this version of the code has."""
    return set(MigrationLoader(None).disk_migrations)


def keys_differ(keys: Path, home: Path) -> bool:
    """Whether the home has keys, and not these."""
    present = home / KEYS
    return present.is_dir() and any(
        (present / path.name).is_file() and (present / path.name).read_bytes() != path.read_bytes()
        for path in keys.iterdir()
    )


def put_keys(keys: Path, home: Path, at: datetime) -> None:
    """Put the backup's key files in their place; other ones that are there are kept aside."""
    present = home / KEYS
    if keys_differ(keys, home):
        present.rename(home / f"{KEYS}-replaced-{at:%Y%m%dT%H%M%S}")
    present.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in keys.iterdir():
        handle = os.open(present / path.name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(path.read_bytes())


def sum_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
