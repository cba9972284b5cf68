"""Names of the rows that entries tell of, in a number of queries that doesn't grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast

from core.history.words import Logged, entity_type, named
from core.models import EventLog

# The newest value of one column of each thing, as the log has it.
_LOGGED = """
SELECT wanted.entity_type, wanted.entity_id::text, newest.value, newest.workspace_id,
       newest.channel_id, newest.private_to
  FROM unnest(%s::text[], %s::uuid[], %s::text[]) AS wanted (entity_type, entity_id, name)
 CROSS JOIN LATERAL (
    SELECT coalesce(e.details -> 'after' ->> wanted.name, e.details -> 'before' ->> wanted.name)
               AS value, e.workspace_id, e.channel_id, e.private_to
      FROM event_log e
     WHERE e.entity_type = wanted.entity_type AND e.entity_id = wanted.entity_id
       AND (e.details -> 'after' ? wanted.name OR e.details -> 'before' ? wanted.name)
     ORDER BY e.id DESC LIMIT 1) AS newest
 WHERE newest.value IS NOT NULL
"""

Rows = Callable[[type[Model]], "QuerySet[Any] | None"]
"""The rows of a model that the reader may see; None where nobody says."""


@dataclass(frozen=True)
class Name:
    """What a row is called, and what is said beside it."""

    text: str
    note: str = ""
    present: bool = True
    """Whether the reader can go and look at it."""


class Names:
    """Ask for names by `want`, then `look_up` once, then `get` them.

    People are named whoever asks: who did something where one may look is no secret, also after
    they left. Everything else is named where the reader sees it, and what is gone where the log
    tells its name to those who read the entry that speaks of it.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._wanted: dict[type[Model], dict[str, EventLog]] = defaultdict(dict)
        self._then: dict[type[Model], dict[tuple[str, int], EventLog]] = defaultdict(dict)
        self._known: dict[tuple[type[Model], str], Name] = {}
        self._known_then: dict[tuple[type[Model], str, int], str] = {}

    def want(self, model: type[Model], identifier: Any, entry: EventLog) -> None:
        """Ask for the name of a row that `entry` speaks of."""
        said = named(model)
        if not identifier or said is None:
            return
        if said.then is not None:
            self._then[model][str(identifier), entry.pk] = entry
        else:
            self._wanted[model].setdefault(str(identifier), entry)

    def get(self, model: type[Model], identifier: Any, entry: EventLog) -> str | None:
        """What the row is called, or was when `entry` was made."""
        if (model, str(identifier), entry.pk) in self._known_then:
            return self._known_then[model, str(identifier), entry.pk]
        found = self.find(model, identifier)
        return found.text if found is not None else None

    def find(self, model: type[Model], identifier: Any) -> Name | None:
        """The name of a row, with its note."""
        return self._known.get((model, str(identifier)))

    def look_up(self) -> None:
        """Find what was asked for: what is there, what was there then, what is gone."""
        self._look_up_present()
        for model, pairs in self._then.items():
            said = named(model)
            if said is not None and said.then is not None:
                found = said.then([(identifier, entry) for (identifier, _), entry in pairs.items()])
                for (identifier, entry_id), name in found.items():
                    self._known_then[model, identifier, entry_id] = name
        self._look_up_gone()

    def _look_up_present(self) -> None:
        parts: list[QuerySet[Any]] = []
        models = list(self._wanted)
        for number, model in enumerate(models):
            said = named(model)
            people = issubclass(model, get_user_model())
            rows = model._base_manager.all() if people else self._rows(model)
            if rows is None or said is None:
                continue
            parts.append(
                rows.order_by()
                .filter(pk__in=self._wanted[model])
                .values_list(
                    Value(number),
                    Cast("pk", CharField()),
                    _text(said.text),
                    _text(said.note),
                )
            )
        if not parts:
            return
        first, *others = parts
        for number, identifier, text, note in first.union(*others, all=True) if others else first:
            self._known[models[number], identifier] = Name(text or "", note or "")

    def _look_up_gone(self) -> None:
        missing = {
            (entity_type(model), identifier): (model, entry)
            for model, wanted in self._wanted.items()
            for identifier, entry in wanted.items()
            if (model, identifier) not in self._known
        }
        if not missing:
            return
        columns = [
            said.logged if (said := named(model)) is not None else ""
            for model, _entry in missing.values()
        ]
        found: dict[type[Model], dict[str, Logged]] = defaultdict(dict)
        with connection.cursor() as cursor:
            kinds, identifiers = zip(*missing, strict=True)
            cursor.execute(_LOGGED, [list(kinds), list(identifiers), columns])
            for kind, identifier, value, workspace_id, channel_id, private_to in cursor.fetchall():
                model, entry = missing[kind, identifier]
                # Told only to those who read of it in the same place.
                if (
                    workspace_id == entry.workspace_id
                    and channel_id in (None, entry.channel_id)
                    and private_to in (None, entry.private_to)
                ):
                    found[model][identifier] = Logged(value, workspace_id)
        for model, logged in found.items():
            said = named(model)
            made = said.gone if said is not None and said.gone is not None else _as_logged
            for identifier, text in made(logged).items():
                self._known[model, identifier] = Name(text, present=False)


def _as_logged(logged: Mapping[str, Logged]) -> dict[str, str]:
    return {identifier: each.value for identifier, each in logged.items()}


def _text(source: Any) -> Any:
    """A column or an expression as text; NULL for none."""
    if source is None:
        return Value("", output_field=CharField())
    return Cast(F(source) if isinstance(source, str) else source, CharField())
