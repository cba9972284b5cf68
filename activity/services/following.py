"""Filling a person's inbox: following the log, and taking in what concerns them.

Each person's inbox follows by itself, from where it came to last. What it reads is final (up to
`log_bound`, asked for in an earlier statement), so that nothing that commits late is missed; and a
part of the log that is read twice, by two pages that are opened at once, says nothing twice, as the
items are unique. So no reader waits for another.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from activity.models import InboxItem
from activity.querysets import events
from activity.streams import passed_by
from core.identifiers import uuid7
from workspaces.mentions import names_in
from workspaces.models import User, WorkspaceMember

# So many entries of one's own workspaces are looked through at a time, some ten milliseconds' work.
CHUNK = 2_000
# The place is noted where something came in, or after so many entries: writing for each page that
# somebody opens costs more than looking through a few entries again.
NOTED_AFTER = 200
# Of others' entries so many may lie between.
NOTED_AFTER_OTHERS = 10_000
# How far back an inbox begins: with what is recent, and not with years of history.
BEGINS_BEFORE = timedelta(days=30)

KINDS = ("comment", "message", "card", "card_assignee", "decision")
# What is brought in from elsewhere at once was addressed to nobody here.
UNADDRESSED = ("import",)

# Where a new inbox begins: with the first recent entry of the person's workspaces, and not before
# they came into the first of them.
_BEGINNING = """
SELECT greatest(
    (SELECT min(joined.id) FROM workspace_members AS membership
      CROSS JOIN LATERAL (
            SELECT id FROM event_log AS entry
             WHERE entry.entity_type = 'workspace_member' AND entry.entity_id = membership.id
             ORDER BY id LIMIT 1) AS joined
      WHERE membership.user_id = %(me)s),
    coalesce(
        (SELECT min(recent.id) - 1 FROM workspace_members AS membership
          CROSS JOIN LATERAL (
                SELECT id FROM event_log AS entry
                 WHERE entry.workspace_id = membership.workspace_id AND entry.timestamp >= %(since)s
                 ORDER BY entry.workspace_id, entry.timestamp LIMIT 1) AS recent
          WHERE membership.user_id = %(me)s),
        %(bound)s))
"""

# What of the entries that were passed concerns the person. Rows that are gone or taken back by now
# concern nobody. Who answers is asked about the time of the entry: a reply isn't for somebody who
# came into the thread after it. Descriptions come with their texts, to be looked through for names.
_CONCERNING = """
WITH passed AS MATERIALIZED ({passed}),
     heard AS MATERIALIZED ({heard}),
     entry AS MATERIALIZED (
        SELECT heard.*, heard.details -> 'before' AS before, heard.details -> 'after' AS after,
               coalesce(heard.details -> 'after' -> 'mentions' ? %(me_text)s, false)
                   AND NOT coalesce(heard.details -> 'before' -> 'mentions' ? %(me_text)s, false)
                   AS names_me,
               heard.details -> 'before' = '{{}}' AS is_new
          FROM heard)
SELECT reached.number, reached.last, item.*
  FROM (SELECT count(*) AS number, max(id) AS last FROM passed) AS reached
  LEFT JOIN LATERAL (
    SELECT entry.id, 'assignment' AS reason, entry.workspace_id, NULL::uuid AS channel_id,
           assignee.card_id, NULL::uuid AS decision_id, NULL AS before, NULL AS after
      FROM entry
      JOIN card_assignees AS assignee
        ON assignee.id = entry.entity_id AND assignee.user_id = %(me)s
     WHERE entry.entity_type = 'card_assignee' AND entry.after ->> 'user_id' = %(me_text)s
       AND entry.before ->> 'user_id' IS DISTINCT FROM %(me_text)s
    UNION ALL
    SELECT entry.id, CASE WHEN entry.names_me THEN 'mention' ELSE 'answer' END,
           entry.workspace_id, NULL, comment.card_id, NULL, NULL, NULL
      FROM entry
      JOIN comments AS comment ON comment.id = entry.entity_id AND comment.deleted_at IS NULL
      JOIN cards AS card ON card.id = comment.card_id
     WHERE entry.entity_type = 'comment' AND comment.author_id <> %(me)s
       AND (entry.names_me OR entry.is_new AND (
            card.created_by_id = %(me)s
            OR EXISTS (SELECT FROM card_assignees AS assignee
                        WHERE assignee.card_id = card.id AND assignee.user_id = %(me)s
                          AND assignee.created_at <= entry.timestamp)
            OR EXISTS (SELECT FROM comments AS mine
                        WHERE mine.card_id = card.id AND mine.author_id = %(me)s
                          AND mine.deleted_at IS NULL AND mine.created_at < entry.timestamp)))
    UNION ALL
    SELECT entry.id, CASE WHEN entry.names_me THEN 'mention' ELSE 'answer' END,
           entry.workspace_id, entry.channel_id, NULL, NULL, NULL, NULL
      FROM entry
      JOIN messages AS message ON message.id = entry.entity_id AND message.deleted_at IS NULL
     WHERE entry.entity_type = 'message' AND message.author_id <> %(me)s
       AND (entry.names_me OR entry.is_new AND message.parent_id IS NOT NULL AND (
            EXISTS (SELECT FROM messages AS mine
                     WHERE mine.id = message.parent_id AND mine.author_id = %(me)s
                       AND mine.deleted_at IS NULL)
            OR EXISTS (SELECT FROM messages AS mine
                        WHERE mine.parent_id = message.parent_id AND mine.author_id = %(me)s
                          AND mine.deleted_at IS NULL AND mine.created_at < entry.timestamp)))
    UNION ALL
    SELECT entry.id, 'answer', entry.workspace_id, NULL, NULL, decision.id, NULL, NULL
      FROM entry
      JOIN decisions AS decision ON decision.id = entry.entity_id AND decision.deleted_at IS NULL
     WHERE entry.entity_type = 'decision' AND NOT entry.is_new
       AND entry.after ->> 'status' IN ('accepted', 'rejected', 'superseded')
       AND decision.created_by_id = %(me)s
    UNION ALL
    SELECT entry.id, NULL, entry.workspace_id, NULL, card.id, NULL,
           entry.before ->> 'description', entry.after ->> 'description'
      FROM entry JOIN cards AS card ON card.id = entry.entity_id
     WHERE entry.entity_type = 'card'
       AND strpos(lower(entry.after ->> 'description'), '@' || lower(%(username)s)) > 0
  ) AS item ON true
