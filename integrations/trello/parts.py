"""What hangs on the cards of an export, as rows: checklist items, comments, links between cards.

Like cards, each has an id that follows from its Trello id: what an earlier import brought is left
as it is, and what people deleted since stays deleted.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q

from cards.models import MAX_COMMENT, Card, CardLink, ChecklistItem, Comment
from cards.ordering import STEP
from cards.services.checklists import MOST_ITEMS
from core.models import EventLog
from integrations.trello.attachments import card_meant, plain
from integrations.trello.document import created_at
from integrations.trello.mapping import first_free, identifier_of, numbered, one_line
from integrations.trello.parts_reader import TrelloComment, TrelloItem, TrelloMember
from integrations.trello.reader import TrelloBoard
from integrations.trello.report import ImportReport
from workspaces.models import User, Workspace

_MAX_CHECKLIST = 100
_MAX_ITEM = 500


@dataclass(frozen=True)
class Target:
    """A card that takes parts in: a new one, or one that an earlier import brought."""

    card: Card
    ended_at: datetime
    is_new: bool


@dataclass
class Parts:
    """The rows to write."""

    items: list[ChecklistItem] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    links: list[CardLink] = field(default_factory=list)


@dataclass
class _Import:
    export: TrelloBoard
    workspace: Workspace
    actor: User
    at: datetime
    people: Mapping[str, uuid.UUID]
    targets: Mapping[str, Target]
    report: ImportReport

    def id_of(self, kind: str, trello_id: str, made_at: datetime | None = None) -> uuid.UUID:
        return identifier_of(self.workspace.pk, kind, trello_id, made_at)

    def made_at(self, trello_id: str, told: datetime | None = None) -> datetime:
        return min(told or created_at(trello_id), self.at)


def parts_planned(
    *,
    export: TrelloBoard,
    workspace: Workspace,
    actor: User,
    at: datetime,
    people: Mapping[str, uuid.UUID],
    targets: Mapping[str, Target],
    report: ImportReport,
) -> Parts:
    """The rows for `targets`, the cards that take them in by their Trello ids."""
    taken = _Import(export, workspace, actor, at, people, targets, report)
    parts = Parts(
        items=list(_items(taken)), comments=list(_comments(taken)), links=list(_links(taken))
    )
    report.items = len(parts.items)
    report.comments = len(parts.comments)
    report.links = len(parts.links)
    return parts


_Kind = type[ChecklistItem] | type[Comment] | type[CardLink]
_NAMES: dict[_Kind, str] = {
    ChecklistItem: "checklist_item",
    Comment: "comment",
    CardLink: "card_link",
}


def _known(kind: _Kind, ids: Iterable[uuid.UUID], workspace: Workspace) -> set[uuid.UUID]:
    """Those that an earlier import brought: they are there, or the log tells of them."""
    wanted = set(ids)
    if not wanted:
        return set()
    there = set(kind._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
    gone = EventLog.objects.filter(
        entity_type=_NAMES[kind], entity_id__in=wanted - there, workspace_id=workspace.pk
    )
    return there | set(gone.values_list("entity_id", flat=True))


# Checklists.


def _items(taken: _Import) -> Iterator[ChecklistItem]:
    """The items of each card in their order, checklist after checklist."""
    report = taken.report
    wanted = list(_items_named(taken))
    known = _known(
        ChecklistItem,
        (taken.id_of("item", item.id) for target, _name, item in wanted if not target.is_new),
        taken.workspace,
    )
    last, amounts = _present_items(taken)
    for target, name, item in wanted:
        pk, card = taken.id_of("item", item.id), target.card
        if pk in known:
            continue
        text = one_line(item.name, _MAX_ITEM)
        if not text:
            report.fitted["Checklist items without a text, left out"] += 1
            continue
        if amounts[card.pk] >= MOST_ITEMS:
            report.fitted["Checklist items beyond 500 of a card, left out"] += 1
            continue
        if len(" ".join(item.name.split())) > _MAX_ITEM:
            report.fitted["Checklist items cut to 500 characters"] += 1
        amounts[card.pk] += 1
        last[card.pk] += STEP
        made = taken.made_at(item.id)
        done_at = max(made, min(item.done_at or target.ended_at, taken.at))
        yield ChecklistItem(
            id=pk,
            workspace=taken.workspace,
            board_id=card.board_id,
            card=card,
            checklist=name,
            text=text,
            position=last[card.pk],
            created_at=made,
            done_at=done_at if item.is_done else None,
            done_by_id=taken.people.get(item.done_by.id) if item.done_by else None,
        )


def _items_named(taken: _Import) -> Iterator[tuple[Target, str, TrelloItem]]:
    """Each item with its card and its checklist's name: two of one name are told apart."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for checklist in taken.export.checklists:
        target = taken.targets.get(checklist.card_id)
        if target is None:
            continue
        called = one_line(checklist.name, _MAX_CHECKLIST) or "Checklist"
        used = names[checklist.card_id]
        called = numbered(called, first_free(called, used, _MAX_CHECKLIST), _MAX_CHECKLIST)
        used.add(called)
        for item in checklist.items:
            yield target, called, item


