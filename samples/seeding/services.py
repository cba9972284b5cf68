"""Writing a seeded installation: by COPY, past no trigger, in one transaction."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.db.copying import copy_rows
from core.exceptions import RuleViolation
from samples.seeding.people import workspace_key
from samples.seeding.rows import Shape, batches
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
    tell: Callable[[int], None] = lambda cards: None,
) -> dict[str, int]:
    """Write the installation of `shape`; the number of rows by table.

    `joining` become admins of all its workspaces. `tell` hears how many cards there are so far.
    All or nothing: whoever stops it has an unchanged database.
    """
    if Workspace.objects.filter(key=workspace_key(shape.seed, 0)).exists():
        raise SeededAlready()
    written: Counter[str] = Counter()
    with acting(None, "installation.seeded"):
        for batch in batches(shape, until, [each.pk for each in joining]):
            copy_rows(batch.table, batch.columns, batch.rows)
            written[batch.table] += len(batch.rows)
            tell(written["cards"])
    return dict(written)
