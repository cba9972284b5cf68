"""The log is append-only: no way that one could think of changes, removes or forges an entry."""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from core.models import EventLog
from tests.core.connections import as_app, as_database_owner
from tests.factories import InvitationFactory, UserFactory
from workspaces.models import User

pytestmark = pytest.mark.django_db


def entries():
    return list(EventLog.objects.order_by("pk").values())


def run(statement):
    def by_hand():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return by_hand


def copy_into():
    with connection.cursor() as cursor, cursor.copy("COPY event_log FROM STDIN") as copy:
        copy.write_row([None] * 14)


def change_and_save():
    entry = EventLog.objects.first()
    entry.action = "nothing.happened"
    entry.save()


ROW = (
    "INSERT INTO event_log (action, action_id, entity_type, entity_id, timestamp, details, source) "
    "SELECT 'forged', gen_random_uuid(), 'card', gen_random_uuid(), now(), '{}', 'api' "
)

WAYS_OF_THE_APPLICATION = {
    "ORM save": change_and_save,
    "ORM delete": lambda: EventLog.objects.first().delete(),
    "queryset update": lambda: EventLog.objects.update(action="nothing.happened"),
    "queryset delete": lambda: EventLog.objects.all().delete(),
    "raw delete": lambda: EventLog.objects.all()._raw_delete("default"),
    "bulk_create": lambda: EventLog.objects.bulk_create([EventLog.objects.first()]),
    "bulk_update": lambda: EventLog.objects.bulk_update([EventLog.objects.first()], ["action"]),
    "UPDATE": run("UPDATE event_log SET action = 'nothing.happened'"),
    "UPDATE while forgetting": run(
        "SELECT set_config('taskly.forgetting', 'on', true); UPDATE event_log SET details = '{}'"
    ),
    "DELETE": run("DELETE FROM event_log"),
    "TRUNCATE": run("TRUNCATE event_log"),
    "TRUNCATE RESTART": run("TRUNCATE event_log RESTART IDENTITY CASCADE"),
    "INSERT": run(ROW),
    "INSERT with an id": run(ROW.replace("(action", "(id, action").replace("'forged'", "1, 'f'")),
    "upsert": run(ROW + "ON CONFLICT (id) DO UPDATE SET action = 'nothing.happened'"),
    "MERGE": run(
        "MERGE INTO event_log USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE"
    ),
    "COPY": copy_into,
    "WITH": run("WITH gone AS (DELETE FROM event_log RETURNING id) SELECT count(*) FROM gone"),
    "FOR UPDATE": run("SELECT * FROM event_log FOR UPDATE"),
    "FOR KEY SHARE": run("SELECT * FROM event_log FOR KEY SHARE"),
    "LOCK": run("LOCK TABLE event_log IN ACCESS EXCLUSIVE MODE"),
    "nextval": run("SELECT nextval('event_log_id_seq')"),
    "setval": run("SELECT setval('event_log_id_seq', 1)"),
    "log function": run("SELECT taskly_log()"),
    "log trigger on a table of one's own": run("CREATE TEMPORARY TABLE mine (id uuid)"),
    "replica": run("SET session_replication_role = 'replica'"),
    "DISABLE TRIGGER": run("ALTER TABLE event_log DISABLE TRIGGER event_log_append_only"),
    "DISABLE TRIGGER of a table": run("ALTER TABLE cards DISABLE TRIGGER zz_log"),
    "DROP TRIGGER": run("DROP TRIGGER event_log_append_only ON event_log"),
    "DROP TABLE": run("DROP TABLE event_log"),
    "rule": run("CREATE RULE no_log AS ON INSERT TO event_log DO INSTEAD NOTHING"),
    "view": run("CREATE VIEW mine AS SELECT * FROM event_log"),
    "other function": run("CREATE OR REPLACE FUNCTION event_log_guard() RETURNS trigger "
                          "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"),
    "partition": run("ALTER TABLE event_log INHERIT cards"),
    "forget": run("SELECT event_log_forget(gen_random_uuid())"),
}  # fmt: skip


def test_there_are_as_many_ways_as_promised():
    assert len(WAYS_OF_THE_APPLICATION) >= 14


@pytest.mark.parametrize("way", WAYS_OF_THE_APPLICATION)
def test_the_application_cannot_change_the_log_by(way, card):
    before = entries()
    # COPY's errors come from the driver as they are.
    with (
        pytest.raises((ProgrammingError, psycopg.errors.InsufficientPrivilege)) as refused,
        transaction.atomic(),
    ):
        WAYS_OF_THE_APPLICATION[way]()
    assert (refused.value.__cause__ or refused.value).sqlstate == "42501"
    assert entries() == before


def test_calling_the_log_function_needs_a_trigger(card):
    with as_database_owner() as owner, pytest.raises(psycopg.errors.FeatureNotSupported):
        owner.execute("SELECT taskly_log()")


def test_a_deleted_workspace_leaves_its_entries(card):
    before = entries()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workspaces")
    assert entries()[: len(before)] == before


def test_an_entry_cannot_be_backdated_by_the_application(card):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('taskly.backdate', '2001-01-01', true)")
        cursor.execute("UPDATE cards SET title = 'Long ago'")
    assert EventLog.objects.latest("pk").timestamp.year > 2001


