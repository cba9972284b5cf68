"""Filters of a board that people keep."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from cards.querysets import SavedFilterQuerySet
from core.db.constraints import CASCADE, ForeignKeyConstraint
from core.db.indexes import Index
from workspaces.models import InWorkspace, User


class SavedFilter(InWorkspace):
    """What somebody likes to look at on a board; `query` is the address's, without its `?`.

    A shared one is everybody's who sees the board; others are their owner's alone.
    """

    board = models.ForeignKey(
        Board,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        db_constraint=False,
        db_index=False,
        verbose_name=_("board"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("filter"), max_length=2000)
    shared = models.BooleanField(
        _("shared"),
        default=False,
        db_default=False,
        help_text=_("Everybody who sees the board sees this filter."),
    )

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        db_table = "saved_filters"
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        indexes = [
            # A board's filters: its page, and what goes with it.
            Index(fields=["board", "workspace", "id"], name="saved_filters_board_idx"),
            # All filters that somebody may see, and what ends with a membership.
            Index(fields=["workspace", "id"], name="saved_filters_workspace_idx"),
            Index(fields=["user", "workspace"], name="saved_filters_user_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "board", "name"],
                name="saved_filters_name_unique",
                violation_error_message=_("You have a filter of this name on the board already."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="saved_filters_name_given",
                violation_error_message=_("A filter has a name."),
            ),
            ForeignKeyConstraint(
                fields=["board", "workspace"],
                to="boards.Board",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="saved_filters_board_fk",
            ),
            ForeignKeyConstraint(
                fields=["user", "workspace"],
                to="workspaces.WorkspaceMember",
                to_fields=["user", "workspace"],
                on_delete=CASCADE,
                name="saved_filters_member_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.name
