"""A seeded workspace's repositories, and the pull requests that carry out its cards."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from random import Random
from typing import Any

from samples.seeding.people import Batch, Span, identifier
from samples.seeding.texts import REPOSITORY_NAMES

REPOSITORIES = (1, 4)
CARRIED_OUT = 0.35
"""The share of cards under way or done that have a pull request."""

MERGED = 0.93
LONGEST_TITLE = 500

_REPOSITORY_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "github_id",
    "full_name",
    "default_branch",
    "private",
)
_PULL_REQUEST_COLUMNS = (
    "id",
    "created_at",
    "workspace_id",
    "repository_id",
    "number",
    "title",
    "state",
    "author",
    "head",
    "base",
    "url",
    "check_status",
    "review_status",
    "opened_at",
    "closed_at",
    "merged_at",
    "updated_on_github_at",
)
_LINK_COLUMNS = ("id", "created_at", "workspace_id", "board_id", "card_id", "pull_request_id")
_CHECKS = ("success", "failure", "pending", "none")
_CHECK_WEIGHTS = (75, 10, 5, 10)


class SeedCode:
    """Makes the repositories of a workspace at once, and pull requests as cards come."""

    def __init__(self, workspace_id: str, key: str, span: Span, random: Random) -> None:
        self._workspace_id = workspace_id
        self._key = key
        self._span = span
        self._random = random
        self._last_numbers: dict[tuple[str, str], int] = {}
        self._pull_requests: list[tuple[Any, ...]] = []
        self._links: list[tuple[Any, ...]] = []

    def repositories(self) -> Batch:
        random, rows = self._random, []
        for name in random.sample(REPOSITORY_NAMES, random.randint(*REPOSITORIES)):
            repository_id = identifier(self._span.begin, random)
            full_name = f"{self._key.lower()}/{name}"
            rows.append(
                (
                    repository_id,
                    self._span.begin.isoformat(),
                    self._workspace_id,
                    # Made up, and another one for each.
                    uuid.UUID(repository_id).int % (1 << 53) + 1,
                    full_name,
                    "main",
                    random.random() < 0.7,
                )
            )
            self._last_numbers[repository_id, full_name] = random.randint(0, 900)
        return Batch("git_repositories", _REPOSITORY_COLUMNS, rows)

    def carry_out(
        self,
        *,
        card_id: str,
        board_id: str,
        number: int,
        title: str,
        author: str,
        created: datetime.datetime,
        category: str,
        completed: datetime.datetime | None,
    ) -> None:
        """Perhaps a pull request for a card that isn't only planned."""
        random = self._random
        if category == "todo" or random.random() >= CARRIED_OUT:
            return
        opened = min(created + datetime.timedelta(hours=random.randint(1, 200)), self._span.end)
        closed = max(opened, completed) if completed is not None else None
        state = "open" if category == "in_review" else random.choice(("open", "draft"))
        if closed is not None:
            state = "merged" if random.random() < MERGED else "closed"
        repository = random.choice(list(self._last_numbers))
        self._last_numbers[repository] += random.randint(1, 3)
        repository_id, full_name = repository
        its_number = self._last_numbers[repository]
        pull_request_id = identifier(opened, random)
        self._pull_requests.append(
            (
                pull_request_id,
                opened.isoformat(),
                self._workspace_id,
                repository_id,
                its_number,
                f"{self._key}-{number} {title}"[:LONGEST_TITLE].rstrip(),
                state,
                author,
                f"{self._key.lower()}-{number}",
                "main",
                f"https://github.com/{full_name}/pull/{its_number}",
                random.choices(_CHECKS, _CHECK_WEIGHTS)[0],
                "approved" if state == "merged" else random.choice(("none", "review_required")),
                opened.isoformat(),
                closed.isoformat() if closed else None,
                closed.isoformat() if closed and state == "merged" else None,
                (closed or opened).isoformat(),
            )
        )
        self._links.append(
            (
                identifier(opened, random),
                opened.isoformat(),
                self._workspace_id,
                board_id,
                card_id,
                pull_request_id,
            )
        )

    def taken(self) -> Iterator[Batch]:
        """What was made since the last time."""
        if self._links:
            yield Batch("pull_requests", _PULL_REQUEST_COLUMNS, self._pull_requests)
            yield Batch("card_pull_requests", _LINK_COLUMNS, self._links)
        self._pull_requests, self._links = [], []
