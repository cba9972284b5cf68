"""Taking a Trello board in: what it becomes is planned first, and written in one transaction.

Every row's id follows from its Trello id, so that importing a file again finds what is there:
cards that people changed since are left as they are, and deleted ones stay deleted.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from boards.models import Board, default_columns
from boards.services import MAX_COLUMNS, board_lock, refuse_archived
from cards.models import (
    MAX_DESCRIPTION,
    MAX_TITLE,
    Card,
    CardAssignee,
)
from cards.ordering import STEP
from cards.services import ColumnFull
from cards.services.rules import coming_in
from core.acting import acting
from core.db.copying import copy_instances
from core.exceptions import RuleViolation
from core.models import EventLog
from integrations.trello.attachments import card_meant, with_attachments
from integrations.trello.labels import labels_planned
from integrations.trello.mapping import category_of, first_free, identifier_of, numbered, one_line
from integrations.trello.parts import Parts, Target, authors, parts_planned
from integrations.trello.people import people_matched
from integrations.trello.reader import TrelloBoard, TrelloCard, TrelloList
from integrations.trello.report import ImportReport
from workspaces.models import User, Workspace, WorkspaceMember
from workspaces.services.workspaces import workspace_lock

_MAX_BOARD_NAME = 100
_MAX_COLUMN_NAME = 100
_MAX_URL = 500


class TooManyLists(RuleViolation):
    """The board would have more columns than a board may have."""

    code = "too_many_lists"
    message = _("The Trello board has more open lists than a board can have columns.")


class NotAMember(RuleViolation):
    """Whoever imports becomes the author of the cards."""

    status = 403
    code = "not_a_member"
    message = _("Only a member of the workspace can import into it.")


@dataclass
class _Plan:
    """The rows to write, and what to tell about them."""

    board: Board
    cards: list[Card]
    assignees: list[CardAssignee]
    parts: Parts
    report: ImportReport


def trello_preview(
    *,
    export: TrelloBoard,
    workspace: Workspace,
    actor: User,
    at: datetime,
    board_name: str | None = None,
) -> ImportReport:
    """What `trello_import` would do now. Writes nothing."""
    _require_member(actor, workspace)
    return _plan(export, workspace, actor, at, board_name, _board_of(export, workspace)).report


def trello_import(
    *,
    export: TrelloBoard,
    workspace: Workspace,
    actor: User,
    at: datetime,
    board_name: str | None = None,
) -> ImportReport:
    """Make the board with its cards, or add to it what came since the last import."""
    with acting(actor, "board.imported"):
        # Two imports of one file at once: the second waits here, and finds the first one's board.
        workspace = workspace_lock(workspace.pk)
        _require_member(actor, workspace)
        board = _board_of(export, workspace)
        if board is not None:
            board = board_lock(board.pk, actor)
            refuse_archived(board)
        plan = _plan(export, workspace, actor, at, board_name, board)
        if board is None:
            plan.board.save(force_insert=True)
        else:
            _refuse_full_columns(board, plan.cards)
        with coming_in("board"):
            _write_cards(plan.cards)
        copy_instances(plan.assignees)
        copy_instances(plan.parts.items)
        copy_instances(plan.parts.comments)
        copy_instances(plan.parts.links)
    return plan.report


def _require_member(actor: User, workspace: Workspace) -> None:
    if not WorkspaceMember.objects.filter(workspace=workspace, user=actor).exists():
        raise NotAMember()


def _board_of(export: TrelloBoard, workspace: Workspace) -> Board | None:
    """The board that an earlier import of this Trello board made."""
    made = identifier_of(workspace.pk, "board", export.id)
    return Board.objects.filter(pk=made, workspace=workspace).first()


def _plan(
    export: TrelloBoard,
    workspace: Workspace,
    actor: User,
    at: datetime,
    board_name: str | None,
    board: Board | None,
) -> _Plan:
    report = ImportReport(board="", is_new_board=board is None, left_out=export.left_out)
    if board is None:
        board = _new_board(export, workspace, board_name, report)
        wanted: Sequence[TrelloCard] = export.cards
    else:
        wanted = _not_there_yet(export, workspace, report)
    report.board = board.name
    placed = _placed(board, workspace, export, wanted, report)
    labels = labels_planned(board, workspace, export, [card for card, _column in placed])
    people = people_matched(authors(export), workspace)
    positions = _bottoms(board) if not report.is_new_board else {}
    closed_lists = {each.id: each.name for each in export.lists if each.closed}
    cards, assignees = [], []
    linked = {card.short_link for card in export.cards if card.short_link}
    targets = _present(board, export, workspace, at) if not report.is_new_board else {}
    for source, column in placed:
        position = positions.get(column["id"], 0) + STEP
        positions[column["id"]] = position
        card = _card(source, column, at, closed_lists, linked, report)
        card.workspace, card.board, card.created_by = workspace, board, actor
        card.id = identifier_of(workspace.pk, "card", source.id)
        card.position = position
        card.metadata["labels"] = [labels[each] for each in source.label_ids]
        cards.append(card)
        targets[source.id] = Target(card, _ended(source, at), is_new=True)
        for member_id in source.member_ids:
            if member_id in people:
                assignees.append(
                    CardAssignee(
                        workspace=workspace, board=board, card=card, user_id=people[member_id]
                    )
                )
            else:
                known = export.members.get(member_id)
                report.unmatched[str(known) if known else "(somebody who left the board)"] += 1
    report.cards = len(cards)
    report.archived = sum(card.archived_at is not None for card in cards)
    report.labels = len({each for source, _column in placed for each in source.label_ids})
    report.assigned = len(assignees)
    parts = parts_planned(
        export=export,
        workspace=workspace,
        actor=actor,
        at=at,
        people=people,
        targets=targets,
        report=report,
    )
    return _Plan(board, cards, assignees, parts, report)


def _ended(source: TrelloCard, at: datetime) -> datetime:
    """When the card last changed: the nearest that an export knows to when it was done."""
    return max(source.created_at, min(source.active_at or at, at))


def _present(
    board: Board, export: TrelloBoard, workspace: Workspace, at: datetime
) -> dict[str, Target]:
    """The cards of an earlier import that are on the board still: they take in what is new."""
    ids = {identifier_of(workspace.pk, "card", card.id): card for card in export.cards}
    return {
        ids[card.pk].id: Target(card, _ended(ids[card.pk], at), is_new=False)
        for card in Card.objects.filter(board=board, pk__in=ids).only("id", "board_id")
    }


def _new_board(
    export: TrelloBoard, workspace: Workspace, name: str | None, report: ImportReport
) -> Board:
    """The board with a column for each open list (for each list, where all are closed)."""
    lists = [each for each in export.lists if not each.closed] or list(export.lists)
    if len(lists) > MAX_COLUMNS:
        raise TooManyLists()
    columns: list[dict[str, Any]] = []
    taken: set[str] = set()
    for place, each in enumerate(lists):
        called = one_line(each.name, _MAX_COLUMN_NAME) or "Untitled list"
        called = numbered(called, first_free(called, taken, _MAX_COLUMN_NAME), _MAX_COLUMN_NAME)
        taken.add(called)
        columns.append(
            {
                "id": str(identifier_of(workspace.pk, "list", each.id)),
                "name": called,
                "position": place,
                "category": category_of(called).value,
                "wip_limit": None,
            }
        )
    columns = columns or default_columns()
    report.columns = [(column["name"], column["category"]) for column in columns]
    return Board(
        id=identifier_of(workspace.pk, "board", export.id),
        workspace=workspace,
        name=one_line(name or export.name, _MAX_BOARD_NAME) or "Trello board",
        columns=columns,
        created_at=export.created_at,
    )


def _not_there_yet(
    export: TrelloBoard, workspace: Workspace, report: ImportReport
) -> list[TrelloCard]:
    """The cards that no import brought before. The log remembers those that are gone again."""
    ids = {identifier_of(workspace.pk, "card", card.id): card for card in export.cards}
    present = set(Card.objects.filter(workspace=workspace, pk__in=ids).values_list("pk", flat=True))
    known = set(
        EventLog.objects.filter(
            entity_type="card", entity_id__in=ids.keys() - present, workspace_id=workspace.pk
        ).values_list("entity_id", flat=True)
    )
    report.present = len(present)
    report.deleted = len(known)
    return [card for pk, card in ids.items() if pk not in present and pk not in known]


def _placed(
    board: Board,
    workspace: Workspace,
    export: TrelloBoard,
    cards: Iterable[TrelloCard],
    report: ImportReport,
) -> list[tuple[TrelloCard, dict[str, Any]]]:
    """Each card with its column, in the order in which the cards of a column stand."""
    columns = {each.id: _column_for(each, board.columns, workspace.pk) for each in export.lists}
    order = {each.id: (each.closed, place) for place, each in enumerate(export.lists)}
    cards = list(cards)
    ids = {column["id"] for column in board.columns}
    for each in export.lists:
        own = str(identifier_of(workspace.pk, "list", each.id))
        if own not in ids:
            amount = sum(card.list_id == each.id for card in cards)
            kind = "archived lists" if each.closed else "lists without a column of their own"
            report.fitted[f"Cards of {kind}, put into a like column"] += amount
    if report.is_new_board:
        lived_in = {card.list_id for card in cards}
        report.fitted["Archived lists without cards, left out"] += sum(
            each.closed and each.id not in lived_in for each in export.lists
        )
    report.fitted = +report.fitted
    return [
        (card, columns[card.list_id])
        for card in sorted(cards, key=lambda card: (order[card.list_id], card.pos, card.id))
    ]


def _column_for(
    source: TrelloList, columns: Sequence[dict[str, Any]], workspace_id: uuid.UUID
) -> dict[str, Any]:
    """The list's own column; else one of its name, one of its meaning, or the first."""
    own = str(identifier_of(workspace_id, "list", source.id))
    name = one_line(source.name, _MAX_COLUMN_NAME)
    category = category_of(source.name).value
    for column in columns:
        if column["id"] == own:
            return column
    if not source.closed:
        for column in columns:
            if column["name"] == name:
                return column
    for column in columns:
        if column["category"] == category:
            return column
    return columns[0]


