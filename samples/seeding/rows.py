"""All rows of a seeded installation, batch by batch, the same for the same seed."""

from __future__ import annotations

import datetime
import uuid
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson

from cards.ordering import STEP
from samples.seeding.asking import seed_asking
from samples.seeding.boards import SeedBoard, seed_boards
from samples.seeding.code import SeedCode
from samples.seeding.decisions import seed_decisions
from samples.seeding.figures import PEOPLE, STORY_POINTS
from samples.seeding.parts import SeedParts, seed_filters
from samples.seeding.people import Batch, SeedWorkspace, Span, identifier, seed_workspace
from samples.seeding.projects import seed_projects
from samples.seeding.talk import seed_talk
from samples.seeding.texts import ENGLISH, RUSSIAN, Writer

CHUNK = 2_000
DAYS = 540
"""The installation has been in use for this long."""

MAX_SEED = 9_999
MAX_WORKSPACES = 1_000
CARDS_PER_BOARD = 500
BOARDS_PER_WORKSPACE = 10

CARD_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "board_id",
    "number",
    "column_id",
    "position",
    "title",
    "description",
    "metadata",
    "priority",
    "story_points",
    "estimated_hours",
    "due_date",
    "sprint_id",
    "feature_id",
    "created_by_id",
    "completed_at",
    "archived_at",
)
ASSIGNEE_COLUMNS = ("id", "created_at", "workspace_id", "board_id", "card_id", "user_id")
_PRIORITIES = ("none", "low", "medium", "high", "urgent")
_PRIORITY_WEIGHTS = (35, 15, 30, 15, 5)
_HOURS = ("0.50", "1.00", "2.00", "3.50", "4.00", "6.00", "8.00", "16.00", "40.00")
_NEVER_DONE = 0.12
_FOR_A_FEATURE = 0.45


