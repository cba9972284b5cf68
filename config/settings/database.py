"""Which database, as which role, and through which pool.

Three ways, by what is given:

- nothing: the embedded server in `TASKLY_HOME`; both roles sign in on its socket.
- `DATABASE_URL`: a server of one's own, signing in as the owner. Every connection but those of
  migrate, reset, backup, restore and the making of test databases assumes the role `taskly_app`.
- `DATABASE_APP_URL`: what serves signs in as that role directly. `DATABASE_URL` beside it is for
  the commands that need the owner; a process that only serves can do without.
"""

from pathlib import Path
from typing import Any

from config.settings.environment import Environment

ENGINE = "config.database"
APP_ROLE = "taskly_app"
OWNER_ROLE = "taskly_owner"
EMBEDDED_NAME = "taskly"

# For how long the pool tries a server that doesn't answer before a new request may ask it to try
# again: its pauses grow, and a server that came back should be found within a second or two.
POOL_RECONNECT_SECONDS = 2.0


def database_settings(
    env: Environment, home: Path, *, serving: bool
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The application's connection, and what the owner's differs in (None: it isn't known).

    `core.db.roles.as_owner` lays the second over the first. The owner's connections are few and
    long: they have no pool and no limit for a statement, but give up soon on a lock, so that a
    migration never blocks the requests behind it. Commands are like that too: the pool and the
    limit for a statement are for a process that is `serving`.
    """
    owner = env.postgres("DATABASE_URL")
    app = env.postgres("DATABASE_APP_URL")
    limits = server_limits(env, serving=serving)
    lock_limit = env.whole("TASKLY_MIGRATION_LOCK_TIMEOUT_MS", 2_000)
    owner_limits = f"-c lock_timeout={lock_limit}"
    common = {
        "ENGINE": ENGINE,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "EMBEDDED_HOME": None,
    }
    pool = pool_settings(env) if serving else {}
    prepared = {"prepare_threshold": env.whole("TASKLY_PREPARE_AFTER", 5) or None}
    if app or owner:
        # The owner alone: sign in as the owner, then be the application.
        used = dict(app or owner or {})
        used["OPTIONS"] = {**with_limits(used["OPTIONS"], limits), **pool, **prepared}
        if app is None:
            used["OPTIONS"]["assume_role"] = APP_ROLE
        owning = None
        if owner:
            owning = {name: owner[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
            owning["OPTIONS"] = with_limits(owner["OPTIONS"], owner_limits)
        return used | common, owning
    embedded = {
        **common,
        "NAME": EMBEDDED_NAME,
        "USER": APP_ROLE,
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "EMBEDDED_HOME": str(home),
        "OPTIONS": {**with_limits({}, limits), **pool, **prepared},
    }
    return embedded, {"USER": OWNER_ROLE, "OPTIONS": with_limits({}, owner_limits)}


def server_limits(env: Environment, *, serving: bool) -> str:
    """The server's own limits for the application, as options of a connection (0 is none)."""
    statement = env.whole("TASKLY_STATEMENT_TIMEOUT_MS", 30_000)
    limits = {
        "statement_timeout": statement if serving else 0,
        "lock_timeout": env.whole("TASKLY_LOCK_TIMEOUT_MS", 10_000),
        "idle_in_transaction_session_timeout": env.whole(
            "TASKLY_IDLE_IN_TRANSACTION_TIMEOUT_MS", 60_000
        ),
    }
    return " ".join(f"-c {name}={value}" for name, value in limits.items())


def with_limits(options: dict[str, Any], limits: str) -> dict[str, Any]:
    """A connection's options with the limits before what the address itself asks for."""
    given = options.get("options", "")
    return {"connect_timeout": 5, **options, "options": f"{limits} {given}".strip()}


def pool_settings(env: Environment) -> dict[str, Any]:
    """The pool of each process: connections opened as needed, checked, recycled.

    `TASKLY_POOL_SIZE=0` is no pool: a connection for each request.
    """
    size = env.whole("TASKLY_POOL_SIZE", 20, most=1_000)
    overflow = env.whole("TASKLY_POOL_OVERFLOW", 10, most=1_000)
    timeout = env.whole("TASKLY_POOL_TIMEOUT", 5, least=1, most=300)
    recycle = env.whole("TASKLY_POOL_RECYCLE", 3_600, least=1)
    if size == 0:
        return {}
    return {
        "pool": {
            "min_size": 0,
            "max_size": size + overflow,
            "timeout": timeout,
            "max_lifetime": recycle,
            "reconnect_timeout": POOL_RECONNECT_SECONDS,
        }
    }
