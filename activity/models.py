"""What the readers of the log remember of their reading."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, ForeignKeyConstraint
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
