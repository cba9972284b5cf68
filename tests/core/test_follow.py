"""Following the log by id: nothing is missed, however late and in whatever order writers commit."""

import random
import threading
import time

import psycopg
import pytest
from django.db import connection

from core.db.follow import log_bound
from core.models import EventLog
from tests.core.connections import as_app, as_database_owner
from tests.factories import BoardFactory

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 16
ENTRIES_EACH = 250


def write(board_id, start, failures):
    """Many small transactions with pauses before and between their entries and their end.

    One in five takes back some of its entries, or all of them.
    """
    chance = random.Random(board_id.int)
    try:
        with as_app() as app:
            start.wait()
            made = 0
            while made < ENTRIES_EACH:
                with app.transaction():
                    for _ in range(chance.randint(1, 4)):
                        made += 1
                        rename = "UPDATE boards SET name = %s WHERE id = %s"
                        app.execute(rename, [f"Name {made}", board_id])
                        time.sleep(chance.random() * 0.004)
                    if chance.random() < 0.2:
                        with app.transaction():
                            app.execute(rename, ["Taken back", board_id])
                            raise psycopg.Rollback
                    if chance.random() < 0.1:
                        raise psycopg.Rollback
    except Exception as error:
        failures.append(error)


def follow_bound(read, after):
    bound = log_bound()
    return read(after, bound)


def follow_naively(read, after):
    return read(after, 2**62)


def read(after, up_to):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM event_log WHERE id > %s AND id <= %s ORDER BY id", [after, up_to]
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_follower_sees_each_entry_once_and_a_naive_one_does_not(workspace):
    boards = BoardFactory.create_batch(WRITERS, workspace=workspace)
    seen = {follow_bound: [], follow_naively: []}
    begin = {follow: EventLog.objects.latest("pk").pk for follow in seen}
    failures = []
    start = threading.Barrier(WRITERS + 1)
    threads = [threading.Thread(target=write, args=(board.pk, start, failures)) for board in boards]
    for thread in threads:
        thread.start()
    start.wait()
    first = dict(begin)
    writing = True
    while writing:
        writing = any(thread.is_alive() for thread in threads)
        for follow, found in seen.items():
            new = follow(read, begin[follow])
            found += new
            begin[follow] = new[-1] if new else begin[follow]
    assert failures == []
    all_of_them = read(first[follow_bound], 2**62)
    assert len(all_of_them) > WRITERS * ENTRIES_EACH * 0.7
    assert seen[follow_bound] == all_of_them
    assert set(seen[follow_naively]) < set(all_of_them)


def test_the_bound_waits_for_who_wrote_first(workspace):
    one, other = BoardFactory.create_batch(2, workspace=workspace)
    before = EventLog.objects.latest("pk").pk
    assert log_bound() == before
    rename = "UPDATE boards SET name = %s WHERE id = %s"
    with as_app() as early, as_app() as late:
        with early.transaction():
            early.execute(rename, ["Early", one.pk])
            late.execute(rename, ["Late", other.pk])
            assert EventLog.objects.filter(pk__gt=before).count() == 1
            assert log_bound() == before
        assert log_bound() == before + 2


def test_the_bound_holds_for_what_comes_after_a_savepoint_that_was_taken_back(workspace):
    one, other = BoardFactory.create_batch(2, workspace=workspace)
    rename = "UPDATE boards SET name = %s WHERE id = %s"
    with as_app() as early, as_app() as late:
        with early.transaction():
            with early.transaction():
                early.execute(rename, ["Taken back", one.pk])
                raise psycopg.Rollback
            late.execute(rename, ["Late", other.pk])
            settled = log_bound()
            assert settled == EventLog.objects.latest("pk").pk
            early.execute(rename, ["Early", one.pk])
            late.execute(rename, ["Later", other.pk])
            assert log_bound() == settled
        assert log_bound() == settled + 2


def test_the_bound_is_below_the_first_entry_ever_while_it_is_not_there(workspace):
    """The sequence says 1 before it has given 1 out, and after."""
    one, other = BoardFactory.create_batch(2, workspace=workspace)
    with as_database_owner() as owner:
        owner.execute("ALTER TABLE event_log DISABLE TRIGGER event_log_no_truncate")
        owner.execute("TRUNCATE event_log RESTART IDENTITY")
        owner.execute("ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_no_truncate")
    assert log_bound() == 0
    rename = "UPDATE boards SET name = %s WHERE id = %s"
    with as_app() as first, as_app() as second:
        with first.transaction():
            first.execute(rename, ["First", one.pk])
            assert log_bound() == 0
            second.execute(rename, ["Second", other.pk])
            second.execute(rename, ["Third", other.pk])
            assert list(EventLog.objects.values_list("pk", flat=True)) == [2, 3]
            assert log_bound() == 0
        assert log_bound() == 3


def test_locks_of_others_do_not_move_the_bound(card):
    newest = EventLog.objects.latest("pk").pk
    with as_app() as app, app.transaction():
        app.execute("SELECT pg_advisory_xact_lock_shared(1), pg_advisory_xact_lock(2, 3)")
        assert log_bound() == newest
