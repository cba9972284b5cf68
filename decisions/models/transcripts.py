"""What was said in meetings."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from decisions.querysets import TranscriptQuerySet
from projects.models import Project
from projects.rules import project_open_rule
from workspaces.models import InWorkspace

MAX_TITLE = 300
MAX_CONTENT = 1_000_000
MAX_PARTICIPANTS = 500
TRIMMED = r"^[^[:space:]](.*[^[:space:]])?$"


class ParticipantsAreValid(Func):
    """The database's own check of who took part."""

    function = "taskly_participants_valid"
    output_field = models.BooleanField()


class Transcript(InWorkspace):
    """What was said in a meeting, from which decisions are taken.

    `webhook_id` is the sender's own name for a delivery: one that comes twice is taken in once.
    `participants` is a list of `{"name", "email"?, "role"?}`.
    """

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="transcripts",
        db_constraint=False,
        db_index=False,
        verbose_name=_("project"),
    )
    title = models.CharField(_("title"), max_length=MAX_TITLE)
    webhook_id = models.CharField(
        _("webhook id"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("What the sender calls it; unique in the project."),
    )
    source = models.CharField(
        _("source"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where it comes from, such as Zoom or a workshop."),
    )
    occurred_at = models.DateTimeField(_("time"))
    participants = models.JSONField(_("participants"), default=list, blank=True, db_default=[])
    content = models.TextField(_("content"), blank=True, default="", db_default="")

    objects = TranscriptQuerySet.as_manager()

    trigger_rules = (
        project_open_rule("transcripts"),
        TriggerRule(
            "transcripts_project_id_unchanging", "project", _("A transcript stays in its project.")
        ),
    )

    class Meta:
        db_table = "transcripts"
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        indexes = [
            # The transcripts of a project by time: its page, and lists of one project.
            Index(fields=["project", "occurred_at", "id"], name="transcripts_project_time_idx"),
            # All transcripts that somebody may see, in order of creation.
            Index(fields=["workspace", "id"], name="transcripts_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "project"], name="transcripts_id_project_key"),
            models.UniqueConstraint(
                fields=["project", "webhook_id"],
                condition=~Q(webhook_id=""),
                name="transcripts_webhook_id_unique",
                violation_error_message=_("This was delivered already."),
            ),
            models.CheckConstraint(
                condition=Q(title__regex=TRIMMED),
                name="transcripts_title_trimmed",
                violation_error_message=_("A title has 1 to 300 characters."),
            ),
            models.CheckConstraint(
                condition=Q(ParticipantsAreValid(F("participants"))),
                name="transcripts_participants_valid",
                violation_error_message=_(
                    "Participants are a list of at most 500 people, each with a name, and an "
                    "email and a role where they are known."
                ),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), MAX_CONTENT),
                name="transcripts_content_length",
                violation_error_message=_("A transcript has at most 1,000,000 characters."),
            ),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="transcripts_project_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.title
