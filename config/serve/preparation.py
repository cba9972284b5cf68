"""What has to stand before the first request: static files, tables, and somebody to sign in."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.serve.beginning import begin
from config.settings.environment import env
from core.db.roles import as_owner


def say(text: str) -> None:
    """A line for whoever started the server, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def is_collecting_needed() -> bool:
    """Collect static files where that is worth it; True when it has changed what is served.

    The settings look at what is collected when they are loaded, so that the process has to start
    over then.
    """
    if settings.DEBUG:
        return False
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    before = manifest.stat().st_mtime_ns if manifest.exists() else None
    try:
        call_command("collectstatic", if_changed=True, interactive=False, clear=True, verbosity=0)
    except OSError as error:
        say(f"Static files are served as they are, since {settings.STATIC_ROOT} can't be written.")
        say(f"    {error}")
    return manifest.exists() and manifest.stat().st_mtime_ns != before


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Two servers that are started at once on one machine prepare one after the other."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "prepare.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(*, demo: bool) -> None:
    """Bring the database to this version of the code, and give an empty one its beginning."""
    with one_at_a_time(settings.TASKLY_HOME):
        with as_owner(connection):
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            say(f"Preparing the database ({len(missing)} migrations) …")
            call_command("migrate", interactive=False, verbosity=0)
        if get_user_model().objects.exists():
            return
        # The demo's password is public, so that it goes by itself only where this machine alone
        # uses the database.
        if demo and settings.EMBEDDED:
            say("Loading the demo data …")
            call_command("load_demo", verbosity=0)
        else:
            begin(env, say)
