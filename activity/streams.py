"""Pages of the log for somebody who may read little of it, at the price of what is shown.

Asked for "the newest 50 that I may read", PostgreSQL walks the whole log back until it has found
them, or reads everything that ever happened in all of one's workspaces to sort it. Here the log is
a number of streams, each of which is a range of one index: a workspace, a channel, a person's own.
The newest entry of every stream tells how far back the page can reach at most, and then each gives
what it has down to there. So a page costs an index probe a stream and the page itself, whatever
the installation holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from activity.querysets import (
    EventQuerySet,
    events,
    in_channels,
    in_workspaces,
    no_admins_business,
    readable,
)
from boards.models import Board
from core.history.words import entity_types
from discussions.querysets import readable_channel_ids
from workspaces.models import User
from workspaces.querysets import workspace_ids_of

# The stream's key, as the entries' conditions name it.
KEY = "stream.key"
_NOBODYS = Q(channel_id=None, private_to=None)
# What lies in one board, project or channel lies in one workspace: any of its entries tells which,
# so that nothing is read of a stream that the reader or the filters leave out altogether.
_ORIGIN = "(SELECT origin.{} FROM event_log origin WHERE origin.{} = stream.key{} LIMIT 1)"


@dataclass(frozen=True)
class Asked:
    """What of the log is asked for, as far as it says in which streams to look."""

    workspace: UUID | None = None
    project: UUID | None = None
    board: UUID | None = None
    entity: UUID | None = None
    entity_types: tuple[str, ...] = ()
    anywhere: bool = False
    """Whether there are conditions that no stream's index knows (an action, a person, a time):
    then a stream more to look through in vain costs more than an entry to leave out."""


@dataclass(frozen=True)
class Stream:
    """The entries whose `column` is one of `keys`, under further conditions."""

    column: str
    keys: QuerySet[Any] | list[Any]
    condition: Q

    def keys_sql(self) -> tuple[str, list[Any]]:
        if isinstance(self.keys, list):
            kind = "uuid" if isinstance(self.keys[0], UUID) else "text"
            return f"unnest(%s::{kind}[]) AS stream (key)", [self.keys]
        sql, params = self.keys.query.sql_with_params()
        return f"unnest(ARRAY({sql})) AS stream (key)", list(params)


def streams(user: User, asked: Asked) -> list[Stream]:
    """Where to look for what `user` may read of what is asked for; no entry is in two of them."""
    if asked.entity is not None:
        kinds = list(asked.entity_types or entity_types())
        return [Stream("entity_type", kinds, Q(entity_id=asked.entity) & readable(user))]
    workspaces = workspace_ids_of(user)
    if asked.workspace is not None:
        workspaces = workspaces.filter(workspace_id=asked.workspace)
    own = Stream(
        "private_to", [user.pk], (Q(workspace_id=None) | in_workspaces(user)) & in_channels(user)
    )
    if asked.board is not None:
        inside = _lies_in(_ORIGIN.format("workspace_id", "board_id", ""), workspaces)
        return [Stream("board_id", [asked.board], _NOBODYS & inside), own]
    if asked.project is not None:
        return [*_of_project(user, asked.project, workspaces), own]
    if asked.anywhere:
        everything = Q(private_to=None) & no_admins_business(user) & in_channels(user)
        return [Stream("workspace_id", workspaces, everything), own]
    said = Q(private_to=None)
    if asked.workspace is not None:
        said &= _lies_in(_ORIGIN.format("workspace_id", "channel_id", ""), workspaces)
    return [
        Stream("workspace_id", workspaces, _NOBODYS & no_admins_business(user)),
        *(Stream("channel_id", keys, said) for keys in readable_channel_ids(user)),
        own,
    ]


def _of_project(user: User, project: UUID, workspaces: QuerySet[Any]) -> list[Stream]:
    """What happened in a project itself, on the boards that are its own now, in its channels."""
    inside = _lies_in(
        _ORIGIN.format("workspace_id", "project_id", " AND origin.channel_id IS NULL"), workspaces
    )
    same = _lies_in(_ORIGIN.format("project_id", "channel_id", ""), [project])
    boards = Board.objects.visible_to(user).filter(project_id=project).values("pk")
    return [
        Stream("project_id", [project], _NOBODYS & inside),
        Stream("board_id", boards, _NOBODYS & ~Q(project_id=project)),
        *(
            Stream("channel_id", keys, Q(private_to=None) & same)
            for keys in readable_channel_ids(user)
        ),
    ]


def _lies_in(origin: str, places: QuerySet[Any] | list[UUID]) -> Q:
    """A condition on the stream alone: PostgreSQL decides it before it reads any of its entries."""
    if isinstance(places, list):
        return Q(RawSQL(f"{origin} = ANY (%s)", [places], output_field=BooleanField()))
    sql, params = places.query.sql_with_params()
    return Q(RawSQL(f"{origin} = ANY (ARRAY({sql}))", params, output_field=BooleanField()))


def page_of(
    user: User,
    asked: Asked,
    conditions: EventQuerySet,
    *,
    limit: int,
    ascending: bool = False,
) -> EventQuerySet:
    """The first `limit` entries that `user` may read, newest first or `ascending`.

    `conditions` are entries filtered in any way. Who may read is asked once more of what the
    streams gave: a mistake in them can leave an entry out, and never show one.
    """
    sql, params = _ids_of_page(user, asked, conditions, limit=limit, ascending=ascending)
    # An array, which is made once and first: of a subquery, PostgreSQL with outdated statistics
    # may think that it is cheap to ask anew for every entry there is.
    among = RawSQL(f"event_log.id = ANY (ARRAY({sql}))", params, output_field=BooleanField())
    return events().filter(among).readable_by(user).order_by("pk" if ascending else "-pk")


def _ids_of_page(
    user: User, asked: Asked, conditions: EventQuerySet, *, limit: int, ascending: bool
) -> tuple[str, list[Any]]:
    """The statement that puts the streams together, and its parameters."""
    order = "id" if ascending else "-id"
    way, before, after, end = (
        ("ASC", ">=", "<=", 2**63 - 1) if ascending else ("DESC", "<=", ">=", 0)
    )
    heads: list[str] = []
    found: list[str] = []
    heads_params: list[Any] = []
    found_params: list[Any] = []
    within = f"event_log.id {before} stream.id AND event_log.id {after} (SELECT id FROM edge)"
    for number, stream in enumerate(streams(user, asked)):
        keys, keys_params = stream.keys_sql()
        entries = conditions.filter(stream.condition, **{stream.column: RawSQL("stream.key", [])})
        newest, newest_params = _ids(entries.order_by(order)[:1])
        entries = entries.filter(RawSQL(within, [], output_field=BooleanField()))
        rest, rest_params = _ids(entries.order_by(order)[:limit])
        heads.append(
            f"heads_{number} AS MATERIALIZED (SELECT stream.key, head.id FROM {keys} "
            f"CROSS JOIN LATERAL ({newest}) AS head (id))"
        )
        found.append(
            f"SELECT entry.id FROM heads_{number} AS stream "
            f"CROSS JOIN LATERAL ({rest}) AS entry (id)"
        )
        heads_params += [*keys_params, *newest_params]
        found_params += rest_params
    every_head = " UNION ALL ".join(f"SELECT id FROM heads_{each}" for each in range(len(heads)))
    statement = f"""
        WITH {", ".join(heads)},
             edge AS MATERIALIZED (
                 SELECT coalesce((SELECT id FROM ({every_head}) AS head
                                   ORDER BY id {way} OFFSET %s LIMIT 1), %s) AS id)
        SELECT id FROM ({" UNION ALL ".join(found)}) AS entry ORDER BY id {way} LIMIT %s
    """
    return statement, [*heads_params, limit - 1, end, *found_params, limit]


def _ids(entries: EventQuerySet) -> tuple[str, list[Any]]:
    sql, params = entries.values("pk").query.sql_with_params()
    return sql, list(params)
