"""What the charts read of the log: one statement for a board, one for some of its sprints.

Only entries that change what a chart counts come out of the database, and of them only the columns
that say so. An entry stands at the board where its card was after it: of a card that came from
another board or went to one, the entries there are read as well, by the card's own index.

All of it is one statement, and so one state of the log.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection
from psycopg.types.datetime import TimestamptzLoader

_COUNTS = """ARRAY['board_id', 'column_id', 'sprint_id', 'story_points', 'completed_at',
                   'archived_at']"""
_LONG = "ARRAY['title', 'description', 'metadata', 'goal']"

# What makes an entry, whatever it is about. Of an insert, before is empty; of a deletion, after.
_ENTRY = f"""e.id, e.entity_type, e.entity_id, e."timestamp", e.action_id,
       CASE WHEN e.details -> 'before' = '{{}}' THEN 'made'
            WHEN e.details -> 'after' = '{{}}' THEN 'gone' ELSE 'changed' END AS happened,
       (e.details -> 'after') - {_LONG} AS after"""
_COUNTED = f"(e.details -> 'after' ?| {_COUNTS} OR e.details -> 'before' ?| {_COUNTS})"

# As the index of cards that left a board is written.
_LEFT = """(e.details #>> '{before,board_id}')::uuid = %(board)s AND e.entity_type = 'card'
           AND e.details -> 'before' ? 'board_id' AND e.details -> 'after' ? 'board_id'"""

_ANSWER = """
SELECT id, entity_type, entity_id::text, "timestamp", action_id::text, happened, after::text
  FROM ({entries}) AS read ORDER BY id
"""

_BOARD = f"""
WITH own AS MATERIALIZED (
    SELECT {_ENTRY}, e.details -> 'before' ? 'board_id' AS came
      FROM event_log e
     WHERE e.board_id = %(board)s AND e.entity_type = 'card' AND {_COUNTED}),
travelled AS MATERIALIZED (
    SELECT entity_id FROM own WHERE came AND happened = 'changed'
     UNION SELECT e.entity_id FROM event_log e WHERE {_LEFT}),
elsewhere AS MATERIALIZED (
    SELECT {_ENTRY}, e.board_id
      FROM event_log e JOIN travelled t ON e.entity_type = 'card' AND e.entity_id = t.entity_id
     WHERE e.board_id IS DISTINCT FROM %(board)s AND {_COUNTED}),
columns AS (
    SELECT {_ENTRY} FROM event_log e
     WHERE e.entity_type = 'board' AND e.details -> 'after' ? 'columns'
       AND e.entity_id IN (SELECT %(board)s UNION SELECT board_id FROM elsewhere))
""" + _ANSWER.format(
    entries="""SELECT id, entity_type, entity_id, "timestamp", action_id, happened, after FROM own
               UNION ALL
               SELECT id, entity_type, entity_id, "timestamp", action_id, happened, after
                 FROM elsewhere
               UNION ALL SELECT * FROM columns"""
)

_OF_SPRINTS = f"""
careers AS MATERIALIZED (
    SELECT {_ENTRY} FROM event_log e
     WHERE e.entity_type = 'sprint' AND e.entity_id IN (SELECT id FROM wanted)),
members AS MATERIALIZED (
    SELECT DISTINCT e.entity_id FROM event_log e
     WHERE e.board_id = %(board)s AND e.id > (SELECT min(id) FROM careers)
       AND e.entity_type = 'card'
       AND (e.details #>> '{{after,sprint_id}}')::uuid IN (SELECT id FROM wanted))
""" + _ANSWER.format(
    entries=f"""SELECT * FROM careers UNION ALL
                SELECT {_ENTRY} FROM event_log e JOIN members m
                    ON e.entity_type = 'card' AND e.entity_id = m.entity_id
                 WHERE {_COUNTED}"""
)

_SPRINT = f"WITH wanted AS (SELECT %(sprint)s AS id), {_OF_SPRINTS}"

# Which sprints there are is asked of their table: one that was deleted has no velocity any more.
_COMPLETED = f"""
WITH wanted AS MATERIALIZED (
    SELECT id FROM (
        SELECT DISTINCT ON (e.entity_id) e.entity_id AS id, e.id AS entry, e."timestamp",
               e.details #>> '{{after,status}}' AS status
          FROM event_log e
         WHERE e.entity_type = 'sprint' AND e.details -> 'after' ? 'status'
           AND e.entity_id IN (SELECT s.id FROM sprints s WHERE s.board_id = %(board)s)
         ORDER BY e.entity_id, e.id DESC) AS newest
     WHERE status = 'completed' ORDER BY "timestamp" DESC, entry DESC LIMIT %(number)s),
{_OF_SPRINTS}
"""


# The log only grows, so how many there are says which state of it there is.
_ELSEWHERE = f"""
SELECT count(*) FROM event_log c
 WHERE c.entity_type = 'card' AND c.entity_id IN (SELECT e.entity_id FROM event_log e WHERE {_LEFT})
"""


class Entry(NamedTuple):
    """An entry of the log, without what no chart asks for."""

    id: int
    kind: str
    entity: str
    at: datetime
    action: str
    happened: str
    """made, changed or gone."""
    after: dict[str, Any]


def board_entries(board_id: uuid.UUID) -> Iterator[Entry]:
    """All that ever happened to the cards that were ever on a board, and to the columns they saw.

    In the order of the log.
    """
    return _read(_BOARD, {"board": board_id})


def sprint_entries(board_id: uuid.UUID, sprint_id: uuid.UUID) -> Iterator[Entry]:
    """All that ever happened to a sprint and to the cards that were ever in it."""
    return _read(_SPRINT, {"board": board_id, "sprint": sprint_id})


def completed_sprint_entries(board_id: uuid.UUID, number: int) -> Iterator[Entry]:
    """The same for the `number` sprints of the board that were completed last."""
    return _read(_COMPLETED, {"board": board_id, "number": number})


def entries_elsewhere(board_id: uuid.UUID) -> int:
    """How many entries there are about cards that ever left a board.

    What was completed here counts only while it stays so, wherever it was put since, and is named
    as it is called there: of that, the board's own entries tell nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, {"board": board_id})
        return int(cursor.fetchone()[0])


def _read(statement: str, parameters: dict[str, Any]) -> Iterator[Entry]:
    with connection.cursor() as cursor:
        # As in core.db.fetching: Django's own loader takes longer than the query.
        cursor.cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    for id_, kind, entity, at, action, happened, after in rows:
        yield Entry(id_, kind, entity, at, action, happened, orjson.loads(after))
