"""A Trello board's export (Menu > Print, export, and share > Export as JSON), read and checked.

Nothing here knows a database: bytes come in, plain values go out, and the first thing that isn't
as it should be is refused with the place where it stands (`cards[12].due`). Only what is taken in
or counted is looked at; Trello's exports hold a lot more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from integrations.trello.document import BrokenExport, Node, created_at, once
from integrations.trello.parts_reader import (
    TrelloAttachment,
    TrelloChecklist,
    TrelloComment,
    TrelloMember,
    attachments,
    checklists,
    comments,
    member,
    without_home,
)

MAX_BYTES = 32 * 1024 * 1024


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
    short_link: str
    label_ids: tuple[str, ...]
    member_ids: tuple[str, ...]
    attachments: tuple[TrelloAttachment, ...]


@dataclass(frozen=True)
class TrelloBoard:
    """An export: lists, cards and checklists by `pos`, comments from the oldest on, and in
    `left_out` how much there is of what has no home."""

    id: str
    name: str
    created_at: datetime
    lists: tuple[TrelloList, ...]
    labels: dict[str, TrelloLabel]
    members: dict[str, TrelloMember]
    cards: tuple[TrelloCard, ...]
    checklists: tuple[TrelloChecklist, ...] = ()
    comments: tuple[TrelloComment, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)


def read(content: bytes) -> TrelloBoard:
    """The board in an export's bytes. Raises BrokenExport, naming the first broken place."""
    if len(content) > MAX_BYTES:
        raise BrokenExport(f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        document = Node(orjson.loads(content.removeprefix(b"\xef\xbb\xbf")))
    except orjson.JSONDecodeError as error:
        raise BrokenExport(f"this is not JSON: {error}") from None
    document.object()
    board_id = document.required("id").identifier()
    lists = _lists(document)
    labels = {label.id: label for label in _labels(document)}
    members = {each.id: each for each in map(member, document.child("members").items())}
    cards = _cards(document, {each.id for each in lists}, labels)
    return TrelloBoard(
        id=board_id,
        name=document.required("name").text(),
        created_at=created_at(board_id),
        lists=lists,
        labels=labels,
        members=members,
        cards=cards,
        checklists=tuple(
            sorted(checklists(document, members), key=lambda each: (each.pos, each.id))
        ),
        comments=tuple(sorted(comments(document, members), key=lambda each: each.id)),
        left_out=_left_out(document, {card.id for card in cards}),
    )


def _lists(document: Node) -> tuple[TrelloList, ...]:
    seen: set[str] = set()
    found = [
        TrelloList(
            id=once(seen, node),
            name=node.required("name").text(),
            closed=node.child("closed").flag(),
            pos=node.required("pos").number(),
        )
        for node in document.required("lists").items()
    ]
    return tuple(sorted(found, key=lambda each: (each.pos, each.id)))


def _labels(holder: Node) -> Iterator[TrelloLabel]:
    for node in holder.child("labels").items():
        color = node.child("color").text()
        yield TrelloLabel(
            id=node.required("id").identifier(),
            name=node.child("name").text(),
            color=color or None,
        )


def _cards(
    document: Node, list_ids: set[str], labels: dict[str, TrelloLabel]
) -> tuple[TrelloCard, ...]:
    """The cards by `pos`. Labels that only a card tells of are added to `labels`."""
    seen: set[str] = set()
    found = []
    for node in document.required("cards").items():
        card_id = once(seen, node)
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
                short_link=node.child("shortLink").text(),
                label_ids=_label_ids(node, labels),
                member_ids=tuple(
                    dict.fromkeys(each.identifier() for each in node.child("idMembers").items())
                ),
                attachments=attachments(node),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.pos, each.id)))


def _label_ids(card: Node, labels: dict[str, TrelloLabel]) -> tuple[str, ...]:
    """The ids of a card's labels; older exports have the labels alone."""
    found: dict[str, None] = {}
    for node in card.child("idLabels").items():
        if node.identifier() not in labels:
            raise BrokenExport("the export has no label of this id", node.path)
        found[node.identifier()] = None
    for label in _labels(card):
        found[label.id] = None
    return tuple(found)


def _left_out(document: Node, card_ids: set[str]) -> Counter[str]:
    """How much there is of what has no home in Taskly."""
    left: Counter[str] = Counter(without_home(document, card_ids))
    left["custom fields"] += document.child("customFields").amount()
    left["board descriptions"] += bool(document.child("desc").text())
    for node in document.child("cards").items():
        left["votes"] += node.child("idMembersVoted").amount()
        left["stickers"] += node.child("stickers").amount()
        left["start dates"] += bool(node.child("start").text())
    return +left
