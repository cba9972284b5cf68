"""Is the process alive, and can it serve: the two questions that a supervisor asks.

Both answers are small, need no session and tell nothing that helps an attacker.
"""

from functools import cache

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.db.outages import is_outage

log = structlog.get_logger(__name__)

OK = "ok"
RETRY_AFTER_SECONDS = 5


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; it asks nobody else, so that a dead database doesn't restart it."""
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether everything that serving needs is in order; 503 says which part isn't."""
    parts = {"database": OK, "migrations": OK}
    try:
        missing = unapplied_migrations()
        if missing:
            parts["migrations"] = f"{len(missing)} to apply"
    except (DatabaseError, InterfaceError) as error:
        log.warning("not_ready", error=str(error).strip())
        if is_outage(error):
            parts |= {"database": "unreachable", "migrations": "unknown"}
        else:
            # The table of applied migrations isn't there, or isn't ours to read.
            parts["migrations"] = "not applied"
    if all(state == OK for state in parts.values()):
        return JsonResponse({"status": OK, **parts})
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return JsonResponse({"status": "unavailable", **parts}, status=503, headers=headers)


def unapplied_migrations() -> set[tuple[str, str]]:
    """The migrations of this code that the database hasn't had.

    What it has had beyond them is no fault: code of the version before works on a newer schema.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(known_migrations()) - set(cursor.fetchall())


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this code, read from the files once a process."""
    return frozenset(MigrationLoader(None).disk_migrations)


urlpatterns = [
    path("live/", live, name="health-live"),
    path("ready/", ready, name="health-ready"),
]
