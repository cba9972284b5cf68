"""The steps of a card: made, changed, ticked off, put in another place, removed.

All of it runs under the card's lock; an item's position is counted over all checklists of its card.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cards.models import Card, ChecklistItem
from cards.ordering import STEP, Place
from cards.services.rules import card_lock
from core.acting import acting
from core.clock import now
from core.exceptions import RuleViolation, check_version
from workspaces.models import User

MOST_ITEMS = 500
"""Of one card."""


class ChecklistItemGone(RuleViolation):
    code = "checklist_item_gone"
    message = _("The checklist item was deleted in the meantime.")


class ChecklistGone(RuleViolation):
    code = "checklist_gone"
    message = _("The checklist was deleted or renamed in the meantime.")


class ChecklistFull(RuleViolation):
    code = "checklist_full"
    message = _("A card has at most 500 checklist items.")


class ItemAnchorGone(RuleViolation):
    """The item to land beside is not on the card (any more). Tells the present order."""

    code = "anchor_gone"
    message = _("The item to land beside is not on this card.")


def checklist_item_create(
    *, actor: User, card: Card, text: str, checklist: str = "", done: bool = False
) -> ChecklistItem:
    """Add a step at the end; without a name of its own it goes to the checklist "Checklist"."""
    with acting(actor, "checklist_item.created"):
        card = card_lock(card, actor)
        last = _positions(card)
        if len(last) >= MOST_ITEMS:
            raise ChecklistFull()
        item = ChecklistItem(
            workspace_id=card.workspace_id,
            board_id=card.board_id,
            card=card,
            checklist=_cleaned("checklist", checklist or "Checklist", 100),
            text=_cleaned("text", text, 500),
            position=(last[-1][1] if last else 0) + STEP,
        )
        if done:
            item.done_at, item.done_by = now(), actor
        item.save(force_insert=True)
    return item


def checklist_item_update(
    *,
    item: ChecklistItem,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> ChecklistItem:
    """Change text or checklist, tick off (`done`) or take that back; the rest stays."""
    with acting(actor, "checklist_item.updated"):
        item = _locked(item, actor)
        check_version(item, expected_version)
        changed = []
        if "text" in changes:
            item.text = _cleaned("text", changes["text"], 500)
            changed.append("text")
        if "checklist" in changes:
            item.checklist = _cleaned("checklist", changes["checklist"], 100)
            changed.append("checklist")
        if "done" in changes and changes["done"] != (item.done_at is not None):
            item.done_at, item.done_by = (now(), actor) if changes["done"] else (None, None)
            changed += ["done_at", "done_by"]
        if changed:
            item.save(update_fields=changed)
    return item


def checklist_item_move(
    *,
    item: ChecklistItem,
    actor: User | None,
    place: Place,
    checklist: str | None = None,
    expected_version: int | None = None,
) -> ChecklistItem:
    """Put an item beside another of its card or at an end, perhaps into another checklist."""
    with acting(actor, "checklist_item.moved"):
        item = _locked(item, actor)
        check_version(item, expected_version)
        order = [pk for pk, _position in _positions(item.card)]
        order.remove(item.pk)
        anchor = place.before or place.after
        if anchor is None:
            index = 0 if place.end == "top" else len(order)
        elif anchor in order:
            index = order.index(anchor) + (0 if place.before else 1)
        else:
            raise ItemAnchorGone(
                field="before" if place.before else "after",
                order=[str(pk) for pk, _position in _positions(item.card)],
            )
        if checklist is not None:
            item.checklist = _cleaned("checklist", checklist, 100)
        item.position = _position_at(item, order, index)
        item.save(update_fields=["checklist", "position"])
    return item


def checklist_item_delete(
    *, item: ChecklistItem, actor: User | None, expected_version: int | None = None
) -> None:
    with acting(actor, "checklist_item.deleted"):
        item = _locked(item, actor)
        check_version(item, expected_version)
        ChecklistItem.objects.filter(pk=item.pk)._raw_delete("default")


def checklist_rename(*, card: Card, actor: User | None, checklist: str, name: str) -> None:
    """Give a whole checklist another name; one that is taken already takes the items in."""
    with acting(actor, "checklist.renamed"):
        card = card_lock(card, actor)
        name = _cleaned("name", name, 100)
        items = _items_of(card, checklist)
        if name != checklist:
            items.update(checklist=name)


def checklist_delete(*, card: Card, actor: User | None, checklist: str) -> None:
    """Take a whole checklist off a card, with all of its items."""
    with acting(actor, "checklist.deleted"):
        card = card_lock(card, actor)
        _items_of(card, checklist)._raw_delete("default")


def _items_of(card: Card, checklist: str) -> QuerySet[ChecklistItem]:
    """The items of a checklist, of which there is at least one: without items there is none."""
    items = ChecklistItem.objects.filter(card_id=card.pk, checklist=checklist)
    if not items.exists():
        raise ChecklistGone()
    return items


def _positions(card: Card) -> list[tuple[uuid.UUID, int]]:
    """The card's items in order, with their positions."""
    rows = ChecklistItem.objects.filter(card_id=card.pk).order_by("position")
    return list(rows.values_list("pk", "position"))


def _position_at(item: ChecklistItem, order: list[uuid.UUID], index: int) -> int:
    """The position of place `index` among the others; where there is no room, all are spaced."""
    places = dict(_positions(item.card))
    lower = places[order[index - 1]] if index else None
    upper = places[order[index]] if index < len(order) else None
    if lower is None and upper is None:
        return STEP
    if upper is None:
        return int(lower or 0) + STEP
    if lower is None:
        return upper - STEP
    if upper - lower > 1:
        return (lower + upper) // 2
    spaced = [*order[:index], item.pk, *order[index:]]
    rows = {row.pk: row for row in ChecklistItem.objects.filter(card_id=item.card_id)}
    for number, pk in enumerate(spaced, 1):
        rows[pk].position = number * STEP
    ChecklistItem.objects.bulk_update(rows.values(), ["position"])
    return rows[item.pk].position


def _locked(item: ChecklistItem, actor: User | None) -> ChecklistItem:
    """The item as it is now that its card is locked, with the card."""
    card = card_lock(item.card, actor)
    found = (
        ChecklistItem.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk=item.pk)
        .first()
    )
    if found is None:
        raise ChecklistItemGone()
    found.card = card
    return found


def _cleaned(name: str, text: str, longest: int) -> str:
    text = text.strip()
    if not 1 <= len(text) <= longest:
        raise ValidationError(
            {name: _("This has 1 to %(longest)d characters.") % {"longest": longest}}
        )
    return text
