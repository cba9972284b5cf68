"""The page of a board's columns: each change is a service of its own, all or nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from boards.models import Board, ColumnCategory
from boards.services import MAX_WIP_LIMIT, column_add, column_update
from cards.services import column_remove
from core.acting import acting
from core.admin.forms import name_controls
from core.admin.refusals import REFUSALS, Refused, add_to_form, messages_of
from core.api.retry import retrying
from core.exceptions import check_version


class ColumnForm(forms.Form):
    """One column: an empty name in the last row adds none."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    category = forms.ChoiceField(label=_("Means"), choices=ColumnCategory.choices)
    wip_limit = forms.IntegerField(
        label=_("Limit of cards"), min_value=1, max_value=MAX_WIP_LIMIT, required=False
    )
    position = forms.IntegerField(label=_("Place"), min_value=1, required=False)
    remove = forms.BooleanField(label=_("Remove"), required=False)
    move_cards_to = forms.ChoiceField(label=_("Move its cards to"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("id") and not cleaned.get("name") and "name" not in self.errors:
            raise ValidationError({"name": _("A column's name has 1 to 100 characters.")})
        return cleaned


class ColumnFormSet(BaseFormSet):
    """A board's columns in order, and an empty row for a new one."""

    def __init__(self, *args: Any, board: Board, **kwargs: Any) -> None:
        self.board = board
        initial = [{**column, "position": column["position"] + 1} for column in board.columns]
        super().__init__(*args, initial=initial, prefix="columns", **kwargs)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        initial = form.initial or {}
        form.fields["move_cards_to"].choices = [
            ("", "—"),
            *(
                (column["id"], column["name"])
                for column in self.board.columns
                if column["id"] != initial.get("id")
            ),
        ]
        name_controls(form, initial.get("name") or _g("new column"))


ColumnForms = formset_factory(ColumnForm, formset=ColumnFormSet, extra=1, max_num=101)


class ColumnsForm(forms.Form):
    """What the page carries beside its rows."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def columns_save(
    request: HttpRequest, board: Board, rows: ColumnFormSet, expected_version: int
) -> None:
    """Carry out what the rows say; raises `Refused` with the prefix of the row it is about."""

    def saved() -> None:
        with transaction.atomic(), acting(request.user, "board.columns_changed"):
            present = Board.objects.select_for_update(no_key=True).get(pk=board.pk)
            check_version(present, expected_version)
            for row in rows.forms:
                try:
                    _save_row(request, board, row)
                except REFUSALS as error:
                    raise Refused(error, row.prefix) from error

    retrying(saved)


def _save_row(request: HttpRequest, board: Board, row: ColumnForm) -> None:
    said = row.cleaned_data
    common: dict[str, Any] = {"board": board, "actor": request.user}
    if not said.get("id"):
        if said.get("name"):
            place = said["position"] - 1 if said.get("position") else None
            column_add(
                **common,
                name=said["name"],
                category=said["category"],
                wip_limit=said["wip_limit"],
                position=place,
            )
    elif said["remove"]:
        column_remove(**common, column_id=said["id"], move_cards_to=said["move_cards_to"] or None)
    else:
        changes: dict[str, Any] = {
            name: said[name]
            for name in ("name", "category", "wip_limit")
            if name in row.changed_data
        }
        if "position" in row.changed_data and said["position"]:
            changes["position"] = said["position"] - 1
        if changes:
            column_update(**common, column_id=said["id"], **changes)


def show_refusal(rows: ColumnFormSet, form: ColumnsForm, refused: Refused) -> None:
    """Put what a service refused beside the row that asked for it."""
    texts = messages_of(refused.error)
    aliases = {"column_id": "name", "move_cards_to": "move_cards_to"}
    for row in rows.forms:
        if row.prefix == refused.prefix:
            add_to_form(row, texts, aliases)
            return
    add_to_form(form, texts, {})
