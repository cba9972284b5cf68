"""How the log tells of cards and of who works on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cards.models import Card, ChecklistItem, Comment
from core.history.words import Logged, Named, Words
from workspaces.models import Workspace

ACTIONS = {
    "card.created": Words(
        one=(_("%(actor)s created %(it)s"),),
        many=(
            ngettext_lazy(
                "%(actor)s created %(count)s card", "%(actor)s created %(count)s cards", "count"
            ),
        ),
    ),
    "card.moved": Words(
        one=(
            _(
                "%(actor)s moved %(it)s from %(before_column_id)s on %(before_board_id)s "
                "to %(after_column_id)s on %(after_board_id)s"
            ),
            _("%(actor)s moved %(it)s from %(before_column_id)s to %(after_column_id)s"),
            _("%(actor)s moved %(it)s within its column"),
        ),
        many=(
            ngettext_lazy(
                "%(actor)s moved %(count)s card to %(after_column_id)s",
                "%(actor)s moved %(count)s cards to %(after_column_id)s",
                "count",
            ),
            ngettext_lazy(
                "%(actor)s moved %(count)s card", "%(actor)s moved %(count)s cards", "count"
            ),
        ),
    ),
    "cards.bulk": Words(
        of="card",
        one=(
            _("%(actor)s moved %(it)s from %(before_column_id)s to %(after_column_id)s"),
            _("%(actor)s changed %(it)s (%(changes)s)"),
            _("%(actor)s changed %(it)s"),
        ),
        many=(
            ngettext_lazy(
                "%(actor)s changed %(count)s card at once",
                "%(actor)s changed %(count)s cards at once",
                "count",
            ),
        ),
    ),
    "label.updated": Words(
        of="card",
        one=(_("%(actor)s changed a label of %(it)s"),),
        many=(
            ngettext_lazy(
                "%(actor)s changed a label of %(count)s card",
                "%(actor)s changed a label of %(count)s cards",
                "count",
            ),
        ),
    ),
    "card_assignee.created": Words(one=(_("%(actor)s assigned %(user_id)s to %(card_id)s"),)),
    "card_assignee.deleted": Words(one=(_("%(actor)s took %(user_id)s off %(card_id)s"),)),
    "card_assignee.updated": Words(one=(_("%(actor)s changed who works on %(card_id)s"),)),
    "comment.created": Words(one=(_("%(actor)s commented on %(card_id)s: %(content)s"),)),
    "comment.edited": Words(
        one=(
            _("%(actor)s edited a comment: %(after_content)s"),
            _("%(actor)s edited a comment"),
        )
    ),
    "comment.deleted": Words(one=(_("%(actor)s deleted a comment"),)),
    "comment.updated": Words(one=(_("%(actor)s changed a comment"),)),
    "checklist_item.created": Words(
        one=(_("%(actor)s added %(it)s to a checklist of %(card_id)s"),),
        many=(
            ngettext_lazy(
                "%(actor)s added %(count)s checklist item",
                "%(actor)s added %(count)s checklist items",
                "count",
            ),
        ),
    ),
    "checklist_item.updated": Words(
        one=(
            _("%(actor)s ticked off %(it)s (%(after_done_at)s)"),
            _("%(actor)s changed %(it)s (%(changes)s)"),
        ),
        many=(
            ngettext_lazy(
                "%(actor)s changed %(count)s checklist item",
                "%(actor)s changed %(count)s checklist items",
                "count",
            ),
        ),
    ),
    "checklist_item.moved": Words(
        one=(_("%(actor)s moved %(it)s within its card"),),
        many=(
            ngettext_lazy(
                "%(actor)s moved %(count)s checklist item",
                "%(actor)s moved %(count)s checklist items",
                "count",
            ),
        ),
    ),
    "checklist_item.deleted": Words(
        one=(_("%(actor)s removed %(it)s from a checklist of %(card_id)s"),),
        many=(
            ngettext_lazy(
                "%(actor)s removed %(count)s checklist item",
                "%(actor)s removed %(count)s checklist items",
                "count",
            ),
        ),
    ),
    "checklist.renamed": Words(
        of="checklist_item",
        one=(
            _(
                "%(actor)s renamed the checklist %(before_checklist)s of a card "
                "to %(after_checklist)s"
            ),
        ),
        many=(
            _(
                "%(actor)s renamed the checklist %(before_checklist)s of a card "
                "to %(after_checklist)s"
            ),
        ),
    ),
    "checklist.deleted": Words(
        of="checklist_item",
        one=(_("%(actor)s removed the checklist %(checklist)s from %(card_id)s"),),
        many=(_("%(actor)s removed the checklist %(checklist)s from %(card_id)s"),),
    ),
    "card_link.created": Words(one=(_("%(actor)s linked %(source_id)s and %(target_id)s"),)),
    "card_link.deleted": Words(
        one=(_("%(actor)s took the link of %(source_id)s and %(target_id)s away"),)
    ),
    "saved_filter.created": Words(one=(_("%(actor)s saved the filter %(it)s"),)),
    "saved_filter.updated": Words(one=(_("%(actor)s changed the filter %(it)s"),)),
    "saved_filter.deleted": Words(one=(_("%(actor)s deleted the filter %(it)s"),)),
}


def _keys(logged: Mapping[str, Logged]) -> dict[str, str]:
    """Cards that are gone, by their keys: numbers are never given out again."""
    workspaces = {each.workspace_id for each in logged.values() if each.workspace_id}
    prefixes = dict(Workspace.objects.filter(pk__in=workspaces).values_list("pk", "key"))
    return {
        card_id: f"{prefixes[each.workspace_id]}-{each.value}"
        for card_id, each in logged.items()
        if each.workspace_id is not None and each.workspace_id in prefixes
    }


NAMES = {
    Card: Named(
        text=Concat(
            "workspace__key", Value("-"), Cast("number", CharField()), output_field=CharField()
        ),
        note="title",
        quoted=False,
        logged="number",
        gone=_keys,
    ),
    Comment: Named(text="content", logged="content"),
    ChecklistItem: Named(text="text", logged="text"),
}


def _metadata(metadata: Any) -> str:
    """Labels by their names, and whatever else there is."""
    if not isinstance(metadata, dict):
        return str(metadata)
    labels = ", ".join(str(label.get("name", "")) for label in metadata.get("labels") or ())
    others = {name: value for name, value in metadata.items() if name != "labels" and value}
    rest = json.dumps(others, ensure_ascii=False) if others else ""
    return " ".join(part for part in (labels, rest) if part)


VALUES = {("card", "metadata"): _metadata}

# Set and cleared by the column that a card stands in.
UNTOLD = {("card", "completed_at")}


def _taken_back(ids: set[UUID]) -> set[UUID]:
    """Of these comments, those that nobody reads any more: deleted, or gone altogether."""
    present = Comment.objects.present().filter(pk__in=ids)
    return ids - set(present.values_list("pk", flat=True))


WITHHELD = {"comment": ("content", _taken_back)}
