"""The connection: Django's PostgreSQL one, which starts the embedded server when it needs it."""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to Taskly's database."""
