"""`manage.py backup FILE`: everything that makes this installation, in one file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from core.backup import BackupError, backup_write


class Command(BaseCommand):
    """Writes the database and the keys into one file, while Taskly goes on serving."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="where to write the backup")
        parser.add_argument("--force", action="store_true", help="replace a file that is there")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"].absolute()
        if target.exists() and not options["force"]:
            raise CommandError(f"{target} is there already. --force replaces it.")
        if not target.parent.is_dir():
            raise CommandError(f"There is no folder {target.parent}.")
        keys_home = settings.TASKLY_KEYS_HOME
        try:
            manifest = backup_write(connection, target, keys_home=keys_home, at=timezone.now())
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Wrote {target}: {manifest.total:,} rows of {len(manifest.rows)} tables"
            + (", and the keys. Whoever has the file has them: keep it safe." if keys_home else ".")
        )
        if keys_home is None:
            self.stdout.write("The keys are in the environment: keep SECRET_KEY yourself.")
