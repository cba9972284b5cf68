"""What hangs on the cards of an export: checklists, comments, attachments."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from integrations.trello.document import Node, once

COMMENTS = ("commentCard", "copyCommentCard")
_TICKED = "updateCheckItemStateOnCard"


@dataclass(frozen=True)
class TrelloMember:
    id: str
    username: str
    full_name: str

    def __str__(self) -> str:
        return self.full_name or self.username or self.id


@dataclass(frozen=True)
class TrelloAttachment:
    """A file or an address; of a file the export has the address alone."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class TrelloItem:
    """A step. When it was ticked off, and by whom, is known where the export still tells of it."""

    id: str
    name: str
    is_done: bool
    pos: float
    done_at: datetime | None
    done_by: TrelloMember | None


@dataclass(frozen=True)
class TrelloChecklist:
    id: str
    card_id: str
    name: str
    pos: float
    items: tuple[TrelloItem, ...]


@dataclass(frozen=True)
class TrelloComment:
    id: str
    card_id: str
    author: TrelloMember | None
    text: str
    made_at: datetime | None
    edited_at: datetime | None


def member(node: Node) -> TrelloMember:
    return TrelloMember(
        id=node.required("id").identifier(),
        username=node.child("username").text(),
        full_name=node.child("fullName").text(),
    )


def attachments(card: Node) -> tuple[TrelloAttachment, ...]:
    """A card's attachments in their order."""
    seen: set[str] = set()
    found = [
        (
            node.child("pos").number() if node.child("pos").value is not None else 0,
            TrelloAttachment(
                id=once(seen, node), name=node.child("name").text(), url=node.child("url").text()
            ),
        )
        for node in card.child("attachments").items()
    ]
    return tuple(each for _pos, each in sorted(found, key=lambda pair: (pair[0], pair[1].id)))


def comments(document: Node, members: Mapping[str, TrelloMember]) -> Iterator[TrelloComment]:
    """The comments, as the board's history tells of them."""
    seen: set[str] = set()
    for node in document.child("actions").items():
        if node.child("type").text() not in COMMENTS:
            continue
        data = node.required("data")
        yield TrelloComment(
            id=once(seen, node),
            card_id=data.required("card").required("id").identifier(),
            author=_doer(node, members),
            text=data.child("text").text(),
            made_at=node.child("date").moment(),
            edited_at=data.child("dateLastEdited").moment(),
        )


def checklists(document: Node, members: Mapping[str, TrelloMember]) -> Iterator[TrelloChecklist]:
    """The checklists, with what the history tells of who ticked what off."""
    ticked = dict(_ticked(document, members))
    seen: set[str] = set()
    items_seen: set[str] = set()
    for node in document.child("checklists").items():
        yield TrelloChecklist(
            id=once(seen, node),
            card_id=node.required("idCard").identifier(),
            name=node.child("name").text(),
            pos=node.required("pos").number(),
            items=tuple(
                sorted(
                    (_item(each, items_seen, ticked) for each in node.child("checkItems").items()),
                    key=lambda item: (item.pos, item.id),
                )
            ),
        )


_Tick = tuple[datetime | None, TrelloMember | None]


def _item(node: Node, seen: set[str], ticked: Mapping[str, _Tick]) -> TrelloItem:
    identifier = once(seen, node)
    is_done = node.child("state").text() == "complete"
    done_at, done_by = ticked.get(identifier, (None, None)) if is_done else (None, None)
    return TrelloItem(
        id=identifier,
        name=node.child("name").text(),
        is_done=is_done,
        pos=node.required("pos").number(),
        done_at=done_at,
        done_by=done_by,
    )


def _ticked(document: Node, members: Mapping[str, TrelloMember]) -> Iterator[tuple[str, _Tick]]:
    """The last time that each item was ticked off: the history's newest comes first."""
    newest: set[str] = set()
    for node in document.child("actions").items():
        if node.child("type").text() != _TICKED:
            continue
        item = node.required("data").required("checkItem")
        identifier = item.required("id").identifier()
        if identifier not in newest and item.child("state").text() == "complete":
            newest.add(identifier)
            yield identifier, (node.child("date").moment(), _doer(node, members))


def _doer(action: Node, members: Mapping[str, TrelloMember]) -> TrelloMember | None:
    """Who did it, also where they have left the board since; None where nobody is told."""
    told = action.child("memberCreator")
    if told.value is not None:
        return member(told)
    identifier = action.child("idMemberCreator")
    return None if identifier.value is None else members.get(identifier.identifier())


def without_home(document: Node, cards: Container[str]) -> Iterator[str]:
    """What of checklists and comments has no home in Taskly, one name for each."""
    for node in document.child("checklists").items():
        if node.required("idCard").identifier() not in cards:
            yield "checklists of cards that are gone"
        for item in node.child("checkItems").items():
            if item.child("due").value is not None:
                yield "due dates of checklist items"
            if item.child("idMember").value is not None:
                yield "people of checklist items"
