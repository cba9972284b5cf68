"""The demo's story: scenes that are played in the order of their moments, each at its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from boards.models import Board
from cards.models import Card
from core.acting import coming_from
from core.clock import backdated
from decisions.models import Decision, Transcript
from discussions.models import Channel
from projects.models import Feature, Project, Release
from samples.demo.calendar import Calendar
from workspaces.models import User, Workspace


@dataclass
class Stage:
    """What the story has made so far, by the names that its scenes know it by."""

    workspace: Workspace
    people: dict[str, User]
    projects: dict[str, Project] = field(default_factory=dict)
    releases: dict[tuple[str, str], Release] = field(default_factory=dict)
    features: dict[str, Feature] = field(default_factory=dict)
    boards: dict[str, Board] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    channels: dict[tuple[str, str], Channel] = field(default_factory=dict)
    transcripts: dict[str, Transcript] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)

    def key_of(self, title: str) -> str:
        """What people call the card of that title."""
        return f"{self.workspace.key}-{self.cards[title].number}"


Scene = Callable[[Stage], None]


class Story:
    """Scenes by moment. Of two at one moment the one that was told first is played first."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._scenes: list[tuple[datetime.datetime, str, Scene]] = []

    def at(self, told: str, scene: Scene, *, source: str = "admin") -> None:
        """Let `scene` happen at the moment `told` (`"-12 09:40"`), by a door of `core.acting`."""
        self.after(told, 0, scene, source=source)

    def after(self, told: str, minutes: int, scene: Scene, *, source: str = "admin") -> None:
        """The same some minutes later."""
        moment = self.calendar.moment(told) + datetime.timedelta(minutes=minutes)
        self._scenes.append((moment, source, scene))

    def play(self, stage: Stage) -> None:
        for moment, source, scene in sorted(self._scenes, key=lambda each: each[0]):
            with backdated(moment), coming_from(source):
                scene(stage)
