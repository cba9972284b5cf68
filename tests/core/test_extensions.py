"""The extension that a migration makes: where it may not, where there is none, on the way down."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.db.migrations.state import ProjectState

from core.db.extensions import MADE_HERE, Extension, ExtensionMissing
from core.db.roles import as_owner
from tests.core.connections import as_database_owner
from tests.environment import inherited
from tests.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = "as postgresql-NN-pgvector"


def extension(name="vector", type_name="vector", access_method="hnsw"):
    return Extension(name, type_name=type_name, access_method=access_method, packages=PACKAGES)


@contextmanager
def database(suffix, owner=None):
    """An empty database on the server of the tests: its address."""
    name = f"{connection.settings_dict['NAME']}_{suffix}"
    with as_database_owner() as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        if owner:
            admin.execute(f'ALTER DATABASE "{name}" OWNER TO "{owner}"')
        told = {**admin.info.get_parameters(), "dbname": name}
        if admin.info.password:
            told["password"] = admin.info.password
        told.setdefault("host", admin.info.host)
        told.setdefault("port", str(admin.info.port))
    try:
        yield told
    finally:
        with as_database_owner() as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def limited():
    """A role that owns databases and is no superuser, as hosts of databases give them out."""
    password = "only-for-this-test"
    # Roles belong to the whole server: each worker has its own, and of a run that was killed there
    # may be one with its database left.
    name = f"{connection.settings_dict['NAME']}_limited"
    with as_database_owner() as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'DROP ROLE IF EXISTS "{name}"')
        admin.execute(f"CREATE ROLE \"{name}\" LOGIN CREATEROLE PASSWORD '{password}'")
        # As an administrator does it for a role that may not make others' roles its own.
        admin.execute(f'GRANT taskly_app TO "{name}"')
    yield name, password
    with as_database_owner() as admin:
        admin.execute(f'DROP OWNED BY "{name}"')
        admin.execute(f'DROP ROLE "{name}"')


def url(told, user, password):
    host, port = quote(told["host"], safe=""), told["port"]
    return f"postgres://{user}:{password}@{host}:{port}/{told['dbname']}"


def run(home, address, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env={
            **inherited(),
            "DATABASE_URL": address,
            "TASKLY_HOME": str(home),
            "TASKLY_ENV_FILE": os.devnull,
            "DEBUG": "1",
            "PORT": str(free_port()),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def refused(ended):
    """The one paragraph that a refusal says, but for the words that it begins with."""
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    *_logged, said = ended.stderr.splitlines()
    assert said.startswith("Taskly")
    return said.split(": ", 1)[1]


def test_a_role_that_may_not_make_it_is_told_who_has_to(tmp_path, limited):
    with database("limited", owner=limited[0]) as told:
        address = url(told, *limited)
        said = refused(run(tmp_path, address, "manage.py", "migrate", "--verbosity=0"))
        assert "may not make it" in said
        assert f"superuser run this in the database {told['dbname']}" in said
        assert "CREATE EXTENSION vector;" in said
        # The start says the same, before it serves anybody.
        assert refused(run(tmp_path, address, "-m", "config.serve")) == said
        # Nothing of the migration is left, and once somebody has made it all goes on from there.
        with as_database_owner() as admin:
            admin_told = {**told, "user": admin.info.user}
        with psycopg.connect(**admin_told, autocommit=True) as admin:
            found = admin.execute("SELECT to_regclass('transcripts'), to_regclass('projects')")
            assert found.fetchone() == (None, "projects")
            admin.execute("CREATE EXTENSION vector")
        ended = run(tmp_path, address, "manage.py", "migrate", "--verbosity=0")
        assert ended.returncode == 0, ended.stderr
        # What the operator made stays when the migration is taken down.
        down = run(tmp_path, address, "manage.py", "migrate", "decisions", "zero", "--verbosity=0")
        assert down.returncode == 0, down.stderr
        with psycopg.connect(**admin_told) as admin:
            found = admin.execute("SELECT to_regclass('transcripts'), to_regtype('vector')")
            assert found.fetchone() == (None, "vector")


@contextmanager
def beside(suffix):
    """Django's connection to an empty database, as the owner."""
    with database(suffix) as told, as_owner_of(told["dbname"]) as made:
        yield made


@contextmanager
def as_owner_of(name):
    made = connection.copy()
    made.settings_dict["NAME"] = name
    try:
        with as_owner(made):
            yield made
    finally:
        made.close()


def forwards(operation, made):
    with made.schema_editor() as editor:
        operation.database_forwards("decisions", editor, ProjectState(), ProjectState())


def backwards(operation, made):
    with made.schema_editor() as editor:
        operation.database_backwards("decisions", editor, ProjectState(), ProjectState())


def ask(made, question):
    with made.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def do(made, *statements):
    with made.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


COMMENTS = "SELECT obj_description(oid, 'pg_extension') FROM pg_extension WHERE extname = 'vector'"


def test_what_the_migration_made_goes_with_it():
    with beside("made") as made:
        forwards(extension(), made)
        [(comment,)] = ask(made, COMMENTS)
        assert comment.endswith(f"({MADE_HERE})")
        forwards(extension(), made)
        backwards(extension(), made)
        assert ask(made, COMMENTS) == []


def test_what_an_operator_made_stays():
    with beside("found") as made:
        do(made, "CREATE EXTENSION vector")
        forwards(extension(), made)
        backwards(extension(), made)
        assert len(ask(made, COMMENTS)) == 1


def test_nothing_of_somebody_elses_is_taken_along():
    with beside("shared") as made:
        forwards(extension(), made)
        do(made, "CREATE TABLE theirs (meaning vector(3))")
        backwards(extension(), made)
        assert len(ask(made, COMMENTS)) == 1
        assert ask(made, "SELECT count(*) FROM theirs") == [(0,)]


def test_a_server_without_it_is_told_where_it_comes_from():
    with (
        beside("without") as made,
        pytest.raises(ExtensionMissing, match="which this PostgreSQL server doesn't have") as told,
    ):
        forwards(extension(name="no_such_extension"), made)
    assert PACKAGES in str(told.value)
    assert "CREATE EXTENSION no_such_extension;" in str(told.value)


def test_one_in_a_schema_where_nobody_looks_is_told():
    with beside("hidden") as made:
        do(made, "CREATE SCHEMA aside", "CREATE EXTENSION vector SCHEMA aside")
        with pytest.raises(ExtensionMissing, match="ALTER EXTENSION vector SET SCHEMA public;"):
            forwards(extension(), made)


def test_one_that_is_too_old_is_told():
    with (
        beside("old") as made,
        pytest.raises(ExtensionMissing, match="ALTER EXTENSION vector UPDATE;"),
    ):
        forwards(extension(access_method="a_later_one"), made)
