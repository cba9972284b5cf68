"""Django's loaddata, in which rows may refer to rows that come later in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.commands.loaddata import Command as DjangoLoaddata
from django.db import connections


class Command(DjangoLoaddata):
    """The load is one transaction already: its foreign keys are looked at when it ends."""

    def loaddata(self, fixture_labels: Sequence[str]) -> Any:
        with connections[self.using].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return super().loaddata(fixture_labels)
