"""Where a card stands in its column.

Positions are 65,536 apart, so that a move writes one row: the moved card takes a number between
its new neighbours. Where a gap is used up, the neighbourhood is spaced anew, widening until there
is room, never the whole column for one move's sake. Everything here runs under the board's lock.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.db.prepared import prepared_cursor
from core.exceptions import RuleViolation

STEP = 65_536
MAX_POSITION = 2**62
_ROOMY = 256
_FIRST_REACH = 16


class AnchorGone(RuleViolation):
    """The card to land beside is not in the column (any more). Tells the column's order."""

    code = "anchor_gone"
    message = _("The card to land beside is not in this column.")


@dataclass(frozen=True)
class Place:
    """Where to land: beside another card of the column, or at an end of it."""

    end: Literal["top", "bottom"] = "bottom"
    before: uuid.UUID | None = None
    after: uuid.UUID | None = None


@dataclass(frozen=True)
class _Gap:
    """The positions between which to land; None where there is no neighbour."""

    lower: int | None
    upper: int | None


_BESIDE = """
SELECT anchor.position,
       (SELECT n.position FROM cards n
         WHERE n.column_id = anchor.column_id AND n.position {side} anchor.position AND n.id <> %s
         ORDER BY n.position {direction} LIMIT 1)
  FROM cards anchor WHERE anchor.id = %s AND anchor.column_id = %s AND anchor.id <> %s
"""
_END = """
SELECT position FROM cards WHERE column_id = %s AND id <> %s
 ORDER BY position {direction} LIMIT 1
"""
_NEARBY = """
SELECT id, position FROM cards
 WHERE column_id = %s AND id <> %s AND position {side} %s
 ORDER BY position {direction} LIMIT %s
"""
_RESPACE = """
UPDATE cards SET position = spaced.position
  FROM unnest(%s::uuid[], %s::bigint[]) AS spaced (id, position)
 WHERE cards.id = spaced.id AND cards.position <> spaced.position
"""


def position_at(
    *, column_id: uuid.UUID, place: Place, moving: uuid.UUID, present: int | None
) -> int:
    """The position for the card `moving` at `place` in the column, making room where needed.

    `present` is its position if it is in this column already: a card that stands where it is
    asked to stands keeps it.
    """
    gap = _gap(column_id, place, moving)
    if (
        present is not None
        and (gap.lower is None or gap.lower < present)
        and (gap.upper is None or present < gap.upper)
    ):
        return present
    position = _between(gap)
    if position is None:
        position = _respace(column_id, gap, moving, stays=present is not None)
    return position


def column_order(column_id: uuid.UUID) -> list[str]:
    """The ids of a column's cards, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text FROM cards WHERE column_id = %s ORDER BY position", [column_id]
        )
        return [row[0] for row in cursor.fetchall()]


def _gap(column_id: uuid.UUID, place: Place, moving: uuid.UUID) -> _Gap:
    with prepared_cursor() as cursor:
        anchor = place.before or place.after
        if anchor is None:
            direction = "ASC" if place.end == "top" else "DESC"
            cursor.execute(_END.format(direction=direction), [column_id, moving])
            row = cursor.fetchone()
            last = row[0] if row else None
            return _Gap(None, last) if place.end == "top" else _Gap(last, None)
        side, direction = ("<", "DESC") if place.before else (">", "ASC")
        cursor.execute(
            _BESIDE.format(side=side, direction=direction), [moving, anchor, column_id, moving]
        )
        row = cursor.fetchone()
    if row is None:
        raise AnchorGone(field="before" if place.before else "after", order=column_order(column_id))
    return _Gap(row[1], row[0]) if place.before else _Gap(row[0], row[1])


def _between(gap: _Gap) -> int | None:
    """A position inside the gap, or None where it is used up."""
    if gap.lower is None and gap.upper is None:
        return STEP
    if gap.upper is None:
        position = (gap.lower or 0) + STEP
    elif gap.lower is None:
        position = gap.upper - STEP
    else:
        position = (gap.lower + gap.upper) // 2
        if position in (gap.lower, gap.upper):
            return None
    return position if abs(position) <= MAX_POSITION else None


def _respace(column_id: uuid.UUID, gap: _Gap, moving: uuid.UUID, *, stays: bool) -> int:
    """Space the cards around the gap anew and return the free position in their midst.

    A card that `stays` in the column goes there in the same statement, since another one may be
    given the position that it has now.
    """
    reach = _FIRST_REACH
    while True:
        below = _nearby(column_id, moving, "<=", "DESC", gap.lower, reach + 1)[::-1]
        above = _nearby(column_id, moving, ">=", "ASC", gap.upper, reach + 1)
        floor = below.pop(0)[1] if len(below) > reach else None
        ceiling = above.pop()[1] if len(above) > reach else None
        positions = _spaced(len(below) + 1 + len(above), floor, ceiling)
        if positions is not None:
            break
        reach *= 2
    free = positions[len(below)]
    spaced = [row[0] for row in below] + [moving] + [row[0] for row in above]
    if not stays:
        del spaced[len(below)], positions[len(below)]
    with connection.cursor() as cursor:
        cursor.execute(_RESPACE, [spaced, positions])
    return free


def _nearby(
    column_id: uuid.UUID, moving: uuid.UUID, side: str, direction: str, edge: int | None, limit: int
) -> list[tuple[uuid.UUID, int]]:
    if edge is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _NEARBY.format(side=side, direction=direction), [column_id, moving, edge, limit]
        )
        return list(cursor.fetchall())


def _spaced(amount: int, floor: int | None, ceiling: int | None) -> list[int] | None:
    """`amount` positions between two cards that stay, or None where they would be cramped.

    At an open end they are a whole step apart, or as far as the last possible position allows.
    """
    room = STEP * (amount + 1)
    if floor is None:
        if ceiling is None:
            return [STEP * place for place in range(1, amount + 1)]
        floor = max(ceiling - room, -MAX_POSITION)
    elif ceiling is None:
        ceiling = min(floor + room, MAX_POSITION)
    step = (ceiling - floor) // (amount + 1)
    if step < _ROOMY:
        return None
    return [floor + step * place for place in range(1, amount + 1)]
