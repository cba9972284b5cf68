"""What each app calls its actions and its rows.

An app says it in `words.py`, beside its models: `ACTIONS` (sentences by the action's name),
`NAMES` (what a row is called), `VALUES` (how a column of no ordinary kind is read), `UNTOLD`
(columns that only follow from others) and `WITHHELD` (what isn't shown any more). Nothing has to be
said: an action without words is told by its name, a row by its `name` or `title`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.utils.text import camel_case_to_spaces, capfirst
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel, EventLog

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MODULE = "words"


@dataclass(frozen=True)
class Words:
    """The sentences of an action, or of what became of one kind of row.

    `one` tells of one row, `many` of several; of each, the first sentence is taken all of whose
    places can be filled. A place is one of

    - `%(actor)s`, `%(it)s` (the row by its name), `%(kind)s`, `%(kinds)s`, `%(count)s`,
      `%(changes)s`;
    - a column of the row, after the action or else before it: `%(card_id)s`; or of one side only:
      `%(before_column_id)s`, `%(after_column_id)s`;
    - what the service added: `%(context_reason)s`;
    - what `also` reads off an entry.

    `of` is the kind of row that the action is about, where that isn't its first word. `tells` are
    columns whose change the sentence tells without naming them.
    """

    one: tuple[Any, ...] = ()
    many: tuple[Any, ...] = ()
    of: str = ""
    tells: tuple[str, ...] = ()
    also: Callable[[EventLog], Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Logged:
    """What the log has of a row that isn't there, or that the reader doesn't see."""

    value: str
    workspace_id: UUID | None


@dataclass(frozen=True)
class Named:
    """What the rows of a model are called.

    `text` is a column or an expression, `note` a longer word beside it (a card's title). Where the
    row is gone, the log's newest value of the column `logged` is its name, or what `gone` makes of
    these values. `then` names what has no name of its own but a place in another row's past: it
    gets (id, entry) and answers by (id, the entry's id).
    """

    text: Any
    note: Any = None
    quoted: bool = True
    logged: str = "name"
    gone: Callable[[Mapping[str, Logged]], Mapping[str, str]] | None = None
    then: Callable[[Iterable[tuple[str, EventLog]]], Mapping[tuple[str, int], str]] | None = None


@dataclass
class Vocabulary:
    """What all apps say together."""

    actions: dict[str, Words] = field(default_factory=dict)
    names: dict[type[Model], Named] = field(default_factory=dict)
    values: dict[tuple[str, str], Callable[[Any], str]] = field(default_factory=dict)
    untold: set[tuple[str, str]] = field(default_factory=set)
    withheld: dict[str, tuple[str, Callable[[set[UUID]], set[UUID]]]] = field(default_factory=dict)


@cache
def vocabulary() -> Vocabulary:
    """Read once: what every app's `words` module says."""
    everything = Vocabulary()
    for app in apps.get_app_configs():
        name = f"{app.name}.{MODULE}"
        if find_spec(name) is None:
            continue
        module = import_module(name)
        everything.actions |= getattr(module, "ACTIONS", {})
        everything.names |= getattr(module, "NAMES", {})
        everything.values |= getattr(module, "VALUES", {})
        everything.untold |= getattr(module, "UNTOLD", set())
        everything.withheld |= getattr(module, "WITHHELD", {})
    return everything


def entity_type(model: type[Model]) -> str:
    """The name of a model in the log: `card_assignee`."""
    return camel_case_to_spaces(model.__name__).replace(" ", "_")


@cache
def _logged_models() -> dict[str, type[BaseModel]]:
    return {
        entity_type(model): model for model in apps.get_models() if issubclass(model, BaseModel)
    }


def entity_types() -> tuple[str, ...]:
    """Every kind of row that the log tells of."""
    return tuple(sorted(_logged_models()))


def logged_model(name: str) -> type[BaseModel] | None:
    """The model that the log calls `name`, if there still is one."""
    return _logged_models().get(name)


@cache
def named(model: type[Model]) -> Named | None:
    """What the model's rows are called; None where nobody says and nothing offers itself."""
    said = vocabulary().names.get(model)
    if said is not None:
        return said
    columns = {each.name for each in model._meta.concrete_fields}
    for column in ("title", "name"):
        if column in columns:
            return Named(text=column, logged=column)
    return None


# What is said where an app has no words of its own, by the last word of the action's name.
GENERIC: dict[str, Words] = {
    "created": Words(
        one=(_("%(actor)s created %(it)s"),), many=(_("%(actor)s created %(count)s %(kinds)s"),)
    ),
    "updated": Words(
        one=(_("%(actor)s changed %(it)s (%(changes)s)"), _("%(actor)s changed %(it)s")),
        many=(_("%(actor)s changed %(count)s %(kinds)s"),),
    ),
    "deleted": Words(
        tells=("deleted_at",),
        one=(_("%(actor)s deleted %(it)s"),),
        many=(_("%(actor)s deleted %(count)s %(kinds)s"),),
    ),
    "archived": Words(
        tells=("archived", "archived_at"),
        one=(_("%(actor)s archived %(it)s"),),
        many=(_("%(actor)s archived %(count)s %(kinds)s"),),
    ),
    "unarchived": Words(
        tells=("archived", "archived_at"),
        one=(_("%(actor)s took %(it)s out of the archive"),),
        many=(_("%(actor)s took %(count)s %(kinds)s out of the archive"),),
    ),
    "restored": Words(
        tells=("deleted_at",),
        one=(_("%(actor)s restored %(it)s"),),
        many=(_("%(actor)s restored %(count)s %(kinds)s"),),
    ),
    "imported": Words(
        one=(_("%(actor)s imported %(it)s"),), many=(_("%(actor)s imported %(count)s %(kinds)s"),)
    ),
}
UNTOLD_VERB = Words(
    one=(_("%(actor)s: %(verb)s, %(it)s"),), many=(_("%(actor)s: %(verb)s, %(count)s %(kinds)s"),)
)


# The last words of actions by themselves, for choosing among them.
VERBS: dict[str, _StrPromise] = {
    "created": _("created"),
    "updated": _("changed"),
    "deleted": _("deleted"),
    "restored": _("restored"),
    "moved": _("moved"),
    "archived": _("archived"),
    "unarchived": _("taken out of the archive"),
    "added": _("added"),
    "removed": _("removed"),
    "joined": _("joined"),
    "left": _("left"),
    "assigned": _("assigned"),
    "accepted": _("accepted"),
    "rejected": _("rejected"),
    "superseded": _("superseded"),
    "posted": _("posted"),
    "edited": _("edited"),
    "linked": _("linked"),
    "unlinked": _("unlinked"),
    "revoked": _("revoked"),
    "deactivated": _("deactivated"),
    "reactivated": _("reactivated"),
    "imported": _("imported"),
    "role_changed": _("role changed"),
}


def label_of_action(action: str) -> str:
    """An action by itself, without who and what: "Card moved"."""
    subject, _dot, verb = action.rpartition(".")
    noun = kind_of(subject).replace(".", " ")
    return capfirst(f"{noun} {VERBS.get(verb, verb.replace('_', ' '))}".strip())


def words_of(action: str) -> Words:
    """The sentences of an action: its app's, or else what its last word suggests."""
    said = vocabulary().actions.get(action)
    return said or GENERIC.get(action.rpartition(".")[2], UNTOLD_VERB)


def subject_of(action: str) -> str:
    """The kind of row that an action is about."""
    said = vocabulary().actions.get(action)
    return said.of if said is not None and said.of else action.partition(".")[0]


def kind_of(entity: str, *, plural: bool = False) -> str:
    """What people call a kind of row."""
    model = logged_model(entity)
    if model is None:
        return entity.replace("_", " ")
    options = model._meta
    return str(options.verbose_name_plural if plural else options.verbose_name)
