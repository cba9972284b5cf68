"""Test databases: made and dropped by the owner, used as the application."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import creation

from core.db.roles import as_owner


class DatabaseCreation(creation.DatabaseCreation):
    """Makes databases for tests as the role that migrates.

    What serves may not create anything, in the tests as little as elsewhere, so that they run
    with the rights that the application has.
    """

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        """Make and migrate a test database as the owner."""
        with self._owning():
            name: str = super().create_test_db(*args, **kwargs)
        return name

    def clone_test_db(self, *args: Any, **kwargs: Any) -> None:
        """Copy a test database as the owner."""
        with self._owning():
            super().clone_test_db(*args, **kwargs)

    def destroy_test_db(self, *args: Any, **kwargs: Any) -> None:
        """Drop a test database as the owner."""
        with self._owning():
            super().destroy_test_db(*args, **kwargs)

    @contextmanager
    def _owning(self) -> Iterator[None]:
        # The pool is the application's: as the owner there is none to be closed.
        self.connection.close()
        self.connection.close_pool()
        with as_owner(self.connection):
            yield

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        """Drop it with the sessions that a test's threads may have left."""
        name = self.connection.ops.quote_name(test_database_name)
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
