"""What a decision bears on and what bears on it, some steps far: one query, bounded.

PostgreSQL walks from row to row and stops where enough were found, so that the answer to a
decision that everything hangs on costs no more than one of a few dozen.
"""

from __future__ import annotations

import uuid

from django.db import connection

from workspaces.models import User

DEFAULT_DEPTH = 2
MAX_DEPTH = 5
MAX_NODES = 200
# Of one decision, and of the whole walk, in which a decision may be met again and again.
_NEIGHBOURS = 200
_STEPS = 2_000
MAX_EDGES = 1_000

# A walk's rows come step by step and are read no further than the LIMIT says.
_GRAPH = f"""
WITH RECURSIVE root AS (
    SELECT d.id FROM decisions d
     WHERE d.id = %(decision)s
       AND (%(everything)s OR d.workspace_id IN (
           SELECT workspace_id FROM workspace_members WHERE user_id = %(user)s))
), walk (id, depth) AS (
    SELECT id, 0 FROM root
     UNION
    SELECT near.id, walk.depth + 1 FROM walk, LATERAL (
        (SELECT r.target_id AS id FROM decision_relationships r
          WHERE r.source_id = walk.id ORDER BY r.target_id LIMIT {_NEIGHBOURS})
         UNION ALL
        (SELECT r.source_id FROM decision_relationships r
          WHERE r.target_id = walk.id ORDER BY r.source_id LIMIT {_NEIGHBOURS})) AS near
      JOIN decisions d ON d.id = near.id AND d.deleted_at IS NULL
     WHERE walk.depth < %(depth)s
), seen AS (
    SELECT met.id, min(met.depth) AS depth
      FROM (SELECT id, depth FROM walk LIMIT {_STEPS}) AS met
     GROUP BY met.id
     ORDER BY min(met.depth), met.id LIMIT {MAX_NODES + 1}
), nodes AS (
    SELECT id, depth FROM seen ORDER BY depth, id LIMIT {MAX_NODES}
), edges AS (
    SELECT r.id, r.source_id, r.target_id, r.kind
      FROM decision_relationships r
      JOIN nodes s ON s.id = r.source_id
      JOIN nodes t ON t.id = r.target_id
     ORDER BY r.id LIMIT {MAX_EDGES}
)
SELECT json_build_object(
    'root', root.id, 'depth', %(depth)s::int,
    'nodes', (
        SELECT json_agg(json_build_object(
            'id', d.id, 'title', d.title, 'status', d.status, 'depth', n.depth)
            ORDER BY n.depth, d.id)
          FROM nodes n JOIN decisions d ON d.id = n.id),
    'edges', coalesce((
        SELECT json_agg(json_build_object(
            'id', e.id, 'source', e.source_id, 'target', e.target_id, 'kind', e.kind)
            ORDER BY e.id)
          FROM edges e), '[]'),
    'truncated', (SELECT count(*) > {MAX_NODES} FROM seen)
        OR (SELECT count(*) = {MAX_EDGES} FROM edges))
  FROM root
"""


def decision_graph(
    decision_id: uuid.UUID, user: User, depth: int, *, everything: bool = False
) -> bytes | None:
    """The graph as JSON, as bytes; None where `user` sees no such decision.

    Deleted decisions are left out, but for the one that is asked about. `everything` is for pages
    of operators, who see more there than they are members of.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _GRAPH,
            {
                "decision": decision_id,
                "user": user.pk,
                "depth": depth,
                "everything": everything,
            },
        )
        result = cursor.cursor.pgresult
        return result.get_value(0, 0) if result is not None and result.ntuples else None
