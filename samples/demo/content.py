"""Who is in the demo, and what is on its boards. Days count from the day on which it is loaded."""

from __future__ import annotations

from dataclasses import dataclass

WORKSPACE = ("LUMEN", "Lumen Labs")
ADMIN, MEMBER = "alice", "bob"
"""The two of the fixture; only they can sign in."""

COLLEAGUES = {
    "carol": "Carol Nguyen",
    "dmitry": "Дмитрий Орлов",
    "elena": "Елена Соколова",
    "farid": "Farid Rahimi",
}


@dataclass(frozen=True)
class DemoCard:
    """A card. `labels` and `people` are names between spaces; sprint 0 is the present one."""

    title: str
    priority: str = "none"
    points: int | None = None
    labels: str = ""
    people: str = ""
    by: str = ADMIN
    due: int | None = None
    sprint: int | None = None
    hours: str | None = None
    text: str = ""
    criteria: str = ""
    archived: bool = False


@dataclass(frozen=True)
class DemoColumn:
    name: str
    category: str
    cards: tuple[DemoCard, ...]
    wip_limit: int | None = None


@dataclass(frozen=True)
class DemoBoard:
    name: str
    labels: dict[str, str]
    columns: tuple[DemoColumn, ...]
    has_sprints: bool = False
    moves: tuple[tuple[str, str, str], ...] = ()
    """A card's title, who takes it on, and the column it goes to."""
