"""Every migration down and up again with data in the tables, and killed at any step."""

import json
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from core.db.roles import as_owner, prepare_roles
from core.models import EventLog
from tests.core.connections import as_database_owner
from tests.factories import CardFactory
from tests.walks import each

pytestmark = pytest.mark.django_db(transaction=True)

OURS = {app.label for app in apps.get_app_configs() if not app.name.startswith("django")}

CATALOG = """
SELECT 'relation', relname || ' ' || relkind::text FROM pg_class c
 WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index
  JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'column', attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
       || attnotnull::text || coalesce(pg_get_expr(adbin, adrelid), '')
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
   AND relkind = 'r'
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger
 WHERE NOT tgisinternal
UNION ALL
SELECT 'function', pg_get_functiondef(oid) || coalesce(proacl::text, '') FROM pg_proc p
 WHERE pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
UNION ALL
SELECT 'extension', extname || coalesce(obj_description(oid, 'pg_extension'), '')
  FROM pg_extension
UNION ALL
SELECT 'type', typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
UNION ALL
SELECT 'right', relname || coalesce(relacl::text, '') FROM pg_class
 WHERE relnamespace = 'public'::regnamespace
"""


@pytest.fixture
def scratch():
    """A migrated database of this test's own, in the place of the default one, as the owner."""
    usual = connections["default"]
    name = f"{usual.settings_dict['NAME']}_migrations"
    with as_database_owner() as owner:
        owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        owner.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    beside = usual.copy()
    beside.settings_dict["NAME"] = name
    connections["default"] = beside
    try:
        with as_owner(beside):
            prepare_roles(beside)
            yield beside
    finally:
        beside.close()
        connections["default"] = usual
        with as_database_owner() as owner:
            owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def catalog(database):
    with database.cursor() as cursor:
        cursor.execute(CATALOG)
        return Counter(cursor.fetchall())


def rows(database):
    """All rows of our tables, as objects by column."""
    with database.cursor() as cursor:
        held = {}
        for table in database.introspection.table_names(cursor):
            if not table.startswith(("django_", "auth_")):
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" AS t')
                held[table] = [json.loads(row[0]) for row in cursor.fetchall()]
        return held


def shared(held, other):
    """Of what `held` has, the tables and columns that `other` has as well, in one order."""
    return {
        table: sorted(
            json.dumps({name: row[name] for name in row if name in other[table][0]})
            for row in held[table]
        )
        for table in held
        if other.get(table) and held[table]
    }


def migrate(database, *targets):
    executor = MigrationExecutor(database)
    executor.migrate(list(targets))


def latest(database):
    return MigrationLoader(database).graph.leaf_nodes()


@transaction.atomic
def fill():
    """Rows in every table of the domain."""
    bug = {"id": "1", "name": "Bug", "color": "#aa0000"}
    card = CardFactory(metadata={"labels": [bug]})
    for fill_app in each("fill"):
        fill_app(card)
    return card


def our_plan(database):
    """Our migrations in the order in which they are applied."""
    loader = MigrationLoader(database)
    plan = MigrationExecutor(database).migration_plan(loader.graph.leaf_nodes(), clean_start=True)
    return [migration for migration, _ in plan if migration.app_label in OURS]


def test_each_apps_migrations_are_one_line():
    graph = MigrationLoader(connection).graph
    for label in {key[0] for key in graph.nodes} & OURS:
        own = [key for key in graph.nodes if key[0] == label]
        parents = Counter(
            parent.key
            for key in own
            for parent in graph.node_map[key].parents
            if parent.key[0] == label
        )
        assert len(graph.leaf_nodes(label)) == len(graph.root_nodes(label)) == 1
        assert set(parents.values()) <= {1}


def test_models_and_migrations_say_the_same():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_goes_down_and_up_with_data_in_the_tables(scratch):
    migrate(scratch, *latest(scratch))
    full = catalog(scratch)
    for migration in reversed(our_plan(scratch)):
        fill()
        before = rows(scratch)
        own = (migration.app_label, migration.name)
        earlier = [key for key in MigrationLoader(scratch).graph.nodes[own].dependencies
                   if key[0] == own[0]]  # fmt: skip
        migrate(scratch, earlier[0] if earlier else (own[0], None))
        kept = rows(scratch)
        # What the way down didn't take is as it was, and has no entries of its going.
        assert shared(kept, before) == shared(before, kept)
        assert {table: len(held) for table, held in kept.items()} == {
            table: len(before[table]) for table in kept
        }
        migrate(scratch, *latest(scratch))
        assert catalog(scratch) == full
        assert shared(rows(scratch), kept) == shared(kept, kept)
        if "event_log" in kept:
            assert EventLog.objects.exists()
        card = fill()
        assert (card.number, card.version) == (1, 1)


def test_all_of_them_go_down_to_nothing(scratch):
    empty = catalog(scratch)
    migrate(scratch, *latest(scratch))
    fill()
    labels = {migration.app_label for migration in MigrationLoader(scratch).graph.nodes.values()}
    migrate(scratch, *((label, None) for label in sorted(labels)))
    left = catalog(scratch) - empty
    assert {name.split(".")[0].split()[0] for kind, name in left if kind == "relation"} <= {
        "django_migrations",
        "django_migrations_id_seq",
        "django_migrations_pkey",
    }
    assert not [name for kind, name in left if kind in ("function", "trigger", "extension")]


class Killed:
    """Counts the statements, and ends its own session at the one of that number (0: at none)."""

    def __init__(self, at):
        self.at = at
        self.seen = 0

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.at:
            execute("SELECT pg_terminate_backend(pg_backend_pid())", None, False, context)
        return execute(sql, params, many, context)


def apply_and_kill(database, key, at):
    """Apply the migration over a session of its own, killed there. Returns the statements seen."""
    victim = database.copy()
    connections["default"] = victim
    killer = Killed(at)
    try:
        with victim.execute_wrapper(killer):
            migrate(victim, key)
    except (OperationalError, InterfaceError):
        assert at
    else:
        victim.close()
    finally:
        connections["default"] = database
    return killer.seen


def test_a_migration_that_is_killed_can_be_run_again(scratch):
    MigrationRecorder(scratch).ensure_schema()
    every = 37
    for migration in our_plan(scratch):
        key = (migration.app_label, migration.name)
        parents = MigrationLoader(scratch).graph.nodes[key].dependencies
        applied = MigrationLoader(scratch).applied_migrations
        missing = [each for each in parents if each[1] != "__first__" and each not in applied]
        if missing:
            migrate(scratch, *missing)
        before = catalog(scratch)
        statements = apply_and_kill(scratch, key, 0)
        after = catalog(scratch)
        earlier = [parent for parent in parents if parent[0] == key[0]]
        migrate(scratch, earlier[0] if earlier else (key[0], None))
        assert catalog(scratch) == before
        # Here and there, and at each of the last ones, where the migration is noted as applied.
        for at in (*range(1, statements - 4, every), *range(statements - 4, statements + 1)):
            apply_and_kill(scratch, key, at)
            applied = key in MigrationLoader(scratch).applied_migrations
            # One that isn't a transaction may stop half way, and goes on from there.
            if applied or migration.atomic:
                assert catalog(scratch) == (after if applied else before), (key, at)
            if applied:
                break
        migrate(scratch, key)
        assert catalog(scratch) == after
    migrate(scratch, *latest(scratch))
    fill()
