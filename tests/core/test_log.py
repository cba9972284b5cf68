"""The log: one change, exactly one entry, whichever way the change came."""

import json
import uuid

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from boards.models import Board, Sprint
from cards.models import Card, CardAssignee
from core.encryption import encrypt
from core.identifiers import uuid7
from core.models import EventLog
from tests.factories import (
    AccessTokenFactory,
    BoardFactory,
    CardAssigneeFactory,
    CardFactory,
    InvitationFactory,
    SprintFactory,
    UserFactory,
)
from workspaces.models import User, Workspace, WorkspaceMember

pytestmark = pytest.mark.django_db


class Entries:
    """What was logged since this was made or last asked."""

    def __init__(self):
        self._seen = self._newest()

    @staticmethod
    def _newest():
        entry = EventLog.objects.order_by("-id").first()
        return entry.pk if entry else 0

    def new(self):
        found = list(EventLog.objects.filter(pk__gt=self._seen).order_by("pk"))
        self._seen = self._newest()
        return found

    def actions(self):
        return [entry.action for entry in self.new()]


@pytest.fixture
def entries():
    return Entries()


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def unsaved(board, **fields):
    return Card(
        board=board,
        workspace=board.workspace,
        column_id=board.columns[0]["id"],
        created_by=board.workspace.created_by,
        **fields,
    )


# One change, one entry
# ---------------------


def test_save_makes_one(card, entries):
    entries.new()
    card.title = "Another"
    card.save()
    assert entries.actions() == ["card.updated"]
    card.delete()
    assert entries.actions() == ["card.deleted"]


def test_bulk_create_makes_one_each(board, entries):
    entries.new()
    Card.objects.bulk_create(unsaved(board, title="T", position=n) for n in range(5))
    assert entries.actions() == ["card.created"] * 5


def test_update_and_bulk_update_make_one_each_changed_row(board, entries):
    cards = CardFactory.create_batch(3, board=board)
    entries.new()
    Card.objects.filter(board=board).update(priority="high")
    assert entries.actions() == ["card.updated"] * 3
    cards[0].title = cards[1].title = "Changed"
    Card.objects.bulk_update(cards, ["title"])
    assert entries.actions() == ["card.updated"] * 2


def test_an_upsert_makes_one_for_what_it_did(card, board, entries):
    fresh = unsaved(board, title="Fresh", position=5)
    again = unsaved(board, id=card.pk, number=card.number, title="Again", position=card.position)
    entries.new()
    Card.objects.bulk_create(
        [fresh, again], update_conflicts=True, unique_fields=["id"], update_fields=["title"]
    )
    made = {entry.entity_id: entry for entry in entries.new()}
    assert made[fresh.pk].action == "card.created"
    assert made[card.pk].action == "card.updated"
    assert made[card.pk].details["after"] == {"title": "Again"}
    assert len(made) == 2


def test_raw_sql_makes_one(card, entries):
    entries.new()
    sql("UPDATE cards SET title = 'Raw' WHERE id = %s", card.pk)
    assert entries.actions() == ["card.updated"]
    sql("DELETE FROM cards WHERE id = %s", card.pk)
    assert entries.actions() == ["card.deleted"]


def test_merge_makes_one_for_what_it_did(card, entries):
    entries.new()
    sql(
        "MERGE INTO cards USING (VALUES (%s::uuid)) AS given (id) ON cards.id = given.id "
        "WHEN MATCHED THEN UPDATE SET title = 'Merged'",
        card.pk,
    )
    assert entries.actions() == ["card.updated"]


def test_copy_makes_one_each_row(board, entries):
    entries.new()
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY cards (id, workspace_id, board_id, column_id, position, title, metadata, "
            "created_by_id) FROM STDIN"
        ) as copy,
    ):
        for n in range(4):
            copy.write_row(
                [
                    uuid7(),
                    board.workspace_id,
                    board.pk,
                    board.columns[0]["id"],
                    n,
                    f"Copied {n}",
                    "{}",
                    board.workspace.created_by_id,
                ]
            )
    assert entries.actions() == ["card.created"] * 4
    assert sorted(Card.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_loaddata_makes_one_each_row_and_none_the_second_time(board, tmp_path, entries):
    later, card = uuid7(), uuid7()
    rows = [
        # The card comes before the sprint that it refers to.
        {
            "model": "cards.card",
            "pk": str(card),
            "fields": {
                "workspace": str(board.workspace_id),
                "board": str(board.pk),
                "number": 7,
                "column": board.columns[0]["id"],
                "position": 1,
                "title": "Loaded",
                "metadata": {"labels": []},
                "sprint": str(later),
                "created_by": str(board.workspace.created_by_id),
                "created_at": "2026-01-02T03:04:05.678Z",
            },
        },
        {
            "model": "boards.sprint",
            "pk": str(later),
            "fields": {
                "workspace": str(board.workspace_id),
                "board": str(board.pk),
                "name": "Later",
                "start_date": "2026-01-01",
                "end_date": "2026-01-14",
            },
        },
    ]
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(rows))
    entries.new()
    call_command("loaddata", file, verbosity=0)
    assert entries.actions() == ["card.created", "sprint.created"]
    call_command("loaddata", file, verbosity=0)
    assert entries.actions() == []
    assert Card.objects.get(pk=card).version == 1


