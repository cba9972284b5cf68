"""A seeded workspace before its cards: people, boards with their labels, and sprints."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from cards.services.labels import PALETTE
from core.identifiers import uuid7_of
from samples.seeding.figures import (
    KANBAN,
    LABEL_NAMES,
    LABELS_PER_BOARD,
    TRACKER,
    TRACKERS_AMONG_BOARDS,
    Habits,
)
from samples.seeding.texts import (
    BOARD_NAMES,
    COLUMN_SET_WEIGHTS,
    COLUMN_SETS,
    FIRST_NAMES,
    LAST_NAMES,
    TEAM_NAMES,
)

CARDS_PER_PERSON = 150
PEOPLE_PER_WORKSPACE = (3, 60)
RUSSIAN_BOARDS = 0.15
BOARDS_WITHOUT_SPRINTS = 0.4
SPRINT_DAYS = 14


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


@dataclass
class SeedBoard:
    """What the cards of a board need to know of it; `bottoms` grow with them."""

    id: str
    columns: list[dict[str, Any]]
    labels: list[dict[str, str]]
    habits: Habits
    is_russian: bool
    team: list[str]
    sprints: list[tuple[str, datetime.date, datetime.date]]
    bottoms: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SeedWorkspace:
    id: str
    boards: list[SeedBoard]
    batches: list[Batch]
    """The rows of everything but the cards, in the order in which they can be written."""


def seed_workspace(
    *,
    seed: int,
    index: int,
    amounts: Sequence[int],
    span: Span,
    random: Random,
    joining: Sequence[uuid.UUID],
) -> SeedWorkspace:
    """The workspace number `index`, with a board for each of `amounts` of cards."""
    begin = span.begin.isoformat()
    size = math.ceil(sum(amounts) / CARDS_PER_PERSON)
    people = list(_people(seed, index, size, span, random))
    workspace_id = identifier(span.begin, random)
    boards = [
        _board(people_ids=[row[0] for row in people], span=span, random=random) for _each in amounts
    ]
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
        boards=boards,
        batches=[
            Batch(
                "users",
                ("id", "created_at", "username", "email", "full_name", "password"),
                people,
            ),
            Batch(
                "workspaces",
                ("id", "created_at", "name", "key", "created_by_id"),
                [
                    (
                        workspace_id,
                        begin,
                        _team_name(index),
                        workspace_key(seed, index),
                        people[0][0],
                    )
                ],
            ),
            Batch(
                "workspace_members",
                ("id", "created_at", "workspace_id", "user_id", "role", "joined_at"),
                members,
            ),
            Batch(
                "boards",
                ("id", "created_at", "workspace_id", "name", "columns"),
                [
                    (
                        board.id,
                        begin,
                        workspace_id,
                        f"{random.choice(BOARD_NAMES)} {number}",
                        orjson.dumps(board.columns).decode(),
                    )
                    for number, board in enumerate(boards, 1)
                ],
            ),
            Batch(
                "sprints",
                (
                    "id",
                    "created_at",
                    "workspace_id",
                    "board_id",
                    "name",
                    "start_date",
                    "end_date",
                    "capacity_points",
                ),
                [
                    (
                        sprint_id,
                        begin,
                        workspace_id,
                        board.id,
                        f"Sprint {number}",
                        start.isoformat(),
                        end.isoformat(),
                        random.choice((None, 20, 30, 40)),
                    )
                    for board in boards
                    for number, (sprint_id, start, end) in enumerate(board.sprints, 1)
                ],
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


def _board(*, people_ids: Sequence[str], span: Span, random: Random) -> SeedBoard:
    names = random.choices(COLUMN_SETS, COLUMN_SET_WEIGHTS)[0]
    chosen = random.sample(LABEL_NAMES, random.randint(*LABELS_PER_BOARD))
    return SeedBoard(
        id=identifier(span.begin, random),
        columns=[
            {
                "id": identifier(span.begin, random),
                "name": name,
                "position": position,
                "category": category,
                "wip_limit": None,
            }
            for position, (name, category) in enumerate(names)
        ],
        labels=[
            {
                "id": identifier(span.begin, random),
                "name": name,
                "color": PALETTE[place % len(PALETTE)],
            }
            for place, name in enumerate(chosen)
        ],
        habits=TRACKER if random.random() < TRACKERS_AMONG_BOARDS else KANBAN,
        is_russian=random.random() < RUSSIAN_BOARDS,
        team=random.sample(people_ids, min(len(people_ids), random.randint(3, 12))),
        sprints=_sprints(span, random),
    )


def _sprints(span: Span, random: Random) -> list[tuple[str, datetime.date, datetime.date]]:
    """Two sprints gone by, the present one and two to come; on some boards none."""
    if random.random() < BOARDS_WITHOUT_SPRINTS:
        return []
    days = datetime.timedelta(days=SPRINT_DAYS)
    present = span.end.date() - datetime.timedelta(days=random.randrange(SPRINT_DAYS))
    return [
        (
            identifier(span.begin, random),
            present + place * days,
            present + (place + 1) * days - datetime.timedelta(days=1),
        )
        for place in (-2, -1, 0, 1, 2)
    ]
