"""The database's catalog: tables, indexes, triggers and functions as they are promised."""

import json
import re

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from core.db.roles import APP_ROLE
from core.models import BaseModel
from tests.walks import gathered

pytestmark = pytest.mark.django_db

OURS = [model for model in apps.get_models() if not model.__module__.startswith("django.")]
TABLES = sorted(model._meta.db_table for model in OURS)
TRACKED = sorted(model._meta.db_table for model in OURS if issubclass(model, BaseModel))

# What isn't the domain: it makes no entries.
TECHNICAL = {
    "event_log",
    "idempotency_records",
    "sign_ins",
    "sign_in_attempts",
    "board_columns",
    "board_labels",
    "card_counters",
} | gathered("TECHNICAL", set)
# Rows that belong to a person and to no workspace.
PERSONAL = {"users", "access_tokens"} | gathered("PERSONAL", set)

# Functions that act with the owner's rights and that the application may call.
CALLABLE_DEFINERS = {"board_label_redefine"} | gathered("DEFINERS", set)

READERS = ("workspace", "project", "board", "channel")
# What moves: the entry of the move itself is read in both places.
MOVING = {"boards": {"project_id"}, "cards": {"board_id"}}

HASHED = re.compile(r"_[0-9a-f]{8}(_|$)")


def rows(statement, **params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def test_the_tables_have_the_promised_names():
    assert set(TABLES) >= {
        "users",
        "workspaces",
        "workspace_members",
        "workspace_invitations",
        "access_tokens",
        "boards",
        "sprints",
        "cards",
        "card_assignees",
        "event_log",
        "projects",
        "project_members",
        "releases",
        "features",
        "channels",
        "channel_members",
        "messages",
        "transcripts",
        "decisions",
        "decision_relationships",
        "conversations",
        "conversation_messages",
        "user_contexts",
        "git_repositories",
        "pull_requests",
        "card_pull_requests",
        "processed_messages",
    }


def test_every_table_is_of_the_domain_or_technical():
    assert set(TRACKED) == set(TABLES) - TECHNICAL
    assert set(TABLES) >= TECHNICAL


def test_every_foreign_key_has_an_index_that_begins_with_its_columns():
    bare = rows(
        """
        SELECT k.conrelid::regclass::text, k.conname FROM pg_constraint k
         WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
           AND NOT EXISTS (
               SELECT FROM pg_index i
                WHERE i.indrelid = k.conrelid AND i.indpred IS NULL AND i.indexprs IS NULL
                  AND i.indkey[0] = ANY (k.conkey)
                  AND (i.indkey[0] = k.conkey[1]
                       OR (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey))
        """
    )
    assert bare == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_reference_of_a_model_is_the_beginning_of_an_index(model):
    """Django's own cascades look rows up by one column, whatever the key's columns are."""
    led = {
        row[0]
        for row in rows(
            """
            SELECT a.attname FROM pg_index i
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
             WHERE i.indrelid = %(table)s::regclass AND i.indpred IS NULL
            """,
            table=model._meta.db_table,
        )
    }
    references = {
        field.column for field in model._meta.concrete_fields if isinstance(field, ForeignKey)
    }
    assert references - led == set()


def test_the_promised_gin_indexes_are_there():
    found = rows(
        """
        SELECT i.indrelid::regclass::text, a.attname FROM pg_index i
          JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
         WHERE m.amname = 'gin'
        """
    )
    assert set(found) == {
        ("boards", "columns"),
        ("cards", "metadata"),
        ("cards", "search"),
    } | gathered("GIN", set)


def test_no_constraint_or_index_has_a_name_that_nobody_gave():
    named = rows(
        """
        SELECT conname FROM pg_constraint WHERE conrelid::regclass::text = ANY (%(tables)s)
         UNION
        SELECT indexrelid::regclass::text FROM pg_index
         WHERE indrelid::regclass::text = ANY (%(tables)s)
        """,
        tables=TABLES,
    )
    # Django's own, for a text that is a primary key and is looked up by its beginning.
    named = [name for (name,) in named if not name.endswith("_like")]
    assert [name for name in named if HASHED.search(name)] == []


def test_every_foreign_key_is_declared_by_a_model_and_can_be_deferred():
    declared = {constraint.name for model in OURS for constraint in model._meta.constraints}
    found = rows(
        """
        SELECT conname, condeferrable, condeferred FROM pg_constraint
         WHERE contype = 'f' AND conrelid::regclass::text = ANY (%(tables)s)
        """,
        tables=TABLES,
    )
    assert {name for name, _, _ in found} <= declared
    assert {(deferrable, deferred) for _, deferrable, deferred in found} == {(True, False)}


def test_names_of_constraints_say_where_they_belong():
    found = rows(
        """
        SELECT conrelid::regclass::text, conname FROM pg_constraint
         WHERE conrelid::regclass::text = ANY (%(tables)s)
        """,
        tables=TABLES,
    )
    assert [each for each in found if not each[1].startswith(each[0])] == []


@pytest.mark.parametrize("table", TRACKED)
def test_a_table_of_the_domain_is_kept_and_logged_for_every_writer(table):
    triggers = dict(
        rows(
            "SELECT tgname, (tgenabled, tgtype)::text FROM pg_trigger "
            "WHERE tgrelid = %(table)s::regclass AND NOT tgisinternal",
            table=table,
        )
    )
    # Bits of tgtype: 1 each row, 2 before, 4 insert, 8 delete, 16 update.
    assert triggers["zz_keep"] == f"(A,{1 + 2 + 4 + 16})"
    assert triggers["zz_log"] == f"(A,{1 + 4 + 8 + 16})"
    # They come last, so that they see what the others made of the row.
    assert sorted(triggers)[-2:] == ["zz_keep", "zz_log"]


def columns_that_say_who_reads(table):
    """The columns of the table from which its log's entries take who may read them."""
    ((arguments,),) = rows(
        "SELECT encode(tgargs, 'escape') FROM pg_trigger "
        "WHERE tgrelid = %(table)s::regclass AND tgname = 'zz_log'",
        table=table,
    )
    told = json.loads(arguments.split("\\000")[3])
    named = {told.get(reader, f"{reader}_id") for reader in READERS} | {told.get("private")}
    present = rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0",
        table=table,
    )
    # A row's id never changes.
    return named & {name for (name,) in present} - {"id"}