def _present_items(taken: _Import) -> tuple[dict[uuid.UUID, int], dict[uuid.UUID, int]]:
    """The last position and the number of items of each card that was there before."""
    last: defaultdict[uuid.UUID, int] = defaultdict(int)
    amounts: defaultdict[uuid.UUID, int] = defaultdict(int)
    present = [each.card.pk for each in taken.targets.values() if not each.is_new]
    if present:
        for pk, lowest, amount in (
            ChecklistItem.objects.filter(card__in=present)
            .order_by()
            .values_list("card")
            .annotate(lowest=Max("position"), amount=Count("pk"))
        ):
            last[pk], amounts[pk] = lowest, amount
    return last, amounts


# Comments.


def _comments(taken: _Import) -> Iterator[Comment]:
    """What people said, under their own names where they are members."""
    wanted = []
    for comment in taken.export.comments:
        target = taken.targets.get(comment.card_id)
        if target is not None:
            wanted.append((target, comment))
        elif comment.card_id not in {card.id for card in taken.export.cards}:
            taken.report.fitted["Comments of cards that are gone, left out"] += 1
    known = _known(
        Comment,
        (_id_of(each, taken) for target, each in wanted if not target.is_new),
        taken.workspace,
    )
    for target, comment in wanted:
        pk = _id_of(comment, taken)
        if pk in known:
            continue
        made = taken.made_at(comment.id, comment.made_at)
        content = _content(comment, taken, made)
        if content is None:
            continue
        author = taken.people.get(comment.author.id) if comment.author else None
        edited = comment.edited_at
        yield Comment(
            id=pk,
            workspace=taken.workspace,
            board_id=target.card.board_id,
            card=target.card,
            author_id=author or taken.actor.pk,
            content=content,
            mentions=[],
            created_at=made,
            edited_at=None if edited is None else max(made, min(edited, taken.at)),
        )


def _id_of(comment: TrelloComment, taken: _Import) -> uuid.UUID:
    """Comments stand in the order of their ids, also those of one second."""
    return taken.id_of("comment", comment.id, comment.made_at)


def _content(comment: TrelloComment, taken: _Import, made: datetime) -> str | None:
    """The text; of somebody who is no member it begins with who wrote it, and when."""
    content = comment.text.strip()
    if not content:
        taken.report.fitted["Comments without a text, left out"] += 1
        return None
    if comment.author is None or comment.author.id not in taken.people:
        who = str(comment.author) if comment.author else "Somebody"
        taken.report.unmatched_authors[who] += 1
        content = f"**{plain(one_line(who, 200))}**, in Trello on {made:%Y-%m-%d}:\n\n{content}"
    if len(content) > MAX_COMMENT:
        taken.report.fitted["Comments cut to 10,000 characters"] += 1
        content = content[: MAX_COMMENT - 1].rstrip() + "…"
    return content


# Links.


def _links(taken: _Import) -> Iterator[CardLink]:
    """A card attached to a card relates to it, once, whichever of them says so."""
    by_name = {card.short_link: card.id for card in taken.export.cards if card.short_link}
    wanted: dict[frozenset[str], tuple[Target, Target, uuid.UUID]] = {}
    for card in taken.export.cards:
        source = taken.targets.get(card.id)
        for attachment in card.attachments:
            other = by_name.get(card_meant(attachment) or "")
            target = taken.targets.get(other or "")
            if source is None or target is None or other == card.id:
                continue
            pk = taken.id_of("link", attachment.id)
            wanted.setdefault(frozenset((card.id, other or "")), (source, target, pk))
    known = _known(
        CardLink,
        (pk for source, target, pk in wanted.values() if not (source.is_new or target.is_new)),
        taken.workspace,
    )
    linked = _linked([source.card.pk for source, _target, _pk in wanted.values()])
    for source, target, pk in wanted.values():
        if pk in known or frozenset((source.card.pk, target.card.pk)) in linked:
            continue
        yield CardLink(
            id=pk,
            workspace=taken.workspace,
            board_id=source.card.board_id,
            source=source.card,
            target=target.card,
            target_board_id=target.card.board_id,
            kind=CardLink.Kind.RELATES_TO,
        )


def _linked(cards: list[uuid.UUID]) -> set[frozenset[uuid.UUID]]:
    """The pairs of cards that somebody has related already."""
    if not cards:
        return set()
    links = CardLink.objects.filter(
        Q(source__in=cards) | Q(target__in=cards), kind=CardLink.Kind.RELATES_TO
    )
    return {frozenset(pair) for pair in links.values_list("source", "target")}


def authors(export: TrelloBoard) -> Iterator[TrelloMember]:
    """The people of the board, and who said or ticked something there and left it since."""
    yield from export.members.values()
    for comment in export.comments:
        if comment.author is not None:
            yield comment.author
    for checklist in export.checklists:
        for item in checklist.items:
            if item.done_by is not None:
                yield item.done_by
