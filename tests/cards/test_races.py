"""What the database keeps when several write at the same moment, without a service's lock."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from cards.models import Card
from core.identifiers import uuid7
from core.models import EventLog
from tests.core.connections import as_app, as_database_owner
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, MemberFactory
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db(transaction=True)

INSERT = (
    "INSERT INTO cards (id, workspace_id, board_id, column_id, position, title, metadata, "
    "created_by_id) VALUES (%s, %s, %s, %s, %s, 'New', %s, %s)"
)
LEVELS = [psycopg.IsolationLevel.READ_COMMITTED, psycopg.IsolationLevel.REPEATABLE_READ]


def values(board, column=0, position=1, labels=()):
    return [
        uuid7(),
        board.workspace_id,
        board.pk,
        board.columns[column]["id"],
        position,
        json.dumps({"labels": list(labels)}),
        board.workspace.created_by_id,
    ]


def label(color, name="Bug", id="1"):
    return {"id": id, "name": name, "color": color}


def waiting(pid):
    """Until the session `pid` waits for a lock."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE pid = %s AND NOT granted", [pid])
            if cursor.fetchone() is not None:
                return
        time.sleep(0.005)
    raise AssertionError("it never waited")


class Beside:
    """A statement that runs in another session, and is waiting for a lock when this returns."""

    def __init__(self, app, statement, params):
        self._pool = ThreadPoolExecutor(1)
        self._done = self._pool.submit(app.execute, statement, params)
        waiting(app.info.backend_pid)

    def result(self):
        try:
            return self._done.result(timeout=120)
        finally:
            self._pool.shutdown()


def test_sixteen_writers_number_their_cards_without_a_double(board):
    start = threading.Barrier(16)

    def write(writer):
        with as_app() as app:
            start.wait()
            for each in range(10):
                app.execute(INSERT, values(board, position=writer * 100 + each))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(16)))
    assert sorted(Card.objects.values_list("number", flat=True)) == list(range(1, 161))


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_of_two_admins_who_demote_each_other_one_remains(workspace, admin, member, level):
    WorkspaceMember.objects.filter(user=member).update(role="admin")
    demote = "UPDATE workspace_members SET role = 'member' WHERE user_id = %s"
    with as_app() as one, as_app() as other:
        one.isolation_level = other.isolation_level = level
        with pytest.raises(psycopg.Error) as refused:
            demote_at_once(one, other, demote, admin.pk, member.pk)
    assert WorkspaceMember.objects.filter(role="admin").count() == 1
    assert refused.value.sqlstate == ("23514" if level == LEVELS[0] else "40001")


def demote_at_once(one, other, demote, first, second):
    with other.transaction():
        # The second's snapshot is from before the first's change.
        other.execute("SELECT count(*) FROM workspace_members")
        with one.transaction():
            one.execute(demote, [first])
            late = Beside(other, demote, [second])
        late.result()


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_a_column_that_goes_while_a_card_comes_leaves_no_orphan(board, level):
    fewer = [{**each, "position": n} for n, each in enumerate(board.columns[1:])]
    remove = "UPDATE boards SET columns = %s WHERE id = %s"
    with as_app() as one, as_app() as other:
        one.isolation_level = other.isolation_level = level
        with pytest.raises(psycopg.errors.IntegrityError) as refused:
            insert_and_remove(one, other, remove, fewer, board)
        assert refused.value.diag.constraint_name == "cards_column_fk"
    assert Card.objects.count() == 1
    board.refresh_from_db()
    assert len(board.columns) == 4


def insert_and_remove(one, other, remove, fewer, board):
    with other.transaction():
        other.execute("SELECT count(*) FROM cards")
        with one.transaction():
            one.execute(INSERT, values(board))
            late = Beside(other, remove, [json.dumps(fewer), board.pk])
        late.result()


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_a_card_that_comes_while_its_column_goes_is_refused(board, level):
    fewer = [{**each, "position": n} for n, each in enumerate(board.columns[1:])]
    with as_app() as one, as_app() as other:
        other.isolation_level = level
        with pytest.raises(psycopg.Error) as refused:
            remove_and_insert(one, other, fewer, board)
        assert refused.value.sqlstate == ("23503" if level == LEVELS[0] else "40001")
    assert Card.objects.count() == 0


def remove_and_insert(one, other, fewer, board):
    with other.transaction():
        other.execute("SELECT count(*) FROM cards")
        with one.transaction():
            one.execute("UPDATE boards SET columns = %s", [json.dumps(fewer)])
            late = Beside(other, INSERT, values(board))
        late.result()


def test_a_card_that_comes_while_its_column_becomes_done_is_completed(board):
    done = [{**board.columns[0], "category": "done"}, *board.columns[1:]]
    with as_app() as one, as_app() as other:
        with one.transaction():
            one.execute("UPDATE boards SET columns = %s", [json.dumps(done)])
            late = Beside(other, INSERT, values(board))
        late.result()
    assert Card.objects.get().completed_at is not None


