"""Pages of actions: what a person did is a line, whether it changed one row or ten thousand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from activity.querysets import EventQuerySet, events
from activity.streams import NEWEST, Asked, page_of
from core.history.lines import Count, Group
from core.models import EventLog
from workspaces.models import User

# So many entries are looked through at once for further actions, and so often: a page may have
# fewer lines than asked for, where each of them is long.
CHUNK = 200
ROUNDS = 5
# Of an action, so many entries are read, and so many counted.
SAMPLE = 12
COUNTED = 1_000


@dataclass(frozen=True)
class Reader:
    """Who reads, and how: operators look at the whole log in the admin, nobody else anywhere."""

    user: User
    is_operator: bool = False

    def visible(self, entries: EventQuerySet) -> EventQuerySet:
        if self.is_operator:
            return entries.readable_by_operator(self.user)
        return entries.readable_by(self.user)

    def newest(
        self, conditions: EventQuerySet, asked: Asked, limit: int, below: int = NEWEST
    ) -> EventQuerySet:
        """The newest `limit` of these entries below an id that the person may read."""
        if self.is_operator:
            seen = self.visible(conditions.filter(pk__lt=below)).within(asked.workspace)
            return seen.order_by("-pk")[:limit]
        return page_of(self.user, asked, conditions, limit=limit, below=below)


@dataclass(frozen=True)
class ActionPage:
    """Actions, newest first, and where the next page begins (None: there is none)."""

    groups: list[Group]
    before: int | None


def newest_actions(
    reader: Reader,
    conditions: EventQuerySet,
    asked: Asked,
    *,
    limit: int,
    before: int | None = None,
) -> ActionPage:
    """The newest actions of which `conditions` has entries, below the entry `before`.

    An action stands where its newest entry does, and on one page only, however far its entries
    reach: what has one at `before` or above was shown already.
    """
    heads: dict[UUID, int] = {}
    known: set[UUID] = set()
    place = NEWEST if before is None else before
    has_more = True
    for _round in range(ROUNDS):
        rest = conditions.exclude(action_id__in=known) if known else conditions
        newest = reader.newest(rest, asked, CHUNK, below=place)
        chunk = list(newest.values_list("pk", "action_id"))
        fresh = {action_id for _pk, action_id in chunk}
        shown = _shown_above(reader, conditions, fresh, before)
        for pk, action_id in chunk:
            if action_id not in shown:
                heads.setdefault(action_id, pk)
        known |= fresh
        has_more = len(chunk) == CHUNK
        if not has_more or len(heads) > limit:
            break
        place = chunk[-1][0]
    if len(heads) > limit:
        has_more = True
        heads = dict(list(heads.items())[:limit])
        place = list(heads.values())[-1]
    groups = _groups(reader.visible(conditions), list(heads))
    return ActionPage(groups, place if has_more else None)


def _shown_above(
    reader: Reader, conditions: EventQuerySet, actions: set[UUID], before: int | None
) -> set[UUID]:
    """Those of the actions that stand on an earlier page."""
    if before is None or not actions:
        return set()
    above = reader.visible(conditions).filter(action_id__in=actions, pk__gte=before)
    return set(above.order_by().values_list("action_id", flat=True).distinct())


def _groups(entries: EventQuerySet, actions: list[UUID]) -> list[Group]:
    """A sample of each action's entries, with how many there are."""
    of_action = entries.filter(action_id=RawSQL("stream.key", []))
    found: dict[UUID, list[EventLog]] = defaultdict(list)
    sizes: dict[UUID, dict[str, tuple[int, int]]] = defaultdict(dict)
    sample, params = of_action.order_by("pk").values("pk")[:SAMPLE].query.sql_with_params()
    each = "unnest(%s::uuid[]) AS stream (key) CROSS JOIN LATERAL"
    among = f"event_log.id = ANY (ARRAY(SELECT entry.id FROM {each} ({sample}) AS entry (id)))"
    sampled = RawSQL(among, [actions, *params], output_field=BooleanField())
    for entry in events().filter(sampled).order_by("-pk"):
        found[entry.action_id].append(entry)
    counted, counted_params = _counted(of_action)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stream.key, entry.kind, count(DISTINCT entry.entity_id), count(*) "
            f"FROM {each} ({counted}) AS entry (kind, entity_id) GROUP BY stream.key, entry.kind",
            [actions, *counted_params],
        )
        for action_id, kind, rows, number in cursor.fetchall():
            sizes[action_id][kind] = (rows, number)
    return [_group(found[action_id], sizes[action_id]) for action_id in actions if found[action_id]]


def _counted(of_action: EventQuerySet) -> tuple[str, list[Any]]:
    narrow = of_action.order_by("pk").values("entity_type", "entity_id")[: COUNTED + 1]
    sql, params = narrow.query.sql_with_params()
    return sql, list(params)


def _group(entries: list[EventLog], sizes: dict[str, tuple[int, int]]) -> Group:
    total = sum(number for _rows, number in sizes.values())
    if total <= len(entries):
        return Group(entries)
    if total > COUNTED:
        capped = {kind: Count.at_least(min(rows, COUNTED)) for kind, (rows, _n) in sizes.items()}
        return Group(entries, capped, Count.at_least(COUNTED))
    return Group(
        entries, {kind: Count(rows) for kind, (rows, _number) in sizes.items()}, Count(total)
    )
