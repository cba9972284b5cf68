"""`python -m bench.charts`: how the flow of a board grows with its cards.

Two boards, one with ten times the other's cards, each moved and edited as often, are made and asked
in turn in a transaction that is rolled back. What is read grows with the log, so the larger may
take ten times as long, and a little for what no longer fits the processor's caches.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import sys
import time
from typing import Any

import django

from bench import installation
from bench.bulk import undone
from bench.measuring import HEADINGS, Comparison

SMALL = 1_000
TIMES = 10
LIMIT = 12.0

_MAKE = """
INSERT INTO cards (id, workspace_id, board_id, column_id, position, title, description, metadata,
                   story_points, created_by_id)
SELECT gen_random_uuid(), b.workspace_id, b.id, (b.columns #>> '{0,id}')::uuid, n * 65536,
       'Card ' || n, repeat('What is to be done. ', 20), '{}', n %% 8, w.created_by_id
  FROM boards b JOIN workspaces w ON w.id = b.workspace_id, generate_series(1, %(cards)s) AS n
 WHERE b.id = %(board)s
"""
# To the next column, and an edit that no chart asks for.
_MOVE = """
UPDATE cards c SET column_id = (b.columns -> %(column)s ->> 'id')::uuid
  FROM boards b WHERE b.id = c.board_id AND b.id = %(board)s
"""
_EDIT = """
UPDATE cards SET priority = CASE priority WHEN 'low' THEN 'high' ELSE 'low' END
 WHERE board_id = %(board)s
"""


def made(cursor: Any, models: Any, workspace: Any, cards: int) -> Any:
    """A board whose cards went through all columns, and were edited twice as often."""
    board = models.Board.objects.create(workspace=workspace, name=f"{cards} cards")
    cursor.execute(_MAKE, {"board": board.pk, "cards": cards})
    for column in (1, 2, 3):
        cursor.execute(_MOVE, {"board": board.pk, "column": column})
        cursor.execute(_EDIT, {"board": board.pk})
        cursor.execute(_EDIT, {"board": board.pk})
    return models.Board.objects.select_related("workspace").get(pk=board.pk)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.charts", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    installation.prepare()
    django.setup()
    # Its models can be imported only now.
    charts = importlib.import_module("cards.charts")
    models = importlib.import_module("boards.models")
    people = importlib.import_module("workspaces.models")
    timezone = importlib.import_module("django.utils.timezone")
    with undone() as cursor:
        person = people.User.objects.create(username="bench-charts", email="charts@bench.test")
        workspace = people.Workspace.objects.create(
            name="Charts", key="BENCHART", created_by=person
        )
        people.WorkspaceMember.objects.create(workspace=workspace, user=person, role="admin")
        small = made(cursor, models, workspace, SMALL)
        large = made(cursor, models, workspace, SMALL * TIMES)
        cursor.execute("ANALYZE")
        taken: dict[Any, list[float]] = {small: [], large: []}
        today = timezone.now().date()
        for _round in range(rounds + 1):
            for board, times in taken.items():
                began = time.perf_counter()
                charts.flow(board, first=today, last=today, at=timezone.now())
                times.append((time.perf_counter() - began) * 1000)
    ours, bare = (statistics.median(times[1:]) for times in (taken[large], taken[small]))
    comparison = Comparison(
        f"flow of {SMALL * TIMES} against {SMALL}", ours, bare, ours / bare, LIMIT
    )
    sys.stdout.write(f"{HEADINGS}\n{comparison.line()}\n")
    return 1 if comparison.ratio > comparison.limit else 0


if __name__ == "__main__":
    sys.exit(main())
