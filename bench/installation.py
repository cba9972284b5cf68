"""The installation that is measured: a database of its own, filled with boards of known sizes."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LABELS = ("bug", "feature", "docs", "design", "backend", "frontend")
PEOPLE = 12


@dataclass(frozen=True)
class Installation:
    """What the measurements need to know of what was made."""

    token: str
    user: str
    workspace: str
    boards: dict[int, str]
    """Board ids by their number of cards."""


def prepare() -> None:
    """Choose the database and bring its tables up. Before Django is set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    url = os.environ.get("DATABASE_URL", "")
    if url and not url.rsplit("/", 1)[-1].split("?")[0].endswith("bench"):
        sys.exit("bench: the name of the database in DATABASE_URL has to end in “bench”.")
    if not url:
        os.environ["TASKLY_HOME"] = os.environ.get("TASKLY_BENCH_HOME", str(ROOT / ".taskly/bench"))
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    # The limit is counted as always, and never reached.
    os.environ["TASKLY_RATE_USER"] = "1000000"
    os.environ["TASKLY_LOG_LEVEL"] = "ERROR"
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
