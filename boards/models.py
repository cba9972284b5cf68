"""Boards, their columns, and sprints: where work flows."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from boards.querysets import BoardColumnQuerySet, BoardQuerySet, SprintQuerySet
from core.db.constraints import CASCADE, SET_NULL, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.identifiers import uuid7
from core.models import BaseModel
from projects.models import Project
from projects.rules import project_open_rule
from workspaces.models import InWorkspace, Workspace


class ColumnCategory(models.TextChoices):
    """What a column means, whatever its name."""

    TODO = "todo", _("To do")
    IN_PROGRESS = "in_progress", _("In progress")
    IN_REVIEW = "in_review", _("In review")
    DONE = "done", _("Done")


DEFAULT_COLUMNS = (
    ("To Do", ColumnCategory.TODO),
    ("In Progress", ColumnCategory.IN_PROGRESS),
    ("In Review", ColumnCategory.IN_REVIEW),
    ("Done", ColumnCategory.DONE),
)


def default_columns() -> list[dict[str, Any]]:
    """To Do, In Progress, In Review and Done, with ids of their own."""
    return [
        {
            "id": str(uuid7()),
            "name": name,
            "position": position,
            "category": category.value,
            "wip_limit": None,
        }
        for position, (name, category) in enumerate(DEFAULT_COLUMNS)
    ]


class ColumnsAreValid(Func):
    """The database's own check of a board's columns."""

    function = "taskly_columns_valid"
    output_field = models.BooleanField()


class Board(BaseModel):
    """A board of a workspace.

    `columns` is a list of `{"id", "name", "position", "category", "wip_limit"}`, in order. The
    database keeps the table `board_columns` from it, to which cards have a real foreign key.
    """

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="boards",
        db_constraint=False,
        db_index=False,
        verbose_name=_("workspace"),
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="boards",
        db_constraint=False,
        db_index=False,
        verbose_name=_("project"),
    )
    name = models.CharField(_("name"), max_length=100)
    columns = models.JSONField(_("columns"), default=default_columns)
    archived = models.BooleanField(_("archived"), default=False, db_default=False)

    objects = BoardQuerySet.as_manager()

    trigger_rules = (
        TriggerRule(
            "boards_workspace_id_unchanging", "workspace", _("A board never changes its workspace.")
        ),
        TriggerRule("board_columns_pkey", "columns", _("A column's id is unique."), 409),
        project_open_rule("boards"),
    )

    class Meta:
        db_table = "boards"
        verbose_name = _("board")
        verbose_name_plural = _("boards")
        indexes = [
            # Finding a board by one of its columns (`columns @> '[{"id": …}]'`).
            GinIndex(fields=["columns"], name="boards_columns_idx"),
            # The boards of a workspace that are in use, by name.
            models.Index(
                fields=["workspace", "name", "id"],
                name="boards_open_idx",
                condition=Q(archived=False),
            ),
            # All boards of a workspace, the archived ones too: lists, and what goes with it.
            models.Index(fields=["workspace", "id"], name="boards_workspace_idx"),
            # The boards of a project, and what is emptied with it.
            models.Index(fields=["project", "workspace", "id"], name="boards_project_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "workspace"], name="boards_id_workspace_key"),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="boards_name_given",
                violation_error_message=_("A board has a name."),
            ),
            models.CheckConstraint(
                condition=Q(ColumnsAreValid(F("columns"))),
                name="boards_columns_valid",
                violation_error_message=_(
                    "A board has at least one column, each with a unique name of 1 to 100 "
                    "characters, a category, and a limit that is empty or at least 1."
                ),
            ),
            ForeignKeyConstraint(
                fields=["workspace"],
                to="workspaces.Workspace",
                on_delete=CASCADE,
                name="boards_workspace_fk",
            ),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=SET_NULL,
                name="boards_project_fk",
                violation_error_message=_("A board's project is of its own workspace."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoardColumn(models.Model):
    """A shadow of `Board.columns`, kept by the database alone, for foreign keys to point at.

    Technical: not logged, never written by the application. It has no foreign key to its board,
    because a board's deletion must reach the cards before it reaches the columns that they stand
    in; the same trigger that makes the rows removes them. That names and positions are unique is
    the rule `boards_columns_valid`'s: in a key here, a new name would wait for whoever is writing
    a card.
    """

    id = models.UUIDField(primary_key=True)
    board_id = models.UUIDField()
    name = models.CharField(max_length=100)
    position = models.PositiveIntegerField()
    category = models.CharField(max_length=20, choices=ColumnCategory.choices)
    wip_limit = models.PositiveIntegerField(null=True)

    objects = BoardColumnQuerySet.as_manager()

    class Meta:
        db_table = "board_columns"
        constraints = [
            models.UniqueConstraint(fields=["board_id", "id"], name="board_columns_board_id_key"),
            # In a key, so that a new category waits for those who are writing cards in the column.
            models.UniqueConstraint(fields=["id", "category"], name="board_columns_category_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Sprint(InWorkspace):
    """A span of time in which a board's team wants to finish something."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ACTIVE = "active", _("Active")
        COMPLETED = "completed", _("Completed")

    board = models.ForeignKey(
        Board,
        on_delete=models.CASCADE,
        related_name="sprints",
        db_constraint=False,
        db_index=False,
        verbose_name=_("board"),
    )
    name = models.CharField(_("name"), max_length=100)
    goal = models.TextField(_("goal"), blank=True, default="", db_default="")
    start_date = models.DateField(_("start"))
    end_date = models.DateField(_("end"))
    capacity_points = models.PositiveIntegerField(_("capacity in points"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.PLANNED,
        db_default=Status.PLANNED,
        editable=False,
    )
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, editable=False)
    committed_points = models.PositiveIntegerField(_("points committed"), null=True, editable=False)
    committed_cards = models.PositiveIntegerField(_("cards committed"), null=True, editable=False)
    completed_points = models.PositiveIntegerField(_("points completed"), null=True, editable=False)
    completed_cards = models.PositiveIntegerField(_("cards completed"), null=True, editable=False)

    objects = SprintQuerySet.as_manager()

    class Meta:
        db_table = "sprints"
        verbose_name = _("sprint")
        verbose_name_plural = _("sprints")
        indexes = [
            # The sprints of a board by time: its page and the snapshot.
            models.Index(fields=["board", "start_date", "id"], name="sprints_board_start_idx"),
            # All sprints that somebody may see, in order of creation.
            models.Index(fields=["workspace", "id"], name="sprints_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "board"], name="sprints_id_board_key"),
            models.UniqueConstraint(
                fields=["board"],
                condition=Q(status="active"),
                name="sprints_one_active_per_board",
                violation_error_message=_("The board has an active sprint already."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="sprints_name_given",
                violation_error_message=_("A sprint has a name."),
            ),
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")),
                name="sprints_end_after_start",
                violation_error_message=_("A sprint ends on or after the day it starts."),
            ),
            models.CheckConstraint(
                condition=Q(capacity_points__isnull=True) | Q(capacity_points__gte=0),
                name="sprints_capacity_not_negative",
                violation_error_message=_("Capacity is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["planned", "active", "completed"]),
                name="sprints_status_valid",
            ),
            ForeignKeyConstraint(
                fields=["board", "workspace"],
                to="boards.Board",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="sprints_board_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.name
