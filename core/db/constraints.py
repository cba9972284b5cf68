"""Foreign keys that a model declares in a line, composite ones included.

Tenancy rests on them: `cards (sprint_id, board_id) → sprints (id, board_id)` makes a card in a
sprint of another board impossible for every writer. Django's own key cannot span columns, and two
keys side by side cost a third more, so the fields say `db_constraint=False` and the key stands
in `Meta.constraints`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Model
from django.utils.translation import gettext_lazy as _

CASCADE = "CASCADE"
NO_ACTION = "NO ACTION"
SET_NULL = "SET NULL"


class ForeignKeyConstraint(BaseConstraint):
    """`fields` of this model refer to `to_fields` of the model `to` ("app.Model").

    `on_delete` is CASCADE, NO_ACTION or SET_NULL; with SET_NULL only the first field is emptied,
    as the others (board, workspace) are the row's own. `on_update` follows a target that moves
    (an assignee follows its card to another board). Checked at the end of each statement, so that
    an error comes where it was caused; `SET CONSTRAINTS ALL DEFERRED` postpones it for loads.
    """

    default_violation_error_message = _("There is no such object.")

    def __init__(
        self,
        *,
        fields: Sequence[str],
        to: str,
        to_fields: Sequence[str] = ("id",),
        name: str,
        on_delete: str = NO_ACTION,
        on_update: str = NO_ACTION,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        if len(fields) != len(to_fields):
            raise ValueError("a foreign key has as many fields as its target")
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )
        self.fields = tuple(fields)
        self.to = to
        self.to_fields = tuple(to_fields)
        self.on_delete = on_delete
        self.on_update = on_update

    def _sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        quote = schema_editor.quote_name
        app_label, model_name = self.to.split(".")
        # The target as this migration knows it; at that point it may carry other column names.
        target = model._meta.apps.get_model(app_label, model_name)
        columns = ", ".join(quote(model._meta.get_field(f).column) for f in self.fields)
        to_columns = ", ".join(quote(target._meta.get_field(f).column) for f in self.to_fields)
        action = self.on_delete
        if action == SET_NULL:
            action = f"SET NULL ({quote(model._meta.get_field(self.fields[0]).column)})"
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY ({columns}) REFERENCES {quote(target._meta.db_table)} ({to_columns}) "
            f"ON DELETE {action} ON UPDATE {self.on_update} DEFERRABLE INITIALLY IMMEDIATE"
        )

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Nothing inside CREATE TABLE: the target's UNIQUE may come later in the migration."""
        if model is not None and schema_editor is not None:
            schema_editor.deferred_sql.append(self._sql(model, schema_editor))
        return ""

    def create_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self.constraint_sql(model, schema_editor)

    def remove_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        if model is None or schema_editor is None:
            return ""
        quote = schema_editor.quote_name
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} "
            f"DROP CONSTRAINT IF EXISTS {quote(self.name)}"
        )

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Refuse, by the first field's name, what the database would refuse."""
        if exclude and any(field in exclude for field in self.fields):
            return
        values = [getattr(instance, model._meta.get_field(f).attname) for f in self.fields]
        if any(value is None for value in values):
            return
        target = apps.get_model(self.to)
        wanted = {
            target._meta.get_field(to_field).attname: value
            for to_field, value in zip(self.to_fields, values, strict=True)
        }
        if not target._base_manager.using(using).filter(**wanted).exists():
            raise ValidationError(
                {
                    self.fields[0]: ValidationError(
                        self.get_violation_error_message(), code=self.violation_error_code
                    )
                }
            )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs.update(fields=self.fields, to=self.to)
        if self.to_fields != ("id",):
            kwargs["to_fields"] = self.to_fields
        if self.on_delete != NO_ACTION:
            kwargs["on_delete"] = self.on_delete
        if self.on_update != NO_ACTION:
            kwargs["on_update"] = self.on_update
        return path, args, kwargs

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ForeignKeyConstraint):
            return self.deconstruct() == other.deconstruct()
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash((self.name, self.fields, self.to, self.to_fields))
