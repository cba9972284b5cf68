"""What hangs on seeded cards: comments, checklists, links to other cards, and boards' filters."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from cards.ordering import STEP
from samples.seeding.boards import SeedBoard
from samples.seeding.figures import ITEMS, MESSAGE, REPLIES, TRACKER
from samples.seeding.people import Batch, Span, identifier
from samples.seeding.texts import Writer

CHECKLISTS = 0.0284
LINKED = 0.06
COMMENTED_ON_KANBAN = 0.2
"""How many cards of boards that are no trackers have a comment."""

RECENT = 50
"""Cards are linked to one of so many before them."""

_COMMENT_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "board_id",
    "card_id",
    "author_id",
    "content",
)
_ITEM_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "board_id",
    "card_id",
    "checklist",
    "text",
    "position",
    "done_at",
    "done_by_id",
)
_LINK_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "board_id",
    "target_board_id",
    "source_id",
    "target_id",
    "kind",
)
_FILTER_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "board_id",
    "user_id",
    "name",
    "query",
    "shared",
)
_KINDS = ("relates_to", "blocks", "parent_of", "duplicates")
_KIND_WEIGHTS = (50, 25, 15, 10)
_FILTERS = (
    ("Mine", "assignee=me"),
    ("Urgent", "priority=urgent"),
    ("Nobody's", "assignee=none&open=true"),
    ("В работе", "open=true&sprint=none"),
)


def seed_filters(
    *, workspace_id: str, boards: Sequence[SeedBoard], span: Span, random: Random
) -> Batch:
    """What some of a board's people look at again and again."""
    begin = span.begin.isoformat()
    return Batch(
        "saved_filters",
        _FILTER_COLUMNS,
        [
            (
                identifier(span.begin, random),
                begin,
                workspace_id,
                board.id,
                random.choice(board.team),
                name,
                query,
                random.random() < 0.4,
            )
            for board in boards
            for name, query in random.sample(_FILTERS, random.choice((0, 0, 1, 2)))
        ],
    )


class SeedParts:
    """Makes what hangs on the cards of a workspace, as they come."""

    def __init__(self, workspace_id: str, span: Span, random: Random, chunk: int) -> None:
        self._workspace_id = workspace_id
        self._span = span
        self._random = random
        self._chunk = chunk
        self._recent: dict[str, deque[str]] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}

    def add(
        self,
        *,
        card_id: str,
        board: SeedBoard,
        created: datetime.datetime,
        completed: datetime.datetime | None,
        writer: Writer,
    ) -> None:
        """Perhaps comments, a checklist, a link for a card."""
        self._comment(card_id, board, created, writer)
        if self._random.random() < CHECKLISTS:
            self._check(card_id, board, created, completed, writer)
        recent = self._recent.setdefault(board.id, deque(maxlen=RECENT))
        if recent and self._random.random() < LINKED:
            self._link(card_id, board, created, self._random.choice(recent))
        recent.append(card_id)

    def taken(self) -> Iterator[Batch]:
        """What was made since the last time, in batches as large as others."""
        for table, columns in _COLUMNS.items():
            rows, self._rows[table] = self._rows[table], []
            for first in range(0, len(rows), self._chunk):
                yield Batch(table, columns, rows[first : first + self._chunk])

    def _comment(
        self, card_id: str, board: SeedBoard, created: datetime.datetime, writer: Writer
    ) -> None:
        random = self._random
        if board.habits is TRACKER:
            amount = REPLIES.draw(random)
        else:
            amount = int(random.random() < COMMENTED_ON_KANBAN)
        for _each in range(amount):
            at = min(created + datetime.timedelta(days=random.expovariate(0.2)), self._span.end)
            self._rows["comments"].append(
                (
                    identifier(at, random),
                    at.isoformat(),
                    self._workspace_id,
                    board.id,
                    card_id,
                    random.choice(board.team),
                    writer.description(MESSAGE.draw(random), random),
                )
            )

    def _check(
        self,
        card_id: str,
        board: SeedBoard,
        created: datetime.datetime,
        completed: datetime.datetime | None,
        writer: Writer,
    ) -> None:
        random = self._random
        for number in range(1, ITEMS.draw(random) + 1):
            done = completed or (created if random.random() < 0.3 else None)
            self._rows["checklist_items"].append(
                (
                    identifier(created, random),
                    created.isoformat(),
                    self._workspace_id,
                    board.id,
                    card_id,
                    "Checklist",
                    writer.title(random.randint(15, 50), random),
                    number * STEP,
                    done.isoformat() if done else None,
                    random.choice(board.team) if done else None,
                )
            )

    def _link(
        self, card_id: str, board: SeedBoard, created: datetime.datetime, target: str
    ) -> None:
        """From the new card to an earlier one, so that no link leads back."""
        self._rows["card_links"].append(
            (
                identifier(created, self._random),
                created.isoformat(),
                self._workspace_id,
                board.id,
                board.id,
                card_id,
                target,
                self._random.choices(_KINDS, _KIND_WEIGHTS)[0],
            )
        )


_COLUMNS = {
    "comments": _COMMENT_COLUMNS,
    "checklist_items": _ITEM_COLUMNS,
    "card_links": _LINK_COLUMNS,
}
