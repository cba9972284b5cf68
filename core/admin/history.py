"""The event log in words: who did what, and each changed field before and after."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import camel_case_to_spaces, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel, EventLog

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.utils.functional import _StrPromise

# What happened, by the last word of an action's name; others are shown as they are.
VERBS: dict[str, _StrPromise] = {
    "created": _("created"),
    "updated": _("changed"),
    "deleted": _("deleted"),
    "moved": _("moved"),
    "archived": _("archived"),
    "unarchived": _("taken out of the archive"),
    "added": _("added"),
    "removed": _("removed"),
    "joined": _("joined"),
    "assigned": _("assigned"),
    "accepted": _("accepted"),
    "revoked": _("revoked"),
    "deactivated": _("deactivated"),
    "activated": _("activated"),
    "imported": _("imported"),
}

SOURCES: dict[str, _StrPromise] = {
    "api": _("API"),
    "admin": _("Web"),
    "assistant": _("Assistant"),
    "telegram": _("Telegram"),
    "github": _("GitHub"),
    "import": _("Import"),
    "command": _("Command line"),
}

# Columns that tell nobody anything when they stand in a list of changes.
UNTOLD = frozenset({"id", "created_at", "updated_at", "position", "search"})


@dataclass(frozen=True)
class Change:
    """One field of an entry, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class History:
    """One entry of the log, in words."""

    entry: EventLog
    actor: str
    sentence: str
    subject: str
    url: str
    source: str
    changes: list[Change]


def entity_type(model: type[models.Model]) -> str:
    """The name of a model in the log: `card_assignee`."""
    return camel_case_to_spaces(model.__name__).replace(" ", "_")


def logged_model(name: str) -> type[BaseModel] | None:
    """The model that the log calls `name`, if there still is one."""
    for model in apps.get_models():
        if issubclass(model, BaseModel) and entity_type(model) == name:
            return model
    return None


def sentence(entry: EventLog) -> str:
    """What happened: "Card moved"; "Card created (assignee)" of a row that went along with it."""
    subject, _dot, verb = entry.action.rpartition(".")
    model = logged_model(subject)
    noun = str(model._meta.verbose_name) if model else subject.replace("_", " ").replace(".", " ")
    said = capfirst(f"{noun} {VERBS.get(verb, verb.replace('_', ' '))}".strip())
    part = logged_model(entry.entity_type)
    if part is None or model is None or part is model:
        return said
    return f"{said} ({part._meta.verbose_name})"


def _field(model: type[models.Model] | None, column: str) -> models.Field | None:
    if model is None:
        return None
    for field in model._meta.concrete_fields:
        if column in (field.column, field.name):
            return field
    return None


def label_of(model: type[models.Model] | None, column: str) -> str:
    """What people call a column."""
    field = _field(model, column)
    name = str(field.verbose_name) if field is not None else column.replace("_", " ")
    return capfirst(name)


class _Names:
    """Names of the rows that entries point at, a query a model, only of what one may see."""

    def __init__(self, request: HttpRequest, site: AdminSite) -> None:
        self.request = request
        self.site = site
        self.wanted: dict[type[models.Model], set[str]] = defaultdict(set)
        self.known: dict[tuple[type[models.Model], str], str] = {}

    def want(self, model: type[models.Model], value: Any) -> None:
        if value:
            self.wanted[model].add(str(value))

    def look_up(self) -> None:
        for model, ids in self.wanted.items():
            model_admin = self.site._registry.get(model)
            rows = (
                model_admin.get_queryset(self.request)
                if model_admin is not None
                else _visible(model, self.request)
            )
            for row in rows.filter(pk__in=ids):
                self.known[model, str(row.pk)] = str(row)

    def get(self, model: type[models.Model], value: Any) -> str | None:
        return self.known.get((model, str(value)))


def _visible(model: type[models.Model], request: HttpRequest) -> models.QuerySet:
    """What of a model without an admin of its own may be named; nothing where nobody says."""
    rows = model._default_manager.all()
    visible_to = getattr(rows, "visible_to", None)
    return visible_to(request.user) if visible_to is not None else rows.none()


