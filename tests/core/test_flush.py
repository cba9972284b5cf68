"""flush: for test databases alone, and the log is guarded again behind it."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.management.commands import flush
from core.models import EventLog
from tests.core.connections import as_app, as_database_owner
from tests.workspaces.together import wait_until_waiting
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db(transaction=True)


def guards(cursor):
    return cursor.execute(
        "SELECT tgname, tgenabled FROM pg_trigger "
        "WHERE tgrelid = 'event_log'::regclass AND NOT tgisinternal ORDER BY tgname"
    ).fetchall()


ALWAYS = [("event_log_append_only", "A"), ("event_log_no_truncate", "A")]


def test_a_test_database_is_emptied_and_its_log_guarded_again(card):
    call_command("flush", interactive=False, verbosity=0)
    assert not Workspace.objects.exists()
    assert not EventLog.objects.exists()
    with as_database_owner() as owner:
        assert guards(owner) == ALWAYS
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute("TRUNCATE event_log")


def test_any_other_database_is_left_alone(card, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "taskly")
        with pytest.raises(CommandError, match=r"manage\.py reset"):
            call_command("flush", interactive=False, verbosity=0)
    assert Workspace.objects.count() == 1


@pytest.fixture
def impatient(monkeypatch, settings):
    """As an owner who waits for no lock longer than a moment."""
    options = {**settings.DATABASE_OWNER["OPTIONS"], "options": "-c lock_timeout=50"}
    monkeypatch.setitem(settings.DATABASE_OWNER, "OPTIONS", options)


def test_who_still_holds_a_row_is_waited_for(card, impatient):
    with as_app() as beside, ThreadPoolExecutor(1) as pool:
        with beside.transaction():
            beside.execute("SELECT FROM cards FOR UPDATE")
            emptied = pool.submit(flush_beside)
            wait_until_waiting(1)
            # Longer than the owner waits for a lock.
            time.sleep(0.2)
        emptied.result()
    assert not Workspace.objects.exists()


def flush_beside():
    """The command in a thread, with a connection of its own."""
    try:
        call_command("flush", interactive=False, verbosity=0)
    finally:
        connection.close()


def test_a_flush_that_fails_guards_the_log_again(card, impatient, monkeypatch):
    monkeypatch.setattr(flush, "ATTEMPTS", 2)
    with as_app() as beside, beside.transaction():
        beside.execute("SELECT FROM cards FOR UPDATE")
        with pytest.raises(CommandError):
            call_command("flush", interactive=False, verbosity=0)
    with as_database_owner() as owner:
        assert guards(owner) == ALWAYS
    assert EventLog.objects.exists()
