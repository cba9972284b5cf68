"""What the role that serves can't do, and how the owner's connection comes and goes."""

import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError, connection, transaction

from core.db.roles import APP_ROLE, as_owner, prepare_roles
from tests.core.connections import as_app, as_database_owner

pytestmark = pytest.mark.django_db

FORBIDDEN = [
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW mine AS SELECT * FROM cards",
    "CREATE INDEX mine ON cards (title)",
    "CREATE ROLE mine",
    f"ALTER ROLE {APP_ROLE} SUPERUSER",
    "CREATE TRIGGER mine BEFORE INSERT ON cards FOR EACH ROW EXECUTE FUNCTION taskly_keep('{}')",
    "CREATE RULE mine AS ON INSERT TO cards DO INSTEAD NOTHING",
    "ALTER TABLE cards DISABLE TRIGGER zz_log",
    "ALTER TABLE cards DISABLE TRIGGER ALL",
    "ALTER TABLE cards DROP CONSTRAINT cards_number_positive",
    "ALTER TABLE cards ALTER COLUMN title DROP NOT NULL",
    "ALTER FUNCTION taskly_log() SECURITY INVOKER",
    "DROP TABLE cards CASCADE",
    "DROP TRIGGER zz_log ON cards",
    "DROP FUNCTION taskly_log() CASCADE",
    "TRUNCATE cards CASCADE",
    "TRUNCATE workspaces CASCADE",
    "SET session_replication_role = replica",
    "INSERT INTO board_columns SELECT * FROM board_columns",
    "UPDATE board_columns SET category = 'done'",
    "DELETE FROM board_columns",
    "INSERT INTO card_counters (workspace_id) SELECT id FROM workspaces",
    "UPDATE card_counters SET last_number = 0",
    "DELETE FROM card_counters",
    "INSERT INTO board_labels SELECT * FROM board_labels",
    "UPDATE board_labels SET color = '#000000'",
    "DELETE FROM board_labels",
    "SELECT cards_reserve_numbers(gen_random_uuid(), 1)",
    "SELECT event_log_enter()",
    "SELECT event_log_forget(gen_random_uuid())",
    "COPY cards TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_may_not(card, statement):
    with (
        pytest.raises(ProgrammingError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert refused.value.__cause__.sqlstate == "42501"


def test_the_applications_role_has_no_powers_and_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, "
            "       oid IN (SELECT member FROM pg_auth_members) FROM pg_roles WHERE rolname = %s",
            [APP_ROLE],
        )
        assert cursor.fetchone() == (False,) * 6
        cursor.execute(
            """
            SELECT 'relation', relname FROM pg_class WHERE relowner = %(role)s::regrole
            UNION ALL SELECT 'function', proname FROM pg_proc WHERE proowner = %(role)s::regrole
            UNION ALL SELECT 'type', typname FROM pg_type WHERE typowner = %(role)s::regrole
            UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspowner = %(role)s::regrole
            """,
            {"role": APP_ROLE},
        )
        assert cursor.fetchall() == []


def test_what_the_application_reads_and_never_writes():
    with connection.cursor() as cursor:
        for table in ("event_log", "board_columns", "card_counters", "board_labels"):
            cursor.execute(
                "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', "
                "'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege "
                "WHERE has_table_privilege(%s, %s, privilege)",
                [APP_ROLE, table],
            )
            assert cursor.fetchall() == [("SELECT",)], table
        cursor.execute(
            "SELECT has_sequence_privilege(%s, 'event_log_id_seq', 'USAGE')"
            "    OR has_sequence_privilege(%s, 'event_log_id_seq', 'UPDATE')",
            [APP_ROLE, APP_ROLE],
        )
        assert cursor.fetchone() == (False,)


def test_the_tests_run_as_the_application():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP_ROLE,)


def test_the_owner_comes_and_goes(db):
    beside = connection.copy()

    def who():
        with beside.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    try:
        assert who() == APP_ROLE
        with as_owner(beside):
            owner = who()
            assert owner != APP_ROLE
            with as_owner(beside):
                assert who() == owner
            assert who() == owner
        assert who() == APP_ROLE
    finally:
        beside.close()


def test_the_application_returns_after_a_failure_too():
    beside = connection.copy()
    with pytest.raises(RuntimeError), as_owner(beside):
        raise RuntimeError
    with beside.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (APP_ROLE,)
    beside.close()


def test_without_the_owners_address_its_commands_say_what_is_missing(settings):
    settings.DATABASE_OWNER = None
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"), as_owner(connection.copy()):
        pass


def test_preparing_the_roles_again_changes_nothing():
    def rights(cursor):
        return cursor.execute(
            "SELECT (SELECT array_agg(acl::text ORDER BY acl::text) FROM pg_default_acl, "
            "        unnest(defaclacl) acl), datacl::text, nspacl::text "
            "FROM pg_database, pg_namespace "
            "WHERE datname = current_database() AND nspname = 'public'"
        ).fetchone()

    beside = connection.copy()
    with as_database_owner() as owner:
        before = rights(owner)
        with as_owner(beside):
            prepare_roles(beside)
        assert rights(owner) == before


def test_a_user_who_cannot_prepare_the_roles_is_told_what_to_ask_for():
    stranger = f"stranger_{uuid.uuid4().hex}"
    beside = connection.copy()
    with as_owner(beside), beside.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {stranger}")
        try:
            cursor.execute(f"SET ROLE {stranger}")
            with pytest.raises(ImproperlyConfigured, match=f"CREATE ROLE {APP_ROLE} LOGIN"):
                prepare_roles(beside)
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute(f"DROP OWNED BY {stranger}")
            cursor.execute(f"DROP ROLE {stranger}")


def test_a_schema_of_somebody_else_is_not_looked_into(card):
    """The definer's functions take their names from fixed schemas, whatever the caller's path."""
    with as_app() as app:
        assert app.execute("SELECT event_log_bound()").fetchone()[0] >= 0
        app.execute("SET search_path = pg_catalog")
        assert app.execute("SELECT public.event_log_bound()").fetchone()[0] >= 0
