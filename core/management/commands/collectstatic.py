"""Django's collectstatic, into the form in which the files are served, and only where needed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands.collectstatic import (
    Command as DjangoCollectstatic,
)
from django.core.management.base import CommandParser

from core.scripts import ScriptStorage


class Command(DjangoCollectstatic):
    """Collect static files under names that change with them, compressed.

    Until that has been done the settings serve the files from where they lie, so that the form
    can't be taken from the settings here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = ScriptStorage()

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--if-changed",
            action="store_true",
            help="Do nothing when the files are those that were collected last.",
        )

    def handle(self, **options: Any) -> str | None:
        note = Path(settings.STATIC_ROOT) / ".sources"
        sources = fingerprint()
        if options["if_changed"] and note.is_file() and note.read_text() == sources:
            return None
        note.unlink(missing_ok=True)
        said: str | None = super().handle(**options)
        if not options["dry_run"]:
            note.write_text(sources)
        return said


def fingerprint() -> str:
    """A digest of all static files by path, size and time, which is enough to see a change."""
    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            details = Path(storage.path(path)).stat()
            found.update(f"{path}\0{details.st_size}\0{details.st_mtime_ns}\n".encode())
    return found.hexdigest()
