"""What a seeded project's people say: channels, who is in them, and messages in threads."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from samples.seeding.figures import MESSAGE, REPLIES
from samples.seeding.people import Batch, Span, identifier
from samples.seeding.projects import SeedProject
from samples.seeding.texts import CHANNEL_NAMES, Writer

MESSAGES_PER_CARD = 1.0
CHANNELS = (2, 6)
PRIVATE = 0.15
JOINED = 0.8
MENTIONING = 0.12
EDITED = 0.04
DELETED = 0.01
OPEN_THREADS = 200
"""So many answers that are still to come are remembered; others never come."""

LONGEST = 10_000

_CHANNEL_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "project_id",
    "name",
    "description",
    "is_private",
)
_MEMBER_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "project_id",
    "channel_id",
    "user_id",
    "last_read_at",
)
_MESSAGE_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "project_id",
    "channel_id",
    "author_id",
    "content",
    "parent_id",
    "mentions",
    "is_edited",
    "edited_at",
    "deleted_at",
)


def seed_talk(
    *,
    workspace_id: str,
    project: SeedProject,
    people: Mapping[str, str],
    span: Span,
    random: Random,
    writer: Writer,
    chunk: int,
) -> Iterator[Batch]:
    """The rows of a project's channels, at most `chunk` messages at once."""
    names = random.sample(CHANNEL_NAMES, random.randint(*CHANNELS))
    begin = span.begin.isoformat()
    channels, members, inside = [], [], {}
    for name in names:
        channel_id = identifier(span.begin, random)
        is_private = random.random() < PRIVATE
        channels.append((channel_id, begin, workspace_id, project.id, name, "", is_private))
        share = JOINED / 2 if is_private else JOINED
        inside[channel_id] = [each for each in project.team if random.random() < share] or [
            project.team[0]
        ]
        members += [
            (
                identifier(span.begin, random),
                begin,
                workspace_id,
                project.id,
                channel_id,
                person,
                (span.end - datetime.timedelta(days=random.expovariate(0.3))).isoformat(),
            )
            for person in inside[channel_id]
        ]
    yield Batch("channels", _CHANNEL_COLUMNS, channels)
    yield Batch("channel_members", _MEMBER_COLUMNS, members)
    rows: list[tuple[Any, ...]] = []
    for row in _messages(workspace_id, project, inside, people, span, random, writer):
        rows.append(row)
        if len(rows) == chunk:
            yield Batch("messages", _MESSAGE_COLUMNS, rows)
            rows = []
    if rows:
        yield Batch("messages", _MESSAGE_COLUMNS, rows)


def _messages(
    workspace_id: str,
    project: SeedProject,
    inside: Mapping[str, list[str]],
    people: Mapping[str, str],
    span: Span,
    random: Random,
    writer: Writer,
) -> Iterator[tuple[Any, ...]]:
    """Messages in order of time, each new or an answer to one of the latest threads."""
    channels = list(inside)
    # The first channel is where most is said.
    weights = [1 / (place + 1) for place in range(len(channels))]
    awaited: list[tuple[str, str]] = []
    amount = round(project.cards * MESSAGES_PER_CARD)
    for number in range(amount):
        created = span.working_hours(number / amount)
        message_id = identifier(created, random)
        parent = None
        if awaited and random.random() < len(awaited) / (len(awaited) + 3):
            channel_id, parent = awaited.pop(random.randrange(len(awaited)))
        else:
            channel_id = random.choices(channels, weights)[0]
            awaited += [(channel_id, message_id)] * REPLIES.draw(random)
            del awaited[:-OPEN_THREADS]
        content = writer.description(min(MESSAGE.draw(random), LONGEST - 200), random)
        mentions = []
        if random.random() < MENTIONING:
            mentions = [random.choice(project.team)]
            content = f"@{people[mentions[0]]} {content}"
        later = created + datetime.timedelta(minutes=random.randint(1, 50))
        edited = later.isoformat() if random.random() < EDITED and later < span.end else None
        deleted = later.isoformat() if random.random() < DELETED and later < span.end else None
        yield (
            message_id,
            created.isoformat(),
            workspace_id,
            project.id,
            channel_id,
            random.choice(inside[channel_id]),
            content,
            parent,
            mentions,
            edited is not None,
            edited,
            deleted,
        )
