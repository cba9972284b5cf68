"""Whatever is done to the tables: the log, read from its beginning, tells what is in them."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.identifiers import uuid7
from core.models import EventLog
from tests.factories import (
    BoardFactory,
    CardAssigneeFactory,
    CardFactory,
    MemberFactory,
    SprintFactory,
    WorkspaceFactory,
)

pytestmark = pytest.mark.django_db

TABLES = {
    "board": "boards",
    "sprint": "sprints",
    "card": "cards",
    "card_assignee": "card_assignees",
    "workspace": "workspaces",
    "workspace_member": "workspace_members",
}
TECHNICAL = ["updated_at", "version", "search"]

# Each statement is about the n-th of what there is, so that most of them do something.
PICK = (
    "(SELECT id FROM {0} ORDER BY id "
    "OFFSET %(n)s %% greatest((SELECT count(*) FROM {0}), 1) LIMIT 1)"
)
CARD, BOARD, SPRINT = PICK.format("cards"), PICK.format("boards"), PICK.format("sprints")
COLUMN = (
    "(SELECT id FROM board_columns c WHERE c.board_id = b.id "
    "ORDER BY position OFFSET %(m)s %% 4 LIMIT 1)"
)
STATEMENTS = [
    "INSERT INTO cards (id, workspace_id, board_id, column_id, position, title, metadata, "
    f"created_by_id) SELECT %(id)s, b.workspace_id, b.id, {COLUMN}, %(position)s, %(text)s, "
    f"%(labels)s, w.created_by_id FROM boards b JOIN workspaces w ON w.id = b.workspace_id "
    f"WHERE b.id = {BOARD}",
    f"UPDATE cards SET title = %(text)s WHERE id = {CARD}",
    f"UPDATE cards SET metadata = %(labels)s WHERE id = {CARD}",
    "UPDATE cards SET priority = 'high', completed_at = now(), version = 7",
    f"UPDATE cards SET column_id = (SELECT {COLUMN} FROM boards b WHERE b.id = cards.board_id), "
    f"position = %(position)s WHERE id = {CARD}",
    f"UPDATE cards SET board_id = b.id, column_id = {COLUMN}, sprint_id = NULL "
    f"FROM boards b WHERE b.id = {BOARD} AND cards.id = {CARD}",
    f"UPDATE cards SET sprint_id = s.id FROM sprints s WHERE s.id = {SPRINT} "
    "AND s.board_id = cards.board_id",
    f"UPDATE cards SET updated_at = 'infinity' WHERE id = {CARD}",
    f"DELETE FROM cards WHERE id = {CARD}",
    "INSERT INTO card_assignees (id, workspace_id, board_id, card_id, user_id) "
    "SELECT gen_random_uuid(), c.workspace_id, c.board_id, c.id, m.user_id FROM cards c "
    f"JOIN workspace_members m USING (workspace_id) WHERE c.id = {CARD} ON CONFLICT DO NOTHING",
    f"DELETE FROM card_assignees WHERE card_id = {CARD}",
    "DELETE FROM workspace_members WHERE role = 'member' AND user_id = "
    "(SELECT user_id FROM card_assignees ORDER BY id LIMIT 1)",
    "INSERT INTO sprints (id, workspace_id, board_id, name, start_date, end_date) "
    "SELECT %(id)s, workspace_id, id, %(text)s, '2026-01-01', '2026-01-14' "
    f"FROM boards WHERE id = {BOARD}",
    f"DELETE FROM sprints WHERE id = {SPRINT}",
    f"UPDATE boards SET name = %(text)s WHERE id = {BOARD}",
    "UPDATE boards SET columns = jsonb_set(columns, '{1,category}', "
    f"'\"done\"') WHERE id = {BOARD}",
    "UPDATE boards SET columns = jsonb_set(columns, '{1,category}', "
    f"'\"todo\"') WHERE id = {BOARD}",
    f"DELETE FROM boards WHERE id = {BOARD} AND (SELECT count(*) FROM boards) > 1",
]  # fmt: skip

LABELS = [
    {"labels": []},
    {"labels": [{"id": "1", "name": "Bug", "color": "#aa0000"}], "note": [1.5, None, "ü"]},
    {"labels": [{"id": "1", "name": "Bug", "color": "#00ff00"}]},
    {"labels": [{"id": "2", "name": "Idea", "color": "#0000ff"}], "acceptance_criteria": "x"},
]
text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)
steps = st.lists(
    st.tuples(
        st.sampled_from(STATEMENTS),
        st.fixed_dictionaries(
            {
                "n": st.integers(0, 9),
                "m": st.integers(0, 3),
                "position": st.integers(1, 12),
                "text": text,
                "labels": st.sampled_from([json.dumps(each) for each in LABELS]),
            }
        ),
        # Some of it is taken back at once.
        st.booleans() | st.just(True),
    ),
    min_size=25,
    max_size=60,
)


def state_of_tables():
    with connection.cursor() as cursor:
        held = {}
        for entity, table in TABLES.items():
            cursor.execute(
                f"SELECT id, (to_jsonb(t) - %s::text[])::text FROM {table} AS t", [TECHNICAL]
            )
            held |= {(entity, row[0]): json.loads(row[1]) for row in cursor.fetchall()}
        return held


def replay(state, entries):
    """Lay the entries' images over `state`, each one on what the one before it left."""
    for entry in entries:
        key = (entry.entity_type, entry.entity_id)
        before, after = entry.details["before"], entry.details["after"]
        present = state.get(key, {})
        assert {name: present.get(name) for name in before} == before
        assert before != after
        if after:
            state[key] = present | after
        else:
            assert present == before
            del state[key]
    return state


def attempt(statement, params, keep):
    """Run it; what the rules refuse, and some of the rest, is taken back."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
            transaction.set_rollback(not keep)
    except IntegrityError:
        return


def test_the_log_tells_what_is_in_the_tables(db):
    counted = []

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=steps)
    def check(steps):
        check_the_log_against_the_tables(counted, steps)

    check()
    assert sum(counted) > 250


def check_the_log_against_the_tables(counted, steps):
    with transaction.atomic():
        workspace = WorkspaceFactory()
        MemberFactory(workspace=workspace)
        for board in BoardFactory.create_batch(3, workspace=workspace):
            cards = CardFactory.create_batch(3, board=board, sprint=SprintFactory(board=board))
            CardAssigneeFactory(card=cards[0])
        start = state_of_tables()
        seen = EventLog.objects.latest("pk").pk
        for statement, params, keep in steps:
            attempt(statement, {**params, "id": uuid7()}, keep)
        entries = EventLog.objects.filter(pk__gt=seen).order_by("pk")
        assert replay(start, entries) == state_of_tables()
        counted.append(len(entries))
        transaction.set_rollback(True)
