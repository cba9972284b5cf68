"""Who does what, from where: the words that the database's log triggers write down.

`acting` names an action around a service's body; `coming_from` says which door the caller came
through. Both reach the triggers as settings local to the transaction, so that they can neither
leak into another request nor outlive a rollback.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from core.db.prepared import prepared_cursor
from core.identifiers import uuid7

if TYPE_CHECKING:
    from core.models import BaseModel

SOURCES = ("api", "admin", "assistant", "telegram", "github", "import", "command")

_source: ContextVar[str] = ContextVar("taskly_source", default="command")
_acting: ContextVar[bool] = ContextVar("taskly_acting", default=False)

_NAME_ACTION = """
SELECT set_config('taskly.actor', %s, true), set_config('taskly.action', %s, true),
       set_config('taskly.action_id', %s, true), set_config('taskly.source', %s, true),
       set_config('taskly.context', %s, true)
"""


@contextmanager
def coming_from(source: str) -> Iterator[None]:
    """Say which door (one of `SOURCES`) everything inside came through."""
    if source not in SOURCES:
        raise ValueError(f"unknown source {source!r}")
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


@contextmanager
def acting(
    actor: BaseModel | None,
    action: str,
    *,
    context: dict[str, Any] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Iterator[None]:
    """Run the body in one transaction whose log entries all carry this action.

    The outermost call names the entries of everything inside it: a bulk change is one action,
    also where it calls a dozen services; and where an inner one fails, all of it is rolled back.
    `context` is what the service knows and the rows don't say (`{"override_wip_limit": true}`).
    """
    if _acting.get():
        with transaction.atomic(using=using, savepoint=False):
            yield
        return
    with transaction.atomic(using=using):
        token = _acting.set(True)
        try:
            with prepared_cursor(using) as cursor:
                cursor.execute(
                    _NAME_ACTION,
                    [
                        str(actor.pk) if actor is not None else "",
                        action,
                        str(uuid7()),
                        _source.get(),
                        orjson.dumps(context).decode() if context else "",
                    ],
                )
            yield
            # A later action in the same outer transaction must not inherit this one's name.
            if connections[using].savepoint_ids:
                with connections[using].cursor() as cursor:
                    cursor.execute(_NAME_ACTION, ["", "", "", "", ""])
        finally:
            _acting.reset(token)


def add_context(context: dict[str, Any], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Say something more about the action under way, for the entries from here on."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('taskly.context', (coalesce(nullif("
            "current_setting('taskly.context', true), ''), '{}')::jsonb || %s::jsonb)::text, true)",
            [orjson.dumps(context).decode()],
        )
