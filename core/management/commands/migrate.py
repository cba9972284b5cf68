"""Django's migrate, run by the role that owns the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from core.db.roles import as_owner, prepare_roles


class Command(DjangoMigrate):
    """`manage.py migrate`: as the owner, after making the application's role."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if options.get("check_unapplied"):
            super().handle(*args, **options)
            return
        with as_owner(connection):
            prepare_roles(connection)
            super().handle(*args, **options)
