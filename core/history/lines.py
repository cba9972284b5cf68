"""What happened, a line an action: "Alice moved ACME-42 from In Progress to Done".

One machinery for everybody who tells of the log: a page's sentences take the same few queries
however many there are. A sentence is first asked what names it needs, then all names are looked
up, then it is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.text import Truncator
from django.utils.translation import gettext

from core.history.names import Names, Rows
from core.history.values import (
    Change,
    change_of,
    changes_of,
    happened,
    images,
    referred,
    text_of,
    told_columns,
)
from core.history.withholding import withhold
from core.history.words import GENERIC, Words, kind_of, logged_model, named, subject_of, words_of
from core.models import EventLog

# As many are named one by one, in "Bob, Carol and 2 more" and in lists of changes.
NAMED = 3
SHORT = 40
QUOTED = 80


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: plain words, or with a `role` what people wrote or are called.

    `model` and `identifier` say which row that is, where the reader can go and look at it.
    """

    text: str
    role: str = ""
    model: type[Model] | None = None
    identifier: str = ""


class Count(int):
    """A number of rows that may have been counted no further: "1000+"."""

    capped = False

    @classmethod
    def at_least(cls, number: int) -> Count:
        count = cls(number)
        count.capped = True
        return count

    def __str__(self) -> str:
        return f"{int(self)}+" if self.capped else str(int(self))


NONE = Count(0)


@dataclass
class Line:
    """One action, or what of it was given, in words."""

    entry: EventLog
    parts: list[Part]
    actor: str
    subject: str
    note: str
    changes: list[Change] = field(default_factory=list)
    told: frozenset[str] = frozenset()
    """The columns whose change the sentence itself tells."""
    further: list[Line] = field(default_factory=list)
    """What else belongs to the action, an entry a line."""
    more: Count = NONE
    """How many entries of the action aren't among these."""

    @property
    def sentence(self) -> str:
        return "".join(part.text for part in self.parts)


@dataclass
class Group:
    """Entries of one action: all of them, or a sample of what `sizes` counts."""

    entries: list[EventLog]
    sizes: dict[str, Count] = field(default_factory=dict)
    """How many rows of each kind the action touched, where these entries are a sample."""
    total: Count = NONE

    @property
    def is_whole(self) -> bool:
        return not self.sizes


class Unsaid(LookupError):
    """A place of a sentence that can't be filled."""


class _Places(dict[str, Any]):
    """The places of a sentence, filled as they are asked for.

    Names become marks in the text, so that it can be taken apart again after its words are put in
    the order of whatever language it is said in.
    """

    def __init__(self, telling: _Telling) -> None:
        super().__init__()
        self.telling = telling
        self.marked: list[Part] = []

    def __missing__(self, name: str) -> Any:
        part = self.telling.part(name)
        if isinstance(part, int):
            return part
        self.marked.append(part)
        return f"\x00{len(self.marked) - 1}\x00"

    def parts_of(self, text: str) -> list[Part]:
        pieces = text.split("\x00")
        # Between two marks stands text, between the two NULs of one its number.
        found = [
            self.marked[int(piece)] if place % 2 else Part(piece)
            for place, piece in enumerate(pieces)
        ]
        return [part for part in found if part.text]


