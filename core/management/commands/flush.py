"""Django's flush, which only a test database lets happen: the log refuses to be emptied."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as DjangoFlush
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.db.roles import as_owner

# What a test's server still answers when the test is over holds locks, and may want what is held
# here. The owner waits for a lock for a short time only, so that it is tried again.
ATTEMPTS = 30


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
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    self._empty(connection, options)
                    break
                except (CommandError, OperationalError) as error:
                    # Django's command tells of every error as a CommandError.
                    told = error.__cause__ if isinstance(error, CommandError) else error
                    if attempt == ATTEMPTS or not isinstance(told, OperationalError):
                        raise

    def _empty(self, connection: BaseDatabaseWrapper, options: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE event_log DISABLE TRIGGER event_log_no_truncate")
        try:
            super().handle(**options)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_no_truncate")
