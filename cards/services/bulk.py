"""Many cards at once: all or nothing, one transaction, one action in the log."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from cards.models import Card
from cards.services.cards import (
    archive_locked,
    create_on_locked,
    unarchive_locked,
    update_locked,
)
from cards.services.moving import move_locked
from cards.services.rules import cards_lock, read_sprints_anew, refuse_observed_features
from core.acting import acting
from core.db.errors import explain
from core.exceptions import RuleViolation, check_version
from workspaces.models import User


def cards_bulk(
    *,
    actor: User,
    create: Sequence[Mapping[str, Any]] = (),
    change: Sequence[Mapping[str, Any]] = (),
    move: Sequence[Mapping[str, Any]] = (),
    archive: Sequence[Card] = (),
    unarchive: Sequence[Card] = (),
) -> dict[str, list[Card]]:
    """Carry out everything, in this order, or nothing.

    `create`: what `card_create` takes; `change`: `{"card", "version"?, "changes"}`; `move`:
    `{"card", "version"?}` and what `card_move` takes. A refusal names the list and the index.
    All boards are locked before anything is read, whatever the lists say twice.
    """
    with acting(actor, "cards.bulk"):
        touched = [
            *(item["card"] for item in (*change, *move)),
            *archive,
            *unarchive,
        ]
        targets = [item["board"].pk for item in (*create, *move) if item.get("board")]
        cards, boards = cards_lock(touched, actor, targets)
        tied = [*create, *(item["changes"] for item in change)]
        refuse_observed_features([each.get("feature") for each in tied], boards.values(), actor)
        read_sprints_anew(each.get("sprint") for each in (*tied, *move))
        _check_versions(cards, {"change": change, "move": move})

        def made(item: Mapping[str, Any]) -> Card:
            return create_on_locked(actor=actor, **{**item, "board": boards[item["board"].pk]})

        def changed(item: Mapping[str, Any]) -> Card:
            return update_locked(cards[item["card"].pk], item["changes"])

        def moved(item: Mapping[str, Any]) -> Card:
            card = cards[item["card"].pk]
            board = item.get("board")
            return move_locked(
                card,
                actor=actor,
                target=boards[board.pk] if board is not None else card.board,
                column_id=item["column_id"],
                place=item["place"],
                sprint=item["sprint"],
                override_wip_limit=item["override_wip_limit"],
            )

        return {
            "create": _each("create", create, made),
            "change": _each("change", change, changed),
            "move": _each("move", move, moved),
            "archive": _each("archive", archive, lambda card: archive_locked(cards[card.pk])),
            "unarchive": _each(
                "unarchive",
                unarchive,
                lambda card: unarchive_locked(
                    cards[card.pk], actor=actor, override_wip_limit=False
                ),
            ),
        }


def _check_versions(
    cards: Mapping[uuid.UUID, Card], lists: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    """Before anything is written: the versions that the caller saw are those of before."""
    for name, items in lists.items():
        for index, item in enumerate(items):
            with _named(name, index):
                check_version(cards[item["card"].pk], item.get("version"))


def _each(name: str, items: Sequence[Any], carry_out: Callable[[Any], Card]) -> list[Card]:
    done = []
    for index, item in enumerate(items):
        with _named(name, index):
            done.append(carry_out(item))
    return done


@contextmanager
def _named(name: str, index: int) -> Iterator[None]:
    """A refusal inside says which item of which list it is about."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError(_below(name, index, error)) from error
    except RuleViolation as refusal:
        refusal.extra.update(list=name, index=index)
        refusal.field = f"{name}.{index}" + (f".{refusal.field}" if refusal.field else "")
        raise
    except IntegrityError as error:
        broken = explain(error)
        raise ValidationError(
            {f"{name}.{index}.{broken.field or 'non_field_errors'}": [broken.message]}
        ) from error


def _below(name: str, index: int, error: ValidationError) -> dict[str, Any]:
    if hasattr(error, "error_dict"):
        return {f"{name}.{index}.{field}": each for field, each in error.error_dict.items()}
    return {f"{name}.{index}": error.messages}
