"""Cards: the work."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from boards.models import Board, BoardColumn, Sprint
from cards.querysets import CardQuerySet
from core.db.constraints import (
    CASCADE,
    NO_ACTION,
    SET_NULL,
    ForeignKeyConstraint,
)
from core.db.errors import TriggerRule
from core.db.indexes import Index
from core.models import BaseModel
from projects.models import Feature
from workspaces.models import InWorkspace, User, Workspace
from workspaces.querysets import TenantQuerySet

MAX_TITLE = 500
MAX_DESCRIPTION = 65_536
MAX_METADATA = 65_536


def default_metadata() -> dict[str, Any]:
    return {"labels": []}


class MetadataIsValid(Func):
    """The database's own check of a card's metadata."""

    function = "taskly_metadata_valid"
    output_field = models.BooleanField()


class Card(InWorkspace):
    """A piece of work, in one column of one board.

    `position` orders the cards of a column; only moves write it. `metadata` is
    `{"labels": [{"id", "name", "color"}], …}`; keys that nobody knows are kept. The table also has
    a generated column `search` (title and description), which `CardQuerySet.search` reads.
    """

    class Priority(models.TextChoices):
        NONE = "none", _("None")
        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    kept_by_database: ClassVar[tuple[str, ...]] = ("completed_at",)

    # Composite indexes below begin with workspace, board and column: none of their own.
    board = models.ForeignKey(
        Board,
        on_delete=models.CASCADE,
        related_name="cards",
        db_constraint=False,
        db_index=False,
        verbose_name=_("board"),
    )
    number = models.PositiveIntegerField(
        _("number"),
        db_default=0,
        editable=False,
        help_text=_("Unique in the workspace; the database gives it out."),
    )
    column = models.ForeignKey(
        BoardColumn,
        on_delete=models.DO_NOTHING,
        related_name="cards",
        db_constraint=False,
        db_index=False,
        verbose_name=_("column"),
    )
    position = models.BigIntegerField(_("position"), editable=False)
    title = models.CharField(_("title"), max_length=MAX_TITLE)
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    metadata = models.JSONField(_("metadata"), default=default_metadata, blank=True)
    priority = models.CharField(
        _("priority"),
        max_length=10,
        choices=Priority.choices,
        default=Priority.NONE,
        db_default=Priority.NONE,
    )
    story_points = models.PositiveSmallIntegerField(
        _("points"), null=True, blank=True, validators=[MaxValueValidator(999)]
    )
    estimated_hours = models.DecimalField(
        _("estimated hours"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    due_date = models.DateField(_("due"), null=True, blank=True)
    sprint = models.ForeignKey(
        Sprint,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="cards",
        db_constraint=False,
        db_index=False,
        verbose_name=_("sprint"),
    )
    feature = models.ForeignKey(
        Feature,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="cards",
        db_constraint=False,
        db_index=False,
        verbose_name=_("feature"),
    )
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="created_cards",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("created by"),
    )
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False, db_default=None)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)
    assignees: models.ManyToManyField[User, CardAssignee] = models.ManyToManyField(
        User, through="CardAssignee", related_name="assigned_cards", blank=True
    )

    objects = CardQuerySet.as_manager()

    trigger_rules = (
        TriggerRule("cards_number_unchanging", "number", _("A card's number never changes.")),
        TriggerRule(
            "cards_workspace_id_unchanging", "workspace", _("A card never changes its workspace.")
        ),
        TriggerRule(
            "cards_labels_agree",
            "metadata",
            _("On one board a label's name has one id and one color."),
        ),
        TriggerRule(
            "cards_project_open", "board", _("The project is archived: unarchive it first."), 409
        ),
    )

    class Meta:
        db_table = "cards"
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        indexes = [
            # Cards by label (`metadata @> '{"labels": [{"id": …}]}'`).
            GinIndex(fields=["metadata"], name="cards_metadata_idx"),
            # What is still to be done in a workspace, newest first.
            models.Index(
                fields=["workspace", "-id"],
                name="cards_open_idx",
                condition=Q(completed_at__isnull=True, archived_at__isnull=True),
            ),
            # What is due: by day, only cards that can still be late.
            models.Index(
                fields=["workspace", "due_date", "id"],
                name="cards_due_idx",
                condition=Q(
                    due_date__isnull=False, completed_at__isnull=True, archived_at__isnull=True
                ),
            ),
            # Every list of cards of a workspace in order of creation.
            models.Index(fields=["workspace", "id"], name="cards_workspace_id_idx"),
            # The list of a board's cards in order of creation, a page at a time.
            Index(
                fields=["board", "id"],
                name="cards_board_idx",
                condition=Q(archived_at__isnull=True),
            ),
            # The whole board in order: the snapshot.
            Index(fields=["board", "column", "position"], name="cards_board_column_position_idx"),
            # The cards of a sprint.
            models.Index(fields=["sprint"], name="cards_sprint_idx"),
            # The cards that carry a feature out, and what is emptied with it.
            models.Index(fields=["feature", "workspace"], name="cards_feature_idx"),
            # What a person wrote, newest first.
            models.Index(fields=["created_by", "-id"], name="cards_created_by_idx"),
            # What changed on a board lately: `updated_since`.
            models.Index(fields=["workspace", "updated_at", "id"], name="cards_updated_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "number"], name="cards_workspace_number_unique"
            ),
            models.UniqueConstraint(
                fields=["id", "workspace", "board"], name="cards_id_workspace_board_key"
            ),
            models.UniqueConstraint(
                fields=["column", "position"],
                name="cards_column_position_unique",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="cards_number_positive"),
            models.CheckConstraint(
                condition=Q(title__regex=r"^[^[:space:]](.*[^[:space:]])?$"),
                name="cards_title_trimmed",
                violation_error_message=_("A title has 1 to 500 characters."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("description"), MAX_DESCRIPTION),
                name="cards_description_length",
                violation_error_message=_("A description has at most 65,536 characters."),
            ),
            models.CheckConstraint(
                condition=Q(MetadataIsValid(F("metadata"))),
                name="cards_metadata_valid",
                violation_error_message=_(
                    "Metadata is an object whose labels have an id, a name of 1 to 50 characters "
                    "(once each) and a color such as #1f6feb."
                ),
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["none", "low", "medium", "high", "urgent"]),
                name="cards_priority_valid",
            ),
            models.CheckConstraint(
                condition=Q(story_points__isnull=True)
                | Q(story_points__gte=0, story_points__lte=999),
                name="cards_story_points_range",
                violation_error_message=_("Points are between 0 and 999."),
            ),
            models.CheckConstraint(
                # To PostgreSQL NaN is more than every number.
                condition=Q(estimated_hours__isnull=True)
                | Q(estimated_hours__gt=0, estimated_hours__lt=1_000_000),
                name="cards_estimated_hours_positive",
                violation_error_message=_("Hours are more than 0."),
            ),
            ForeignKeyConstraint(
                fields=["board", "workspace"],
                to="boards.Board",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="cards_board_fk",
            ),
            ForeignKeyConstraint(
                fields=["column", "board"],
                to="boards.BoardColumn",
                to_fields=["id", "board_id"],
                on_delete=NO_ACTION,
                name="cards_column_fk",
                violation_error_message=_("A card stands in a column of its own board."),
            ),
            ForeignKeyConstraint(
                fields=["sprint", "board"],
                to="boards.Sprint",
                to_fields=["id", "board"],
                on_delete=SET_NULL,
                name="cards_sprint_fk",
                violation_error_message=_("A card's sprint belongs to its own board."),
            ),
            ForeignKeyConstraint(
                fields=["feature", "workspace"],
                to="projects.Feature",
                to_fields=["id", "workspace"],
                on_delete=SET_NULL,
                name="cards_feature_fk",
                violation_error_message=_("A card's feature is of its own workspace."),
            ),
            ForeignKeyConstraint(
                fields=["created_by"],
                to="workspaces.User",
                on_delete=NO_ACTION,
                name="cards_created_by_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CardAssignee(BaseModel):
    """A person who works on a card. Belongs to the card's version; ends with the membership."""

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
    )
    board = models.ForeignKey(
        Board,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
    )
    card = models.ForeignKey(
        Card,
        on_delete=models.CASCADE,
        related_name="card_assignees",
        db_constraint=False,
        db_index=False,
    )
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="card_assignments",
        db_constraint=False,
        db_index=False,
        verbose_name=_("person"),
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        db_table = "card_assignees"
        verbose_name = _("assignee")
        verbose_name_plural = _("assignees")
        indexes = [
            # The cards that a person works on, and what ends with a membership. (The people of a
            # card are the unique constraint's.)
            Index(fields=["user", "workspace"], name="card_assignees_user_idx"),
            # All assignees of a board and of a workspace: what goes with them.
            Index(fields=["board"], name="card_assignees_board_idx"),
            Index(fields=["workspace"], name="card_assignees_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "user"],
                name="card_assignees_unique",
                violation_error_message=_("This person is assigned already."),
            ),
            # The board follows the card to where it is moved.
            ForeignKeyConstraint(
                fields=["card", "workspace", "board"],
                to="cards.Card",
                to_fields=["id", "workspace", "board"],
                on_delete=CASCADE,
                on_update=CASCADE,
                name="card_assignees_card_fk",
            ),
            ForeignKeyConstraint(
                fields=["user", "workspace"],
                to="workspaces.WorkspaceMember",
                to_fields=["user", "workspace"],
                on_delete=CASCADE,
                name="card_assignees_member_fk",
                violation_error_message=_("Only members of the workspace can be assigned."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.card_id}"


class CardCounter(models.Model):
    """The last card number given out in a workspace. Technical, written by the database alone."""

    workspace = models.OneToOneField(
        Workspace,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        related_name="+",
        db_constraint=False,
    )
    last_number = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "card_counters"
        constraints = [
            ForeignKeyConstraint(
                fields=["workspace"],
                to="workspaces.Workspace",
                on_delete=CASCADE,
                name="card_counters_workspace_fk",
            ),
        ]

    def __str__(self) -> str:
        return str(self.last_number)


class BoardLabel(models.Model):
    """What a label's name means on a board: one id and one color. Technical, kept by the database.

    A row may outlive the label's last use; it is then replaced by the next definition.
    """

    board = models.ForeignKey(
        Board,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    key = models.CharField(max_length=50, help_text="The name in lower case.")
    label_id = models.TextField()
    color = models.CharField(max_length=7)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "board_labels"
        constraints = [
            models.UniqueConstraint(fields=["board", "key"], name="board_labels_name_unique"),
            models.UniqueConstraint(fields=["board", "label_id"], name="board_labels_id_unique"),
            ForeignKeyConstraint(
                fields=["board"], to="boards.Board", on_delete=CASCADE, name="board_labels_board_fk"
            ),
        ]

    def __str__(self) -> str:
        return self.key
