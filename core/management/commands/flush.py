"""Django's flush, which only a test database lets happen: the log refuses to be emptied."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as DjangoFlush
from django.db import connections

from core.db.roles import as_owner


class Command(DjangoFlush):
    """Empty a test database. Anywhere else there is `manage.py reset`."""

    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if not str(connection.settings_dict["NAME"]).startswith("test_"):
            raise CommandError(
                "flush would empty the activity log, which is append-only. "
                "To start over, run: manage.py reset"
            )
        with as_owner(connection):
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE event_log DISABLE TRIGGER event_log_no_truncate")
            try:
                super().handle(**options)
            finally:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_no_truncate"
                    )
