"""The fixture `demo`: who and what it brings, and that loading it again changes nothing."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import IntegrityError, transaction

from boards.models import Board
from cards.models import Card
from core.models import EventLog
from tests.factories import WorkspaceFactory
from tests.watching import all_tables
from workspaces.models import User, Workspace, WorkspaceMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo():
    call_command("loaddata", "demo", verbosity=0)


def test_alice_and_bob_come_with_their_github_accounts(demo):
    assert list(
        User.objects.order_by("username").values_list(
            "username", "github_id", "email", "avatar_url", "is_active", "is_superuser"
        )
    ) == [
        ("alice", 12345, "alice@github.com", "https://github.com/alice.png", True, False),
        ("bob", 67890, "bob@github.com", "https://github.com/bob.png", True, False),
    ]


def test_they_sign_in_with_the_demo_password(demo, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    for person in User.objects.all():
        assert check_password("taskly-demo", person.password)
        assert not check_password("taskly", person.password)


def test_the_workspaces_are_the_shared_one_and_a_private_one_each(demo):
    assert list(
        WorkspaceMember.objects.order_by("workspace__key", "user__username").values_list(
            "workspace__key",
            "workspace__name",
            "workspace__created_by__username",
            "workspace__personal_for__username",
            "user__username",
            "role",
        )
    ) == [
        ("ALICE", "Alice's tasks", "alice", "alice", "alice", "admin"),
        ("BOB", "Bob's tasks", "bob", "bob", "bob", "admin"),
        ("TEST", "Test Workspace", "alice", None, "alice", "admin"),
        ("TEST", "Test Workspace", "alice", None, "bob", "member"),
    ]


def test_the_board_has_the_four_columns_and_five_cards(demo):
    board = Board.objects.get()
    assert (board.name, board.workspace.key) == ("Sprint Board", "TEST")
    assert [
        (column["name"], column["position"], column["category"], column["wip_limit"])
        for column in board.columns
    ] == [
        ("To Do", 0, "todo", None),
        ("In Progress", 1, "in_progress", None),
        ("In Review", 2, "in_review", None),
        ("Done", 3, "done", None),
    ]
    assert list(
        Card.objects.order_by("number").values_list(
            "number", "title", "column__name", "priority", "created_by__username", "position"
        )
    ) == [
        (1, "Setup development environment", "To Do", "high", "alice", 65_536),
        (2, "Design database schema", "To Do", "medium", "alice", 131_072),
        (3, "Implement authentication", "In Progress", "urgent", "bob", 65_536),
        (4, "Create board view UI", "In Review", "medium", "alice", 65_536),
        (5, "Write project README", "Done", "low", "bob", 65_536),
    ]
    assert Card.objects.get(number=5).completed_at == datetime(2026, 11, 6, 15, tzinfo=UTC)


def test_every_row_has_one_entry_in_the_log(demo):
    rows = 2 + 3 + 4 + 1 + 5
    assert EventLog.objects.count() == rows
    assert set(EventLog.objects.values_list("source", flat=True)) == {"command"}


def test_the_next_card_takes_the_next_number(demo):
    card = Card.objects.first()
    made = Card.objects.create(
        workspace_id=card.workspace_id,
        board_id=card.board_id,
        column_id=card.column_id,
        position=1,
        title="Sixth",
        created_by_id=card.created_by_id,
    )
    made.refresh_from_db()
    assert made.number == 6


def test_loading_it_again_changes_no_row_version_time_or_entry(demo):
    before = all_tables()
    assert len(before["cards"]) == 5
    call_command("loaddata", "demo", verbosity=0)
    assert all_tables() == before


def test_loading_it_again_brings_back_what_people_changed_and_keeps_what_they_added(demo):
    Card.objects.filter(number=1).update(title="Set up the laptop")
    board = Board.objects.get()
    Card.objects.create(
        workspace_id=board.workspace_id,
        board=board,
        column_id=board.columns[0]["id"],
        position=196_608,
        title="Added since",
        created_by=User.objects.get(username="bob"),
    )
    call_command("loaddata", "demo", verbosity=0)
    assert list(Card.objects.order_by("number").values_list("title", "version")[:1]) == [
        ("Setup development environment", 3)
    ]
    assert Card.objects.filter(title="Added since", version=1).count() == 1
    assert Card.objects.count() == 6


def test_where_something_stands_in_its_way_nothing_is_loaded():
    WorkspaceFactory(key="TEST")
    before = all_tables()
    with pytest.raises(IntegrityError, match="workspaces_key_unique"), transaction.atomic():
        call_command("loaddata", "demo", verbosity=0)
    assert all_tables() == before
    assert not Workspace.objects.filter(key="ALICE").exists()


def test_the_fixture_holds_no_secret_but_the_hash_of_the_demo_password(settings):
    rows = json.loads((settings.FIXTURE_DIRS[0] / "demo.json").read_text(encoding="utf-8"))
    people = [row["fields"] for row in rows if row["model"] == "workspaces.user"]
    assert [person["username"] for person in people] == ["alice", "bob"]
    for person in people:
        assert person["password"].startswith("pbkdf2_sha256$")
        assert "github_access_token" not in person