class _Telling:
    """One group on its way to a line."""

    def __init__(self, group: Group, names: Names, *, whole: bool = False) -> None:
        self.group = group
        self.names = names
        self.whole = whole
        self.said = False
        self.told: set[str] = set()
        self.entries = sorted(group.entries, key=lambda entry: -entry.pk)
        self.newest = self.entries[0]
        self.words, self.about = self._chosen()
        kind = self.about[0].entity_type
        self.ids = list(dict.fromkeys(str(entry.entity_id) for entry in self.about))
        self.count = group.sizes.get(kind, Count(len(self.ids)))
        self.kind = kind

    def _chosen(self) -> tuple[Words, list[EventLog]]:
        """The words for the group, and the entries that they are about."""
        entries = self.entries
        action = self.newest.action
        subject = subject_of(action)
        about = [entry for entry in entries if entry.entity_type == subject]
        if about:
            return words_of(action), about
        # Only what went along with the action is here, or no service said what it meant.
        kind = self.newest.entity_type
        about = [entry for entry in entries if entry.entity_type == kind]
        verbs = {happened(entry) for entry in about}
        verb = verbs.pop() if len(verbs) == 1 else "updated"
        return words_of(f"{kind}.{verb}"), about

    # Asking

    def ask(self) -> None:
        """Want every name that some sentence of these words, or a change, would use."""
        self.names.want(get_user_model(), self.newest.actor_id, self.newest)
        model = logged_model(self.kind)
        if self.count == 1 and model is not None:
            self.names.want(model, self.ids[0], self.newest)
        for template in (*self.words.one, *self.words.many):
            self._try(template)
        for entry in self.about:
            for column in told_columns(entry, whole=self.whole):
                self._want_values(entry, column)

    def _want_values(self, entry: EventLog, column: str) -> None:
        model = referred(entry.entity_type, column)
        if model is not None:
            for image in images(entry):
                self.names.want(model, image.get(column), entry)

    # Saying

    def say(self) -> Line:
        self.said = True
        person = self.names.find(get_user_model(), self.newest.actor_id)
        model = logged_model(self.kind)
        name = None
        if model is not None and self.count == 1:
            name = self.names.find(model, self.ids[0])
        return Line(
            entry=self.newest,
            parts=self._sentence(),
            told=frozenset({*self.told, *self.words.tells}),
            actor=self._actor() if person is None else person.text,
            subject=name.text if name is not None else "",
            note=name.note if name is not None else "",
            changes=self._changes() if self.count == 1 else [],
        )

    def _changes(self) -> list[Change]:
        return [
            change
            for entry in reversed(self.about)
            for change in changes_of(entry, self.names, whole=self.whole)
        ]

    def _actor(self) -> str:
        if self.newest.actor_id is None:
            return gettext("Taskly")
        return self.names.get(get_user_model(), self.newest.actor_id, self.newest) or gettext(
            "Somebody"
        )

    def _sentence(self) -> list[Part]:
        templates = self.words.one if self.count == 1 else self.words.many
        for template in (*templates, *self.words.many, *self.words.one):
            parts = self._try(template)
            if parts is not None:
                return parts
        # Not the kind's own words: they may know no others than those that couldn't be said.
        generic = GENERIC["updated"]
        parts = self._try((generic.one if self.count == 1 else generic.many)[-1])
        return parts or [Part(self._actor(), "actor")]

    def _try(self, template: Any) -> list[Part] | None:
        places = _Places(self)
        self.told.clear()
        try:
            return places.parts_of(str(template % places))
        except Unsaid:
            return None

    def part(self, name: str) -> Part | int:
        """What stands in a place; `Unsaid` where nothing can."""
        if name == "count":
            return self.count
        if name == "actor":
            return Part(self._actor(), "actor")
        if name in ("kind", "kinds"):
            return Part(kind_of(self.kind, plural=name == "kinds"))
        if name == "verb":
            return Part(self.newest.action.rpartition(".")[2].replace("_", " "))
        if name == "it":
            return self._it()
        if name == "changes":
            return self._told_changes()
        values = self._values(name)
        return Part(self._joined(values), "value", *self._target(values))

    def _it(self) -> Part:
        if self.count != 1:
            raise Unsaid("it")
        model = logged_model(self.kind)
        said = named(model) if model is not None else None
        found = self.names.find(model, self.ids[0]) if model is not None else None
        if found is None or not found.text or said is None:
            return Part(gettext("a %(kind)s") % {"kind": kind_of(self.kind)})
        text = found.text
        if said.quoted:
            name = Truncator(found.text).chars(QUOTED)
            text = gettext("%(kind)s “%(name)s”") % {"kind": kind_of(self.kind), "name": name}
        if not found.present:
            return Part(text, "subject")
        return Part(text, "subject", model, self.ids[0])

    def _told_changes(self) -> Part:
        """The columns that changed, with their values where these are short."""
        listed: dict[str, str] = {}
        told: set[str] = set()
        for entry in self.about:
            for column in told_columns(entry):
                change = change_of(entry, column, self.names)
                short = not change.lead and not change.tail and "\n" not in change.after
                if short and max(len(change.before), len(change.after)) <= SHORT:
                    listed[change.label] = f"{change.label}: {change.before} → {change.after}"
                    told.add(column)
                else:
                    listed[change.label] = change.label
        if self.count != 1 or not listed:
            raise Unsaid("changes")
        texts = list(listed.values())
        if len(texts) > NAMED:
            return Part(_and_more(list(listed)[:NAMED], len(listed) - NAMED), "value")
        self.told |= told
        return Part("; ".join(texts), "value")

    def _values(self, name: str) -> list[tuple[EventLog, str, Any]]:
        """(entry, column, value) of every entry, for a place that names a column."""
        side, _dash, column = name.partition("_")
        if side in ("before", "after"):
            self.told.add(column)
        found: list[tuple[EventLog, str, Any]] = []
        for entry in self.about:
            before, after = images(entry)
            if side == "before" and column:
                found.append((entry, column, before.get(column)))
            elif side == "after" and column:
                found.append((entry, column, after.get(column)))
            elif side == "context" and column:
                context = entry.details.get("context") or {}
                found.append((entry, "", context.get(column)))
            elif name in after or name in before:
                found.append((entry, name, after.get(name, before.get(name))))
            elif self.words.also is not None:
                found.append((entry, "", self.words.also(entry).get(name)))
        return [each for each in found if each[2] not in (None, "")]

    def _joined(self, values: Sequence[tuple[EventLog, str, Any]]) -> str:
        """The values' texts, each once; `Unsaid` where there is none, or others aren't known."""
        if not values:
            raise Unsaid("value")
        if not self.said:
            for entry, column, _value in values:
                self._want_values(entry, column)
            return "?"
        texts = list(dict.fromkeys(self._text(*each) for each in values))
        several = len(texts) > 1 and bool(self.words.many)
        if self.count > 1 and (several or not self.group.is_whole):
            raise Unsaid("several")
        if len(texts) > NAMED:
            return _and_more(texts[:NAMED], len(texts) - NAMED)
        return _and(texts)

    def _target(
        self, values: Sequence[tuple[EventLog, str, Any]]
    ) -> tuple[type[Model] | None, str]:
        """The one row that values point at, where the reader can go to it."""
        rows = {(referred(entry.entity_type, column), value) for entry, column, value in values}
        if len(rows) != 1:
            return None, ""
        [(model, identifier)] = rows
        found = self.names.find(model, identifier) if model is not None else None
        return (model, str(identifier)) if found is not None and found.present else (None, "")

    def _text(self, entry: EventLog, column: str, value: Any) -> str:
        if not column:
            return Truncator(str(value)).chars(QUOTED)
        model = referred(entry.entity_type, column)
        if model is None:
            return Truncator(text_of(entry, column, value, self.names)).chars(QUOTED)
        said = named(model)
        text = self.names.get(model, value, entry)
        if not text:
            return gettext("a %(kind)s") % {"kind": str(model._meta.verbose_name)}
        text = Truncator(text).chars(QUOTED)
        return gettext("“%(name)s”") % {"name": text} if said is not None and said.quoted else text


