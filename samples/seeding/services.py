"""Writing a seeded installation: by COPY, past no trigger, in one transaction."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.clock import backdated
from core.db.copying import copy_rows
from core.exceptions import RuleViolation
from core.models import EventLog
from samples.seeding.log import log_fill
from samples.seeding.people import workspace_key
from samples.seeding.rows import DAYS, Shape, batches
from workspaces.models import User, Workspace


class SeededAlready(RuleViolation):
    """The rows of a seed have names and ids of their own, so that they can be there only once."""

    code = "seeded_already"
    message = _("This seed has been sown here already: take another one.")


def installation_seed(
    *,
    shape: Shape,
    until: datetime.datetime,
    joining: Sequence[User] = (),
    entries: int = 0,
    tell: Callable[[int], None] = lambda cards: None,
    tell_entries: Callable[[int], None] = lambda entries: None,
) -> dict[str, int]:
    """Write the installation of `shape`; the number of rows by table.

    `joining` become admins of all its workspaces. `entries` is how many entries the whole log is
    to have at least: with it the rows' own entries are of the first day, and others tell of changes
    since; only the database's owner can do that. `tell` and `tell_entries` hear how far
    it is. All or nothing: whoever stops it has an unchanged database.
    """
    if Workspace.objects.filter(key=workspace_key(shape.seed, 0)).exists():
        raise SeededAlready()
    written: Counter[str] = Counter()
    begin = until - datetime.timedelta(days=DAYS)
    with (
        backdated(begin) if entries else nullcontext(),
        acting(None, "installation.seeded"),
    ):
        for batch in batches(shape, until, [each.pk for each in joining]):
            copy_rows(batch.table, batch.columns, batch.rows)
            written[batch.table] += len(batch.rows)
            tell(written["cards"])
        if entries:
            keys = [workspace_key(shape.seed, index) for index in range(shape.workspaces)]
            workspaces = list(Workspace.objects.filter(key__in=keys).values_list("pk", flat=True))
            missing = entries - EventLog.objects.count()
            written["event_log"] = log_fill(
                workspace_ids=workspaces, amount=missing, begin=begin, end=until, tell=tell_entries
            )
    return {table: rows for table, rows in written.items() if rows}
