"""A seeded workspace's projects: who has which role, releases, and features."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from samples.seeding.people import Batch, Span, identifier
from samples.seeding.texts import PROJECT_NAMES, TEAMS, Writer

BOARDS_PER_PROJECT = 2
BOARDS_WITHOUT_PROJECT = 0.15
RUSSIAN = 0.15
CARDS_PER_FEATURE = 25
LEAST_FEATURES = 4
RELEASES = (2, 8)
DAYS_PER_RELEASE = 60
PRESENT_SHARE = 0.85
"""How many of a project's releases lie behind it or are under way."""

_STATUSES = ("active", "on_hold", "completed", "planned")
_STATUS_WEIGHTS = (70, 8, 12, 10)
_ROLES = ("director", "architect")
_FURTHER_ROLES = ("contributor", "observer")
_FURTHER_WEIGHTS = (85, 15)
# What becomes of features that a release promises, by what has become of the release.
_OUTCOMES = {
    "released": (("done", "cancelled"), (95, 5)),
    "in_progress": (("in_progress", "planned", "blocked", "done"), (45, 25, 10, 20)),
    "planned": (("planned", "backlog"), (80, 20)),
    "cancelled": (("cancelled", "backlog"), (50, 50)),
    None: (("backlog", "in_progress", "cancelled", "done"), (75, 10, 10, 5)),
}
_REASONS = ("blocked", "cancelled")


@dataclass(frozen=True)
class SeedProject:
    """What others need to know of a project. The first of the team directs it."""

    id: str
    team: list[str]
    is_russian: bool
    cards: int
    features: list[str]


def seed_projects(
    *,
    workspace_id: str,
    amounts: Sequence[int],
    people_ids: Sequence[str],
    span: Span,
    random: Random,
    writers: Sequence[Writer],
) -> tuple[list[SeedProject | None], list[Batch]]:
    """The project of each board (None for some), whose numbers of cards are `amounts`; the rows."""
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
    of_boards: list[SeedProject | None] = []
    for number, first in enumerate(range(0, len(amounts), BOARDS_PER_PROJECT), 1):
        own = amounts[first : first + BOARDS_PER_PROJECT]
        is_in = [random.random() >= BOARDS_WITHOUT_PROJECT for _each in own]
        if not any(is_in):
            of_boards += [None] * len(own)
            continue
        project = _project(
            workspace_id=workspace_id,
            number=number,
            cards=sum(itertools.compress(own, is_in)),
            people_ids=people_ids,
            span=span,
            random=random,
            writers=writers,
            rows=rows,
        )
        of_boards += [project if each else None for each in is_in]
    return of_boards, [Batch(table, COLUMNS[table], rows[table]) for table in COLUMNS]


COLUMNS = {
    "projects": (
        "id",
        "created_at",
        "workspace_id",
        "name",
        "description",
        "status",
        "owner_id",
        "start_date",
        "end_date",
    ),
    "project_members": ("id", "created_at", "workspace_id", "project_id", "user_id", "role"),
    "releases": (
        "id",
        "created_at",
        "workspace_id",
        "project_id",
        "version",
        "target_date",
        "status",
        "released_at",
    ),
    "features": (
        "id",
        "created_at",
        "workspace_id",
        "project_id",
        "name",
        "description",
        "status",
        "status_reason",
        "assigned_teams",
        "assigned_po",
        "release_id",
    ),
}


def _project(
    *,
    workspace_id: str,
    number: int,
    cards: int,
    people_ids: Sequence[str],
    span: Span,
    random: Random,
    writers: Sequence[Writer],
    rows: dict[str, list[tuple[Any, ...]]],
) -> SeedProject:
    begin = span.begin.isoformat()
    project_id = identifier(span.begin, random)
    team = random.sample(people_ids, min(len(people_ids), random.randint(3, 12)))
    is_russian = random.random() < RUSSIAN
    writer = writers[is_russian]
    rows["projects"].append(
        (
            project_id,
            begin,
            workspace_id,
            f"{random.choice(PROJECT_NAMES)} {number}",
            writer.description(random.randint(40, 400), random),
            random.choices(_STATUSES, _STATUS_WEIGHTS)[0],
            team[0],
            span.begin.date().isoformat(),
            None,
        )
    )
    further = random.choices(_FURTHER_ROLES, _FURTHER_WEIGHTS, k=len(team))
    rows["project_members"] += [
        (identifier(span.begin, random), begin, workspace_id, project_id, person, role)
        for person, role in zip(team, (*_ROLES, *further), strict=False)
    ]
    releases = list(_releases(workspace_id, project_id, span, random))
    rows["releases"] += releases
    features = [
        _feature(workspace_id, project_id, releases, span, random, writer)
        for _each in range(max(LEAST_FEATURES, cards // CARDS_PER_FEATURE))
    ]
    rows["features"] += features
    return SeedProject(
        id=project_id,
        team=team,
        is_russian=is_russian,
        cards=cards,
        features=[row[0] for row in features],
    )


def _releases(
    workspace_id: str, project_id: str, span: Span, random: Random
) -> Iterator[tuple[Any, ...]]:
    """Some gone by, one under way, the others to come."""
    amount = random.randint(*RELEASES)
    present = round(amount * PRESENT_SHARE) - 1
    for place in range(amount):
        days = datetime.timedelta(days=DAYS_PER_RELEASE * (place - present) + random.randint(5, 40))
        target = span.end + days
        status = "planned" if place > present else "in_progress"
        if place < present:
            status = "cancelled" if random.random() < 0.08 else "released"
        yield (
            identifier(span.begin, random),
            span.begin.isoformat(),
            workspace_id,
            project_id,
            f"{1 + place // 5}.{place % 5}",
            target.date().isoformat(),
            status,
            min(target, span.end).isoformat() if status == "released" else None,
        )


def _feature(
    workspace_id: str,
    project_id: str,
    releases: Sequence[tuple[Any, ...]],
    span: Span,
    random: Random,
    writer: Writer,
) -> tuple[Any, ...]:
    release = random.choice(releases) if random.random() < 0.7 else None
    statuses, weights = _OUTCOMES[release[6] if release else None]
    status = random.choices(statuses, weights)[0]
    created = span.working_hours(random.random())
    return (
        identifier(created, random),
        created.isoformat(),
        workspace_id,
        project_id,
        writer.title(random.randint(15, 60), random),
        writer.description(random.randint(20, 600), random) if random.random() < 0.6 else "",
        status,
        writer.description(random.randint(30, 120), random) if status in _REASONS else "",
        random.sample(TEAMS, random.choice((0, 1, 1, 2))),
        random.choice(("", "", "Ana", "Bo", "Ольга")),
        release[0] if release else None,
    )
