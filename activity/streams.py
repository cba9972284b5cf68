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

NEWEST = 2**63 - 1
_NOBODYS = Q(channel_id=None, private_to=None)


def _origin(column: str, place: str, further: str = "") -> str:
    """In which workspace or project the stream of a board, a project or a channel lies.

    That never changes, so that any of its entries tells: nothing is read of a stream that the
    reader or the filters leave out altogether. (Asked in pairs for the reason that `_Page` gives.)
    """
    return f"""(
        SELECT origin.{column} FROM event_log origin
         WHERE (origin.{place}, origin.id) > (stream.key, 0)
           AND (origin.{place}, origin.id) < (stream.key, {NEWEST})
           AND origin.{place} IS NOT NULL {further}
         ORDER BY origin.{place}, origin.id LIMIT 1)"""


@dataclass(frozen=True)
class Asked:
    """What of the log is asked for, as far as it says in which streams to look."""

    workspace: UUID | None = None
    project: UUID | None = None
    board: UUID | None = None
    entity: UUID | None = None
    entity_types: tuple[str, ...] = ()
    above: int = 0
    """Only entries above this one."""
    anywhere: bool = False
    """Whether there are conditions that no stream's index knows (an action, a person, a time):
    then a stream more to look through in vain costs more than an entry to leave out."""
    of_person: bool = False
    """Whether one person's entries are asked for, which have an index of their own."""


@dataclass(frozen=True)
class Stream:
    """The entries whose `column` is one of `keys`, under further conditions."""

    column: str
    keys: QuerySet[Any] | list[Any]
    condition: Q
    by_key: bool = True
    """Whether its own index has it in order; otherwise PostgreSQL finds a way, by the filters."""

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
        its = Q(entity_id=asked.entity) & readable(user)
        return [Stream("entity_type", kinds, its, by_key=False)]
    workspaces = workspace_ids_of(user)
    if asked.workspace is not None:
        workspaces = workspaces.filter(workspace_id=asked.workspace)
    own = Stream(
        "private_to", [user.pk], (Q(workspace_id=None) | in_workspaces(user)) & in_channels(user)
    )
    if asked.board is not None:
        inside = _lies_in(_origin("workspace_id", "board_id"), workspaces)
        return [Stream("board_id", [asked.board], _NOBODYS & inside), own]
    if asked.project is not None:
        return [*_of_project(user, asked.project, workspaces), own]
    if asked.anywhere:
        everything = Q(private_to=None) & no_admins_business(user) & in_channels(user)
        # Looking for what is rare or long ago goes through the workspace, and never the whole log.
        by_key = not asked.of_person
        return [Stream("workspace_id", workspaces, everything, by_key=by_key), own]
    said = Q(private_to=None)
    if asked.workspace is not None:
        said &= _lies_in(_origin("workspace_id", "channel_id"), workspaces)
    return [
        Stream("workspace_id", workspaces, _NOBODYS & no_admins_business(user)),
        *(Stream("channel_id", keys, said) for keys in readable_channel_ids(user)),
        own,
    ]


def _of_project(user: User, project: UUID, workspaces: QuerySet[Any]) -> list[Stream]:
    """What happened in a project itself, on the boards that are its own now, in its channels."""
    inside = _lies_in(
        _origin("workspace_id", "project_id", "AND origin.channel_id IS NULL"),
        workspaces,
    )
    same = _lies_in(_origin("project_id", "channel_id"), [project])
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
    above: int = 0,
    below: int = NEWEST,
    ascending: bool = False,
) -> EventQuerySet:
    """The first `limit` entries between two ids that `user` may read, newest first or `ascending`.

    `conditions` are entries filtered in any way. Who may read is asked once more of what the
    streams gave: a mistake in them can leave an entry out, and never show one.
    """
    page = _Page(user, asked, conditions, limit, max(above, asked.above), below, ascending)
    sql, params = page.statement()
    # An array, which is made once and first: of a subquery, PostgreSQL with outdated statistics
    # may think that it is cheap to ask anew for every entry there is.
    among = RawSQL(f"event_log.id = ANY (ARRAY({sql}))", params, output_field=BooleanField())
    return events().filter(among).readable_by(user).order_by("pk" if ascending else "-pk")