def _card(
    source: TrelloCard,
    column: dict[str, Any],
    at: datetime,
    closed_lists: dict[str, str],
    linked: set[str],
    report: ImportReport,
) -> Card:
    title = " ".join(source.name.split())
    description = source.description
    if not title:
        title = "Untitled card"
        report.fitted["Cards without a title"] += 1
    if len(title) > MAX_TITLE:
        description = f"{title}\n\n{description}".rstrip()
        title = one_line(title, MAX_TITLE)
        report.fitted["Titles cut to 500 characters (whole in the description)"] += 1
    if len(description) > MAX_DESCRIPTION:
        description = description[: MAX_DESCRIPTION - 1] + "…"
        report.fitted["Descriptions cut to 65,536 characters"] += 1
    elsewhere = [each for each in source.attachments if card_meant(each) not in linked]
    description = with_attachments(description, elsewhere, report)
    ended = _ended(source, at)
    trello: dict[str, Any] = {"id": source.id}
    if source.url.startswith("https://trello.com/") and len(source.url) <= _MAX_URL:
        trello["url"] = source.url
    if source.list_id in closed_lists:
        trello["list"] = closed_lists[source.list_id]
    return Card(
        column_id=uuid.UUID(column["id"]),
        title=title,
        description=description,
        metadata={"labels": [], "trello": trello},
        due_date=source.due.astimezone(UTC).date() if source.due else None,
        created_at=source.created_at,
        completed_at=ended if column["category"] == "done" else None,
        archived_at=ended if source.closed or source.list_id in closed_lists else None,
    )


