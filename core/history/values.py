"""Columns and values of the log as people read them, and what changed in a long text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext

from core.history.words import logged_model, vocabulary
from core.models import EventLog

if TYPE_CHECKING:
    from core.history.names import Names

NOTHING = "—"
LONG = 120
# Of a long text: so much of what stays is shown around what changed, and so much of that.
AROUND = 30
CHANGED = 160

# Columns that tell nobody anything when they stand in a list of changes.
UNTOLD = frozenset({"id", "created_at", "position", "workspace_id"})


@dataclass(frozen=True)
class Change:
    """One column of an entry, in words. Of long texts, only what differs, with what is around."""

    column: str
    label: str
    before: str
    after: str
    lead: str = ""
    tail: str = ""


def field_of(entity: str, column: str) -> models.Field[Any, Any] | None:
    """The field behind a column that the log names."""
    model = logged_model(entity)
    if model is None:
        return None
    for field in model._meta.concrete_fields:
        if column in (field.column, field.name):
            return field
    return None


def label_of(entity: str, column: str) -> str:
    """What people call a column."""
    field = field_of(entity, column)
    name = str(field.verbose_name) if field is not None else column.replace("_", " ")
    return capfirst(name)


def referred(entity: str, column: str) -> type[models.Model] | None:
    """The model whose row a column names, if it names one."""
    field = field_of(entity, column)
    return field.related_model if field is not None and field.remote_field is not None else None


def images(entry: EventLog) -> tuple[dict[str, Any], dict[str, Any]]:
    """An entry's columns before and after."""
    return entry.details.get("before") or {}, entry.details.get("after") or {}


def happened(entry: EventLog) -> str:
    """What became of the row: `created`, `updated` or `deleted`."""
    before, after = images(entry)
    if before and after:
        return "updated"
    return "deleted" if before else "created"


def told_columns(entry: EventLog, *, whole: bool = False) -> list[str]:
    """The columns worth telling; of what was made or removed only where `whole` is asked for."""
    before, after = images(entry)
    columns = [column for column in {**before, **after} if column not in UNTOLD]
    if whole:
        return columns
    if not (before and after):
        return []
    untold = vocabulary().untold
    return [column for column in columns if (entry.entity_type, column) not in untold]


def text_of(entry: EventLog, column: str, value: Any, names: Names) -> str:
    """A logged value as people read it."""
    if value is None or value in ("", [], {}):
        return NOTHING
    special = vocabulary().values.get((entry.entity_type, column))
    if special is not None:
        return special(value) or NOTHING
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    model = referred(entry.entity_type, column)
    if model is not None:
        return names.get(model, value, entry) or gettext("something you may not see")
    field = field_of(entry.entity_type, column)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(localtime(moment), "DATETIME_FORMAT")
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return date_format(day, "DATE_FORMAT")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


def change_of(entry: EventLog, column: str, names: Names, *, whole: bool = False) -> Change:
    """One column of an entry before and after; long texts cut down to what differs."""
    before, after = images(entry)
    label = label_of(entry.entity_type, column)
    old = text_of(entry, column, before.get(column), names)
    new = text_of(entry, column, after.get(column), names)
    if whole or max(len(old), len(new)) <= LONG:
        return Change(column, label, old, new)
    if NOTHING in (old, new):
        return Change(column, label, _shortened(old), _shortened(new))
    return _difference(column, label, old, new)


def changes_of(entry: EventLog, names: Names, *, whole: bool = False) -> list[Change]:
    """Every told column of an entry, in words."""
    return [
        change_of(entry, column, names, whole=whole) for column in told_columns(entry, whole=whole)
    ]


def _shortened(text: str) -> str:
    return Truncator(text).chars(CHANGED)


def _difference(column: str, label: str, old: str, new: str) -> Change:
    """What lies between the words that two texts begin and end with alike."""
    old_words, new_words = old.split(" "), new.split(" ")
    limit = min(len(old_words), len(new_words))
    start = next((n for n in range(limit) if old_words[n] != new_words[n]), limit)
    end = next(
        (n for n in range(limit - start) if old_words[-1 - n] != new_words[-1 - n]), limit - start
    )
    lead = " ".join(old_words[:start])
    tail = " ".join(old_words[len(old_words) - end :])
    return Change(
        column,
        label,
        _shortened(" ".join(old_words[start : len(old_words) - end])),
        _shortened(" ".join(new_words[start : len(new_words) - end])),
        lead=f"…{lead[-AROUND:]}" if len(lead) > AROUND else lead,
        tail=f"{tail[:AROUND]}…" if len(tail) > AROUND else tail,
    )