def _and(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    return gettext("%(some)s and %(last)s") % {"some": ", ".join(texts[:-1]), "last": texts[-1]}


def _and_more(texts: Sequence[str], more: int) -> str:
    return gettext("%(some)s and %(more)d more") % {"some": ", ".join(texts), "more": more}


def lines_of(groups: Iterable[Group], rows: Rows, *, whole: bool = False) -> list[Line]:
    """`groups` in words, each with what else belongs to its action, by a few queries for all.

    `rows` says what of a model the reader may see: names come from nowhere else. `whole` tells
    every column of what was made or removed as well, and long texts in full.
    """
    listed = list(groups)
    withhold([entry for group in listed for entry in group.entries])
    names = Names(rows)
    tellings = [_Telling(group, names, whole=whole) for group in listed]
    singles = [
        [
            _Telling(Group([entry]), names)
            for entry in telling.entries
            if _stands_alone(entry, telling)
        ]
        for telling in tellings
    ]
    for telling in (*tellings, *(single for each in singles for single in each)):
        telling.ask()
    names.look_up()
    lines = []
    for telling, each in zip(tellings, singles, strict=True):
        line = telling.say()
        line.further = [single.say() for single in each]
        left = max(0, telling.group.total - len(telling.entries))
        line.more = Count.at_least(left) if telling.group.total.capped else Count(left)
        lines.append(line)
    return lines


def _stands_alone(entry: EventLog, telling: _Telling) -> bool:
    """Whether an entry gets a line of its own below its action's: what the action's own line,
    with its changes, doesn't tell already."""
    if len(telling.entries) == 1:
        return False
    return telling.count != 1 or entry not in telling.about