# The owner
# ---------

WAYS_OF_THE_OWNER = [
    "UPDATE event_log SET action = 'nothing.happened'",
    "DELETE FROM event_log",
    "TRUNCATE event_log",
    "TRUNCATE event_log CASCADE",
    "MERGE INTO event_log USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "SET LOCAL taskly.forgetting = 'on'; DELETE FROM event_log",
    "SET LOCAL taskly.forgetting = 'on'; UPDATE event_log SET action = 'nothing.happened'",
    "SET LOCAL session_replication_role = 'replica'; DELETE FROM event_log",
    "SET LOCAL session_replication_role = 'replica'; UPDATE event_log SET source = 'api'",
    "SET LOCAL session_replication_role = 'replica'; TRUNCATE event_log",
]


@pytest.mark.django_db(transaction=True)
def test_the_owner_cannot_change_the_log_by_hand_either(card):
    before = entries()
    with as_database_owner() as owner:
        for statement in WAYS_OF_THE_OWNER:
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
                owner.transaction(),
            ):
                owner.execute(statement)
    assert entries() == before


@pytest.mark.django_db(transaction=True)
def test_a_session_in_the_replica_role_is_logged_as_well(card):
    with as_database_owner() as owner, owner.transaction():
        owner.execute("SET LOCAL session_replication_role = 'replica'")
        owner.execute("UPDATE cards SET title = 'Unseen?'")
    entry = EventLog.objects.latest("pk")
    assert entry.details["after"] == {"title": "Unseen?"}


@pytest.mark.django_db(transaction=True)
def test_the_owner_alone_backdates(card):
    with as_database_owner() as owner, owner.transaction():
        owner.execute("SET LOCAL taskly.backdate = '2020-02-03T04:05:06Z'")
        owner.execute("UPDATE cards SET title = 'Long ago'")
    assert EventLog.objects.latest("pk").timestamp.isoformat() == "2020-02-03T04:05:06+00:00"


@pytest.mark.django_db(transaction=True)
def test_a_name_that_outlived_its_transaction_promises_nothing(card):
    """A setting of the session can't make the bound forget who is still writing."""
    with as_app() as app, as_app() as other:
        with app.transaction():
            app.execute("UPDATE cards SET title = 'First'")
            kept = app.execute("SELECT current_setting('taskly.transaction')").fetchone()[0]
        app.execute("SELECT set_config('taskly.transaction', %s, false)", [kept])
        before = EventLog.objects.latest("pk").pk
        with app.transaction():
            app.execute("UPDATE cards SET title = 'Second'")
            assert other.execute("SELECT event_log_bound()").fetchone() == (before,)
    first, second = EventLog.objects.order_by("-pk")[:2]
    assert first.action_id != second.action_id


# The right to be forgotten
# -------------------------


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_person_leaves_no_name_and_one_entry_that_says_so(workspace, member):
    person = UserFactory(username="leaver", email="Leaver@Example.com", github_id=77)
    User.objects.filter(pk=person.pk).update(email="second@example.com", full_name="Lea Ver")
    for address in ("leaver@example.com", "Second@Example.com"):
        InvitationFactory(workspace=workspace, email=address)
    kept = InvitationFactory(workspace=workspace, email="somebody@example.com")
    before = entries()
    with as_database_owner() as owner:
        # Two of the account, two of the invitations.
        assert owner.execute("SELECT event_log_forget(%s)", [person.pk]).fetchone() == (4,)
    after = entries()
    told = after.pop()
    assert [{**entry, "details": None} for entry in after] == [
        {**entry, "details": None} for entry in before
    ]
    text = str([entry["details"] for entry in after]).lower()
    for word in ("leaver", "second@", "lea ver", "77,"):
        assert word not in text
    assert "somebody@example.com" in text
    assert "max member" in text
    created = next(entry for entry in after if entry["entity_id"] == person.pk)["details"]["after"]
    assert created["username"] == created["email"] == created["github_id"] == "[forgotten]"
    assert created["is_active"] is True
    assert kept.email in text
    assert (told["action"], told["entity_id"]) == ("user.forgotten", person.pk)
    assert told["private_to"] == person.pk
    assert told["details"] == {"before": {}, "after": {}, "context": {"entries": 4}}


@pytest.mark.django_db(transaction=True)
def test_forgetting_ends_with_its_statement(card, member):
    with as_database_owner() as owner, owner.transaction():
        owner.execute("SELECT event_log_forget(%s)", [member.pk])
        with pytest.raises(psycopg.errors.InsufficientPrivilege), owner.transaction():
            owner.execute("UPDATE event_log SET details = '{}'")


@pytest.mark.django_db(transaction=True)
def test_the_bound_waits_for_an_entry_about_forgetting_too(member):
    newest = EventLog.objects.latest("pk").pk
    with as_database_owner() as owner, as_app() as app, owner.transaction():
        owner.execute("SELECT event_log_forget(%s)", [member.pk])
        with app.transaction():
            app.execute("UPDATE users SET full_name = 'Later'")
        assert app.execute("SELECT event_log_bound()").fetchone() == (newest,)
