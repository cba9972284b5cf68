"""What a seeded project decided: transcripts of meetings, decisions, and how those tie together."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson

from samples.seeding.people import Batch, Span, identifier
from samples.seeding.projects import SeedProject
from samples.seeding.texts import Writer

CARDS_PER_DECISION = 25
DECISIONS_PER_TRANSCRIPT = 5
CHUNK = 500
TIED = 0.35
DELETED = 0.03

_TRANSCRIPT_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "project_id",
    "title",
    "webhook_id",
    "source",
    "occurred_at",
    "participants",
    "content",
)
_DECISION_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "project_id",
    "transcript_id",
    "title",
    "statement",
    "rationale",
    "status",
    "confidence",
    "impacts",
    "consensus",
    "anomalies",
    "created_by_id",
    "decided_by_id",
    "decided_at",
    "deleted_at",
)
_RELATIONSHIP_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "project_id",
    "source_id",
    "target_id",
    "kind",
)
_STATUSES = ("accepted", "proposed", "rejected")
_STATUS_WEIGHTS = (70, 20, 10)
_KINDS = ("relates_to", "depends_on", "supersedes", "conflicts_with")
_KIND_WEIGHTS = (40, 30, 20, 10)
_SOURCES = ("zoom", "meet", "teams", "")


def seed_decisions(
    *,
    workspace_id: str,
    project: SeedProject,
    span: Span,
    random: Random,
    writer: Writer,
) -> Iterator[Batch]:
    """The rows of a project's decisions, some at once: ties lead to earlier ones among those."""
    amount = project.cards // CARDS_PER_DECISION
    for first in range(0, amount, CHUNK):
        made = _Meetings(workspace_id, project, span, random, writer)
        for number in range(first, min(first + CHUNK, amount)):
            made.add(span.working_hours(number / amount))
        yield Batch("transcripts", _TRANSCRIPT_COLUMNS, made.transcripts)
        yield Batch("decisions", _DECISION_COLUMNS, list(map(tuple, made.decisions)))
        yield Batch("decision_relationships", _RELATIONSHIP_COLUMNS, made.relationships)


class _Meetings:
    """Meetings one after another, each with what was decided in it."""

    def __init__(
        self, workspace_id: str, project: SeedProject, span: Span, random: Random, writer: Writer
    ) -> None:
        self.transcripts: list[tuple[Any, ...]] = []
        self.decisions: list[list[Any]] = []
        self.relationships: list[tuple[Any, ...]] = []
        self._workspace_id = workspace_id
        self._project = project
        self._span = span
        self._random = random
        self._writer = writer

    def add(self, created: datetime.datetime) -> None:
        """One decision, and now and then the meeting it was taken in."""
        random, writer, team = self._random, self._writer, self._project.team
        if random.random() < 1 / DECISIONS_PER_TRANSCRIPT:
            self._meet(created)
        status = random.choices(_STATUSES, _STATUS_WEIGHTS)[0]
        decided = created + datetime.timedelta(days=random.expovariate(0.5))
        is_decided = status == "accepted"
        in_meeting = self.transcripts and random.random() < 0.5
        decision = [
            identifier(created, random),
            created.isoformat(),
            self._workspace_id,
            self._project.id,
            self.transcripts[-1][0] if in_meeting else None,
            writer.title(random.randint(20, 80), random),
            writer.description(random.randint(60, 500), random),
            writer.description(random.randint(30, 900), random) if random.random() < 0.8 else "",
            status,
            round(random.betavariate(5, 2), 2) if random.random() < 0.7 else None,
            self._texts(0, 3),
            orjson.dumps({"for": random.randint(1, 6), "against": random.randint(0, 2)}).decode(),
            self._texts(0, 1),
            random.choice(team),
            team[0] if is_decided else None,
            min(decided, self._span.end).isoformat() if is_decided else None,
            min(decided, self._span.end).isoformat() if random.random() < DELETED else None,
        ]
        if self.decisions and random.random() < TIED:
            self._tie(decision, random.choice(self.decisions[-50:]))
        self.decisions.append(decision)

    def _meet(self, at: datetime.datetime) -> None:
        random = self._random
        transcript_id = identifier(at, random)
        people = [{"name": f"Person {place}"} for place in range(1, random.randint(3, 8))]
        self.transcripts.append(
            (
                transcript_id,
                at.isoformat(),
                self._workspace_id,
                self._project.id,
                self._writer.title(random.randint(15, 60), random),
                f"call-{transcript_id}" if random.random() < 0.6 else "",
                random.choice(_SOURCES),
                at.isoformat(),
                orjson.dumps(people).decode(),
                self._writer.description(round(random.lognormvariate(8, 0.7)), random),
            )
        )

    def _tie(self, source: list[Any], target: list[Any]) -> None:
        """From the new decision to an earlier one, so that no tie leads back."""
        random = self._random
        kind = random.choices(_KINDS, _KIND_WEIGHTS)[0]
        if kind == "supersedes":
            target[_DECISION_COLUMNS.index("status")] = "superseded"
        self.relationships.append(
            (
                identifier(self._span.end, random),
                source[1],
                self._workspace_id,
                self._project.id,
                source[0],
                target[0],
                kind,
            )
        )

    def _texts(self, least: int, most: int) -> str:
        random = self._random
        amount = random.randint(least, most)
        texts = [self._writer.description(random.randint(20, 120), random) for _ in range(amount)]
        return orjson.dumps(texts).decode()