"""

# With which entry the person came into what they are a member of now; none where they aren't.
_CAME = """(
    SELECT max(first.id) FROM {table} AS membership
     CROSS JOIN LATERAL (
           SELECT id FROM event_log AS entry
            WHERE entry.entity_type = '{kind}' AND entry.entity_id = membership.id
            ORDER BY id LIMIT 1) AS first
     WHERE membership.user_id = %(me)s AND membership.{of} = item.{of})"""
_CAME_IN = _CAME.format(table="workspace_members", kind="workspace_member", of="workspace_id")
_CAME_INTO_CHANNEL = _CAME.format(table="channel_members", kind="channel_member", of="channel_id")

# Whether the channel was private when the entry was made: the next entry that changes that says it.
_WAS_PRIVATE = """coalesce(
    (SELECT (turned.details #>> '{before,is_private}')::boolean FROM event_log AS turned
      WHERE turned.entity_type = 'channel' AND turned.entity_id = item.channel_id
        AND turned.id > item.event_id AND turned.details -> 'before' ? 'is_private'
      ORDER BY turned.id LIMIT 1),
    (SELECT is_private FROM channels WHERE id = item.channel_id))"""

# The items first, in the order of their entries, then the place: two readers at once wait for each
# other at most, and never each for the other. Nothing comes in for who wasn't there (in the
# workspace, in a channel that was private) when it was said: a right that comes back brings no news
# of the time without it, whether or not the inbox was opened meanwhile.
_TAKEN_IN = f"""
WITH taken_in AS (
    INSERT INTO inbox_items
           (id, user_id, event_id, reason, workspace_id, channel_id, card_id, decision_id)
    SELECT id, %(me)s, event_id, reason, workspace_id, channel_id, card_id, decision_id
      FROM unnest(%(ids)s::uuid[], %(events)s::bigint[], %(reasons)s::text[],
                  %(workspaces)s::uuid[], %(channels)s::uuid[], %(cards)s::uuid[],
                  %(decisions)s::uuid[])
           AS item (id, event_id, reason, workspace_id, channel_id, card_id, decision_id)
     WHERE event_id > {_CAME_IN}
       AND (channel_id IS NULL OR NOT {_WAS_PRIVATE} OR event_id > {_CAME_INTO_CHANNEL})
    ON CONFLICT (user_id, event_id, reason) DO NOTHING
    RETURNING 1)
INSERT INTO inbox_positions (user_id, last_event_id)
SELECT %(me)s, %(reached)s FROM (SELECT count(*) FROM taken_in) AS first
ON CONFLICT (user_id) DO UPDATE
   SET last_event_id = greatest(inbox_positions.last_event_id, excluded.last_event_id)
"""


@dataclass(frozen=True)
class Concern:
    """An entry that concerns a person, why, and what they have to see to be told of it."""

    event_id: int
    reason: str
    workspace_id: UUID
    channel_id: UUID | None
    card_id: UUID | None
    decision_id: UUID | None


def inbox_follow(
    *, user: User, position: int | None, bound: int, at: datetime, chunks: int = 1
) -> bool:
    """Take what concerns `user` of the entries above `position` up to `bound` into their inbox.

    `bound` is what `log_bound` said in an earlier statement; `position` is where the inbox is, None
    where there is none yet. Looks through `chunks` of the log at most, and answers whether anything
    came in: what is left comes the next time.
    """
    place = position if position is not None else _beginning(user, bound, at)
    noted = position
    came_in = False
    for _chunk in range(chunks):
        if place >= bound:
            break
        number, last, concerns = _concerning(user, place, bound)
        place = last if number == CHUNK and last is not None else bound
        further = place - noted if noted is not None else NOTED_AFTER_OTHERS
        if concerns or number >= min(NOTED_AFTER, CHUNK) or further >= NOTED_AFTER_OTHERS:
            _take_in(user, concerns, place)
            noted = place
            came_in = came_in or bool(concerns)
    if noted is None:
        _take_in(user, [], place)
    return came_in


def _beginning(user: User, bound: int, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, {"me": user.pk, "since": at - BEGINS_BEFORE, "bound": bound})
        return min(int(cursor.fetchone()[0]), bound)


def _concerning(user: User, above: int, bound: int) -> tuple[int, int | None, list[Concern]]:
    """How many entries were passed, the last of them, and what of them concerns `user`."""
    passed, passed_params = passed_by(user, limit=CHUNK, above=above, below=bound + 1)
    among = RawSQL(
        "event_log.id = ANY (ARRAY(SELECT id FROM passed))", [], output_field=BooleanField()
    )
    heard = (
        events()
        .filter(among, entity_type__in=KINDS)
        .exclude(actor_id=user.pk)
        .exclude(source__in=UNADDRESSED)
        .readable_by(user)
        .order_by()
        .values(
            "id", "workspace_id", "channel_id", "entity_type", "entity_id", "timestamp", "details"
        )
    )
    heard_sql, heard_params = heard.query.sql_with_params()
    named: dict[str, Any] = {"me": user.pk, "me_text": str(user.pk), "username": user.username}
    statement = _CONCERNING.format(
        passed=_with_names(passed, passed_params, "passed", named),
        heard=_with_names(heard_sql, list(heard_params), "heard", named),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        rows = cursor.fetchall()
    number, last = rows[0][:2]
    found = [row[2:] for row in rows if row[2] is not None]
    concerns = [Concern(*row[:6]) for row in found if row[1] is not None]
    concerns += _named_in_descriptions(user, [row for row in found if row[1] is None])
    return number, last, sorted(concerns, key=lambda each: (each.event_id, each.reason))


def _with_names(sql: str, params: list[Any], prefix: str, named: dict[str, Any]) -> str:
    """`sql` with its nameless places named, so that it can stand among others."""
    names = [f"{prefix}_{number}" for number in range(len(params))]
    named.update(zip(names, params, strict=True))
    return sql % tuple(f"%({name})s" for name in names)


def _named_in_descriptions(user: User, rows: list[tuple[Any, ...]]) -> list[Concern]:
    """The entries of cards whose description names `user` since, by the rules for mentions."""
    if not rows:
        return []
    spellings: dict[int, tuple[list[list[str]], list[list[str]]]] = {}
    wanted: dict[UUID, set[str]] = defaultdict(set)
    for event_id, _reason, workspace_id, *_ids, before, after in rows:
        spellings[event_id] = names_in(before or ""), names_in(after)
        wanted[workspace_id].update(
            each for names in spellings[event_id] for name in names for each in name
        )
    people: dict[UUID, dict[str, UUID]] = defaultdict(dict)
    members = (
        WorkspaceMember.objects.filter(workspace_id__in=list(wanted), user__deleted_at__isnull=True)
        .annotate(lowered=Lower("user__username"))
        .filter(lowered__in={each for names in wanted.values() for each in names})
    )
    for workspace_id, lowered, person_id in members.values_list(
        "workspace_id", "lowered", "user_id"
    ):
        people[workspace_id][lowered] = person_id

    def is_named(workspace_id: UUID, names: list[list[str]]) -> bool:
        here = people[workspace_id]
        return any(
            next((here[each] for each in name if each in here), None) == user.pk for name in names
        )

    found = []
    for event_id, _reason, workspace_id, channel_id, card_id, decision_id, *_texts in rows:
        before, after = spellings[event_id]
        if is_named(workspace_id, after) and not is_named(workspace_id, before):
            found.append(
                Concern(
                    event_id,
                    InboxItem.Reason.MENTION,
                    workspace_id,
                    channel_id,
                    card_id,
                    decision_id,
                )
            )
    return found


def _take_in(user: User, concerns: list[Concern], reached: int) -> None:
    """Keep `concerns`, and how far the log was followed, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKEN_IN,
            {
                "me": user.pk,
                "reached": reached,
                "ids": [uuid7() for _each in concerns],
                "events": [each.event_id for each in concerns],
                "reasons": [str(each.reason) for each in concerns],
                "workspaces": [each.workspace_id for each in concerns],
                "channels": [each.channel_id for each in concerns],
                "cards": [each.card_id for each in concerns],
                "decisions": [each.decision_id for each in concerns],
            },
        )
