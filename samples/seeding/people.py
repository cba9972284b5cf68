"""A seeded workspace before anything happens in it: its people and their places."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from core.identifiers import uuid7_of
from samples.seeding.texts import FIRST_NAMES, LAST_NAMES, TEAM_NAMES

CARDS_PER_PERSON = 150
PEOPLE_PER_WORKSPACE = (3, 60)


@dataclass(frozen=True)
class Batch:
    """Rows of one table."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Span:
    """From when to when the installation is in use."""

    begin: datetime.datetime
    end: datetime.datetime

    def working_hours(self, progress: float) -> datetime.datetime:
        """A moment of a working day between eight and six, later for more progress (0 to 1)."""
        days = (self.end - self.begin).days
        weeks, rest = divmod(progress * (days * 5 // 7 - 1), 5)
        day, part = divmod(rest, 1)
        monday = self.begin - datetime.timedelta(days=self.begin.weekday() - 7)
        moment = monday + datetime.timedelta(weeks=int(weeks), days=int(day), hours=8 + 10 * part)
        return min(moment, self.end).replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class SeedWorkspace:
    id: str
    key: str
    people: dict[str, str]
    """Usernames by id. The first is the admin."""
    batches: list[Batch]


def seed_workspace(
    *,
    seed: int,
    index: int,
    cards: int,
    span: Span,
    random: Random,
    joining: Sequence[uuid.UUID],
) -> SeedWorkspace:
    """The workspace number `index`, with the people who make so many cards."""
    begin = span.begin.isoformat()
    size = math.ceil(cards / CARDS_PER_PERSON)
    people = list(_people(seed, index, size, span, random))
    workspace_id, key = identifier(span.begin, random), workspace_key(seed, index)
    members = [
        (identifier(span.begin, random), begin, workspace_id, row[0], role, begin)
        for row, role in zip(people, ["admin"] + ["member"] * (len(people) - 1), strict=True)
    ]
    members += [
        (identifier(span.begin, random), begin, workspace_id, str(each), "admin", begin)
        for each in joining
    ]
    return SeedWorkspace(
        id=workspace_id,
        key=key,
        people={row[0]: row[2] for row in people},
        batches=[
            Batch(
                "users",
                ("id", "created_at", "username", "email", "full_name", "password"),
                people,
            ),
            Batch(
                "workspaces",
                ("id", "created_at", "name", "key", "created_by_id"),
                [(workspace_id, begin, _team_name(index), key, people[0][0])],
            ),
            Batch(
                "workspace_members",
                ("id", "created_at", "workspace_id", "user_id", "role", "joined_at"),
                members,
            ),
        ],
    )


def workspace_key(seed: int, index: int) -> str:
    """A key that no other workspace of any seed has."""
    return f"{_team_name(index)[:3].upper()}{seed}{index:03d}"


def _team_name(index: int) -> str:
    again, place = divmod(index, len(TEAM_NAMES))
    return f"{TEAM_NAMES[place]} {again + 1}" if again else TEAM_NAMES[place]


def identifier(moment: datetime.datetime, random: Random) -> str:
    """A UUIDv7 of that moment, the same for the same seed."""
    return str(uuid7_of(int(moment.timestamp() * 1000), random.getrandbits(80)))


def _people(
    seed: int, index: int, wanted: int, span: Span, random: Random
) -> Iterator[tuple[str, ...]]:
    """Rows of people, who have no password that anybody could sign in with."""
    fewest, most = PEOPLE_PER_WORKSPACE
    for number in range(1, min(max(wanted, fewest), most) + 1):
        latin, shown = random.choice(FIRST_NAMES)
        last = random.choice(LAST_NAMES)
        username = f"{latin}-{last.lower()}-{seed}-{index}-{number}"
        yield (
            identifier(span.begin, random),
            span.begin.isoformat(),
            username,
            f"{username}@example.com",
            f"{shown} {last}",
            "!seeded",
        )
