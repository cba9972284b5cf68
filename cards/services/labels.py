"""Labels: on one board a name, whatever its case, has one id and one color."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from boards.services import board_lock
from core.acting import acting
from core.exceptions import RuleViolation, check_version
from core.identifiers import uuid7
from workspaces.models import User

PALETTE = (
    "#b42318", "#b54708", "#8a6100", "#3b7a1a", "#067647",
    "#107569", "#1570a8", "#3538cd", "#6938ef", "#9f1ab1", "#c11574", "#475467",
)  # fmt: skip
"""Colors for labels that are given none; each is readable under white text."""


class LabelUnknown(RuleViolation):
    status = 404
    code = "not_found"
    message = _("The board has no such label.")


class LabelNameTaken(RuleViolation):
    code = "label_name_taken"
    message = _("The board has a label of this name already.")


def metadata_complete(metadata: dict[str, Any], board: Board) -> dict[str, Any]:
    """`metadata` with the ids and colors of its labels filled in as the board knows them.

    A label that contradicts the board is refused by the database when the card is written.
    """
    metadata = copy.deepcopy(metadata)
    labels = metadata.get("labels")
    if labels is None:
        metadata["labels"] = []
        return metadata
    if not isinstance(labels, list) or not all(isinstance(each, dict) for each in labels):
        raise ValidationError({"metadata": _("Labels are a list of objects.")})
    for label in labels:
        if not isinstance(label.get("name"), str) or not 1 <= len(label["name"].strip()) <= 50:
            raise ValidationError({"metadata": _("A label has a name of 1 to 50 characters.")})
        label["name"] = label["name"].strip()
        if isinstance(label.get("color"), str):
            label["color"] = label["color"].lower()
    known = _known_labels([label["name"] for label in labels], board)
    for label in labels:
        label_id, color = known.get(label["name"], (None, None))
        label.setdefault("id", label_id or str(uuid7()))
        label.setdefault("color", color or _color_for(label["name"]))
    return metadata


def metadata_for_board(metadata: dict[str, Any], board: Board) -> dict[str, Any]:
    """The metadata of a card that comes to `board`: its labels become the board's of their names.

    A label that the board doesn't know comes along under a new id, as its old one may be taken.
    """
    labels = metadata.get("labels", [])
    known = _known_labels([label["name"] for label in labels], board)
    arriving = []
    for label in labels:
        label_id, color = known.get(label["name"]) or (str(uuid7()), label["color"])
        arriving.append({"id": label_id, "name": label["name"], "color": color})
    return {**metadata, "labels": arriving}


def _known_labels(names: Sequence[str], board: Board) -> dict[str, tuple[str, str]]:
    """By name: the id and color of those that the board knows, whatever the case.

    The database says which names are the same: its lower case isn't Python's in every script.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT given.name, known.label_id, known.color
              FROM unnest(%s::text[]) AS given (name)
              JOIN board_labels known ON known.board_id = %s AND known.key = lower(given.name)
            """,
            [list(names), board.pk],
        )
        return {name: (label_id, color) for name, label_id, color in cursor.fetchall()}


def label_update(
    *,
    board: Board,
    actor: User | None,
    label_id: str,
    name: str | None = None,
    color: str | None = None,
    expected_version: int | None = None,
) -> Board:
    """Rename and recolor a label on all cards of the board at once."""
    with acting(actor, "label.updated"):
        board = board_lock(board.pk, actor)
        check_version(board, expected_version)
        labels = {label["id"]: label for label in labels_in_use(board)}
        if label_id not in labels:
            raise LabelUnknown()
        new_name = (labels[label_id]["name"] if name is None else name).strip()
        new_color = (labels[label_id]["color"] if color is None else color).lower()
        if not 1 <= len(new_name) <= 50:
            raise ValidationError({"name": _("A label has a name of 1 to 50 characters.")})
        owner, _color = _known_labels([new_name], board).get(new_name, (label_id, ""))
        if owner != label_id and owner in labels:
            raise LabelNameTaken(field="name")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT board_label_redefine(%s, %s, %s, %s)",
                [board.pk, label_id, new_name, new_color],
            )
    return board


def labels_in_use(board: Board) -> list[dict[str, Any]]:
    """The labels on the board's cards: `{"id", "name", "color", "cards"}`, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT label ->> 'id', min(label ->> 'name'), min(label ->> 'color'), count(*)
              FROM cards, jsonb_array_elements(cards.metadata -> 'labels') AS label
             WHERE cards.board_id = %s
             GROUP BY label ->> 'id'
             ORDER BY lower(min(label ->> 'name')), label ->> 'id'
            """,
            [board.pk],
        )
        return [
            {"id": row[0], "name": row[1], "color": row[2], "cards": row[3]}
            for row in cursor.fetchall()
        ]


def _color_for(name: str) -> str:
    return PALETTE[zlib.crc32(name.lower().encode()) % len(PALETTE)]
