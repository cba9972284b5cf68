"""Which rule of the database a statement broke, in words for the person who sent it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import DatabaseError
from django.db.models import (
    BaseConstraint,
    CheckConstraint,
    F,
    Model,
    Q,
    UniqueConstraint,
)
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from core.db.constraints import ForeignKeyConstraint

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_NOT_NULL = "23502"
_UNIQUE = "23505"
_TOO_LONG = "22001"
_OUT_OF_RANGE = "22003"


@dataclass(frozen=True)
class ConstraintBroken:
    """A refused statement: the field (None where no one field is to blame), why, and the status."""

    field: str | None
    message: str | _StrPromise
    constraint: str
    status: int


@dataclass(frozen=True)
class TriggerRule:
    """A rule that a trigger holds, declared beside the model as `trigger_rules`."""

    name: str
    field: str | None
    message: str | _StrPromise
    status: int = 400


def _referenced(expression: object) -> Iterator[str]:
    """The field names in a constraint's condition, in reading order."""
    if isinstance(expression, Q):
        for child in expression.children:
            yield from _referenced(child)
    elif isinstance(expression, tuple):
        yield str(expression[0]).split("__")[0]
    elif isinstance(expression, F):
        yield expression.name.split("__")[0]
    elif isinstance(expression, Combinable) and hasattr(expression, "get_source_expressions"):
        for source in expression.get_source_expressions():
            yield from _referenced(source)


def _field_of(constraint: BaseConstraint) -> str | None:
    if isinstance(constraint, ForeignKeyConstraint):
        return constraint.fields[0]
    if isinstance(constraint, UniqueConstraint):
        if constraint.fields:
            return constraint.fields[-1]
        names = [name for each in constraint.expressions for name in _referenced(each)]
        return names[-1] if names else None
    if isinstance(constraint, CheckConstraint):
        return next(_referenced(constraint.condition), None)
    return None


@cache
def _rules() -> dict[str, ConstraintBroken]:
    rules = {}
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            unique = isinstance(constraint, UniqueConstraint)
            message = constraint.violation_error_message
            if message is None or message == constraint.default_violation_error_message:
                message = _("This is taken already.") if unique else _("This value is not valid.")
                if isinstance(constraint, ForeignKeyConstraint):
                    message = constraint.default_violation_error_message
            rules[constraint.name] = ConstraintBroken(
                _field_of(constraint), message, constraint.name, 409 if unique else 400
            )
        for rule in getattr(model, "trigger_rules", ()):
            rules[rule.name] = ConstraintBroken(rule.field, rule.message, rule.name, rule.status)
    return rules


@cache
def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def explain(error: DatabaseError) -> ConstraintBroken:
    """What `error` (an IntegrityError or DataError out of PostgreSQL) means to the writer.

    Names a field only when the database named the constraint or the column; never repeats the
    values, which may be another tenant's.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    sqlstate = getattr(error.__cause__, "sqlstate", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name in _rules():
        return _rules()[name]
    model = _models().get(getattr(diagnosis, "table_name", None) or "")
    column = getattr(diagnosis, "column_name", None)
    if model is not None and name.endswith("_check"):
        # Django's own check that a number isn't negative is named by table and column alone.
        column = name.removeprefix(f"{model._meta.db_table}_").removesuffix("_check")
    field = column
    if model is not None and column:
        by_column = {each.column: each.name for each in model._meta.concrete_fields}
        field = by_column.get(column, column)
    elif model is not None and sqlstate == _UNIQUE:
        unique = [each.name for each in model._meta.concrete_fields if each.unique]
        field = next((each for each in unique if each in name), unique[0] if unique else None)
    if sqlstate == _NOT_NULL:
        return ConstraintBroken(field, _("This field may not be null."), name, 400)
    if sqlstate == _UNIQUE:
        return ConstraintBroken(field, _("This is taken already."), name, 409)
    if sqlstate in (_TOO_LONG, _OUT_OF_RANGE):
        return ConstraintBroken(field, _("This value is too long or too large."), name, 400)
    return ConstraintBroken(field, _("This value is not valid."), name, 400)
