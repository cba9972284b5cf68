"""A longer history for a seeded installation: entries in the log that no change has made.

What is seeded has one entry a row, as everything has. An installation that has been in use for
years has many more. Only the owner of the log can write them, straight into it: they tell of moves
and edits after which each thing stood as it stands now.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence

from django.db import connection

CHUNK = 100_000

# What could have been changed, once a row of it: cards mostly. In no order, as people work.
_POOL = """
CREATE TEMPORARY TABLE seeded_history ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY hashtextextended(entity_id::text, 0)) AS place, pool.*
  FROM (
    SELECT workspace_id, NULL::uuid AS project_id, board_id, NULL::uuid AS channel_id,
           created_by_id AS actor_id, 'card.moved' AS action, 'card' AS entity_type,
           id AS entity_id,
           jsonb_build_object('column_id', column_id, 'position', position + 65536) AS before,
           jsonb_build_object('column_id', column_id, 'position', position) AS after
      FROM cards WHERE workspace_id = ANY(%(workspaces)s)
     UNION ALL
    SELECT workspace_id, NULL, board_id, NULL, created_by_id, 'card.updated', 'card', id,
           jsonb_build_object('priority', 'none'), jsonb_build_object('priority', priority)
      FROM cards WHERE workspace_id = ANY(%(workspaces)s)
     UNION ALL
    SELECT workspace_id, project_id, NULL, channel_id, author_id, 'message.edited', 'message', id,
           jsonb_build_object('content', left(content, 200) || '…'),
           jsonb_build_object('content', left(content, 200))
      FROM messages WHERE workspace_id = ANY(%(workspaces)s) AND is_edited
     UNION ALL
    SELECT workspace_id, NULL, NULL, NULL, NULL, 'pull_request.recorded', 'pull_request', id,
           jsonb_build_object('check_status', 'pending'),
           jsonb_build_object('check_status', check_status)
      FROM pull_requests WHERE workspace_id = ANY(%(workspaces)s)
     UNION ALL
    SELECT workspace_id, project_id, NULL, NULL, NULL, 'feature.updated', 'feature', id,
           jsonb_build_object('status', 'backlog'), jsonb_build_object('status', status)
      FROM features WHERE workspace_id = ANY(%(workspaces)s)
  ) AS pool
"""

_INSERT = """
INSERT INTO event_log (workspace_id, project_id, board_id, channel_id, actor_id, action, action_id,
                       entity_type, entity_id, "timestamp", details, source)
SELECT workspace_id, project_id, board_id, channel_id, actor_id, action, gen_random_uuid(),
       entity_type, entity_id,
       %(begin)s + (%(done)s + place - %(first)s)::float8 / %(amount)s * (%(end)s - %(begin)s),
       jsonb_build_object('before', before, 'after', after, 'context', '{}'::jsonb), 'api'
  FROM seeded_history
 WHERE place > %(first)s AND place <= %(last)s
 ORDER BY place
"""


def log_fill(
    *,
    workspace_ids: Sequence[uuid.UUID],
    amount: int,
    begin: datetime.datetime,
    end: datetime.datetime,
    tell: Callable[[int], None] = lambda entries: None,
) -> int:
    """Write `amount` entries of changes in these workspaces, spread over the span; how many.

    None where there is nothing that could have changed. Only the log's owner can, in a
    transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_POOL, {"workspaces": list(workspace_ids)})
        cursor.execute("CREATE INDEX ON seeded_history (place)")
        cursor.execute("ANALYZE seeded_history")
        cursor.execute("SELECT count(*) FROM seeded_history")
        size = cursor.fetchone()[0]
        done = 0
        while size and done < amount:
            first = done % size
            last = min(first + CHUNK, size, first + amount - done)
            cursor.execute(
                _INSERT,
                {
                    "first": first,
                    "last": last,
                    "done": done,
                    "amount": amount,
                    "begin": begin,
                    "end": end,
                },
            )
            done += last - first
            tell(done)
        cursor.execute("DROP TABLE seeded_history")
    return done
