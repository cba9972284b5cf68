"""Who and what a text names: members by `@username`, cards by their keys.

Read once for a page: however many texts there are and however often they name something, the
cards that they name are one query.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from cards.querysets import MAX_NUMBER, CardQuerySet
from core.markdown import Mark, rendered
from workspaces.mentions import spelled_in
from workspaces.models import User

MOST_KEYS = 200
"""Of so many keys the cards are looked up; further ones are text."""

# As it is written on the card: "utf-8" and "covid-19" are words.
_KEY = re.compile(r"(?<![\w-])([A-Z][A-Z0-9]{1,9})-([1-9][0-9]{0,9})(?![\w-])", re.ASCII)


@dataclass(frozen=True)
class NamedCard:
    """A card that a text names, as far as its reader needs to see it."""

    id: uuid.UUID
    title: str
    is_closed: bool


@dataclass(frozen=True)
class References:
    """What names in texts stand for, for one reader.

    `people` are full names by usernames in small letters; `me` is the reader's own.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, NamedCard] = field(default_factory=dict)
    me: str = ""

    def rendered(self, text: str) -> SafeString:
        """`text`, which is Markdown, as HTML with its names marked."""
        return rendered(text, self.marks)

    def marks(self, text: str) -> Iterator[Mark]:
        """The names in a piece of plain text, in its order."""
        place = 0
        found = sorted([*self._people_in(text), *self._cards_in(text)], key=lambda mark: mark.start)
        for mark in found:
            if mark.start >= place:
                yield mark
                place = mark.end

    def _people_in(self, text: str) -> Iterator[Mark]:
        for start, spellings in spelled_in(text):
            username = next((each for each in spellings if each in self.people), None)
            if username is not None:
                classes = "mention mention-me" if username == self.me else "mention"
                end = start + 1 + len(username)
                yield Mark(start, end, classes, title=self.people[username])

    def _cards_in(self, text: str) -> Iterator[Mark]:
        for found in _KEY.finditer(text):
            card = self.cards.get(found[0])
            if card is not None:
                classes = "card-reference is-closed" if card.is_closed else "card-reference"
                address = reverse("admin:cards_card_change", args=[card.id])
                yield Mark(found.start(), found.end(), classes, card.title, address)


def people_by_name(people: Iterable[User]) -> dict[str, str]:
    """People as `References` takes them."""
    return {person.username.lower(): person.get_full_name() for person in people}


def cards_named_in(texts: Iterable[str], rows: CardQuerySet) -> dict[str, NamedCard]:
    """The cards among `rows` that `texts` name, by their keys, by at most one query."""
    numbers: dict[str, set[int]] = defaultdict(set)
    keys = dict.fromkeys(found.groups() for text in texts for found in _KEY.finditer(text))
    for prefix, number in list(keys)[:MOST_KEYS]:
        if int(number) <= MAX_NUMBER:
            numbers[prefix].add(int(number))
    if not numbers:
        return {}
    named = Q()
    for prefix, wanted in numbers.items():
        named |= Q(workspace__key=prefix, number__in=wanted)
    columns = ("workspace__key", "number", "pk", "title", "completed_at", "archived_at")
    return {
        f"{key}-{number}": NamedCard(pk, title, bool(completed_at or archived_at))
        for key, number, pk, title, completed_at, archived_at in rows.filter(named)
        .order_by()
        .values_list(*columns)
    }
