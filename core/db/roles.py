"""Two roles of the database: one that owns everything, and one that serves.

`taskly_app` reads and writes rows and can do nothing else: it owns no table, so it cannot switch
a trigger off, truncate, or write the log. Only migrate, reset, backup, restore and the making of
test databases run as the owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper

APP_ROLE = "taskly_app"

_CREATE_ROLE = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        CREATE ROLE {APP_ROLE} LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another migration of this server was quicker
END $$
"""

_GRANTS = f"""
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC, {APP_ROLE}',
                   current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO {APP_ROLE}', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, {APP_ROLE};
    GRANT USAGE ON SCHEMA public TO {APP_ROLE};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO {APP_ROLE};
END $$
"""

# Whoever makes a role may give it to others, and since PostgreSQL 16 can be it only once it is
# given to them as well; before, being a member was enough.
_MAY_ASSUME = f"""
SELECT pg_has_role(current_user, '{APP_ROLE}',
                   CASE WHEN current_setting('server_version_num')::int >= 160000
                        THEN 'SET' ELSE 'MEMBER' END)
"""


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Reconnect as the owning role for the body, and as the application afterwards.

    The connection must not be inside a transaction. A nested call changes nothing.
    """
    served = connection.settings_dict
    if served.get("IS_OWNER"):
        yield
        return
    overrides = settings.DATABASE_OWNER
    if overrides is None:
        raise ImproperlyConfigured(
            "This command runs as the role that owns the database: give its DATABASE_URL "
            "beside DATABASE_APP_URL."
        )
    connection.close()
    connection.settings_dict = {
        **served,
        **overrides,
        "NAME": served["NAME"],
        "OPTIONS": dict(overrides.get("OPTIONS", {})),
        "IS_OWNER": True,
    }
    try:
        yield
    finally:
        connection.close()
        served["NAME"] = connection.settings_dict["NAME"]
        connection.settings_dict = served


def prepare_roles(connection: BaseDatabaseWrapper) -> None:
    """Make the application's role, where it is missing, and say what it may do.

    Runs before the migrations, so that each table they create is granted by default. Calling it
    again changes nothing.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute(_CREATE_ROLE)
            cursor.execute(_GRANTS)
            cursor.execute(_MAY_ASSUME)
            if not cursor.fetchone()[0]:
                cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
        except ProgrammingError as error:
            raise ImproperlyConfigured(
                f"The database user cannot prepare the role {APP_ROLE}: {error}".strip()
                + f" Let an administrator run: CREATE ROLE {APP_ROLE} LOGIN; "
                f"GRANT {APP_ROLE} TO your_user; and make your_user the database's owner."
            ) from error
