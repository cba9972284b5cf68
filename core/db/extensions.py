"""A migration operation for PostgreSQL's extensions, which not every server has and lets make."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

MADE_HERE = "made by Taskly's migrations"


class ExtensionMissing(ImproperlyConfigured):
    """The database lacks an extension that Taskly needs; the message says what to do about it."""


class Extension(Operation):
    """The database has the extension `name` with the type `type_name`, in the search path.

    Made where it is missing. One that is there already is an operator's, who may use it for more
    than us, and stays when the migration is taken down; the one that was made here goes, unless
    something else has come to depend on it. Which is which stands in the extension's comment.
    `access_method` is what a new enough version has; `packages` says where servers get it from.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(self, name: str, *, type_name: str, access_method: str, packages: str) -> None:
        self.name = name
        self.type_name = type_name
        self.access_method = access_method
        self.packages = packages

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            type(self).__name__,
            [self.name],
            {
                "type_name": self.type_name,
                "access_method": self.access_method,
                "packages": self.packages,
            },
        )

    def describe(self) -> str:
        return f"Make the extension {self.name}"

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Extensions are no part of Django's picture of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if not self._asked(schema_editor, "SELECT FROM pg_extension WHERE extname = %s", self.name):
            self._make(schema_editor)
        database = schema_editor.connection.settings_dict["NAME"]
        if not self._asked(
            schema_editor, "SELECT WHERE to_regtype(%s) IS NOT NULL", self.type_name
        ):
            raise ExtensionMissing(
                f"The extension {self.name} of the database {database} is in a schema where "
                f"nobody looks. Let a superuser run this in it, and start again: "
                f"ALTER EXTENSION {self.name} SET SCHEMA public;"
            )
        if not self._asked(
            schema_editor, "SELECT FROM pg_am WHERE amname = %s", self.access_method
        ):
            raise ExtensionMissing(
                f"The extension {self.name} of the database {database} is too old: it has no "
                f"{self.access_method}. Let an administrator install a newer one ({self.packages}) "
                f"and a superuser run this in the database, and start again: "
                f"ALTER EXTENSION {self.name} UPDATE;"
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if not self._asked(
            schema_editor,
            "SELECT FROM pg_extension e WHERE extname = %s "
            "AND obj_description(e.oid, 'pg_extension') LIKE '%%(' || %s || ')'",
            self.name,
            MADE_HERE,
        ):
            return
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute(f"DROP EXTENSION {self._quoted(schema_editor)}", None)
        except DatabaseError as error:
            # Somebody's table has a column of its type: what isn't ours is not taken along.
            if getattr(error.__cause__, "sqlstate", None) != "2BP01":
                raise

    def _make(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        name = self._quoted(schema_editor)
        found = self._asked(
            schema_editor,
            "SELECT comment FROM pg_available_extensions WHERE name = %s",
            self.name,
        )
        database = schema_editor.connection.settings_dict["NAME"]
        command = f"CREATE EXTENSION {self.name};"
        if not found:
            raise ExtensionMissing(
                f"Taskly needs the extension {self.name}, which this PostgreSQL server doesn't "
                f"have. Let an administrator install it ({self.packages}), let a superuser run "
                f"this in the database {database}, and start again: {command} "
                f"Nothing was changed by this migration."
            )
        [(comment,)] = found
        marked = schema_editor.quote_value(f"{comment} ({MADE_HERE})")
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute(f"CREATE EXTENSION {name}", None)
                schema_editor.execute(f"COMMENT ON EXTENSION {name} IS {marked}", None)
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) != "42501":
                raise
            raise ExtensionMissing(
                f"Taskly needs the extension {self.name}, and the database's user may not make "
                f"it. Let a superuser run this in the database {database}, and start again: "
                f"{command} Nothing was changed by this migration."
            ) from error

    def _quoted(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        return schema_editor.quote_name(self.name)

    @staticmethod
    def _asked(schema_editor: BaseDatabaseSchemaEditor, query: str, *values: str) -> list[Any]:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(query, values)
            rows: list[Any] = cursor.fetchall()
        return rows
