"""The whole board in one answer, and what changed on it since an earlier one, built by PostgreSQL.

Python only passes the bytes on: reading 1,000 cards into objects to write them out again would
cost more than the query. `json`, never `jsonb`, which takes twice as long to build.

What changed is asked of the log, by the cards' ids alone; how they are now is read from the tables
in the same statement, so that it is one moment's picture whatever is written meanwhile.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from core.db.follow import log_bound
from core.db.prepared import prepared_cursor

if TYPE_CHECKING:
    from workspaces.models import User

_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

# An entry stands at the board where the card is now: this finds the ones of cards that left.
_LEFT = """(e.details #>> '{before,board_id}')::uuid = %(board)s AND e.entity_type = 'card'
           AND e.details -> 'before' ? 'board_id' AND e.details -> 'after' ? 'board_id'"""

# More entries than this aren't gone through: the whole board is the cheaper answer then.
MOST_ENTRIES = 1_000

# With an upper end, which is none: between two ends that it doesn't know the planner expects few.
_SINCE = "e.id > %(since)s AND e.id < 9223372036854775807"

# What decides whether anything changed: the newest entry of the board below which nothing can
# appear any more, the ones above it that are committed, and the members with their versions.
_STATE = f"""
SELECT b.id::text,
       greatest(
           (SELECT max(e.id) FROM event_log e WHERE e.board_id = b.id AND e.id <= %(bound)s),
           (SELECT max(e.id) FROM event_log e WHERE {_LEFT} AND e.id <= %(bound)s)),
       (SELECT array_agg(above.id ORDER BY above.id) FROM (
           SELECT e.id FROM event_log e WHERE e.board_id = b.id AND e.id > %(bound)s
           UNION SELECT e.id FROM event_log e WHERE {_LEFT} AND e.id > %(bound)s) AS above),
       (SELECT md5(string_agg(m.user_id::text || m.version || '.' || u.version, ','
                              ORDER BY m.user_id))
          FROM workspace_members m JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = b.workspace_id)
  FROM boards b JOIN workspace_members mine
    ON mine.workspace_id = b.workspace_id AND mine.user_id = %(user)s
 WHERE b.id = %(board)s
"""


@dataclass(frozen=True)
class CardPart:
    """What drawn cards show of rows that hang on them.

    `rows` is a query of the board `%(board)s` by `card_id`, at most a row for each card, which is
    read once for the whole board; the SQL calls its row `name`. `members` are by name an expression
    over it (all null where the card has none), and the JSON Schema of its value. What it shows must
    change by nothing that makes no entry in the board's log: the board's ETag is taken from there,
    and so is which cards changed. `tables` names what those entries call their rows, and the table
    of each, which has the card's id in `card_id`.
    """

    name: str
    rows: str
    members: Mapping[str, tuple[str, Mapping[str, Any]]]
    tables: Mapping[str, str] = field(default_factory=dict)


_COUNT = {"type": "integer", "minimum": 0}
_parts: list[CardPart] = [
    CardPart(
        name="said",
        rows="""SELECT card_id, count(*) AS number FROM comments
                 WHERE board_id = %(board)s AND deleted_at IS NULL GROUP BY card_id""",
        members={"comments": ("coalesce(said.number, 0)", _COUNT)},
        tables={"comment": "comments"},
    ),
    CardPart(
        name="steps",
        rows="""SELECT card_id, count(*) AS number, count(done_at) AS done FROM checklist_items
                 WHERE board_id = %(board)s GROUP BY card_id""",
        members={
            "checklist_items": ("coalesce(steps.number, 0)", _COUNT),
            "checklist_done": ("coalesce(steps.done, 0)", _COUNT),
        },
        tables={"checklist_item": "checklist_items"},
    ),
]


def register_card_part(part: CardPart) -> None:
    """Add to what drawn cards show; called by apps above when they are loaded."""
    _parts.append(part)
    snapshot_sql.cache_clear()
    changes_sql.cache_clear()


def card_part_schemas() -> dict[str, Mapping[str, Any]]:
    """The JSON Schema of each member that apps above have added."""
    return {name: schema for part in _parts for name, (_sql, schema) in part.members.items()}


# A drawn card: the row `k` in the workspace `w`, with what the parts add.
_CARD = """
                'id', k.id, 'key', w.key || '-' || k.number, 'version', k.version,
                'title', k.title, 'labels', coalesce(k.metadata -> 'labels', '[]'),
                'assignees', array(SELECT a.user_id FROM card_assignees a
                                    WHERE a.card_id = k.id ORDER BY a.id),
                'priority', k.priority, 'story_points', k.story_points,
                'due_date', k.due_date, 'sprint', k.sprint_id, 'feature', k.feature_id"""

_BOARD = f"""
    'board', json_build_object(
        'id', b.id, 'workspace', b.workspace_id, 'project', b.project_id, 'name', b.name,
        'archived', b.archived, 'version', b.version,
        'created_at', {_MOMENT.format("b.created_at")},
        'updated_at', {_MOMENT.format("b.updated_at")})"""

_COLUMN = """
            'id', c.id, 'name', c.name, 'position', c.position, 'category', c.category,
            'wip_limit', c.wip_limit"""

_BESIDE = """
    'sprints', coalesce((
        SELECT json_agg(json_build_object(
            'id', s.id, 'name', s.name, 'goal', s.goal, 'start_date', s.start_date,
            'end_date', s.end_date, 'status', s.status, 'capacity_points', s.capacity_points,
            'version', s.version) ORDER BY s.start_date, s.id)
          FROM sprints s WHERE s.board_id = b.id), '[]'),
    'labels', coalesce((
        SELECT json_agg(l.label ORDER BY lower(l.label ->> 'name'), l.label ->> 'id')
          FROM (SELECT DISTINCT ON (each.label ->> 'id') each.label
                  FROM (SELECT jsonb_array_elements(used.labels) AS label
                          FROM (SELECT DISTINCT k.metadata -> 'labels' AS labels FROM cards k
                                 WHERE k.board_id = b.id AND k.archived_at IS NULL) AS used) AS each
                 ORDER BY each.label ->> 'id', each.label ->> 'name') AS l), '[]'),
    'members', coalesce((
        SELECT json_agg(json_build_object(
            'id', u.id, 'username', u.username, 'full_name', u.full_name,
            'avatar_url', u.avatar_url, 'role', m.role) ORDER BY lower(u.username), u.id)
          FROM workspace_members m JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = b.workspace_id), '[]'),
    'event_id', %(event)s::bigint"""

_VISIBLE = """
  FROM boards b JOIN workspaces w ON w.id = b.workspace_id
 WHERE b.id = %(board)s
   AND b.workspace_id IN (SELECT workspace_id FROM workspace_members WHERE user_id = %(user)s)
"""


def _members() -> str:
    """What the parts add to a drawn card."""
    return "".join(
        f", '{name}', {expression}"
        for part in _parts
        for name, (expression, _schema) in part.members.items()
    )


@cache
def snapshot_sql() -> str:
    """The one statement; its parameters are the board, the user and the event id."""
    named = ", ".join(f"{part.name} AS MATERIALIZED ({part.rows})" for part in _parts)
    joins = "".join(
        f"\n                  LEFT JOIN {part.name} ON {part.name}.card_id = k.id"
        for part in _parts
    )
    return f"""
  WITH {named}
SELECT json_build_object({_BOARD},
    'columns', (
        SELECT json_agg(json_build_object({_COLUMN},
            'cards', coalesce((
                SELECT json_agg(json_build_object({_CARD}{_members()}) ORDER BY k.position)
                  FROM cards k{joins}
                 WHERE k.column_id = c.id AND k.board_id = b.id AND k.archived_at IS NULL), '[]'))
            ORDER BY c.position)
          FROM board_columns c WHERE c.board_id = b.id),{_BESIDE})
{_VISIBLE}"""


@cache
def changes_sql() -> str:
    """What changed since the event `since`, in one statement; null where that is too much.

    Each card is looked for by its id, and each part's query runs for a card at a time: by the
    limits, which keep them from being joined whole. The statement is prepared, since planning it
    takes longer than running it, and is found the same way whatever the values: the array hides
    from the planner how many entries there might be.
    """
    joins = "".join(
        f"""
              LEFT JOIN LATERAL (SELECT * FROM ({part.rows}) AS every
                                  WHERE every.card_id = k.id LIMIT 1) AS {part.name} ON true"""
        for part in _parts
    )
    tables = {"card_assignee": "card_assignees"}
    for part in _parts:
        tables |= part.tables
    kinds = ", ".join(f"'{kind}'" for kind in tables)
    hanging = "".join(
        f"""
        UNION SELECT t.card_id FROM entries JOIN {table} t ON t.id = entity_id
               WHERE entity_type = '{kind}'"""
        for kind, table in tables.items()
    )
    return f"""
  WITH entries AS MATERIALIZED (
    SELECT e.entity_type, e.entity_id,
           CASE WHEN e.hangs THEN e.details #>> '{{before,card_id}}' END AS before,
           CASE WHEN e.hangs THEN e.details #>> '{{after,card_id}}' END AS after
      FROM (SELECT e.entity_type, e.entity_id, e.details, e.entity_type IN ({kinds}) AS hangs
              FROM event_log e
             WHERE e.board_id = %(board)s AND {_SINCE}
             UNION ALL
            SELECT e.entity_type, e.entity_id, e.details, false FROM event_log e
             WHERE {_LEFT} AND {_SINCE}
             LIMIT {MOST_ENTRIES + 1}) AS e),
  changed (id) AS MATERIALIZED (
    SELECT unnest(array(
        SELECT entity_id FROM entries WHERE entity_type = 'card'
        UNION SELECT before::uuid FROM entries WHERE before IS NOT NULL
        UNION SELECT after::uuid FROM entries WHERE after IS NOT NULL{hanging}))),
  present AS MATERIALIZED (
    SELECT k.*
      FROM changed CROSS JOIN LATERAL (SELECT * FROM cards WHERE id = changed.id LIMIT 1) AS k
     WHERE k.board_id = %(board)s AND k.archived_at IS NULL)
SELECT CASE WHEN (SELECT count(*) FROM entries) <= {MOST_ENTRIES} THEN json_build_object({_BOARD},
    'columns', (
        SELECT json_agg(json_build_object({_COLUMN}) ORDER BY c.position)
          FROM board_columns c WHERE c.board_id = b.id),
    'cards', coalesce((
        SELECT json_agg(json_build_object({_CARD}{_members()},
                'column_id', k.column_id, 'after', (
                    SELECT p.id FROM cards p
                     WHERE p.board_id = k.board_id AND p.column_id = k.column_id
                       AND p.position < k.position AND p.archived_at IS NULL
                     ORDER BY p.position DESC LIMIT 1)) ORDER BY c.position, k.position)
          FROM present k JOIN board_columns c ON c.id = k.column_id{joins}), '[]'),
    'left', array(SELECT id FROM changed WHERE id NOT IN (SELECT id FROM present) ORDER BY id),
    {_BESIDE}) END
{_VISIBLE}"""


@dataclass(frozen=True)
class BoardState:
    """Which state of the board there is: `tag` names it, `event_id` is where followers go on."""

    tag: str
    event_id: int


def board_state(board_id: uuid.UUID, user: User) -> BoardState | None:
    """The board's state for somebody who may see it; None for anybody else.

    The bound is read in a statement before the entries: what commits late is then either above
    it, and named in the tag as soon as it is visible, or not there yet and changes the tag when
    it comes.
    """
    bound = log_bound()
    with prepared_cursor() as cursor:
        cursor.execute(_STATE, {"bound": bound, "board": board_id, "user": user.pk})
        row = cursor.fetchone()
    if row is None:
        return None
    identifier, settled, unsettled, members = row
    above = "-".join(map(str, unsettled or ()))
    return BoardState(f'"{identifier}.{settled or 0}.{above}.{members}"', bound)


def board_snapshot(board_id: uuid.UUID, user: User, event_id: int) -> bytes | None:
    """The board as JSON, as bytes; None where the board is gone or hidden by now."""
    with connection.cursor() as cursor:
        found = _read(cursor, snapshot_sql(), board=board_id, user=user.pk, event=event_id)
    return found[0] if found else None


def board_changes(board_id: uuid.UUID, user: User, event_id: int, *, since: int) -> bytes | None:
    """What changed since the answer whose `event_id` was `since`, as JSON.

    The whole board where too much did, and where there can't have been such an answer. An answer's
    event is the bound that was read before it: whatever that answer didn't show has its entries
    above, in whichever order they were committed.
    """
    found: list[bytes | None] = [None]
    if since <= event_id:
        with prepared_cursor() as cursor:
            found = _read(
                cursor, changes_sql(), board=board_id, user=user.pk, event=event_id, since=since
            )
    if found == [None]:
        return board_snapshot(board_id, user, event_id)
    return found[0] if found else None


def _read(cursor: Any, sql: str, **values: Any) -> list[bytes | None]:
    """The statement's one column."""
    cursor.execute(sql, values)
    # Past psycopg's conversion to text and back, which would cost as much as sending it.
    result = cursor.cursor.pgresult
    return [result.get_value(row, 0) for row in range(result.ntuples)] if result else []
