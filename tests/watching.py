"""What a step of a test wrote into the log or into any table: exactly that, or nothing."""

from django.db import connection

from core.models import EventLog


class Watch:
    """The entries made since this was made (or last asked to `restart`)."""

    def __init__(self):
        self.restart()

    def restart(self):
        self._last = EventLog.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def entries(self):
        return list(EventLog.objects.filter(id__gt=self._last).order_by("id"))

    def actions(self):
        """[(action, kind of row)…] in the order of writing."""
        return [(entry.action, entry.entity_type) for entry in self.entries()]

    def only(self):
        """The one entry."""
        [entry] = self.entries()
        return entry


def signed(entry):
    """What an entry says of who did what, through which door."""
    return entry.action, entry.actor_id, entry.source


def all_tables():
    """Every row of every table, as text that shows microseconds."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = [row[0] for row in cursor.fetchall()]
    return found
