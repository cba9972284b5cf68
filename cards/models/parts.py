"""What hangs on a card: what people say about it, and its checklists."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from cards.models.cards import Card
from cards.querysets import CommentQuerySet
from core.db.constraints import CASCADE, NO_ACTION, SET_NULL, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from workspaces.models import InWorkspace, User
from workspaces.querysets import TenantQuerySet

MAX_COMMENT = 10_000
TRIMMED = r"^[^[:space:]](.*[^[:space:]])?$"


class CardPart(InWorkspace):
    """A row that belongs to a card, and goes with it, also to another board."""

    board = models.ForeignKey(
        Board,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("board"),
    )

    class Meta:
        abstract = True


def of_its_card(name: str, card: str = "card", board: str = "board") -> ForeignKeyConstraint:
    """The key that ties a row to its card: of its workspace, and on whichever board it stands."""
    return ForeignKeyConstraint(
        fields=[card, "workspace", board],
        to="cards.Card",
        to_fields=["id", "workspace", "board"],
        on_delete=CASCADE,
        on_update=CASCADE,
        name=name,
    )


class Comment(CardPart):
    """What somebody said about a card, in Markdown.

    A deleted comment keeps its row and is shown to nobody any more. `mentions` are the people whom
    the content named when it was written.
    """

    card = models.ForeignKey(
        Card,
        on_delete=models.CASCADE,
        related_name="comments",
        db_constraint=False,
        db_index=False,
        verbose_name=_("card"),
    )
    author = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="comments",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("author"),
    )
    content = models.TextField(_("comment"))
    mentions = ArrayField(
        models.UUIDField(), verbose_name=_("mentions"), default=list, db_default=[], editable=False
    )
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    trigger_rules = (
        TriggerRule("comments_card_id_unchanging", "card", _("A comment stays on its card.")),
        TriggerRule("comments_author_id_unchanging", "author", _("A comment stays its author's.")),
    )

    class Meta:
        db_table = "comments"
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            # A card's comments in order of time, and what goes with it.
            Index(fields=["card", "id"], name="comments_card_idx"),
            # How many comments each card of a board has: the snapshot.
            Index(
                fields=["board", "card"],
                name="comments_board_present_idx",
                condition=Q(deleted_at__isnull=True),
            ),
            # All comments of a board and of a workspace: lists, and what goes with them.
            Index(fields=["board", "id"], name="comments_board_idx"),
            Index(fields=["workspace", "id"], name="comments_workspace_idx"),
            # What a person said.
            Index(fields=["author", "id"], name="comments_author_idx"),
            # Where a person is mentioned.
            GinIndex(
                fields=["mentions"],
                name="comments_mentions_idx",
                condition=Q(deleted_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(content__regex=TRIMMED),
                name="comments_content_trimmed",
                violation_error_message=_("A comment has 1 to 10,000 characters."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), MAX_COMMENT),
                name="comments_content_length",
                violation_error_message=_("A comment has 1 to 10,000 characters."),
            ),
            of_its_card("comments_card_fk"),
            ForeignKeyConstraint(
                fields=["author"],
                to="workspaces.User",
                on_delete=NO_ACTION,
                name="comments_author_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.content[:80]


class ChecklistItem(CardPart):
    """A step of a card, in one of its checklists; `position` orders the items of a card."""

    card = models.ForeignKey(
        Card,
        on_delete=models.CASCADE,
        related_name="checklist_items",
        db_constraint=False,
        db_index=False,
        verbose_name=_("card"),
    )
    checklist = models.CharField(_("checklist"), max_length=100)
    text = models.CharField(_("text"), max_length=500)
    position = models.BigIntegerField(_("position"), editable=False)
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    done_by = models.ForeignKey(
        User,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("done by"),
    )

    objects = TenantQuerySet.as_manager()

    trigger_rules = (
        TriggerRule(
            "checklist_items_card_id_unchanging", "card", _("A checklist stays on its card.")
        ),
    )

    class Meta:
        db_table = "checklist_items"
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        indexes = [
            # How much of each card's checklists is done on a board: the snapshot.
            Index(fields=["board", "card"], name="checklist_items_board_idx"),
            # All items of a workspace: lists, and what goes with it.
            Index(fields=["workspace", "id"], name="checklist_items_workspace_idx"),
            # What a person did, which is kept when they leave and emptied when they are deleted.
            Index(fields=["done_by"], name="checklist_items_done_by_idx"),
        ]
        constraints = [
            # Deferrable, so that one statement can shift many. Begins with the card: its items.
            models.UniqueConstraint(
                fields=["card", "position"],
                name="checklist_items_position_unique",
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                condition=Q(checklist__regex=TRIMMED),
                name="checklist_items_checklist_trimmed",
                violation_error_message=_("A checklist has a name of 1 to 100 characters."),
            ),
            models.CheckConstraint(
                condition=Q(text__regex=TRIMMED),
                name="checklist_items_text_trimmed",
                violation_error_message=_("An item has a text of 1 to 500 characters."),
            ),
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | Q(done_at__isnull=False),
                name="checklist_items_done_fits",
                violation_error_message=_("Who did it goes with when it was done."),
            ),
            of_its_card("checklist_items_card_fk"),
            ForeignKeyConstraint(
                fields=["done_by"],
                to="workspaces.User",
                on_delete=SET_NULL,
                name="checklist_items_done_by_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.text
