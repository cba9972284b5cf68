"""acting() and coming_from(): what entries say about who did what, and through which door."""

import threading

import pytest
from django.db import connection, transaction

from core.acting import SOURCES, acting, coming_from
from core.models import EventLog
from tests.factories import CardFactory
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def last():
    return EventLog.objects.latest("id")


def rename(workspace, name):
    Workspace.objects.filter(pk=workspace.pk).update(name=name)
    return last()


def rename_and_fail(workspace, name):
    rename(workspace, name)
    raise RuntimeError


def fail_inside(workspace, person):
    rename(workspace, "A")
    with acting(person, "inner"):
        raise RuntimeError


def test_entries_carry_actor_action_source_and_context(workspace, member):
    with coming_from("api"), acting(member, "workspace.renamed", context={"reason": "a merger"}):
        entry = rename(workspace, "Acme and Sons")
    assert entry.actor_id == member.pk
    assert entry.action == "workspace.renamed"
    assert entry.source == "api"
    assert entry.details["context"] == {"reason": "a merger"}


def test_what_nobody_named_is_told_by_the_kind_of_change(workspace):
    entry = rename(workspace, "Acme and Sons")
    assert (entry.actor_id, entry.action, entry.source) == (None, "workspace.updated", "command")
    assert entry.details["context"] == {}


def test_all_entries_of_an_action_share_its_id(board, member):
    with acting(member, "cards.made"):
        CardFactory.create_batch(3, board=board)
    entries = EventLog.objects.filter(action="cards.made")
    assert entries.count() == 3
    assert entries.values("action_id").distinct().count() == 1


def test_two_actions_have_two_ids(workspace, member):
    with acting(member, "first"):
        first = rename(workspace, "A")
    with acting(member, "second"):
        second = rename(workspace, "B")
    assert first.action_id != second.action_id


def test_the_outermost_action_names_what_is_inside(workspace, admin, member):
    with coming_from("admin"), acting(admin, "outer", context={"bulk": True}):
        before = rename(workspace, "A")
        with coming_from("api"), acting(member, "inner", context={"bulk": False}):
            inside = rename(workspace, "B")
        after = rename(workspace, "C")
    for entry in (before, inside, after):
        assert (entry.actor_id, entry.action, entry.source) == (admin.pk, "outer", "admin")
        assert entry.details["context"] == {"bulk": True}
    assert before.action_id == inside.action_id == after.action_id


def test_a_later_write_in_the_same_transaction_is_not_named(workspace, member):
    with transaction.atomic():
        with acting(member, "named"):
            named = rename(workspace, "A")
        unnamed = rename(workspace, "B")
    assert named.action == "named"
    assert (unnamed.action, unnamed.actor_id) == ("workspace.updated", None)
    assert unnamed.action_id != named.action_id


def test_a_failure_takes_back_rows_entries_and_the_name(workspace, member):
    entries = EventLog.objects.count()
    with pytest.raises(RuntimeError), acting(member, "failed"):
        rename_and_fail(workspace, "A")
    assert EventLog.objects.count() == entries
    workspace.refresh_from_db()
    assert workspace.name == "Acme"
    entry = rename(workspace, "B")
    assert (entry.action, entry.actor_id) == ("workspace.updated", None)


def test_a_failure_inside_takes_all_of_the_action_back(workspace, member):
    entries = EventLog.objects.count()
    with pytest.raises(RuntimeError), acting(member, "outer"):
        fail_inside(workspace, member)
    assert EventLog.objects.count() == entries


def test_a_savepoint_that_is_rolled_back_keeps_the_actions_name(workspace, member):
    with acting(member, "outer"):
        first = rename(workspace, "A")
        with pytest.raises(RuntimeError), transaction.atomic():
            rename_and_fail(workspace, "B")
        second = rename(workspace, "C")
    assert (second.action, second.action_id) == ("outer", first.action_id)
    assert second.details["before"] == {"name": "A"}


def test_an_unknown_source_is_refused():
    with pytest.raises(ValueError, match="unknown source"), coming_from("nowhere"):
        pass


@pytest.mark.parametrize("source", SOURCES)
def test_the_innermost_door_counts_and_the_outer_one_returns(workspace, source):
    with coming_from("import"):
        with coming_from(source), acting(None, "inside"):
            inside = rename(workspace, f"By {source}")
        with acting(None, "outside"):
            outside = rename(workspace, "Otherwise")
    assert (inside.source, outside.source) == (source, "import")


@pytest.mark.django_db(transaction=True)
def test_nothing_leaks_into_the_connections_next_transaction(workspace, member):
    with coming_from("api"), acting(member, "named", context={"x": 1}):
        rename(workspace, "A")
    entry = rename(workspace, "B")
    assert (entry.action, entry.actor_id, entry.source) == ("workspace.updated", None, "command")
    assert entry.details["context"] == {}


@pytest.mark.django_db(transaction=True)
def test_nothing_leaks_into_another_thread(workspace, board, member):
    made = {}

    def beside():
        with acting(None, "beside"):
            made["card"] = CardFactory(board=board)
        connection.close()

    with coming_from("api"), acting(member, "named"):
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
        entry = rename(workspace, "A")
    other = EventLog.objects.get(entity_type="card", entity_id=made["card"].pk)
    assert (other.action, other.actor_id, other.source) == ("beside", None, "command")
    assert (entry.action, entry.actor_id, entry.source) == ("named", member.pk, "api")
    assert other.action_id != entry.action_id