def passed_by(user: User, *, limit: int, above: int, below: int) -> tuple[str, list[Any]]:
    """A statement for the ids of the first `limit` entries between two ids that `user` may read,
    oldest first: what somebody who follows the log passes by."""
    return _Page(user, Asked(), events(), limit, above, below, ascending=True).statement()


@dataclass(frozen=True)
class _Page:
    """The statement that puts the streams together."""

    user: User
    asked: Asked
    conditions: EventQuerySet
    limit: int
    above: int
    below: int
    ascending: bool

    def statement(self) -> tuple[str, list[Any]]:
        heads: list[str] = []
        found: list[str] = []
        heads_params: list[Any] = []
        found_params: list[Any] = []
        for number, stream in enumerate(streams(self.user, self.asked)):
            keys, keys_params = stream.keys_sql()
            first, first_params = self._of(stream, f"> {self.above}", f"< {self.below}", 1)
            heads.append(
                f"heads_{number} AS MATERIALIZED (SELECT stream.key, head.id FROM {keys} "
                f"CROSS JOIN LATERAL ({first}) AS head (id))"
            )
            edges = (">= (SELECT id FROM edge)", "<= stream.id")
            if self.ascending:
                edges = (">= stream.id", "<= (SELECT id FROM edge)")
            rest, rest_params = self._of(stream, *edges, self.limit)
            found.append(
                f"SELECT entry.id FROM heads_{number} AS stream "
                f"CROSS JOIN LATERAL ({rest}) AS entry (id)"
            )
            heads_params += [*keys_params, *first_params]
            found_params += rest_params
        way = "ASC" if self.ascending else "DESC"
        end = self.below - 1 if self.ascending else self.above + 1
        every_head = " UNION ALL ".join(f"SELECT id FROM heads_{n}" for n in range(len(heads)))
        statement = f"""
            WITH {", ".join(heads)},
                 edge AS MATERIALIZED (
                     SELECT coalesce((SELECT id FROM ({every_head}) AS head
                                       ORDER BY id {way} OFFSET %s LIMIT 1), %s) AS id)
            SELECT id FROM ({" UNION ALL ".join(found)}) AS entry ORDER BY id {way} LIMIT %s
        """
        return statement, [*heads_params, self.limit - 1, end, *found_params, self.limit]

    def _of(self, stream: Stream, least: str, most: str, limit: int) -> tuple[str, list[Any]]:
        """The ids of one stream within bounds, which are a comparison and a value each.

        Compared and ordered as pairs of key and id, so that only the stream's own index has them
        in order: told that the key is equal, PostgreSQL might walk the whole log by its ids until
        it comes upon the stream.
        """
        way = "" if self.ascending else "-"
        if not stream.by_key:
            bounds = (
                f"event_log.{stream.column} = stream.key "
                f"AND event_log.id {least} AND event_log.id {most}"
            )
            order = [f"{way}id"]
        else:
            bounds = " AND ".join(
                f"(event_log.{stream.column}, event_log.id) {comparison} (stream.key, {value})"
                for comparison, value in (least.split(" ", 1), most.split(" ", 1))
            )
            # Said once more for the indexes that are about some entries only.
            bounds += f" AND event_log.{stream.column} IS NOT NULL"
            order = [f"{way}{stream.column}", f"{way}id"]
        within = RawSQL(bounds, [], output_field=BooleanField())
        entries = self.conditions.filter(stream.condition, within).order_by(*order)
        sql, params = entries.values("pk")[:limit].query.sql_with_params()
        return sql, list(params)
