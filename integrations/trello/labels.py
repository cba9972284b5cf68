"""The labels of an export as a board's labels, of which a name has one id and one color."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from boards.models import Board
from cards.models import BoardLabel
from cards.services.labels import labels_in_use
from integrations.trello.mapping import (
    color_name,
    color_of,
    first_free,
    identifier_of,
    numbered,
    one_line,
)
from integrations.trello.reader import TrelloBoard, TrelloCard
from workspaces.models import Workspace

_MAX_NAME = 50


def labels_planned(
    board: Board, workspace: Workspace, export: TrelloBoard, cards: Iterable[TrelloCard]
) -> dict[str, dict[str, Any]]:
    """What each Trello label that `cards` carry is written as, by its Trello id.

    A label that an earlier import brought keeps the name and color that people gave it since; one
    of a name that the board has already becomes that one.
    """
    used = {each for card in cards for each in card.label_ids}
    known = {label.label_id: label for label in BoardLabel.objects.filter(board_id=board.pk)}
    shown = {each["id"]: each["name"] for each in labels_in_use(board)} if known else {}
    ids = {each: str(identifier_of(workspace.pk, "label", each)) for each in sorted(used)}
    planned: dict[str, dict[str, Any]] = {}
    for label_id, own in ids.items():
        if own in known:
            planned[label_id] = _as_known(known[own], shown)
    by_key = {label.key: label for label in known.values()}
    taken = {known[each["id"]].key for each in planned.values()}
    names = {
        each: one_line(export.labels[each].name, _MAX_NAME) or color_name(export.labels[each].color)
        for each in ids
        if each not in planned
    }
    lowered = _lowered(names.values())
    for label_id, name in names.items():
        # Labels that Trello tells apart by color alone stay apart: the second is "Bug (2)".
        count = first_free(lowered[name], taken, _MAX_NAME)
        key = numbered(lowered[name], count, _MAX_NAME)
        taken.add(key)
        if key in by_key:
            planned[label_id] = _as_known(by_key[key], shown)
        else:
            planned[label_id] = {
                "id": ids[label_id],
                "name": numbered(name, count, _MAX_NAME),
                "color": color_of(export.labels[label_id].color),
            }
    return planned


def _as_known(label: BoardLabel, shown: dict[str, str]) -> dict[str, Any]:
    name = shown.get(label.label_id, label.key)
    return {"id": label.label_id, "name": name, "color": label.color}


def _lowered(names: Iterable[str]) -> dict[str, str]:
    """Each name in lower case as the database writes it, which is how it compares labels."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, lower(name) FROM unnest(%s::text[]) AS name", [list(names)])
        return dict(cursor.fetchall())