@pytest.mark.parametrize("table", TRACKED)
def test_a_row_stays_where_its_log_is_read(table):
    """A change has one entry, read where the row is then: where it was, nobody would hear of it.

    So each such column is fixed itself, or tied by a key to a parent that is.
    """
    fixed = {
        name.removeprefix(f"{table}_").removesuffix("_unchanging")
        for (name,) in rows(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %(table)s::regclass "
            "AND tgname LIKE '%%\\_unchanging'",
            table=table,
        )
    }
    keys = rows(
        """
        SELECT array_agg(a.attname::text ORDER BY array_position(k.conkey, a.attnum))
          FROM pg_constraint k
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
         WHERE k.contype = 'f' AND k.conrelid = %(table)s::regclass GROUP BY k.oid
        """,
        table=table,
    )
    tied = {column for (key,) in keys if key[0] in fixed for column in key}
    assert columns_that_say_who_reads(table) - fixed - tied == MOVING.get(table, set())


def test_every_trigger_fires_for_every_session():
    assert (
        rows(
            """
            SELECT tgrelid::regclass::text, tgname FROM pg_trigger
             WHERE NOT tgisinternal AND tgenabled <> 'A'
               AND tgrelid::regclass::text = ANY (%(tables)s)
            """,
            tables=TABLES,
        )
        == []
    )


def test_the_log_is_guarded():
    found = rows(
        "SELECT tgname, tgenabled, tgtype FROM pg_trigger "
        "WHERE tgrelid = 'event_log'::regclass AND NOT tgisinternal ORDER BY tgname"
    )
    assert found == [
        ("event_log_append_only", "A", 1 + 2 + 8 + 16),
        ("event_log_no_truncate", "A", 2 + 32),
    ]


@pytest.mark.parametrize("table", sorted(set(TRACKED) - PERSONAL - {"workspaces"}))
def test_a_tenants_row_says_whose_it_is(table):
    assert rows(
        "SELECT attnotnull FROM pg_attribute "
        "WHERE attrelid = %(table)s::regclass AND attname = 'workspace_id'",
        table=table,
    ) == [(True,)]


def test_every_function_looks_in_fixed_schemas_and_in_nobodys_temporary_one():
    found = rows(
        "SELECT proname, proconfig FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')"
    )
    assert found
    wanted = "search_path=pg_catalog, public, pg_temp"
    assert [name for name, config in found if wanted not in (config or [])] == []


def test_who_acts_with_the_owners_rights_is_called_by_nobody_but_where_intended():
    found = rows(
        """
        SELECT proname, has_function_privilege('public', oid, 'EXECUTE'),
               has_function_privilege(%(role)s, oid, 'EXECUTE')
          FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace
        """,
        role=APP_ROLE,
    )
    assert {name for name, public, _ in found if public} == set()
    assert {name for name, _, app in found if app} == CALLABLE_DEFINERS


def test_all_of_it_belongs_to_one_role_that_is_not_the_applications():
    owners = rows(
        """
        SELECT DISTINCT relowner::regrole::text FROM pg_class
         WHERE relnamespace = 'public'::regnamespace
         UNION
        SELECT DISTINCT proowner::regrole::text FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace
        """
    )
    assert len(owners) == 1
    assert owners != [(APP_ROLE,)]
