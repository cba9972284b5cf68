"""The fixtures: what each brings, and that they load together, in any order, and again."""

import json
from collections import Counter
from itertools import permutations
from uuid import UUID

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db import transaction

from assistant.models import Conversation, ConversationMessage, UserContext
from boards.models import Board
from cards.models import Card
from core.models import EventLog
from decisions.models import Decision, DecisionRelationship, Transcript
from projects.models import Feature, Project, ProjectMember, Release
from projects.rights import may_direct
from tests.watching import all_tables
from workspaces.models import User, Workspace, WorkspaceMember

FIXTURES = ("conversations", "decisions", "demo", "planning")

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows_of(settings):
    def read(name):
        return json.loads((settings.FIXTURE_DIRS[0] / f"{name}.json").read_text(encoding="utf-8"))

    return read


def load(*names):
    call_command("loaddata", *names, verbosity=0)


def loaded_rows():
    """What stands in the tables, but for the moment at which it came."""
    found = {}
    for model in (
        User,
        Workspace,
        WorkspaceMember,
        Project,
        ProjectMember,
        Release,
        Feature,
        Board,
        Card,
        Transcript,
        Decision,
        DecisionRelationship,
        Conversation,
        ConversationMessage,
        UserContext,
    ):
        for row in model._base_manager.values():
            del row["updated_at"]
            found[model, row.get("id") or row["user_id"]] = row
    return found


def test_all_load_in_one_call_in_any_order():
    known = None
    for names in permutations(FIXTURES):
        with transaction.atomic():
            load(*names)
            rows, entries = loaded_rows(), EventLog.objects.count()
            transaction.set_rollback(True)
        assert known is None or (rows, entries) == known, names
        known = rows, entries
        assert entries == len(rows), names


@pytest.mark.parametrize("names", [*permutations(FIXTURES, 1), FIXTURES], ids="+".join)
def test_a_second_time_nothing_changes(names):
    load(*names)
    before = all_tables()
    load(*reversed(names))
    assert all_tables() == before


def test_one_after_another_is_the_same_as_all_at_once():
    for name in FIXTURES:
        load(name)
    before = all_tables()
    load(*FIXTURES)
    assert all_tables() == before


def test_a_row_that_stands_in_several_is_the_same_in_all(rows_of):
    known = {}
    for name in FIXTURES:
        for row in rows_of(name):
            assert known.setdefault((row["model"], row["pk"]), row) == row


def test_ids_are_ordered_by_time(rows_of):
    for name in FIXTURES:
        for row in rows_of(name):
            assert UUID(row["pk"]).version == 7
            assert "embedding" not in row["fields"]


def test_they_hold_no_secret_but_the_hashes_of_known_passwords(rows_of, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    known = {"alice": "taskly-demo", "bob": "taskly-demo"}
    kept = {}
    for name in FIXTURES:
        for row in rows_of(name):
            assert "webhook_secret" not in row["fields"]
            assert "github_access_token" not in row["fields"]
            if row["model"] == "workspaces.user":
                kept[row["fields"]["username"]] = row["fields"]["password"]
    assert sorted(kept) == ["alice", "bob", "igor", "maria", "test"]
    for username, encoded in kept.items():
        assert check_password(known.get(username, "password"), encoded)


def test_decisions_bring_three_people_two_projects_and_who_directs_them():
    load("decisions")
    assert User.objects.count() == 3
    person = User.objects.get(email="test@example.com")
    roles = ProjectMember.objects.values_list("project__name", "user__username", "role")
    assert set(roles) == {
        ("Test Project Alpha", "test", "director"),
        ("Test Project Alpha", "maria", "architect"),
        ("Test Project Alpha", "igor", "observer"),
        ("Test Project Beta", "maria", "director"),
        ("Test Project Beta", "igor", "contributor"),
    }
    assert sorted(Project.objects.values_list("name", flat=True)) == [
        "Test Project Alpha",
        "Test Project Beta",
    ]
    alpha = Project.objects.get(name="Test Project Alpha")
    assert alpha.owner == person
    assert may_direct(person, alpha.pk, alpha.workspace_id)
    assert set(WorkspaceMember.objects.values_list("user__username", "role")) == {
        ("maria", "admin"),
        ("test", "member"),
        ("igor", "member"),
    }


def test_decisions_bring_a_meeting_and_what_became_of_it():
    load("decisions")
    transcript = Transcript.objects.get()
    assert [person["name"] for person in transcript.participants] == [
        "Test User",
        "Мария Иванова",
        "Igor Petrov",
        "Ольга (заказчик)",
    ]
    assert Decision.objects.filter(transcript=transcript).count() == 3
    statuses = Counter(Decision.objects.values_list("status", flat=True))
    assert statuses == {"accepted": 3, "proposed": 1, "rejected": 1, "superseded": 1}
    ties = DecisionRelationship.objects.all()
    assert set(ties.values_list("kind", flat=True)) == set(DecisionRelationship.Kind.values)
    replaced = ties.get(kind="supersedes").target
    assert (replaced.title, replaced.status) == ("Keep MySQL for the store", "superseded")


def test_planning_brings_a_feature_of_every_status_and_two_releases():
    load("planning")
    project = Project.objects.get()
    features = Feature.objects.filter(project=project)
    assert sorted(features.values_list("status", flat=True)) == sorted(Feature.Status.values)
    assert all(each.status_reason for each in features.filter(status__in=["blocked", "cancelled"]))
    assert set(Release.objects.values_list("version", "status")) == {
        ("1.0", "in_progress"),
        ("1.1", "planned"),
    }
    assert Board.objects.get().project == project
    assert Card.objects.filter(feature__project=project).count() == 4


def test_conversations_of_two_people_do_not_see_each_other(client_of):
    load("conversations")
    seen = {}
    for username in ("test", "maria"):
        client = client_of(User.objects.get(username=username))
        results = client.get("/api/v1/conversations/").json()["results"]
        seen[username] = {each["id"] for each in results}
    assert [len(seen[username]) for username in ("test", "maria")] == [2, 1]
    assert not seen["test"] & seen["maria"]
    for username, other in (("test", "maria"), ("maria", "test")):
        client = client_of(User.objects.get(username=username))
        for identifier in seen[other]:
            assert client.get(f"/api/v1/conversations/{identifier}/").status_code == 404
            address = f"/api/v1/conversations/{identifier}/messages/"
            assert client.get(address).status_code == 404


def test_every_answer_in_them_names_its_context():
    load("conversations")
    answers = ConversationMessage.objects.filter(role="assistant").values_list("content", flat=True)
    assert answers
    assert all(answer.startswith(("Context: ", "Контекст: ")) for answer in answers)
    assert set(UserContext.objects.values_list("user__username", "active_project__name")) == {
        ("test", "Test Project Alpha"),
        ("maria", "Test Project Alpha"),
    }
