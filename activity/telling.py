"""What the items of an inbox tell: the sentences of their entries, and where to go from there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import Truncator

from activity.models import InboxItem
from core.history.lines import Group, Line, lines_of
from core.history.names import Rows
from core.history.values import images
from core.models import EventLog
from workspaces.models import User

EXCERPT = 280
# Of a description, so much is shown before the name that it mentions.
BEFORE_NAME = 80


@dataclass(frozen=True)
class Told:
    """An item in words: what happened, to what, and what was said there."""

    item: InboxItem
    line: Line
    kind: str
    """What it is about: `card`, `message` or `decision`."""
    identifier: UUID
    key: str | None
    title: str
    excerpt: str

    @property
    def entry(self) -> EventLog:
        return self.line.entry


def told_items(items: Iterable[InboxItem], user: User, rows: Rows) -> list[Told]:
    """`items` (of `for_list()`) in words, named by what the reader may see, by a few queries.

    What was said in comments and messages that were taken back is `[deleted]`.
    """
    listed = list(items)
    found = EventLog.objects.in_bulk([item.event_id for item in listed])
    entries = [found[item.event_id] for item in listed]
    lines = lines_of([Group([entry]) for entry in entries], rows)
    return [
        Told(
            item, line, *_about(item, line.entry), item.key, item.title, _excerpt(item, line, user)
        )
        for item, line in zip(listed, lines, strict=True)
    ]


def _about(item: InboxItem, entry: EventLog) -> tuple[str, UUID]:
    if item.card_id is not None:
        return "card", item.card_id
    if item.decision_id is not None:
        return "decision", item.decision_id
    return "message", entry.entity_id


def _excerpt(item: InboxItem, line: Line, user: User) -> str:
    """What was said, or the part of a description that names the person."""
    _before, after = images(line.entry)
    if line.entry.entity_type == "card":
        text = str(after.get("description") or "")
        place = text.lower().find(f"@{user.username.lower()}")
        begin = max(0, place - BEFORE_NAME)
        text = f"…{text[begin:]}" if begin else text
        return Truncator(text).chars(EXCERPT)
    return Truncator(str(after.get("content") or "")).chars(EXCERPT)
