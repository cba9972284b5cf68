"""How cards hang together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from cards.models.cards import Card
from cards.models.parts import CardPart, of_its_card
from core.db.errors import TriggerRule
from core.db.indexes import Index
from workspaces.querysets import TenantQuerySet


class CardLink(CardPart):
    """`source` blocks, relates to, duplicates or is the parent of `target`, in one workspace.

    `board` and `target_board` follow the two cards to where they are moved.
    """

    class Kind(models.TextChoices):
        BLOCKS = "blocks", _("Blocks")
        RELATES_TO = "relates_to", _("Relates to")
        DUPLICATES = "duplicates", _("Duplicates")
        PARENT_OF = "parent_of", _("Parent of")

    source = models.ForeignKey(
        Card,
        on_delete=models.CASCADE,
        related_name="links",
        db_constraint=False,
        db_index=False,
        verbose_name=_("card"),
    )
    target = models.ForeignKey(
        Card,
        on_delete=models.CASCADE,
        related_name="links_to",
        db_constraint=False,
        db_index=False,
        verbose_name=_("other card"),
    )
    target_board = models.ForeignKey(
        Board,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("other card's board"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)

    objects = TenantQuerySet.as_manager()

    trigger_rules = (
        TriggerRule("card_links_source_id_unchanging", "source", _("A link stays on its card.")),
        TriggerRule("card_links_target_id_unchanging", "target", _("A link stays on its card.")),
        TriggerRule("card_links_kind_unchanging", "kind", _("A link stays what it is.")),
        TriggerRule(
            "card_links_no_loop", "target", _("The cards would lead back to where they began."), 409
        ),
    )

    class Meta:
        db_table = "card_links"
        verbose_name = _("link between cards")
        verbose_name_plural = _("links between cards")
        indexes = [
            # What leads to a card, and what goes with it. (What leads from it is the unique
            # constraint's.)
            Index(fields=["target", "kind"], name="card_links_target_idx"),
            # All links of a board and of a workspace: lists, and what goes with them.
            Index(fields=["board", "id"], name="card_links_board_idx"),
            Index(fields=["target_board", "id"], name="card_links_target_board_idx"),
            Index(fields=["workspace", "id"], name="card_links_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"],
                name="card_links_unique",
                violation_error_message=_("The cards are linked like this already."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="card_links_not_itself",
                violation_error_message=_("A card isn't linked to itself."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["blocks", "relates_to", "duplicates", "parent_of"]),
                name="card_links_kind_valid",
            ),
            of_its_card("card_links_source_fk", "source"),
            of_its_card("card_links_target_fk", "target", "target_board"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
