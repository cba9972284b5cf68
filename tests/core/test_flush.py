"""flush: for test databases alone, and the log is guarded again behind it."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.models import EventLog
from tests.core.connections import as_app, as_database_owner
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


def test_a_flush_that_fails_guards_the_log_again(card):
    with as_app() as beside, beside.transaction():
        beside.execute("SELECT FROM cards FOR UPDATE")
        with pytest.raises(CommandError):
            call_command("flush", interactive=False, verbosity=0)
    with as_database_owner() as owner:
        assert guards(owner) == ALWAYS
    assert EventLog.objects.exists()