@dataclass(frozen=True)
class Shape:
    """How large an installation is wanted."""

    cards: int
    boards: int
    workspaces: int
    seed: int

    @classmethod
    def of(
        cls, cards: int, boards: int | None = None, workspaces: int | None = None, seed: int = 1
    ) -> Shape:
        """Some 500 cards a board and ten boards a workspace, where nothing else is said."""
        if boards is None:
            boards = max(1, cards // CARDS_PER_BOARD, workspaces or 1)
        if workspaces is None:
            workspaces = min(MAX_WORKSPACES, max(1, boards // BOARDS_PER_WORKSPACE))
        return cls(cards, boards, workspaces, seed)

    def amounts(self) -> Iterator[list[int]]:
        """The numbers of cards on the boards of each workspace; boards differ a lot in size."""
        random = Random(f"{self.seed}/amounts")
        weights = [random.lognormvariate(0, 0.8) for _each in range(self.boards)]
        total, given, passed = sum(weights), 0, 0.0
        amounts = []
        for weight in weights:
            passed += weight
            upto = round(self.cards * passed / total)
            amounts.append(upto - given)
            given = upto
        for index in range(self.workspaces):
            first = self.boards * index // self.workspaces
            yield amounts[first : self.boards * (index + 1) // self.workspaces]


def batches(
    shape: Shape, until: datetime.datetime, joining: Sequence[uuid.UUID] = ()
) -> Iterator[Batch]:
    """The rows in an order in which they can be written, at most `CHUNK` cards at once."""
    span = Span(until - datetime.timedelta(days=DAYS), until)
    writers = [
        Writer(vocabulary, Random(f"{shape.seed}/texts")) for vocabulary in (ENGLISH, RUSSIAN)
    ]
    for index, amounts in enumerate(shape.amounts()):
        random = Random(f"{shape.seed}/{index}")
        workspace = seed_workspace(
            seed=shape.seed,
            index=index,
            cards=sum(amounts),
            span=span,
            random=random,
            joining=joining,
        )
        yield from workspace.batches
        yield from _in_workspace(workspace, amounts, span, random, writers)


def _in_workspace(
    workspace: SeedWorkspace,
    amounts: Sequence[int],
    span: Span,
    random: Random,
    writers: Sequence[Writer],
) -> Iterator[Batch]:
    people_ids = list(workspace.people)
    of_boards, planned = seed_projects(
        workspace_id=workspace.id,
        amounts=amounts,
        people_ids=people_ids,
        span=span,
        random=random,
        writers=writers,
    )
    yield from planned
    boards, rows = seed_boards(
        workspace_id=workspace.id,
        projects=of_boards,
        people_ids=people_ids,
        span=span,
        random=random,
    )
    yield from rows
    code = SeedCode(workspace.id, workspace.key, span, random)
    yield code.repositories()
    yield seed_filters(workspace_id=workspace.id, boards=boards, span=span, random=random)
    parts = SeedParts(workspace.id, span, random, CHUNK)
    yield from _work(workspace, boards, amounts, span, random, writers, code, parts)
    projects = list({each.id: each for each in of_boards if each is not None}.values())
    for project in projects:
        writer = writers[project.is_russian]
        yield from seed_talk(
            workspace_id=workspace.id,
            project=project,
            people=workspace.people,
            span=span,
            random=random,
            writer=writer,
            chunk=CHUNK,
        )
        yield from seed_decisions(
            workspace_id=workspace.id, project=project, span=span, random=random, writer=writer
        )
    yield from seed_asking(
        workspace_id=workspace.id,
        people_ids=people_ids,
        projects=projects,
        span=span,
        random=random,
    )


def _work(
    workspace: SeedWorkspace,
    boards: Sequence[SeedBoard],
    amounts: Sequence[int],
    span: Span,
    random: Random,
    writers: Sequence[Writer],
    code: SeedCode,
    parts: SeedParts,
) -> Iterator[Batch]:
    """Cards. Boards fill side by side, so that numbers tell the order of creation."""
    cards = _Cards(workspace, span, random, writers, code, parts)
    turns = array("I")
    for place, amount in enumerate(amounts):
        turns.extend([place] * amount)
    random.shuffle(turns)
    for number, place in enumerate(turns, 1):
        cards.add(boards[place], number, number / len(turns))
        if len(cards.rows) == CHUNK:
            yield from cards.taken()
    yield from cards.taken()


class _Cards:
    """Makes the cards of a workspace, in order of creation."""

    def __init__(
        self,
        workspace: SeedWorkspace,
        span: Span,
        random: Random,
        writers: Sequence[Writer],
        code: SeedCode,
        parts: SeedParts,
    ) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self._assignees: list[tuple[Any, ...]] = []
        self._workspace_id = workspace.id
        self._people = workspace.people
        self._span = span
        self._random = random
        self._writers = writers
        self._code = code
        self._parts = parts

    def taken(self) -> Iterator[Batch]:
        """What was made since the last time."""
        if self.rows:
            yield Batch("cards", CARD_COLUMNS, self.rows)
        if self._assignees:
            yield Batch("card_assignees", ASSIGNEE_COLUMNS, self._assignees)
        self.rows, self._assignees = [], []
        yield from self._code.taken()
        yield from self._parts.taken()

    def add(self, board: SeedBoard, number: int, progress: float) -> None:
        """One card, made when `progress` (0 to 1) of the span has passed."""
        random = self._random
        created = self._span.working_hours(progress)
        card_id = identifier(created, random)
        category, completed = self._state(created)
        column = self._column(board, category)
        if column["category"] != "done":
            completed = None
        board.bottoms[column["id"]] = position = board.bottoms.get(column["id"], 0) + STEP
        writer = self._writers[board.is_russian]
        length = max(3, board.habits.title.draw(random))
        has_text = random.random() >= board.habits.empty_descriptions
        title = writer.title(length, random)
        author = random.choice(board.team)
        self.rows.append(
            (
                card_id,
                created.isoformat(),
                self._workspace_id,
                board.id,
                number,
                column["id"],
                position,
                title,
                writer.description(board.habits.description.draw(random), random)
                if has_text
                else "",
                self._metadata(board),
                random.choices(_PRIORITIES, _PRIORITY_WEIGHTS)[0],
                STORY_POINTS.draw(random) if random.random() < board.habits.estimated else None,
                random.choice(_HOURS) if random.random() < 0.1 else None,
                self._due(created),
                self._sprint(board, column["category"]),
                self._feature(board),
                author,
                completed.isoformat() if completed else None,
                self._archived(created, completed),
            )
        )
        amount = min(PEOPLE.draw(random), len(board.team))
        self._assignees.extend(
            (
                identifier(created, random),
                created.isoformat(),
                self._workspace_id,
                board.id,
                card_id,
                person,
            )
            for person in random.sample(board.team, amount)
        )
        self._code.carry_out(
            card_id=card_id,
            board_id=board.id,
            number=number,
            title=title,
            author=self._people[author][:39],
            created=created,
            category=column["category"],
            completed=completed,
        )
        self._parts.add(
            card_id=card_id, board=board, created=created, completed=completed, writer=writer
        )

    def _state(self, created: datetime.datetime) -> tuple[str, datetime.datetime | None]:
        """How far the card has come: old ones are done, but for those that never will be."""
        random = self._random
        if random.random() < _NEVER_DONE:
            return "todo", None
        lifetime = datetime.timedelta(days=random.lognormvariate(2.6, 1.2))
        completed = created + lifetime
        if completed <= self._span.end:
            return "done", completed
        share = (self._span.end - created) / lifetime
        if share < 0.55:
            return "todo", None
        return ("in_progress" if share < 0.85 else "in_review"), None

    def _column(self, board: SeedBoard, category: str) -> dict[str, Any]:
        """A column of that category; of the one nearest to it, where the board has none."""
        wanted = [each for each in board.columns if each["category"] == category]
        if not wanted:
            wanted = [each for each in board.columns if each["category"] == "in_progress"]
        return self._random.choice(wanted)

    def _metadata(self, board: SeedBoard) -> str:
        random = self._random
        amount = min(board.habits.labels.draw(random), len(board.labels))
        metadata: dict[str, Any] = {"labels": random.sample(board.labels, amount)}
        if random.random() < 0.08:
            writer = self._writers[board.is_russian]
            metadata["acceptance_criteria"] = writer.description(200, random)
        return orjson.dumps(metadata).decode()

    def _due(self, created: datetime.datetime) -> str | None:
        if self._random.random() >= 0.2:
            return None
        days = datetime.timedelta(days=self._random.randint(2, 60))
        return (created + days).date().isoformat()

    def _sprint(self, board: SeedBoard, category: str) -> str | None:
        """Work under way is mostly in the present sprint, some of the rest in the next one."""
        if not board.sprints or category == "done":
            return None
        share, place = (0.15, 3) if category == "todo" else (0.7, 2)
        return board.sprints[place][0] if self._random.random() < share else None

    def _feature(self, board: SeedBoard) -> str | None:
        if board.project is None or self._random.random() >= _FOR_A_FEATURE:
            return None
        return self._random.choice(board.project.features)

    def _archived(
        self, created: datetime.datetime, completed: datetime.datetime | None
    ) -> str | None:
        ended = completed or created + datetime.timedelta(days=300)
        archived = ended + datetime.timedelta(days=60)
        share = 0.8 if completed else 0.4
        if archived > self._span.end or self._random.random() >= share:
            return None
        return archived.isoformat()
