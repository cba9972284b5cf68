"""Migration operations for what the database itself keeps: rows' versions, the log, fixed columns.

Each is one line in a migration, reversible, and leaves nothing behind when taken down.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


def sql_file(migration: str, name: str) -> RunSQL:
    """Run `name`.sql, which lies beside the migration module `migration` (its `__file__`).

    `name`.down.sql takes it back. The files belong to their migration: like it, they are never
    edited once released.
    """
    folder = Path(migration).parent
    return RunSQL(
        (folder / f"{name}.sql").read_text(encoding="utf-8"),
        (folder / f"{name}.down.sql").read_text(encoding="utf-8"),
    )


class RunDeferred(Operation):
    """Run now what Django keeps for the end of a migration: foreign keys and indexes.

    The last operation of each migration. Where something is left for the end, Django notes the
    migration as applied only after its transaction: killed in between, it could not be run again.
    """

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models are as they were."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in schema_editor.deferred_sql:
            schema_editor.execute(statement, None)
        schema_editor.deferred_sql.clear()

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """The way down keeps nothing for its end."""

    def describe(self) -> str:
        return "Run what was kept for the end"


class TriggerOperation(Operation):
    """Triggers on one model's table. Going down they go first, so that data can go after them."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of Django's picture of the models."""

    def _table(self, app_label: str, state: ProjectState) -> str:
        table: str = state.apps.get_model(app_label, self.model_name)._meta.db_table
        return table

    def _up(self, table: str) -> list[str]:
        raise AssertionError("each operation has its own")

    def _down(self, table: str) -> list[str]:
        raise AssertionError("each operation has its own")

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self._up(self._table(app_label, to_state)):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self._down(self._table(app_label, from_state)):
            schema_editor.execute(statement)


def _trigger(table: str, name: str, when: str, call: str) -> list[str]:
    """ALWAYS: a session in the replica role is not let past either."""
    return [
        f'CREATE TRIGGER "{name}" {when} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {call}',
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
    ]


class LogTable(TriggerOperation):
    """Every insert, update and delete of a row makes one log entry; versions and times are kept.

    `workspace`, `project`, `board`, `channel`, `private` name the columns that say who may read
    the entry (by default those of that name, where the table has them; `private` has none).
    `hidden` columns are logged as changed without their values; `technical` ones aren't the
    domain: changing only them makes no entry and raises no version. `counter` is the column that
    counts versions.
    """

    def __init__(
        self,
        model_name: str,
        entity: str,
        *,
        readers: dict[str, str] | None = None,
        hidden: tuple[str, ...] = (),
        technical: tuple[str, ...] = (),
        counter: str = "version",
    ) -> None:
        super().__init__(model_name)
        self.entity = entity
        self.readers = readers or {}
        self.hidden = hidden
        self.technical = technical
        self.counter = counter

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (
            type(self).__name__,
            [self.model_name, self.entity],
            {
                "readers": self.readers,
                "hidden": self.hidden,
                "technical": self.technical,
                "counter": self.counter,
            },
        )

    def describe(self) -> str:
        return f"Log {self.model_name} and keep its versions"

    def _up(self, table: str) -> list[str]:
        technical = ",".join(("created_at", "updated_at", self.counter, *self.technical))
        ignored = ",".join(("updated_at", self.counter, *self.technical))
        keep = f"'{{{technical}}}'"
        if self.counter != "version":
            keep += f", '{self.counter}'"
        hidden = "{" + ",".join(self.hidden) + "}"
        readers = json.dumps(self.readers, sort_keys=True)
        return [
            # BEFORE triggers run by name: this one sees what the others made of the row.
            *_trigger(
                table,
                "zz_keep",
                "BEFORE INSERT OR UPDATE",
                f"taskly_keep({keep})",
            ),
            *_trigger(
                table,
                "zz_log",
                "AFTER INSERT OR UPDATE OR DELETE",
                f"taskly_log('{self.entity}', '{{{ignored}}}', '{hidden}', '{readers}')",
            ),
        ]

    def _down(self, table: str) -> list[str]:
        return [
            f'DROP TRIGGER IF EXISTS "zz_log" ON "{table}"',
            f'DROP TRIGGER IF EXISTS "zz_keep" ON "{table}"',
        ]


class Unchanging(TriggerOperation):
    """The named columns of a row stay what they were when it was made."""

    def __init__(self, model_name: str, *columns: str) -> None:
        super().__init__(model_name)
        self.columns = columns

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.model_name, *self.columns], {})

    def describe(self) -> str:
        return f"Fix {', '.join(self.columns)} of {self.model_name}"

    def _up(self, table: str) -> list[str]:
        return [
            statement
            for column in self.columns
            for statement in (
                f'CREATE TRIGGER "{table}_{column}_unchanging" BEFORE UPDATE OF "{column}" '
                f'ON "{table}" FOR EACH ROW WHEN (OLD."{column}" IS DISTINCT FROM '
                f"NEW.\"{column}\") EXECUTE FUNCTION taskly_refuse_change('{column}')",
                f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_{column}_unchanging"',
            )
        ]

    def _down(self, table: str) -> list[str]:
        return [
            f'DROP TRIGGER IF EXISTS "{table}_{column}_unchanging" ON "{table}"'
            for column in self.columns
        ]


class AddIndexBeside(AddIndexConcurrently):
    """An index on a large table, made while others write to it; in a migration with atomic = False.

    Killed on the way, PostgreSQL leaves an index behind that is never used: run again, this takes
    it away first.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        name = schema_editor.quote_name(self.index.name)
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
