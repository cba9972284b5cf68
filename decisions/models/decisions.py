"""Decisions: proposed, accepted, superseded, rejected."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _
from pgvector.django import HnswIndex, VectorField

from core.db.constraints import CASCADE, SET_NULL, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from decisions.models.transcripts import MAX_TITLE, TRIMMED, Transcript
from decisions.querysets import DecisionQuerySet
from projects.models import Project
from projects.rules import project_open_rule
from workspaces.models import InWorkspace, User

MAX_TEXT = 65_536
MAX_JSON = 65_536
DIMENSIONS = 384


class IsObjectOrList(Func):
    """Whether a JSON value is an object or a list."""

    template = "(jsonb_typeof(%(expressions)s) IN ('object', 'array'))"
    output_field = models.BooleanField()


def _object_or_list(name: str, field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(IsObjectOrList(F(field))),
        name=name,
        violation_error_message=_("This has to be an object or a list."),
    )


class Decision(InWorkspace):
    """What was decided in a project, and why; or what is proposed to be.

    A deleted decision stays, out of lists and searches, until it is restored. `embedding` says
    what it means to the search; like the generated column `search` (title, statement, rationale),
    it is derived: not logged, not part of the version, in no answer, export or fixture.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("Accepted")
        SUPERSEDED = "superseded", _("Superseded")
        REJECTED = "rejected", _("Rejected")

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="decisions",
        db_constraint=False,
        db_index=False,
        verbose_name=_("project"),
    )
    transcript = models.ForeignKey(
        Transcript,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="decisions",
        db_constraint=False,
        db_index=False,
        verbose_name=_("transcript"),
    )
    title = models.CharField(_("title"), max_length=MAX_TITLE)
    statement = models.TextField(
        _("statement"), blank=True, default="", db_default="", help_text=_("What is decided.")
    )
    rationale = models.TextField(
        _("rationale"), blank=True, default="", db_default="", help_text=_("Why it is so.")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.PROPOSED,
        db_default=Status.PROPOSED,
    )
    confidence = models.FloatField(
        _("confidence"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("From 0 to 1: how sure it is that this was decided so."),
    )
    impacts = models.JSONField(_("impacts"), default=list, blank=True, db_default=[])
    consensus = models.JSONField(_("consensus"), default=dict, blank=True, db_default={})
    anomalies = models.JSONField(_("anomalies"), default=list, blank=True, db_default=[])
    created_by = models.ForeignKey(
        User,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="created_decisions",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("created by"),
    )
    decided_by = models.ForeignKey(
        User,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="decisions",
        db_constraint=False,
        db_index=False,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    embedding = VectorField(
        _("embedding"), dimensions=DIMENSIONS, null=True, editable=False, serialize=False
    )
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    trigger_rules = (
        project_open_rule("decisions"),
        TriggerRule(
            "decisions_project_id_unchanging", "project", _("A decision stays in its project.")
        ),
    )

    class Meta:
        db_table = "decisions"
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            # The decisions of a project by status and time: its register.
            Index(
                fields=["project", "status", "decided_at"],
                name="decisions_project_status_decided_at_idx",
            ),
            # The lists of a project and of a workspace, which leave deleted ones out.
            Index(
                fields=["project", "id"],
                name="decisions_project_live_idx",
                condition=Q(deleted_at__isnull=True),
            ),
            Index(
                fields=["workspace", "id"],
                name="decisions_live_idx",
                condition=Q(deleted_at__isnull=True),
            ),
            # All decisions of a workspace, deleted ones too: what goes with it.
            Index(fields=["workspace", "id"], name="decisions_workspace_idx"),
            # What changed lately: `updated_since`.
            Index(fields=["workspace", "updated_at", "id"], name="decisions_updated_idx"),
            # What was decided in a meeting.
            Index(fields=["transcript", "project"], name="decisions_transcript_idx"),
            # What a person decided, and what a person proposed.
            Index(fields=["decided_by", "id"], name="decisions_decided_by_idx"),
            Index(fields=["created_by", "id"], name="decisions_created_by_idx"),
            # What is nearest in meaning (`ORDER BY embedding <=> …`).
            HnswIndex(
                fields=["embedding"],
                opclasses=["vector_cosine_ops"],
                m=16,
                ef_construction=64,
                name="decisions_embedding_idx",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "project"], name="decisions_id_project_key"),
            models.CheckConstraint(
                condition=Q(title__regex=TRIMMED),
                name="decisions_title_trimmed",
                violation_error_message=_("A title has 1 to 300 characters."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("statement"), MAX_TEXT),
                name="decisions_statement_length",
                violation_error_message=_("A statement has at most 65,536 characters."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("rationale"), MAX_TEXT),
                name="decisions_rationale_length",
                violation_error_message=_("A rationale has at most 65,536 characters."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "accepted", "superseded", "rejected"]),
                name="decisions_status_valid",
            ),
            models.CheckConstraint(
                # To PostgreSQL NaN is more than every number.
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="decisions_confidence_range",
                violation_error_message=_("Confidence is between 0 and 1."),
            ),
            _object_or_list("decisions_impacts_valid", "impacts"),
            _object_or_list("decisions_consensus_valid", "consensus"),
            _object_or_list("decisions_anomalies_valid", "anomalies"),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="decisions_project_fk",
            ),
            ForeignKeyConstraint(
                fields=["transcript", "project"],
                to="decisions.Transcript",
                to_fields=["id", "project"],
                on_delete=SET_NULL,
                name="decisions_transcript_fk",
                violation_error_message=_("A decision's transcript belongs to its own project."),
            ),
            ForeignKeyConstraint(
                fields=["created_by"],
                to="workspaces.User",
                on_delete=SET_NULL,
                name="decisions_created_by_fk",
            ),
            ForeignKeyConstraint(
                fields=["decided_by"],
                to="workspaces.User",
                on_delete=SET_NULL,
                name="decisions_decided_by_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.title
