"""The form of a card: what a person sets, beside what the row keeps."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from boards.models import Board, BoardColumn, Sprint
from cards.models import Card
from core.admin.forms import TasklyModelForm
from projects.models import Feature
from workspaces.models import User

METADATA_FIELDS = ("labels", "new_labels", "acceptance_criteria")


def features_for(board: Board, present: uuid.UUID | None) -> QuerySet[Feature]:
    """What cards of this board may carry out: its project's features, or all of the workspace.

    Those that nothing more is to be done about are left out, but for the card's own.
    """
    features = Feature.objects.filter(workspace=board.workspace_id)
    to_be_done = Q(project__archived_at=None) & ~Q(
        status__in=[Feature.Status.DONE, Feature.Status.CANCELLED]
    )
    if board.project_id is not None:
        to_be_done &= Q(project=board.project_id)
    return (
        features.filter(to_be_done | Q(pk=present))
        .select_related("project")
        .order_by("project__name", "name", "id")
    )


class CardForm(TasklyModelForm):
    """A card of one board: columns, sprints, labels and people are that board's.

    `board`, `may_override` and `known_labels` are set on the class that is made for one request.
    """

    board: ClassVar[Board]
    may_override: ClassVar[bool] = False
    known_labels: ClassVar[list[dict[str, Any]]] = []

    column = forms.ModelChoiceField(
        label=_("Column"), queryset=BoardColumn.objects.none(), empty_label=None
    )
    override_wip_limit = forms.BooleanField(
        label=_("Let it in even if the column is full"),
        required=False,
        help_text=_("Admins may; the log says so."),
    )
    assignees = forms.ModelMultipleChoiceField(
        label=_("Assignees"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox-list"}),
    )
    labels = forms.MultipleChoiceField(
        label=_("Labels"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox-list"}),
    )
    new_labels = forms.CharField(
        label=_("New labels"),
        required=False,
        max_length=500,
        help_text=_("Names, with commas between them."),
    )
    acceptance_criteria = forms.CharField(
        label=_("Acceptance criteria"),
        required=False,
        max_length=65_536,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Card
        fields = (
            "title",
            "description",
            "priority",
            "story_points",
            "estimated_hours",
            "due_date",
            "sprint",
            "feature",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = BoardColumn.objects.filter(board_id=self.board.pk).order_by("position")
        self.fields["column"].queryset = columns
        self.fields["sprint"].queryset = Sprint.objects.filter(board=self.board).order_by(
            "-start_date", "id"
        )
        self.fields["feature"].queryset = features_for(self.board, self.instance.feature_id)
        self.fields["feature"].label_from_instance = self._named
        self.fields["assignees"].queryset = User.objects.filter(
            memberships__workspace=self.board.workspace_id, deleted_at=None
        ).order_by("full_name", "username")
        if self.known_labels:
            self.fields["labels"].choices = [
                (label["id"], label["name"]) for label in self.known_labels
            ]
        else:
            self.fields.pop("labels")
        if not self.may_override:
            self.fields.pop("override_wip_limit")
        if not self.instance._state.adding:
            self._show_present()

    def _named(self, feature: Feature) -> str:
        if feature.project_id == self.board.project_id:
            return feature.name
        return f"{feature.project} · {feature.name}"

    def _show_present(self) -> None:
        card = self.instance
        self.initial["column"] = card.column_id
        self.initial["assignees"] = [
            assignee.user_id for assignee in card.card_assignees.order_by("created_at", "id")
        ]
        self.initial["labels"] = [label["id"] for label in card.metadata.get("labels", [])]
        self.initial["acceptance_criteria"] = card.metadata.get("acceptance_criteria", "")

    def clean_new_labels(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["new_labels"].split(",")]
        if any(len(name) > 50 for name in names):
            raise ValidationError(_("A label has a name of 1 to 50 characters."))
        return [name for name in names if name]

    def clean(self) -> dict[str, Any]:
        """The services' words for it: a board, and metadata to be merged into the card's."""
        super().clean()
        return {**self.cleaned_data, "board": self.board, "metadata": self._metadata()}

    def changed_fields(self) -> list[str]:
        names = super().changed_fields()
        if any(name in METADATA_FIELDS for name in names):
            names.append("metadata")
        return [name for name in names if name not in METADATA_FIELDS]

    def _metadata(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data.get("labels", []))
        labels: list[dict[str, Any]] = [
            {"id": label["id"], "name": label["name"], "color": label["color"]}
            for label in self.known_labels
            if label["id"] in chosen
        ]
        taken = {label["name"].lower() for label in labels}
        for name in self.cleaned_data.get("new_labels", []):
            if name.lower() not in taken:
                taken.add(name.lower())
                labels.append({"name": name})
        criteria = self.cleaned_data.get("acceptance_criteria", "")
        return {"labels": labels, "acceptance_criteria": criteria or None}


class MoveForm(forms.Form):
    """Where cards go: a column of a board that the person may see."""

    column = forms.ChoiceField(label=_("Column"))
    place = forms.ChoiceField(
        label=_("Place"), choices=[("bottom", _("At the bottom")), ("top", _("At the top"))]
    )
    override_wip_limit = forms.BooleanField(
        label=_("Let them in even if the column is full"), required=False
    )

    def __init__(self, boards: list[Board], may_override: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.boards = {column["id"]: board for board in boards for column in board.columns}
        self.fields["column"].choices = [
            (
                f"{board.workspace.key} · {board.name}",
                [(column["id"], column["name"]) for column in board.columns],
            )
            for board in boards
        ]
        if not may_override:
            self.fields.pop("override_wip_limit")


class AssignForm(forms.Form):
    """Who is to work on cards."""

    people = forms.ModelMultipleChoiceField(
        label=_("People"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox-list"}),
    )
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            ("add", _("Add them to those who are assigned")),
            ("replace", _("Put them in the place of those who are assigned")),
        ],
    )

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["people"].queryset = people
