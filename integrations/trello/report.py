"""What an import does, or would do, for the person who asked for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class ImportReport:
    """How much came in, how it was fitted, and what stayed outside."""

    board: str
    is_new_board: bool
    columns: list[tuple[str, str]] = field(default_factory=list)
    """Of a new board: names and categories."""
    cards: int = 0
    archived: int = 0
    labels: int = 0
    assigned: int = 0
    items: int = 0
    comments: int = 0
    links: int = 0
    attachments: int = 0
    present: int = 0
    """Cards that an earlier import brought; they are left as they are."""
    deleted: int = 0
    """Cards that an earlier import brought and somebody deleted since; they stay deleted."""
    fitted: Counter[str] = field(default_factory=Counter)
    """What was cut or moved to fit in."""
    unmatched: Counter[str] = field(default_factory=Counter)
    """People whom no member of the workspace is called like, with the number of their cards."""
    unmatched_authors: Counter[str] = field(default_factory=Counter)
    """The same, with the number of their comments, which say in the text whose they are."""
    left_out: Counter[str] = field(default_factory=Counter)
    """What has no home in Taskly."""

    def lines(self) -> Iterator[str]:
        if self.is_new_board:
            yield f'Board "{self.board}" with {_count(len(self.columns), "column")}:'
            for name, category in self.columns:
                yield f"  {name} ({category})"
        else:
            yield f'Board "{self.board}", which an earlier import made.'
        yield (
            f"{_count(self.cards, 'card')} ({self.archived} archived), "
            f"{_count(self.labels, 'label')}, {_count(self.assigned, 'assignment')}."
        )
        if self.items or self.comments or self.links or self.attachments:
            yield (
                f"{_count(self.items, 'checklist item')}, {_count(self.comments, 'comment')}, "
                f"{_count(self.links, 'link')} between cards, "
                f"{_count(self.attachments, 'attachment')} as addresses in descriptions."
            )
        if self.present:
            yield f"{_count(self.present, 'card')} there already: left as found."
        if self.deleted:
            yield f"{_count(self.deleted, 'card')} deleted here since an earlier import: left out."
        for what, amount in sorted(self.fitted.items()):
            yield f"{what}: {amount}."
        for person, amount in sorted(self.unmatched.items()):
            yield f"No member is called {person}: not assigned on {_count(amount, 'card')}."
        for person, amount in sorted(self.unmatched_authors.items()):
            yield f"No member is called {person}: {_count(amount, 'comment')} told under your name."
        if self.left_out:
            left = ", ".join(f"{amount} {what}" for what, amount in sorted(self.left_out.items()))
            yield f"Left out, since Taskly has no place for it yet: {left}."


def _count(amount: int, noun: str) -> str:
    return f"{amount} {noun}" if amount == 1 else f"{amount} {noun}s"
