"""Who is in the demo, and what the parts of its story are made of.

A moment is told as `"-12 09:40"`: the twelfth working day before the one on which the demo is
loaded, at that time of day. Other days count from the day of loading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WORKSPACE = ("LUMEN", "Lumen Labs")
ADMIN, MEMBER = "alice", "bob"
"""The two of the fixture; of this team only they can sign in."""

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
    archived: str | None = None
    """When it was put away."""


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
    project: str
    made: str
    by: str
    has_sprints: bool = False
    lives: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """When a card was made, and when it reached each next column, where that matters."""
    moves: tuple[tuple[str, str, str, str], ...] = ()
    """When, a card's title, who takes it on, and the column it goes to: the last steps."""
    changes: tuple[tuple[str, str, str, dict[str, tuple[Any, Any]]], ...] = ()
    """When, a card's title, who changes it, and what: from and to, both as in a `DemoCard`."""


@dataclass(frozen=True)
class DemoRelease:
    version: str
    made: str
    by: str
    target: int
    status: str = "planned"
    steps: tuple[tuple[str, str], ...] = ()
    """When, and the status from then on."""


@dataclass(frozen=True)
class DemoFeature:
    """A feature. `steps` are (when, who, status, reason) after it was made; `cards` are titles."""

    name: str
    made: str
    by: str
    text: str = ""
    teams: tuple[str, ...] = ()
    owner: str = ""
    release: str | None = None
    steps: tuple[tuple[str, str, str, str], ...] = ()
    cards: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoProject:
    name: str
    made: str
    by: str
    text: str
    roles: dict[str, str]
    status: str = "active"
    start: int | None = None
    end: int | None = None
    releases: tuple[DemoRelease, ...] = ()
    features: tuple[DemoFeature, ...] = ()
    changes: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    """When, who, and what of the project changed."""
    archived: tuple[str, str] | None = None
    """When, and by whom."""


@dataclass(frozen=True)
class Say:
    """A message. `[[title]]` in it becomes the key of the card of that title."""

    when: str
    who: str
    text: str
    replies: tuple[Say, ...] = ()
    edited: tuple[str, str] | None = None
    """When, and what it said from then on."""
    deleted: str | None = None


@dataclass(frozen=True)
class DemoChannel:
    project: str
    name: str
    made: str
    by: str
    about: str = ""
    members: str = ""
    """Who else is in it: they join a public channel, and are taken into a private one."""
    is_private: bool = False
    messages: tuple[Say, ...] = ()
    read: tuple[tuple[str, str], ...] = ()
    """When somebody has last read the channel, and who."""


@dataclass(frozen=True)
class DemoTranscript:
    project: str
    title: str
    when: str
    by: str
    source: str
    participants: tuple[dict[str, str], ...]
    content: str


@dataclass(frozen=True)
class DemoDecision:
    """A decision. `steps` are (when, who, status); `ties` are (kind, the other one's title)."""

    project: str
    title: str
    made: str
    by: str
    statement: str
    rationale: str
    confidence: float
    transcript: str | None = None
    impacts: tuple[str, ...] = ()
    consensus: dict[str, Any] = field(default_factory=dict)
    anomalies: tuple[str, ...] = ()
    steps: tuple[tuple[str, str, str], ...] = ()
    ties: tuple[tuple[str, str, str, str], ...] = ()
    """When, who, the kind, and the title of the decision at the other end."""
    deleted: tuple[str, str] | None = None


@dataclass(frozen=True)
class DemoPullRequest:
    """A pull request; `card` is the title of the card whose key it names."""

    repository: str
    number: int
    title: str
    author: str
    head: str
    opened: str
    state: str = "open"
    checks: str = ""
    review: str = ""
    closed: str | None = None
    card: str | None = None


@dataclass(frozen=True)
class DemoRepository:
    full_name: str
    github_id: int
    made: str
    by: str
    private: bool = False


@dataclass(frozen=True)
class DemoConversation:
    """What somebody asks the assistant, and when; it answers by itself."""

    who: str
    questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DemoComment:
    """What somebody says about the card of that title."""

    title: str
    when: str
    who: str
    text: str
    edited: tuple[str, str] | None = None


@dataclass(frozen=True)
class DemoChecklist:
    """A card's steps; each with the moment at which it was done, if it is."""

    title: str
    name: str
    when: str
    who: str
    steps: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class DemoLink:
    """From one card to another, both by their titles."""

    source: str
    kind: str
    target: str
    when: str
    who: str
