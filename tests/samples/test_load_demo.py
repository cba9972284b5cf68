"""`manage.py load_demo`: a living team beside the fixture, never twice, never unasked."""

import datetime
import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from boards.models import Board, Sprint
from boards.services import column_of
from cards.models import Card, CardAssignee
from core.models import EventLog
from samples.demo.content import COLLEAGUES
from samples.demo.product import LONG_TITLE
from samples.demo.services import BOARDS, demo_load
from tests.factories import UserFactory, WorkspaceFactory
from tests.watching import all_tables
from workspaces.models import User, Workspace, WorkspaceMember

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 18)


def load(**options):
    out = io.StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def test_a_team_comes_with_three_boards_and_a_hundred_cards_and_only_two_sign_in():
    assert demo_load(today=TODAY) == 105
    workspace = Workspace.objects.get(key="LUMEN")
    assert dict(
        WorkspaceMember.objects.filter(workspace=workspace).values_list("user__username", "role")
    ) == {"alice": "admin", "bob": "member"} | dict.fromkeys(COLLEAGUES, "member")
    assert {
        board.name: board.cards.count() for board in Board.objects.filter(workspace=workspace)
    } == {"Product": 42, "Website relaunch 🚀": 31, "Поддержка": 27}
    assert Board.objects.get(workspace__key="TEST").cards.count() == 5

    assert sorted(User.objects.values_list("username", flat=True)) == sorted(
        ["alice", "bob", *COLLEAGUES]
    )
    assert Workspace.objects.filter(personal_for__isnull=False).count() == 6
    assert sorted(
        person.username for person in User.objects.all() if person.has_usable_password()
    ) == ["alice", "bob"]


def test_dates_count_from_today():
    demo_load(today=TODAY)
    due = Card.objects.filter(due_date__isnull=False, completed_at__isnull=True)
    assert due.filter(due_date__lt=TODAY).count() >= 2
    assert due.filter(due_date=TODAY).count() >= 2
    assert due.filter(due_date__gt=TODAY).count() >= 20
    assert list(
        Sprint.objects.order_by("start_date").values_list("name", "start_date", "end_date")
    ) == [
        ("Sprint 11", datetime.date(2026, 11, 2), datetime.date(2026, 11, 15)),
        ("Sprint 12", datetime.date(2026, 11, 16), datetime.date(2026, 11, 29)),
        ("Sprint 13", datetime.date(2026, 11, 30), datetime.date(2026, 12, 13)),
    ]
    assert set(Sprint.objects.values_list("status", flat=True)) == {"planned"}


def test_it_shows_what_there_is_to_show_and_passes_no_limit():
    demo_load(today=TODAY)
    cards = Card.objects.filter(workspace__key="LUMEN")
    assert set(cards.values_list("priority", flat=True)) == set(Card.Priority.values)
    assert cards.filter(archived_at__isnull=False).count() == 4
    assert cards.filter(title=LONG_TITLE).exists()
    assert cards.filter(title__contains="🌙").exists()
    assert cards.search("карточка").exists()
    assert cards.filter(completed_at__isnull=False).count() >= 20
    assert CardAssignee.objects.values("card").distinct().count() >= 60
    labels = Counter(label["name"] for card in cards for label in card.metadata["labels"])
    assert len(labels) == sum(len(board.labels) for board in BOARDS) - 1  # two boards have design
    limits = {}
    for board in Board.objects.all():
        for column in board.columns:
            if column["wip_limit"]:
                inside = Card.objects.live().filter(column_id=column["id"]).count()
                limits[column["name"]] = (inside, column_of(board, column["id"])["wip_limit"])
    assert limits == {"In Progress": (5, 6), "In Review": (2, 3), "В работе": (4, 4)}


def test_it_was_done_by_the_people_themselves():
    demo_load(today=TODAY)
    actions = Counter(
        EventLog.objects.filter(workspace_id=Workspace.objects.get(key="LUMEN").pk).values_list(
            "action", flat=True
        )
    )
    assert actions["card.moved"] == 9
    assert actions["card.archived"] == 4
    created = EventLog.objects.filter(action="card.created", entity_type="card")
    actors = set(created.exclude(actor_id=None).values_list("actor_id", flat=True))
    assert actors == set(User.objects.values_list("pk", flat=True))
    assert set(EventLog.objects.values_list("source", flat=True)) == {"command"}


def test_a_second_time_adds_nothing_and_leaves_changes_alone():
    assert load(force=True).startswith("The demo is loaded (105 cards).")
    Card.objects.filter(title="Design database schema").update(title="Changed by a person")
    before = all_tables()
    assert load(force=True) == "The demo is there already.\n"
    assert load(force=True, verbosity=0) == ""
    assert all_tables() == before


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
    with pytest.raises(CommandError, match="whose names the demo needs"):
        load(force=True)
    assert not Board.objects.exists()


def test_where_its_people_are_taken_it_changes_nothing():
    UserFactory(username="alice")
    with pytest.raises(CommandError, match=r"^The demo can't be loaded here\. .*users_username"):
        load(force=True)
    assert not Board.objects.exists()
