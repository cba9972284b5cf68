"""`manage.py restore FILE`: the installation as a backup has it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from core.backup import BackupError, backup_restore


class Command(BaseCommand):
    """Fills an empty database from a backup, or with --force any; all of it or nothing."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `backup` wrote")
        parser.add_argument(
            "--force", action="store_true", help="replace the database's rows and the keys"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backup_restore(
                connection,
                options["file"].absolute(),
                keys_home=settings.TASKLY_KEYS_HOME,
                force=options["force"],
                at=timezone.now(),
            )
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored the backup of {manifest.taken_at}: {manifest.total:,} rows of "
            f"{len(manifest.rows)} tables, counted and equal. Start Taskly anew; where this is a "
            "newer version, `manage.py migrate` first."
        )
