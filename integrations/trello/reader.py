"""A Trello board's export (Menu > Print, export, and share > Export as JSON), read and checked.

Nothing here knows a database: bytes come in, plain values go out, and the first thing that isn't
as it should be is refused with the place where it stands (`cards[12].due`). Only what is taken in
or counted is looked at; Trello's exports hold a lot more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

MAX_BYTES = 32 * 1024 * 1024
_ID_LENGTH = 24
_COMMENTS = ("commentCard", "copyCommentCard")


class BrokenExport(Exception):
    """The file isn't a Trello export, or not a whole one; says where it is broken."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.problem = problem
        self.path = path


@dataclass(frozen=True)
class TrelloList:
    id: str
    name: str
    closed: bool
    pos: float


@dataclass(frozen=True)
class TrelloLabel:
    id: str
    name: str
    color: str | None


@dataclass(frozen=True)
class TrelloMember:
    id: str
    username: str
    full_name: str

    def __str__(self) -> str:
        return self.full_name or self.username or self.id


@dataclass(frozen=True)
class TrelloCard:
    """A card. `active_at` is when it last changed, the nearest that an export knows to an end."""

    id: str
    list_id: str
    name: str
    description: str
    closed: bool
    pos: float
    created_at: datetime
    active_at: datetime | None
    due: datetime | None
    url: str
    label_ids: tuple[str, ...]
    member_ids: tuple[str, ...]


@dataclass(frozen=True)
class TrelloBoard:
    """An export: lists and cards by `pos`, and in `left_out` how much of what has no home."""

    id: str
    name: str
    created_at: datetime
    lists: tuple[TrelloList, ...]
    labels: dict[str, TrelloLabel]
    members: dict[str, TrelloMember]
    cards: tuple[TrelloCard, ...]
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Node:
    """A value of the document together with the place where it stands."""

    value: Any
    path: str = ""

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise BrokenExport(f"expected an object, found {_kind(self.value)}", self.path)
        return self.value

    def child(self, key: str) -> _Node:
        """A member that may be left out or null."""
        return _Node(self.object().get(key), self._at(key))

    def required(self, key: str) -> _Node:
        if key not in self.object():
            raise BrokenExport("is missing", self._at(key))
        return self.child(key)

    def items(self) -> Iterator[_Node]:
        """The elements of an array; of nothing, none."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise BrokenExport(f"expected an array, found {_kind(self.value)}", self.path)
        for index, each in enumerate(self.value):
            yield _Node(each, f"{self.path}[{index}]")

    def amount(self) -> int:
        return sum(1 for _ in self.items())

    def text(self) -> str:
        """A string that PostgreSQL can hold; of nothing, an empty one."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise BrokenExport(f"expected text, found {_kind(self.value)}", self.path)
        if "\0" in self.value:
            raise BrokenExport("holds a NUL character", self.path)
        return self.value

    def identifier(self) -> str:
        """A Trello id: 24 hexadecimal digits, of which the first 8 tell the second it was made."""
        text = self.text()
        if len(text) != _ID_LENGTH or any(digit not in "0123456789abcdef" for digit in text):
            raise BrokenExport("expected an id of 24 hexadecimal digits", self.path)
        return text

    def flag(self) -> bool:
        if self.value is None:
            return False
        if not isinstance(self.value, bool):
            raise BrokenExport(f"expected true or false, found {_kind(self.value)}", self.path)
        return self.value

    def number(self) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise BrokenExport(f"expected a number, found {_kind(self.value)}", self.path)
        return self.value

    def moment(self) -> datetime | None:
        text = self.text()
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise BrokenExport("expected a time such as 2026-11-02T09:00:00Z", self.path) from None


