"""Log lines about what the database does: connections that open or fail, and slow queries.

A line holds the statement with its placeholders and never the parameters, which are what people
wrote.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

log = structlog.get_logger("taskly.database")

LONGEST_STATEMENT = 2_000


def tell_slow_queries(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Django's wrapper around each statement: a line for those that took too long.

    `TASKLY_SLOW_QUERY_MS` says how long that is; 0 is never.
    """
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (time.perf_counter() - started) * 1000
        if 0 < settings.TASKLY_SLOW_QUERY_MS <= took:
            log.warning(
                "slow_query", ms=round(took, 1), many=many, sql=str(sql)[:LONGEST_STATEMENT]
            )


def watch(connection: BaseDatabaseWrapper) -> None:
    """Let a connection tell of its slow queries."""
    connection.execute_wrappers.append(tell_slow_queries)


def tell_connected(connection: BaseDatabaseWrapper) -> None:
    """A line for a connection to the server that was opened.

    Outside the pool it is a command's single one, told at DEBUG: the line would stand between
    what the command says.
    """
    described = _describe(connection)
    tell = log.info if described["pooled"] else log.debug
    tell("database_connected", **described)


def tell_unreachable(connection: BaseDatabaseWrapper, error: BaseException) -> None:
    """A line for a connection that could not be had, with the driver's words and no password."""
    log.warning("database_unreachable", error=str(error).strip(), **_describe(connection))


def _describe(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    kept = connection.settings_dict
    return {
        "database": kept["NAME"],
        "role": kept["OPTIONS"].get("assume_role") or kept["USER"],
        "pooled": "pool" in kept["OPTIONS"],
    }