def shown(field: models.Field | None, value: Any, names: _Names) -> str:
    """A logged value as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if field is not None and field.remote_field is not None:
        return names.get(field.related_model, value) or gettext("something you may not see")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(localtime(moment), "DATETIME_FORMAT")
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return date_format(day, "DATE_FORMAT")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


def told(
    entries: Iterable[EventLog], request: HttpRequest, site: AdminSite, *, whole: bool = False
) -> list[History]:
    """`entries` in words, in a number of queries that doesn't grow with them.

    `whole` tells every column of what was made or removed as well, not only of what changed.
    """
    listed = list(entries)
    names = _Names(request, site)
    # Who did something where one may look is no secret, also after they left.
    actors = {
        person.pk: str(person)
        for person in get_user_model()._base_manager.filter(
            pk__in={entry.actor_id for entry in listed if entry.actor_id}
        )
    }
    for entry in listed:
        model = logged_model(entry.entity_type)
        if model is not None and model in site._registry:
            names.want(model, entry.entity_id)
        for column, value in [*_told_values(entry, whole), *_parts(model, entry, site)]:
            field = _field(model, column)
            if field is not None and field.remote_field is not None:
                names.want(field.related_model, value)
    names.look_up()
    return [
        History(
            entry=entry,
            actor=actors.get(entry.actor_id, gettext("Somebody"))
            if entry.actor_id
            else gettext("Taskly"),
            sentence=sentence(entry),
            subject=_subject(entry, names),
            url=_url(entry, names, site),
            source=str(SOURCES.get(entry.source, entry.source)),
            changes=changes(entry, names, whole),
        )
        for entry in listed
    ]


def _told_columns(entry: EventLog, whole: bool) -> list[str]:
    before, after = entry.details.get("before") or {}, entry.details.get("after") or {}
    if not whole and not (before and after):
        return []
    return [column for column in {**before, **after} if column not in UNTOLD]


def _parts(
    model: type[models.Model] | None, entry: EventLog, site: AdminSite
) -> list[tuple[str, Any]]:
    """What a row without a page of its own ties together: an assignee's card and person."""
    if model is None or model in site._registry:
        return []
    values = entry.details.get("after") or entry.details.get("before") or {}
    return [(column, values[column]) for column in ("card_id", "user_id") if column in values]


def _told_values(entry: EventLog, whole: bool) -> Iterable[tuple[str, Any]]:
    for side in ("before", "after"):
        values = entry.details.get(side) or {}
        for column in _told_columns(entry, whole):
            yield column, values.get(column)


def changes(entry: EventLog, names: _Names, whole: bool) -> list[Change]:
    """The fields of an entry before and after, in words."""
    model = logged_model(entry.entity_type)
    before, after = entry.details.get("before") or {}, entry.details.get("after") or {}
    return [
        Change(
            label=label_of(model, column),
            before=shown(_field(model, column), before.get(column), names),
            after=shown(_field(model, column), after.get(column), names),
        )
        for column in _told_columns(entry, whole)
    ]


def history_of(instance: models.Model) -> models.QuerySet[EventLog]:
    """The entries of one row, newest first."""
    return EventLog.objects.filter(
        entity_type=entity_type(type(instance)), entity_id=instance.pk
    ).order_by("-id")


def _subject(entry: EventLog, names: _Names) -> str:
    """What the thing is called: now, or else when the entry was made."""
    model = logged_model(entry.entity_type)
    if model is not None and (known := names.get(model, entry.entity_id)):
        return known
    parts = [
        known
        for column, value in _parts(model, entry, names.site)
        if (field := _field(model, column)) is not None
        and field.remote_field is not None
        and (known := names.get(field.related_model, value))
    ]
    if parts:
        return ", ".join(parts)
    for side in ("after", "before"):
        values = entry.details.get(side) or {}
        for column in ("title", "name", "email"):
            if values.get(column):
                return str(values[column])
    return ""


def _url(entry: EventLog, names: _Names, site: AdminSite) -> str:
    """The page of what an entry tells of, where there is one that the reader may open."""
    model = logged_model(entry.entity_type)
    if model is None or names.get(model, entry.entity_id) is None:
        return ""
    name = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
    return reverse(name, args=[entry.entity_id])
