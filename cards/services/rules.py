"""Locks, limits and refusals that all writes to cards share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Sprint
from boards.services import boards_lock
from cards.models import Card
from cards.querysets import CardQuerySet
from core.acting import add_context
from core.db.compiled import CompiledQuery
from core.db.errors import explain
from core.exceptions import RuleViolation
from projects.models import Feature
from projects.rights import require_contributor_in
from projects.services import ProjectArchived
from workspaces.models import User, WorkspaceMember
from workspaces.rights import require_admin


class ColumnFull(RuleViolation):
    """The column holds as many cards as its limit allows."""

    code = "column_full"
    message = _("The column is full: its limit of cards in work is reached.")


class CardGone(RuleViolation):
    code = "card_gone"
    message = _("The card was deleted in the meantime.")


class SprintCompleted(RuleViolation):
    """What is over takes in nothing: nobody who plans would find the card there."""

    code = "sprint_completed"
    message = _("The sprint is completed: it takes in no more cards.")


class ForeignBoard(RuleViolation):
    """Cards stay in their workspace."""

    status = 400
    code = "foreign_board"
    message = _("A card can move to another board of its own workspace only.")


def _locking() -> CardQuerySet:
    return Card.objects.select_for_update(no_key=True, of=("self",))


_LOCK_ONE = CompiledQuery(lambda card: _locking().filter(pk=card), card=uuid.UUID)


def cards_lock(
    cards: Iterable[Card], actor: User | None, also: Iterable[uuid.UUID] = ()
) -> tuple[dict[uuid.UUID, Card], dict[uuid.UUID, Board]]:
    """Lock the boards that the cards stand on (and the boards `also`), then the cards.

    Whoever only observes the project of one of these boards is refused.

    A card may be moved to a board that isn't locked yet while this waits: then the locks taken so
    far are kept and the others added. That breaks the order of ids, so that two such movers could
    wait for each other; PostgreSQL ends one of them and the request is run again.
    """
    wanted = {card.pk: card.board_id for card in cards}
    boards = boards_lock({*wanted.values(), *also}, actor)
    while True:
        if len(wanted) == 1:
            found = _LOCK_ONE(card=next(iter(wanted)))
        else:
            found = list(_locking().filter(pk__in=sorted(wanted)).order_by("pk"))
        locked = {card.pk: card for card in found}
        if len(locked) < len(wanted):
            raise CardGone()
        unlocked = {card.board_id for card in locked.values()} - boards.keys()
        if not unlocked:
            break
        boards |= boards_lock(unlocked, actor)
    for card in locked.values():
        card.board = boards[card.board_id]
    return locked, boards


def card_lock(card: Card, actor: User | None) -> Card:
    """Lock the card's board, then the card; the present row, with its board."""
    return cards_lock([card], actor)[0][card.pk]


def refuse_observed_features(
    features: Iterable[Feature | None], boards: Iterable[Board], actor: User | None
) -> None:
    """Refuse to tie cards to features of a project that the actor only observes.

    They count in its progress, on whosever board they are. About the projects of the (locked)
    boards it was asked already.
    """
    asked = {board.project_id for board in boards}
    require_contributor_in(
        actor,
        {
            feature.project_id: feature.workspace_id
            for feature in features
            if feature is not None and feature.project_id not in asked
        },
    )


def read_sprints_anew(sprints: Iterable[Any]) -> None:
    """Read which of the given sprints are completed by now; what isn't one is passed over.

    Once for all of them, when their boards are locked: from then on each stays as it is found.
    """
    given = [sprint for sprint in sprints if isinstance(sprint, Sprint)]
    if not given:
        return
    found = Sprint.objects.filter(pk__in={sprint.pk for sprint in given})
    present = dict(found.values_list("pk", "status"))
    for sprint in given:
        # One that is gone is left to its foreign key.
        sprint.status = present.get(sprint.pk, sprint.status)


def check_sprint(
    sprint: Sprint | None, board_id: uuid.UUID, present: uuid.UUID | None, field: str = "sprint"
) -> None:
    """Refuse a sprint of another board, and a completed one; its status has been read anew.

    A card that is in a completed sprint (`present`) may stay there.
    """
    if sprint is None or sprint.pk == present:
        return
    if sprint.board_id != board_id:
        raise ValidationError({field: _("A card's sprint belongs to its own board.")})
    if sprint.status == Sprint.Status.COMPLETED:
        raise SprintCompleted(field=field)


@contextmanager
def coming_in(field: str) -> Iterator[None]:
    """What is written inside brings a card to a board, whose project isn't archived.

    The database asks that with the row, under the project's lock; to ask it here before would cost
    every card a query, and prove nothing.
    """
    try:
        yield
    except IntegrityError as error:
        if explain(error).constraint == "cards_project_open":
            raise ProjectArchived(field=field) from error
        raise


def refuse_foreign_feature(feature: Feature | None, workspace_id: uuid.UUID) -> None:
    if feature is not None and feature.workspace_id != workspace_id:
        raise ValidationError({"feature": _("A card's feature is of its own workspace.")})


def check_wip_limit(
    *,
    board: Board,
    column: dict[str, Any],
    actor: User | None,
    override: bool = False,
) -> None:
    """Refuse one more card in a full column, unless an admin lets it in and the log says so."""
    limit = column["wip_limit"]
    if override:
        require_admin(actor, board.workspace_id)
    if limit is None:
        return
    inside = Card.objects.filter(column_id=column["id"], archived_at__isnull=True)
    if inside.count() < limit:
        return
    if not override:
        raise ColumnFull(field="column_id", column_id=column["id"], wip_limit=limit)
    add_context({"override_wip_limit": True})


def members_among(users: Sequence[User], workspace_id: uuid.UUID) -> list[User]:
    """The same people, each once; a field error where one isn't a member of the workspace."""
    wanted = list({user.pk: user for user in users}.values())
    if not wanted:
        return []
    members = set(
        WorkspaceMember.objects.filter(
            workspace_id=workspace_id, user_id__in=[user.pk for user in wanted]
        ).values_list("user_id", flat=True)
    )
    if any(user.pk not in members for user in wanted):
        raise ValidationError({"assignees": _("Only members of the workspace can be assigned.")})
    return wanted


def clean_title(title: str) -> str:
    title = title.strip()
    if not 1 <= len(title) <= 500:
        raise ValidationError({"title": _("A title has 1 to 500 characters.")})
    return title