def test_a_deleted_board_has_one_entry_for_each_row_that_goes(board, entries):
    CardAssigneeFactory(card__board=board)
    CardFactory(board=board)
    entries.new()
    board.delete()
    assert sorted(entries.actions()) == [
        "board.deleted",
        "card.deleted",
        "card.deleted",
        "card_assignee.deleted",
    ]


def test_a_deleted_workspace_has_one_entry_for_each_row_that_goes(workspace, board, entries):
    label = {"id": "1", "name": "Bug", "color": "#aa0000"}
    card = CardFactory(board=board, sprint=SprintFactory(board=board), metadata={"labels": [label]})
    CardAssigneeFactory(card=card)
    InvitationFactory(workspace=workspace)
    entries.new()
    sql("DELETE FROM workspaces WHERE id = %s", workspace.pk)
    for table in ("boards", "board_columns", "board_labels", "sprints", "cards", "card_counters"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
    gone = [entry for entry in entries.new() if entry.action.endswith(".deleted")]
    assert sorted(entry.entity_type for entry in gone) == [
        "board",
        "card",
        "card_assignee",
        "sprint",
        "workspace",
        "workspace_invitation",
        "workspace_member",
        "workspace_member",
        "workspace_member",
    ]
    assert {entry.workspace_id for entry in gone} == {workspace.pk}
    assert {entry.board_id for entry in gone if "card" in entry.entity_type} == {board.pk}


@pytest.mark.parametrize("way", ["orm", "raw"])
def test_a_deleted_sprint_leaves_one_entry_for_each_card_that_was_in_it(board, way, entries):
    sprint = SprintFactory(board=board)
    card = CardFactory(board=board, sprint=sprint)
    CardFactory(board=board)
    gone = sprint.pk
    entries.new()
    if way == "orm":
        sprint.delete()
    else:
        sql("DELETE FROM sprints WHERE id = %s", gone)
    deleted, emptied = sorted(entries.new(), key=lambda entry: entry.entity_type, reverse=True)
    assert (emptied.action, emptied.entity_id) == ("card.updated", card.pk)
    assert emptied.details["before"] == {"sprint_id": str(gone)}
    assert emptied.details["after"] == {"sprint_id": None}
    assert (deleted.action, deleted.entity_id) == ("sprint.deleted", gone)


def test_a_card_that_moves_to_another_board_takes_its_assignees_along(card, entries):
    assignee = CardAssigneeFactory(card=card)
    there = BoardFactory(workspace=card.workspace)
    card.refresh_from_db()
    version = card.version
    entries.new()
    card.board, card.column_id = there, there.columns[0]["id"]
    card.save()
    moved = {entry.entity_type: entry for entry in entries.new()}
    assert set(moved) == {"card", "card_assignee"}
    assert set(moved["card"].details["after"]) == {"board_id", "column_id"}
    assert moved["card_assignee"].details["after"] == {"board_id": str(there.pk)}
    assert {entry.board_id for entry in moved.values()} == {there.pk}
    assignee.refresh_from_db()
    assert assignee.board_id == there.pk
    # The one change is one version, and the one that save() brought back.
    card_now = Card.objects.get(pk=card.pk)
    assert card_now.version == card.version == version + 1


def test_a_removed_member_leaves_an_entry_for_each_card_they_worked_on(card, member, entries):
    CardAssigneeFactory(card=card, user=member)
    entries.new()
    WorkspaceMember.objects.filter(user=member).delete()
    assert sorted(entries.actions()) == ["card_assignee.deleted", "workspace_member.deleted"]


# No change, no entry
# -------------------


def test_a_write_of_the_same_values_makes_none(card, board, entries):
    entries.new()
    card.save()
    Card.objects.filter(pk=card.pk).update(title=card.title)
    board.save()
    sql("UPDATE boards SET columns = columns")
    assert entries.actions() == []
    assert Card.objects.get(pk=card.pk).version == 1
    assert Board.objects.get(pk=board.pk).version == 1


def test_technical_columns_make_none_and_no_version(card, member, entries):
    token = AccessTokenFactory(user=member)
    entries.new()
    User.objects.filter(pk=member.pk).update(last_login=timezone.now())
    type(token).objects.filter(pk=token.pk).update(last_used_at=timezone.now())
    sql("UPDATE cards SET updated_at = now(), version = 99, created_at = '2000-01-01'")
    assert entries.actions() == []
    assert User.objects.get(pk=member.pk).version == member.version
    token.refresh_from_db()
    assert token.version == 1
    assert token.last_used_at is not None
    now = Card.objects.get(pk=card.pk)
    assert (now.version, now.created_at, now.updated_at) == (1, card.created_at, card.updated_at)


def test_what_is_rolled_back_leaves_none(card, entries):
    entries.new()
    with transaction.atomic():
        Card.objects.filter(pk=card.pk).update(title="Gone")
        transaction.set_rollback(True)
    assert entries.actions() == []


def test_an_asked_for_version_makes_none(card, entries):
    entries.new()
    sql("UPDATE cards SET updated_at = 'infinity' WHERE id = %s", card.pk)
    now = Card.objects.get(pk=card.pk)
    assert now.version == 2
    assert now.updated_at > card.updated_at
    assert entries.actions() == []


def test_nobody_brings_times_of_the_future_or_a_version(board):
    card = unsaved(board, title="T", position=1)
    sql(
        "INSERT INTO cards (id, workspace_id, board_id, column_id, position, title, metadata, "
        "created_by_id, created_at, updated_at, version) "
        "VALUES (%s, %s, %s, %s, 1, 'T', '{}', %s, 'infinity', 'infinity', 41)",
        card.pk,
        board.workspace_id,
        board.pk,
        board.columns[0]["id"],
        board.workspace.created_by_id,
    )
    card = Card.objects.get(pk=card.pk)
    assert card.version == 1
    assert card.created_at == card.updated_at <= timezone.now()


# What an entry says
# ------------------


def test_details_hold_all_of_what_came_and_went_and_what_changed(board, entries):
    entries.new()
    card = CardFactory(board=board, title="Old")
    card.title = "New"
    card.save()
    card.delete()
    created, updated, deleted = entries.new()
    columns = {field.column for field in Card._meta.concrete_fields} - {"updated_at", "version"}
    assert created.details["before"] == {}
    assert set(created.details["after"]) == columns
    assert created.details["after"]["title"] == "Old"
    assert updated.details == {
        "before": {"title": "Old"},
        "after": {"title": "New"},
        "context": {},
    }
    assert set(deleted.details["before"]) == columns
    assert deleted.details["before"]["title"] == "New"
    assert deleted.details["after"] == {}


def test_entries_carry_the_tenants_and_the_board(card, sprint, member, entries):
    entries.new()
    sprint.goal = "Ship"
    sprint.save()
    card.board.name = "Renamed"
    card.board.save()
    card.workspace.name = "Renamed"
    card.workspace.save()
    assignee = CardAssigneeFactory(card=card, user=member)
    for entry in entries.new():
        assert entry.workspace_id == card.workspace_id
        assert entry.private_to is None
        expected = None if entry.entity_type == "workspace" else card.board_id
        assert entry.board_id == expected
    assert EventLog.objects.filter(entity_type="card_assignee", entity_id=assignee.pk).exists()


def test_a_persons_own_things_are_private_to_them(member, entries):
    entries.new()
    AccessTokenFactory(user=member)
    member.full_name = "Maxima"
    member.save()
    for entry in entries.new():
        assert (entry.workspace_id, entry.private_to) == (None, member.pk)


def test_hidden_columns_are_told_without_their_values(workspace, entries):
    entries.new()
    person = UserFactory(github_access_token=encrypt("token-one"))
    secrets = [person.password, person.github_access_token.hex()]
    person.set_password("another one")
    person.github_access_token = encrypt("token-two")
    person.save()
    secrets += [person.password, person.github_access_token.hex()]
    token, invitation = AccessTokenFactory(), InvitationFactory(workspace=workspace)
    secrets += [token.token_hash, invitation.token_hash, "token-one", "token-two"]
    User.objects.filter(pk=person.pk).delete()
    made = entries.new()
    changed = next(entry for entry in made if entry.action == "user.updated")
    hidden = {"password": "[hidden]", "github_access_token": "[hidden]"}
    assert changed.details["before"] == changed.details["after"] == hidden
    text = json.dumps([entry.details for entry in made])
    assert not [secret for secret in secrets if secret in text]


def test_an_id_never_changes(card):
    with pytest.raises(Exception, match="never changes") as refused, transaction.atomic():
        sql("UPDATE cards SET id = %s", uuid.uuid4())
    assert refused.value.__cause__.diag.constraint_name == "cards_id_unchanging"


@pytest.mark.parametrize("model", [User, Workspace, WorkspaceMember, Board, Sprint, CardAssignee])
def test_rows_of_every_kind_have_a_version_that_counts(model, card, sprint):
    CardAssigneeFactory(card=card)
    row = model.objects.first()
    field = {User: "full_name", WorkspaceMember: "joined_at", CardAssignee: "user_id"}
    name = field.get(model, "name")
    value = {"joined_at": timezone.now(), "user_id": WorkspaceMember.objects.last().user_id}
    model.objects.filter(pk=row.pk).update(**{name: value.get(name, "Changed")})
    assert model.objects.get(pk=row.pk).version == row.version + 1
