"""How the log tells of boards, their columns, and sprints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext_lazy as _

from boards.models import BoardColumn
from core.history.words import Named, Words
from core.models import EventLog


def _columns(entry: EventLog, side: str) -> dict[str, str]:
    """The names of a board's columns by their ids, before or after an entry."""
    found = (entry.details.get(side) or {}).get("columns") or []
    return {column["id"]: column["name"] for column in found}


def _changed_column(entry: EventLog) -> Mapping[str, str]:
    """The column that came, went or got another name."""
    before, after = _columns(entry, "before"), _columns(entry, "after")
    added = [name for key, name in after.items() if key not in before]
    removed = [name for key, name in before.items() if key not in after]
    renamed = [(before[key], name) for key, name in after.items() if before.get(key, name) != name]
    found: dict[str, str] = {}
    if before and len(added) == 1:
        found["added"] = added[0]
    if after and len(removed) == 1:
        found["removed"] = removed[0]
    if len(renamed) == 1:
        found["old_name"], found["new_name"] = renamed[0]
    return found


_CHANGED_COLUMNS = (_("%(actor)s changed the columns of %(it)s"),)

ACTIONS = {
    "column.added": Words(
        of="board",
        one=(_("%(actor)s added the column “%(added)s” to %(it)s"), *_CHANGED_COLUMNS),
        also=_changed_column,
    ),
    "column.removed": Words(
        of="board",
        one=(_("%(actor)s removed the column “%(removed)s” from %(it)s"), *_CHANGED_COLUMNS),
        also=_changed_column,
    ),
    "column.updated": Words(
        of="board",
        one=(
            _("%(actor)s renamed the column “%(old_name)s” of %(it)s to “%(new_name)s”"),
            *_CHANGED_COLUMNS,
        ),
        also=_changed_column,
    ),
    "board.columns_changed": Words(one=_CHANGED_COLUMNS),
    "board.imported": Words(
        one=(_("%(actor)s imported %(it)s"), _("%(actor)s imported a board")),
    ),
    "sprint.started": Words(one=(_("%(actor)s started %(it)s"),)),
    "sprint.completed": Words(one=(_("%(actor)s completed %(it)s"),)),
}

# What the board's columns were at an entry: those that the newest entry of the board up to then
# left, and those that it found. A column that went in the same action is among the latter.
_THEN = """
SELECT wanted.column_id, wanted.entry_id, newest.details
  FROM unnest(%s::text[], %s::bigint[], %s::uuid[]) AS wanted (column_id, entry_id, board_id)
 CROSS JOIN LATERAL (
    SELECT jsonb_build_array(e.details -> 'after' -> 'columns', e.details -> 'before' -> 'columns')
               AS details
      FROM event_log e
     WHERE e.entity_type = 'board' AND e.entity_id = wanted.board_id AND e.id <= wanted.entry_id
       AND (e.details -> 'after' ? 'columns' OR e.details -> 'before' ? 'columns')
     ORDER BY e.id DESC LIMIT 1) AS newest
"""


def columns_then(wanted: Iterable[tuple[str, EventLog]]) -> dict[tuple[str, int], str]:
    """What columns were called when entries that name them were made."""
    keys: list[tuple[str, int, Any]] = []
    for column_id, entry in wanted:
        before = entry.details.get("before") or {}
        boards = {str(each) for each in (entry.board_id, before.get("board_id")) if each}
        keys += [(column_id, entry.pk, board_id) for board_id in boards]
    if not keys:
        return {}
    found: dict[tuple[str, int], str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_THEN, [list(each) for each in zip(*keys, strict=True)])
        for column_id, entry_id, details in cursor.fetchall():
            for columns in orjson.loads(details) if isinstance(details, str) else details:
                for column in columns or ():
                    if column["id"] == column_id:
                        found.setdefault((column_id, entry_id), column["name"])
    return found


NAMES = {BoardColumn: Named(text="name", quoted=False, then=columns_then)}

VALUES = {
    ("board", "columns"): lambda columns: " · ".join(
        f"{column['name']} (≤ {column['wip_limit']})" if column.get("wip_limit") else column["name"]
        for column in columns
    )
}