def test_a_column_that_becomes_done_completes_a_card_that_was_just_coming(board):
    done = [{**board.columns[0], "category": "done"}, *board.columns[1:]]
    with as_app() as one, as_app() as other:
        with one.transaction():
            one.execute(INSERT, values(board))
            late = Beside(other, "UPDATE boards SET columns = %s", [json.dumps(done)])
        late.result()
    assert Card.objects.get().completed_at is not None


def test_a_column_is_renamed_beside_an_open_insert(board):
    renamed = [{**board.columns[0], "name": "Ready"}, *board.columns[1:]]
    with as_app() as one, as_app() as other, one.transaction():
        one.execute(INSERT, values(board))
        other.execute("SET lock_timeout = '2s'")
        other.execute("UPDATE boards SET columns = %s", [json.dumps(renamed)])


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_of_two_who_define_a_label_at_once_the_second_must_agree(board, level):
    with as_app() as one, as_app() as other:
        one.isolation_level = other.isolation_level = level
        with pytest.raises(psycopg.Error) as refused:
            define_at_once(one, other, board, "#00ff00")
    assert refused.value.sqlstate == ("23514" if level == LEVELS[0] else "40001")
    assert Card.objects.count() == 1


def test_two_who_define_the_same_label_at_once_are_both_let_in(board):
    with as_app() as one, as_app() as other:
        define_at_once(one, other, board, "#aa0000")
    assert Card.objects.count() == 2


def define_at_once(one, other, board, color):
    with other.transaction():
        other.execute("SELECT count(*) FROM cards")
        with one.transaction():
            one.execute(INSERT, values(board, position=1, labels=[label("#aa0000")]))
            late = Beside(other, INSERT, values(board, position=2, labels=[label(color)]))
        late.result()


def test_a_label_that_is_just_being_used_is_not_replaced_as_a_stale_one(board):
    CardFactory(board=board, metadata={"labels": [label("#aa0000")]})
    Card.objects.update(metadata={"labels": []})
    with as_app() as one, as_app() as other:
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            define_at_once(one, other, board, "#00ff00")
        assert refused.value.diag.constraint_name == "cards_labels_agree"
    # Once nobody uses it, a definition gives way.
    Card.objects.update(metadata={"labels": []})
    CardFactory(board=board, metadata={"labels": [label("#00ff00")]})


def test_a_label_that_is_redefined_meanwhile_is_used_in_its_new_color_or_not_at_all(board):
    CardFactory(board=board, metadata={"labels": [label("#aa0000")]})
    with as_app() as one, as_app() as other:
        with one.transaction():
            one.execute("SELECT board_label_redefine(%s, '1', 'Bug', '#00ff00')", [board.pk])
            old = values(board, position=1, labels=[label("#aa0000")])
            late = Beside(other, INSERT, old)
        with pytest.raises(psycopg.errors.CheckViolation):
            late.result()
        other.execute(INSERT, values(board, position=1, labels=[label("#00ff00")]))


def test_cards_full_of_new_labels_are_written_at_once_without_a_deadlock(board):
    """Each card names the labels in another order."""
    names = [f"Label {n}" for n in range(6)]
    start = threading.Barrier(8)

    def write(writer):
        turned = names[writer % 6 :] + names[: writer % 6]
        own = [label("#aa0000", name=name, id=name[-1]) for name in turned]
        with as_app() as app:
            start.wait()
            app.execute(INSERT, values(board, position=writer, labels=own))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert Card.objects.count() == 8
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM board_labels")
        assert cursor.fetchone() == (6,)


def remake_foreign_keys(owner, order):
    keys = owner.execute(
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        f"WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY {order}"
    ).fetchall()
    for table, name, definition in keys:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        owner.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def test_a_workspace_goes_whole_whatever_order_its_keys_were_made_in(card, board, sprint):
    """A restored database fires its cascades in another order than one that was migrated."""
    CardFactory(board=board, sprint=sprint, metadata={"labels": [label("#aa0000")]})
    CardAssigneeFactory(card=card)
    MemberFactory(workspace=board.workspace)
    BoardFactory(workspace=board.workspace)
    entries = EventLog.objects.count()
    for order in ("conname", "conname DESC", "conrelid::regclass::text DESC, conname"):
        with as_database_owner() as owner, owner.transaction(force_rollback=True):
            remake_foreign_keys(owner, order)
            owner.execute("SET LOCAL ROLE taskly_app")
            owner.execute("DELETE FROM boards WHERE id = %s", [board.pk])
            assert owner.execute("SELECT count(*) FROM cards").fetchone() == (0,)
            owner.execute("DELETE FROM workspaces")
            for table in ("boards", "board_columns", "board_labels", "cards", "card_assignees",
                          "card_counters", "sprints", "workspace_members"):  # fmt: skip
                assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert EventLog.objects.count() == entries
