"""`manage.py reset`: an installation as on its first day."""

from typing import Any

from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.db.roles import as_owner

QUESTION = "This will DELETE all data. Continue? (y/N)"


class Command(BaseCommand):
    """Takes every migration down to nothing and up again, then loads the demo."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-input", "--noinput", action="store_true", help="don't ask before deleting"
        )
        parser.add_argument("--no-demo", action="store_true", help="leave the database empty")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["no_input"] and not self.agreed():
            raise CommandError("Nothing was deleted.")
        verbosity = options["verbosity"]
        with as_owner(connection):
            for label in self.migrated_apps():
                call_command("migrate", label, "zero", verbosity=verbosity, interactive=False)
            call_command("migrate", verbosity=verbosity, interactive=False)
        if not options["no_demo"]:
            call_command("load_demo", force=True, verbosity=verbosity)
        self.stdout.write("Everything is as on the first day.")

    def agreed(self) -> bool:
        """Whether somebody at the terminal says yes; no terminal is a no."""
        try:
            answer = input(f"{QUESTION} ")
        except EOFError:
            return False
        return answer.strip().lower() in ("y", "yes")

    def migrated_apps(self) -> list[str]:
        """The apps that have migrations, from the top of the stack down to its base."""
        loader = MigrationLoader(connection)
        labels = [config.label for config in apps.get_app_configs()]
        return [label for label in labels if label in loader.migrated_apps]
