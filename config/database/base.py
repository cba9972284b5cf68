"""The connection: Django's PostgreSQL one, which starts the embedded server when it needs it."""

import os
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from django.conf import settings
from django.db import OperationalError, connections
from django.db.backends.postgresql import base
from psycopg import sql

from config import embedded
from config.database import arrival
from config.database.client import DatabaseClient
from config.database.creation import DatabaseCreation
from config.database.schema import DatabaseSchemaEditor
from core.db.watch import tell_connected, tell_unreachable, watch


class DatabaseUnavailable(OperationalError):
    """There is no database to connect to; the message says to a person what to do about it."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to Taskly's database.

    Where the settings name an `EMBEDDED_HOME`, the server of that home is joined or started
    before the first connection, so that commands which need no database start none. Any other
    server is waited for, once a process: services of one machine come up in any order.
    """

    SchemaEditorClass = DatabaseSchemaEditor
    client_class = DatabaseClient
    creation_class = DatabaseCreation
    _connection_pools: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        watch(self)

    def get_connection_params(self) -> dict[str, Any]:
        """Where to connect to; the server is there when this returns."""
        home = self.settings_dict.get("EMBEDDED_HOME")
        if not home:
            params: dict[str, Any] = super().get_connection_params()
            if not arrival.wait_for(params, settings.TASKLY_DATABASE_WAIT_SECONDS):
                raise DatabaseUnavailable(
                    f"The database server {arrival.describe(params)} doesn't answer "
                    f"(waited for {settings.TASKLY_DATABASE_WAIT_SECONDS} seconds): start it, or "
                    f"mend DATABASE_URL."
                )
            return params
        try:
            server = embedded.ensure(Path(home))
        except embedded.EmbeddedError as error:
            raise DatabaseUnavailable(str(error)) from error
        here = {"host": os.fspath(server.socket_dir), "port": server.port}
        return {**super().get_connection_params(), **here}

    def _configure_role(self, connection: Any) -> bool:
        """Assume the role on this connection. Django's asks the pool for another one to do it."""
        role = self.settings_dict["OPTIONS"].get("assume_role")
        if role:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        return bool(role)

    def _configure_connection(self, connection: Any) -> bool:
        """What is done once on each connection to the server, the pool's included."""
        changed: bool = super()._configure_connection(connection)
        tell_connected(self)
        return changed

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection or take one from the pool; a line in the log where there is none.

        A server of one's own that answers and refuses (a wrong password, no such role or
        database) is told in a sentence: at a start, and to whoever types a command.
        """
        try:
            return super().get_new_connection(conn_params)
        except psycopg.Error as error:
            tell_unreachable(self, error)
            kept = self.settings_dict
            if kept.get("EMBEDDED_HOME") or "pool" in kept["OPTIONS"]:
                raise
            raise DatabaseUnavailable(
                f"The database {kept['NAME']} can't be opened: {str(error).strip()}\n"
                f"Mend DATABASE_URL, or make the role and the database that it names."
            ) from error

    def close_pool(self) -> None:
        """Close the pool, if there is one; Django's would make one to close it."""
        if self.alias in self._connection_pools:
            super().close_pool()


# Connections that a fork brought along: kept, since closing them would end the parent's sessions.
_of_the_parent: list[object] = []


def leave_to_parent() -> None:
    """In a child after a fork: forget the parent's connections, and open one's own."""
    _of_the_parent.extend(DatabaseWrapper._connection_pools.values())
    DatabaseWrapper._connection_pools.clear()
    for connection in connections.all(initialized_only=True):
        if isinstance(connection, DatabaseWrapper):
            _of_the_parent.append(connection)
            del connections[connection.alias]


os.register_at_fork(after_in_child=leave_to_parent)
