"""A seeded workspace's boards with their labels, and sprints."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from cards.services.labels import PALETTE
from samples.seeding.figures import (
    KANBAN,
    LABEL_NAMES,
    LABELS_PER_BOARD,
    TRACKER,
    TRACKERS_AMONG_BOARDS,
    Habits,
)
from samples.seeding.people import Batch, Span, identifier
from samples.seeding.projects import RUSSIAN, SeedProject
from samples.seeding.texts import BOARD_NAMES, COLUMN_SET_WEIGHTS, COLUMN_SETS

BOARDS_WITHOUT_SPRINTS = 0.4
SPRINT_DAYS = 14


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
    project: SeedProject | None = None
    bottoms: dict[str, int] = field(default_factory=dict)


def seed_boards(
    *,
    workspace_id: str,
    projects: Sequence[SeedProject | None],
    people_ids: Sequence[str],
    span: Span,
    random: Random,
) -> tuple[list[SeedBoard], list[Batch]]:
    """A board for each of `projects` (None is a board without one), and the rows of all."""
    begin = span.begin.isoformat()
    boards = [
        _board(project=project, people_ids=people_ids, span=span, random=random)
        for project in projects
    ]
    return boards, [
        Batch(
            "boards",
            ("id", "created_at", "workspace_id", "project_id", "name", "columns"),
            [
                (
                    board.id,
                    begin,
                    workspace_id,
                    board.project.id if board.project else None,
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
    ]


def _board(
    *, project: SeedProject | None, people_ids: Sequence[str], span: Span, random: Random
) -> SeedBoard:
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
        is_russian=project.is_russian if project else random.random() < RUSSIAN,
        team=project.team
        if project
        else random.sample(people_ids, min(len(people_ids), random.randint(3, 12))),
        project=project,
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
