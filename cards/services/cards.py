"""Making, changing, archiving and deleting one card."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.models import Board, Sprint
from boards.services import board_lock, column_of, refuse_archived
from cards.models import MAX_METADATA, Card, CardAssignee
from cards.ordering import Place, position_at
from cards.services.labels import metadata_complete
from cards.services.rules import (
    card_lock,
    check_sprint,
    check_wip_limit,
    clean_title,
    coming_in,
    members_among,
    read_sprints_anew,
    refuse_foreign_feature,
    refuse_observed_features,
)
from core.acting import acting
from core.clock import now
from core.exceptions import check_version
from core.identifiers import uuid7
from projects.models import Feature
from workspaces.models import User

CHANGEABLE = (
    "title",
    "description",
    "metadata",
    "priority",
    "story_points",
    "estimated_hours",
    "due_date",
    "sprint",
    "feature",
)


def card_create(
    *,
    actor: User,
    board: Board,
    title: str,
    column_id: uuid.UUID | str | None = None,
    place: Place | None = None,
    description: str = "",
    metadata: dict[str, Any] | None = None,
    priority: str = Card.Priority.NONE,
    story_points: int | None = None,
    estimated_hours: Decimal | None = None,
    due_date: datetime.date | None = None,
    sprint: Sprint | None = None,
    feature: Feature | None = None,
    assignees: Sequence[User] = (),
    override_wip_limit: bool = False,
) -> Card:
    """Make a card in a column of `board` (the first, if none is said), at the bottom."""
    with acting(actor, "card.created"):
        board = board_lock(board.pk, actor)
        refuse_observed_features([feature], [board], actor)
        read_sprints_anew([sprint])
        return create_on_locked(
            actor=actor,
            board=board,
            title=title,
            column_id=column_id,
            place=place,
            description=description,
            metadata=metadata,
            priority=priority,
            story_points=story_points,
            estimated_hours=estimated_hours,
            due_date=due_date,
            sprint=sprint,
            feature=feature,
            assignees=assignees,
            override_wip_limit=override_wip_limit,
        )


def create_on_locked(
    *,
    actor: User,
    board: Board,
    title: str,
    column_id: uuid.UUID | str | None = None,
    place: Place | None = None,
    metadata: dict[str, Any] | None = None,
    sprint: Sprint | None = None,
    feature: Feature | None = None,
    assignees: Sequence[User] = (),
    override_wip_limit: bool = False,
    **fields: Any,
) -> Card:
    """What `card_create` does once the board is locked."""
    refuse_archived(board)
    column = board.columns[0] if column_id is None else column_of(board, column_id)
    check_wip_limit(board=board, column=column, actor=actor, override=override_wip_limit)
    check_sprint(sprint, board.pk, None)
    refuse_foreign_feature(feature, board.workspace_id)
    people = members_among(assignees, board.workspace_id)
    identifier = uuid7()
    card = Card(
        id=identifier,
        workspace_id=board.workspace_id,
        board=board,
        column_id=uuid.UUID(column["id"]),
        title=clean_title(title),
        metadata={"labels": []} if metadata is None else _whole_metadata(metadata, board),
        sprint=sprint,
        feature=feature,
        created_by=actor,
        **fields,
    )
    card.position = position_at(
        column_id=card.column_id, place=place or Place(), moving=identifier, present=None
    )
    with coming_in("board"):
        card.save(force_insert=True)
    if people:
        _assign(card, people)
        # The database raised the card's version for each of them.
        card.refresh_from_db(fields=["version", "updated_at"])
    return card


def card_update(
    *,
    card: Card,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Card:
    """Change what `changes` names, `assignees` (a whole list) included; everything else stays.

    `metadata` is merged after RFC 7396: null removes a key, objects merge, lists are replaced.
    """
    with acting(actor, "card.updated"):
        card = card_lock(card, actor)
        check_version(card, expected_version)
        refuse_observed_features([changes.get("feature")], [card.board], actor)
        read_sprints_anew([changes.get("sprint")])
        return update_locked(card, changes)


def update_locked(card: Card, changes: Mapping[str, Any]) -> Card:
    """What `card_update` does once the card is locked."""
    changed = [name for name in CHANGEABLE if name in changes]
    present_sprint = card.sprint_id
    for name in changed:
        if name != "metadata":
            setattr(card, name, changes[name])
    if "title" in changes:
        card.title = clean_title(card.title)
    if "sprint" in changes:
        check_sprint(card.sprint, card.board_id, present_sprint)
    if "feature" in changes:
        refuse_foreign_feature(card.feature, card.workspace_id)
    if "metadata" in changes:
        merged = merge_patch(card.metadata, changes["metadata"])
        card.metadata = _whole_metadata(merged, card.board)
    if changed:
        card.save(update_fields=changed)
    if "assignees" in changes and _set_assignees(card, changes["assignees"]):
        card.refresh_from_db(fields=["version", "updated_at"])
    return card


def card_archive(*, card: Card, actor: User | None, expected_version: int | None = None) -> Card:
    """Take a card off its board; it keeps its column and place."""
    with acting(actor, "card.archived"):
        card = card_lock(card, actor)
        check_version(card, expected_version)
        return archive_locked(card)


def archive_locked(card: Card) -> Card:
    """What `card_archive` does once the card is locked. An archived card stays as it is."""
    if card.archived_at is None:
        card.archived_at = now()
        card.save(update_fields=["archived_at"])
    return card


def card_unarchive(
    *,
    card: Card,
    actor: User | None,
    override_wip_limit: bool = False,
    expected_version: int | None = None,
) -> Card:
    """Bring an archived card back to where it stood, if its column has room."""
    with acting(actor, "card.unarchived"):
        card = card_lock(card, actor)
        check_version(card, expected_version)
        return unarchive_locked(card, actor=actor, override_wip_limit=override_wip_limit)


def unarchive_locked(card: Card, *, actor: User | None, override_wip_limit: bool) -> Card:
    """What `card_unarchive` does once the card is locked."""
    if card.archived_at is not None:
        refuse_archived(card.board)
        check_wip_limit(
            board=card.board,
            column=column_of(card.board, card.column_id),
            actor=actor,
            override=override_wip_limit,
        )
        card.archived_at = None
        card.save(update_fields=["archived_at"])
    return card


def card_delete(*, card: Card, actor: User | None, expected_version: int | None = None) -> None:
    """Delete a card for good. Its number is never given out again."""
    with acting(actor, "card.deleted"):
        card = card_lock(card, actor)
        check_version(card, expected_version)
        Card.objects.filter(pk=card.pk)._raw_delete("default")


def merge_patch(present: Any, patch: Any) -> Any:
    """RFC 7396: `present` as `patch` would have it."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(present) if isinstance(present, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _whole_metadata(metadata: dict[str, Any], board: Board) -> dict[str, Any]:
    """`metadata` with its labels complete, and not larger than one that could be sent back.

    Many small changes must not add up to what a single one may not bring.
    """
    complete = metadata_complete(metadata, board)
    if len(json.dumps(complete, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_METADATA:
        raise ValidationError({"metadata": _("Metadata has at most 65,536 bytes.")})
    return complete


def _assign(card: Card, people: Sequence[User]) -> None:
    CardAssignee.objects.bulk_create(
        CardAssignee(workspace_id=card.workspace_id, board_id=card.board_id, card=card, user=person)
        for person in people
    )


def _set_assignees(card: Card, people: Sequence[User]) -> bool:
    """Make `people` the card's assignees; whether that changed anything."""
    wanted = {person.pk: person for person in members_among(people, card.workspace_id)}
    present = set(CardAssignee.objects.filter(card_id=card.pk).values_list("user_id", flat=True))
    leaving = present - wanted.keys()
    coming = [person for pk, person in wanted.items() if pk not in present]
    if leaving:
        CardAssignee.objects.filter(card_id=card.pk, user_id__in=leaving).delete()
    if coming:
        _assign(card, coming)
    return bool(leaving or coming)
