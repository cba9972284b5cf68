"""How PostgreSQL goes about a page of a board's cards: in order, as far as the page goes."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.core.connections import in_the_owners_role
from tests.factories import BoardFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db

CARDS = 2_000
BESIDE = ("workspaces", "workspace_members", "boards")


def fill(board):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cards (id, workspace_id, board_id, column_id, position, title, metadata,
                               created_by_id)
            SELECT gen_random_uuid(), %(workspace)s, %(board)s, %(column)s, n, 'Card ' || n,
                   '{"labels": []}', %(person)s
              FROM generate_series(1, %(cards)s) AS n
            """,
            {
                "workspace": board.workspace_id,
                "board": board.pk,
                "column": board.columns[0]["id"],
                "person": board.workspace.created_by_id,
                "cards": CARDS,
            },
        )


def count(*tables):
    """Only who owns a table may count its rows; PostgreSQL would else take it for an empty one."""
    with in_the_owners_role(), connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def counted():
    count(*BESIDE)


def never_counted():
    """PostgreSQL counts the rows of a table by itself only once fifty have changed.

    What it counted of other tests' rows outlives them; before version 18 it can't be forgotten,
    but be put right.
    """
    if connection.pg_version < 180000:
        counted()
        return
    with in_the_owners_role(), connection.cursor() as cursor:
        for table in BESIDE:
            cursor.execute("SELECT pg_clear_relation_stats('public', %s)", [table])


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def cards_read(client, address):
    """How many cards, and by which indexes, the last query of a list reads."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {queries[-1]['sql']}")
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    scans = [node for node in nodes(plan) if node.get("Relation Name") == "cards"]
    return sum(scan["Actual Rows"] for scan in scans), {scan["Index Name"] for scan in scans}


@pytest.mark.parametrize("beside", [never_counted, counted])
def test_a_page_of_a_board_reads_as_many_cards_as_it_shows(board, client_of, member, beside):
    fill(board)
    for _ in range(4):
        fill(BoardFactory(workspace=WorkspaceFactory()))
    count("cards")
    beside()
    address = f"/api/v1/cards/?board={board.pk}"
    assert cards_read(client_of(member), address) == (51, {"cards_board_idx"})
