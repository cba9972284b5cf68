"""Every rule of the tables, broken by raw SQL: refused by name, and explained to the sender."""

import re

import psycopg
import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, transaction

from core.db.errors import explain
from core.models import BaseModel
from tests.core.connections import as_database_owner
from tests.walks import each, gathered

pytestmark = pytest.mark.django_db

BROKEN = gathered("BROKEN", list)

# Rules of tables that nobody but the owner may write. (Constraint, statement.)
COLUMN = "INSERT INTO board_columns (id, board_id, name, position, category, wip_limit) VALUES "
ONE = "00000000-0000-7000-8000-000000000001"
TWO = "00000000-0000-7000-8000-000000000002"
BROKEN_BY_THE_OWNER = [
    *gathered("BROKEN_BY_THE_OWNER", list),
    ("board_columns_position_check", f"{COLUMN} ('{ONE}', '{ONE}', 'A', -1, 'todo', null)"),
    ("board_columns_wip_limit_check", f"{COLUMN} ('{ONE}', '{ONE}', 'A', 0, 'todo', -1)"),
    (
        "card_counters_pkey",
        f"INSERT INTO card_counters (workspace_id) VALUES ('{ONE}'), ('{ONE}')",
    ),
    ("card_counters_workspace_fk", f"INSERT INTO card_counters (workspace_id) VALUES ('{ONE}')"),
    (
        "card_counters_last_number_check",
        f"INSERT INTO card_counters (workspace_id, last_number) VALUES ('{ONE}', -1)",
    ),
    (
        "board_labels_name_unique",
        "INSERT INTO board_labels (board_id, key, label_id, color) "
        f"VALUES ('{ONE}', 'a', '1', '#000000'), ('{ONE}', 'a', '2', '#000000')",
    ),
    (
        "board_labels_id_unique",
        "INSERT INTO board_labels (board_id, key, label_id, color) "
        f"VALUES ('{ONE}', 'a', '1', '#000000'), ('{ONE}', 'b', '1', '#000000')",
    ),
    (
        "board_labels_pkey",
        "INSERT INTO board_labels (id, board_id, key, label_id, color) OVERRIDING SYSTEM VALUE "
        f"VALUES (1, '{ONE}', 'a', '1', '#000000'), (1, '{ONE}', 'b', '2', '#000000')",
    ),
    (
        "board_labels_board_fk",
        "INSERT INTO board_labels (board_id, key, label_id, color) "
        f"VALUES ('{ONE}', 'a', '1', '#000000')",
    ),
    (
        "event_log_pkey",
        "INSERT INTO event_log (id, action, action_id, entity_type, entity_id, timestamp, details, "
        f"source) OVERRIDING SYSTEM VALUE SELECT n / n, 'a', '{ONE}', 'card', '{ONE}', now(), "
        "'{}', 'api' FROM generate_series(1, 2) AS n",
    ),
]

# What nothing can break, as something else speaks first.
SPOKEN_FOR = {
    # The trigger zz_keep counts versions.
    *(f"{model._meta.db_table}_version_check" for model in apps.get_models()
      if issubclass(model, BaseModel)),
    # Begin with the primary key; they are what other tables' keys refer to.
    "boards_id_workspace_key", "sprints_id_board_key", "cards_id_workspace_board_key",
    "board_columns_board_id_key", "board_columns_category_key",
    # A named rule, or the number that a card without one is given, comes first.
    "sprints_capacity_points_check", "cards_number_positive",
    # The rule's name to people is workspace_members_last_admin, whichever table was written.
    "users_last_admin", "workspaces_first_admin",
} | gathered("SPOKEN_FOR", set)  # fmt: skip


@pytest.fixture
def things(workspace, other_workspace, board, other_board, project, other_project,
           admin, member, outsider):  # fmt: skip
    """The names that the statements use."""
    cast = {
        "admin": admin,
        "member": member,
        "outsider": outsider,
        "workspace": workspace,
        "other_workspace": other_workspace,
        "board": board,
        "other_board": other_board,
        "project": project,
        "other_project": other_project,
    }
    for make in each("things"):
        cast |= make(cast)
    return {name: getattr(thing, "pk", thing) for name, thing in cast.items()}


def table_of(statement):
    """The table that a statement writes first."""
    return re.search(r"(?:INTO|UPDATE|FROM) (\w+)", statement).group(1)


def run(statement, values):
    with connection.cursor() as cursor:
        for one in statement.split("; "):
            cursor.execute(one, {name: values[name] for name in re.findall(r"%\((\w+)\)s", one)})


def refuse(statement, values):
    """Run it, and return the refusal."""
    with pytest.raises((IntegrityError, DataError)) as refused, transaction.atomic():
        run(statement, values)
    return refused.value


@pytest.mark.parametrize("table", sorted({table_of(each[-1]) for each in BROKEN}))
def test_raw_sql_is_refused_and_explained(things, table):
    for constraint, field, status, statement in BROKEN:
        if table_of(statement) != table:
            continue
        error = refuse(statement, things)
        assert error.__cause__.diag.constraint_name == constraint, statement
        told = explain(error)
        assert (told.constraint, told.field, told.status) == (constraint, field, status), statement
        assert str(told.message)
        # Values may be another tenant's.
        assert not any(len(str(each)) > 9 and str(each) in str(told) for each in things.values())


@pytest.mark.django_db(transaction=True)
def test_the_owners_tables_hold_their_rules_as_well():
    with as_database_owner() as owner:
        for constraint, statement in BROKEN_BY_THE_OWNER:
            with (
                pytest.raises(psycopg.IntegrityError) as refused,
                owner.transaction(force_rollback=True),
            ):
                owner.execute(statement)
            assert refused.value.diag.constraint_name == constraint


def test_no_constraint_is_left_untried():
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not model.__module__.startswith("django.")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname FROM pg_constraint
             WHERE conrelid::regclass::text = ANY (%(tables)s) AND contype <> 'n'
             UNION
            SELECT indexrelid::regclass::text FROM pg_index
             WHERE indrelid::regclass::text = ANY (%(tables)s) AND indisunique
            """,
            {"tables": tables},
        )
        held = {row[0] for row in cursor.fetchall()}
    held |= {
        rule.name for model in apps.get_models() for rule in getattr(model, "trigger_rules", ())
    }
    tried = {each[0] for each in BROKEN} | {name for name, _ in BROKEN_BY_THE_OWNER}
    assert held - tried - SPOKEN_FOR == set()
    assert SPOKEN_FOR & tried == set()


# Null, and too long
# ------------------

KEPT = {"id", "created_at", "updated_at"}
UNCHANGING = gathered("UNCHANGING", set)
DOMAIN = [model for model in apps.get_models() if issubclass(model, BaseModel)]
TABLES = [model for model in apps.get_models() if issubclass(model, BaseModel)]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_null_is_refused_where_a_value_is_required(things, model):
    table = model._meta.db_table
    for field in model._meta.concrete_fields:
        if field.null or field.column in {*KEPT, model.version_field}:
            continue
        if (table, field.column) in UNCHANGING:
            continue
        told = explain(refuse(f"UPDATE {table} SET {field.column} = NULL", {}))
        assert (told.field, told.status) == (field.name, 400)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_text_that_is_too_long_is_refused(things, model):
    for field in model._meta.concrete_fields:
        if field.get_internal_type() == "CharField":
            longer = f"repeat('x', {field.max_length + 1})"
            error = refuse(f"UPDATE {model._meta.db_table} SET {field.column} = {longer}", {})
            assert isinstance(error, DataError)
            assert explain(error).status == 400