def read(content: bytes) -> TrelloBoard:
    """The board in an export's bytes. Raises BrokenExport, naming the first broken place."""
    if len(content) > MAX_BYTES:
        raise BrokenExport(f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        document = _Node(orjson.loads(content.removeprefix(b"\xef\xbb\xbf")))
    except orjson.JSONDecodeError as error:
        raise BrokenExport(f"this is not JSON: {error}") from None
    document.object()
    board_id = document.required("id").identifier()
    lists = _lists(document)
    labels = {label.id: label for label in _labels(document)}
    members = {member.id: member for member in _members(document)}
    cards = _cards(document, {each.id for each in lists}, labels)
    return TrelloBoard(
        id=board_id,
        name=document.required("name").text(),
        created_at=created_at(board_id),
        lists=lists,
        labels=labels,
        members=members,
        cards=cards,
        left_out=_left_out(document),
    )


def created_at(trello_id: str) -> datetime:
    return datetime.fromtimestamp(int(trello_id[:8], 16), tz=UTC)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "text", int: "a number", float: "a number", list: "an array", dict: "an object"}
    return names[type(value)]


def _once(seen: set[str], node: _Node) -> str:
    """The node's id, which no earlier one of its kind had."""
    found = node.required("id")
    identifier = found.identifier()
    if identifier in seen:
        raise BrokenExport("the same id stands here for the second time", found.path)
    seen.add(identifier)
    return identifier


def _lists(document: _Node) -> tuple[TrelloList, ...]:
    seen: set[str] = set()
    found = [
        TrelloList(
            id=_once(seen, node),
            name=node.required("name").text(),
            closed=node.child("closed").flag(),
            pos=node.required("pos").number(),
        )
        for node in document.required("lists").items()
    ]
    return tuple(sorted(found, key=lambda each: (each.pos, each.id)))


def _labels(holder: _Node) -> Iterator[TrelloLabel]:
    for node in holder.child("labels").items():
        color = node.child("color").text()
        yield TrelloLabel(
            id=node.required("id").identifier(),
            name=node.child("name").text(),
            color=color or None,
        )


def _members(document: _Node) -> Iterator[TrelloMember]:
    for node in document.child("members").items():
        yield TrelloMember(
            id=node.required("id").identifier(),
            username=node.child("username").text(),
            full_name=node.child("fullName").text(),
        )


def _cards(
    document: _Node, list_ids: set[str], labels: dict[str, TrelloLabel]
) -> tuple[TrelloCard, ...]:
    """The cards by `pos`. Labels that only a card tells of are added to `labels`."""
    seen: set[str] = set()
    found = []
    for node in document.required("cards").items():
        card_id = _once(seen, node)
        placed = node.required("idList")
        if placed.identifier() not in list_ids:
            raise BrokenExport("the export has no list of this id", placed.path)
        for label in _labels(node):
            labels.setdefault(label.id, label)
        closed_at = node.child("dateClosed").moment()
        found.append(
            TrelloCard(
                id=card_id,
                list_id=placed.identifier(),
                name=node.required("name").text(),
                description=node.child("desc").text(),
                closed=node.child("closed").flag(),
                pos=node.required("pos").number(),
                created_at=created_at(card_id),
                active_at=closed_at or node.child("dateLastActivity").moment(),
                due=node.child("due").moment(),
                url=node.child("shortUrl").text() or node.child("url").text(),
                label_ids=_label_ids(node, labels),
                member_ids=tuple(
                    dict.fromkeys(each.identifier() for each in node.child("idMembers").items())
                ),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.pos, each.id)))


def _label_ids(card: _Node, labels: dict[str, TrelloLabel]) -> tuple[str, ...]:
    """The ids of a card's labels; older exports have the labels alone."""
    found: dict[str, None] = {}
    for node in card.child("idLabels").items():
        if node.identifier() not in labels:
            raise BrokenExport("the export has no label of this id", node.path)
        found[node.identifier()] = None
    for label in _labels(card):
        found[label.id] = None
    return tuple(found)


def _left_out(document: _Node) -> Counter[str]:
    """How much there is of what has no home in Taskly."""
    left: Counter[str] = Counter()
    for node in document.child("checklists").items():
        left["checklists"] += 1
        left["checklist items"] += node.child("checkItems").amount()
    for node in document.child("actions").items():
        if node.child("type").text() in _COMMENTS:
            left["comments"] += 1
    left["custom fields"] += document.child("customFields").amount()
    left["board descriptions"] += bool(document.child("desc").text())
    for node in document.child("cards").items():
        left["attachments"] += node.child("attachments").amount()
        left["votes"] += node.child("idMembersVoted").amount()
        left["stickers"] += node.child("stickers").amount()
        left["start dates"] += bool(node.child("start").text())
    return +left