def _bottoms(board: Board) -> dict[str, int]:
    """The position of the lowest card of each column, by the column's id."""
    return {
        str(column_id): lowest
        for column_id, lowest in Card.objects.filter(board=board)
        .order_by()
        .values_list("column_id")
        .annotate(lowest=Max("position"))
    }


def _refuse_full_columns(board: Board, coming: Iterable[Card]) -> None:
    amounts = Counter(str(card.column_id) for card in coming if card.archived_at is None)
    for column in board.columns:
        limit, more = column["wip_limit"], amounts[column["id"]]
        if limit is None or not more:
            continue
        inside = Card.objects.live().filter(column_id=column["id"]).count()
        if inside + more > limit:
            raise ColumnFull(
                _("The column %(name)s has no room for %(more)d more cards.")
                % {"name": column["name"], "more": more},
                column_id=column["id"],
                wip_limit=limit,
            )


def _write_cards(cards: Iterable[Card]) -> None:
    """Write the cards, numbered in the order in which they were made in Trello.

    The first is given its number by the database, which locks the workspace's counter; so the
    numbers after it are ours, and the counter is moved once and not once a card.
    """
    oldest_first = sorted(cards, key=lambda card: card.metadata["trello"]["id"])
    Card.objects.bulk_create(oldest_first[:1])
    for place, card in enumerate(oldest_first[1:], 1):
        card.number = oldest_first[0].number + place
    copy_instances(oldest_first[1:])
