"""Every kept secret under the newest key, while people work.

Readers never notice: they decrypt with any key of the ring. Writers are never overwritten: a value
is replaced only where it still is the one that was read. A row that somebody holds is left for a
later pass, so that nobody waits for more than one batch, and the batch waits for nobody.

The secrets stay what they were, so no version is raised (the database's `taskly_keep` knows the
action by its name). The log has its entry for each row all the same, without the values: what is
kept did change, and an operator wants to see when.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from core.acting import acting
from core.api.retry import retrying
from core.encryption import (
    EncryptedField,
    SecretUnreadable,
    encrypted_fields,
    has_newest_key,
    reencrypt,
)

ACTION = "secrets.reencrypted"
BATCH = 100
# How often what somebody held, or changed meanwhile, is tried again, and how long after.
PASSES = 20
PAUSE = 0.5

Value = tuple[Any, bytes]


@dataclass
class ColumnDone:
    """What became of one column's values."""

    column: str
    changed: int = 0
    current: int = 0
    unreadable: list[Any] = field(default_factory=list)
    held: int = 0


def secrets_count() -> int:
    """How many secrets there are."""
    return sum(_kept(model, column).count() for model, column in encrypted_fields())


def secrets_reencrypt(
    *, on_progress: Callable[[int], None], pause: float = PAUSE
) -> Iterator[ColumnDone]:
    """Bring every secret under the newest key; yields each column when it is done.

    `on_progress` is told how many secrets have been looked at. Each batch is a transaction of its
    own: stopped at any moment, what was done stays done, and the next run goes on.
    """
    looked_at = 0
    for model, column in encrypted_fields():
        done = ColumnDone(f"{model._meta.db_table}.{column.column}")
        left: list[Any] = []
        for batch in _batches(model, column):
            left += _reencrypt_batch(model, column, batch, done)
            looked_at += len(batch)
            on_progress(looked_at)
        for _attempt in range(PASSES):
            if not left:
                break
            time.sleep(pause)
            left = [
                key
                for start in range(0, len(left), BATCH)
                for key in _again(model, column, left[start : start + BATCH], done)
            ]
        done.held = len(left)
        yield done


def _kept(model: type[models.Model], column: EncryptedField) -> models.QuerySet[Any]:
    return model._base_manager.exclude(**{column.name: None})


def _batches(model: type[models.Model], column: EncryptedField) -> Iterator[list[Value]]:
    """The keys and values in the order of the keys, which a row never changes."""
    rows = _kept(model, column).order_by("pk").values_list("pk", column.name)
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])


def _again(
    model: type[models.Model], column: EncryptedField, keys: list[Any], done: ColumnDone
) -> list[Any]:
    """Look once more at rows that were left; those that are gone are done."""
    rows = _kept(model, column).filter(pk__in=keys).order_by("pk")
    return _reencrypt_batch(model, column, list(rows.values_list("pk", column.name)), done)


def _reencrypt_batch(
    model: type[models.Model], column: EncryptedField, batch: list[Value], done: ColumnDone
) -> list[Any]:
    """Replace what an older key made; the keys of rows that have to be looked at again."""
    outdated: dict[Any, tuple[bytes, bytes]] = {}
    for key, present in batch:
        if has_newest_key(present):
            done.current += 1
            continue
        try:
            outdated[key] = (present, reencrypt(present))
        except SecretUnreadable:
            done.unreadable.append(key)
    if not outdated:
        return []
    replaced = retrying(lambda: _replace(model, column, outdated))
    done.changed += len(replaced)
    return [key for key in outdated if key not in replaced]


def _replace(
    model: type[models.Model], column: EncryptedField, outdated: dict[Any, tuple[bytes, bytes]]
) -> set[Any]:
    """Write the new values over the old ones, and over nothing else; the keys of those written."""
    replaced = set()
    with acting(None, ACTION):
        free = model._base_manager.select_for_update(no_key=True, skip_locked=True)
        for key in list(free.filter(pk__in=outdated).order_by("pk").values_list("pk", flat=True)):
            before, after = outdated[key]
            row = model._base_manager.filter(**{"pk": key, column.name: before})
            if row.update(**{column.name: after}):
                replaced.add(key)
    return replaced
