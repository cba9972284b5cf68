"""What the readers of the log remember of their reading."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from activity.inbox import InboxQuerySet
from core.db.constraints import CASCADE, ForeignKeyConstraint
from core.db.indexes import Index
from core.identifiers import uuid7
from workspaces.models import User


class Visit(models.Model):
    """Up to which entry a person has seen the log, and when that was.

    Technical: it makes no log entry, and nobody but its person reads it. `last_event_id` is an id
    below which nothing could appear any more (`log_bound`), so that what was committed late is
    still new at the next visit.
    """

    user = models.OneToOneField(
        User,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("person"),
    )
    last_event_id = models.BigIntegerField(_("last entry seen"), default=0, db_default=0)
    seen_at = models.DateTimeField(_("seen"), db_default=Now())

    class Meta:
        db_table = "visits"
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_event_id__gte=0), name="visits_last_event_id_not_negative"
            ),
            ForeignKeyConstraint(
                fields=["user"], to="workspaces.User", on_delete=CASCADE, name="visits_user_fk"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class InboxItem(models.Model):
    """An entry of the log that concerns one person, why it does, and whether they have read it.

    Technical: it only says once more, for one reader, what the log has already, and `read_at` is
    how far they have read it, as `last_read_at` is in a channel. So it makes no entry of its own:
    each would be one more for all followers to pass by. Nobody but its person sees it.

    The entry outlives what it tells of, and this row as well: the ids beside it are no foreign
    keys but say what its person has to see for the row to be shown (`InboxQuerySet.visible_to`).
    """

    class Reason(models.TextChoices):
        MENTION = "mention", _("Mention")
        ASSIGNMENT = "assignment", _("Assignment")
        ANSWER = "answer", _("Answer")

    id = models.UUIDField(_("id"), primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("person"),
    )
    event_id = models.BigIntegerField(_("log entry"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    read_at = models.DateTimeField(_("read"), null=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    workspace_id = models.UUIDField(_("workspace"))
    channel_id = models.UUIDField(_("channel"), null=True)
    card_id = models.UUIDField(_("card"), null=True)
    decision_id = models.UUIDField(_("decision"), null=True)

    # What the thing is called, by `for_list()`.
    key: str | None
    title: str

    objects = InboxQuerySet.as_manager()

    class Meta:
        db_table = "inbox_items"
        verbose_name = _("inbox item")
        verbose_name_plural = _("inbox")
        indexes = [
            # A person's inbox, newest first.
            Index(fields=["user", "event_id", "id"], name="inbox_items_user_idx"),
            # What of it is unread: the count on every page.
            Index(
                fields=["user", "event_id", "id"],
                name="inbox_items_unread_idx",
                condition=Q(read_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "event_id", "reason"], name="inbox_items_unique"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["mention", "assignment", "answer"]),
                name="inbox_items_reason_valid",
            ),
            ForeignKeyConstraint(
                fields=["user"], to="workspaces.User", on_delete=CASCADE, name="inbox_items_user_fk"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.event_id} {self.reason}"


class InboxPosition(models.Model):
    """Up to which entry a person's inbox has followed the log. Technical, like the inbox itself.

    Always an id below which nothing could appear any more (`log_bound`).
    """

    user = models.OneToOneField(
        User,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("person"),
    )
    last_event_id = models.BigIntegerField(_("last entry followed"))

    class Meta:
        db_table = "inbox_positions"
        verbose_name = _("inbox position")
        verbose_name_plural = _("inbox positions")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_event_id__gte=0), name="inbox_positions_last_event_id_not_negative"
            ),
            ForeignKeyConstraint(
                fields=["user"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="inbox_positions_user_fk",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
