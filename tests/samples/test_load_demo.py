"""`manage.py load_demo`: never twice, never unasked, whole or not at all."""

import io

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from boards.models import Board
from cards.models import Card
from core.clock import NotTheOwner
from core.models import EventLog
from samples.demo.services import demo_load
from tests.factories import UserFactory, WorkspaceFactory
from tests.watching import all_tables
from workspaces.models import User, Workspace

pytestmark = pytest.mark.django_db(transaction=True)


def load(**options):
    out = io.StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def test_a_second_time_adds_nothing_and_leaves_changes_alone():
    assert load(force=True).startswith("The demo is loaded (109 cards).")
    Card.objects.filter(title="Design database schema").update(title="Changed by a person")
    before = all_tables()
    assert load(force=True) == "The demo is there already.\n"
    assert load(force=True, verbosity=0) == ""
    assert all_tables() == before


def test_what_is_missing_comes_beside_what_is_there():
    call_command("loaddata", "demo", verbosity=0)
    assert load(force=True).startswith("The demo is loaded (104 cards).")
    Workspace.objects.filter(key="ALPHA")._raw_delete("default")
    Card.objects.filter(workspace__key="TEST").update(title="Changed by a person")
    assert load(force=True).startswith("The demo is loaded (4 cards).")
    assert Card.objects.filter(title="Changed by a person").count() == 5


def test_a_database_of_ones_own_gets_it_only_when_forced(settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="add --force"):
        load()
    assert not User.objects.exists()
    settings.EMBEDDED = True
    load()
    assert Card.objects.filter(due_date=timezone.localdate()).exists()


def test_where_its_names_are_taken_it_changes_nothing():
    WorkspaceFactory(key="TEST")
    before = all_tables()
    with pytest.raises(CommandError, match="whose names the demo needs"):
        load(force=True)
    assert all_tables() == before


@pytest.mark.parametrize("username", ["alice", "test"])
def test_where_its_people_are_taken_it_changes_nothing(username):
    UserFactory(username=username)
    with pytest.raises(CommandError, match=r"^The demo can't be loaded here\. .*users_username"):
        load(force=True)
    assert not Board.objects.exists()


def test_where_a_colleague_is_taken_it_changes_nothing():
    UserFactory(username="carol")
    with pytest.raises(CommandError, match="whose names the demo needs"):
        load(force=True)
    assert not Board.objects.exists()


def test_without_the_owner_there_is_no_past_and_no_demo(settings):
    with pytest.raises(NotTheOwner):
        demo_load(today=timezone.localdate())
    assert not User.objects.exists()
    assert not EventLog.objects.exists()
    settings.DATABASE_OWNER = None
    with pytest.raises(CommandError, match="DATABASE_URL") as refused:
        load(force=True)
    assert isinstance(refused.value.__cause__, ImproperlyConfigured)
