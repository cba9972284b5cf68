"""How decisions bear on each other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from decisions.models.decisions import Decision
from decisions.querysets import RelationshipQuerySet
from projects.models import Project
from projects.rules import project_open_rule
from workspaces.models import InWorkspace


class DecisionRelationship(InWorkspace):
    """How one decision of a project bears on another: `source` supersedes, depends on … `target`.

    The database holds that superseding and depending never lead back to where they began.
    """

    class Kind(models.TextChoices):
        SUPERSEDES = "supersedes", _("supersedes")
        DEPENDS_ON = "depends_on", _("depends on")
        CONFLICTS_WITH = "conflicts_with", _("conflicts with")
        RELATES_TO = "relates_to", _("relates to")

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("project"),
    )
    source = models.ForeignKey(
        Decision,
        on_delete=models.CASCADE,
        related_name="relationships",
        db_constraint=False,
        db_index=False,
        verbose_name=_("decision"),
    )
    target = models.ForeignKey(
        Decision,
        on_delete=models.CASCADE,
        related_name="relationships_to",
        db_constraint=False,
        db_index=False,
        verbose_name=_("other decision"),
    )
    kind = models.CharField(_("relationship"), max_length=14, choices=Kind.choices)

    objects = RelationshipQuerySet.as_manager()

    trigger_rules = (
        project_open_rule("decision_relationships"),
        TriggerRule(
            "decision_relationships_project_id_unchanging",
            "project",
            _("A relationship stays in its project."),
        ),
        TriggerRule(
            "decision_relationships_no_loop",
            "target",
            _("The decisions would lead back to where they began."),
            409,
        ),
    )

    class Meta:
        db_table = "decision_relationships"
        verbose_name = _("relationship of decisions")
        verbose_name_plural = _("relationships of decisions")
        indexes = [
            # What bears on a decision. (What it bears on, and the walk that looks for loops, are
            # the unique constraint's.)
            Index(fields=["target", "project"], name="decision_relationships_target_idx"),
            # All of a project and of a workspace: lists, and what goes with them.
            Index(fields=["project", "workspace"], name="decision_relationships_project_idx"),
            Index(fields=["workspace", "id"], name="decision_relationships_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"],
                name="decision_relationships_unique",
                violation_error_message=_("This relationship is recorded already."),
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="decision_relationships_not_itself",
                violation_error_message=_("A decision bears on another one, not on itself."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["supersedes", "depends_on", "conflicts_with", "relates_to"]),
                name="decision_relationships_kind_valid",
            ),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="decision_relationships_project_fk",
            ),
            ForeignKeyConstraint(
                fields=["source", "project"],
                to="decisions.Decision",
                to_fields=["id", "project"],
                on_delete=CASCADE,
                name="decision_relationships_source_fk",
                violation_error_message=_("Both decisions belong to one project."),
            ),
            ForeignKeyConstraint(
                fields=["target", "project"],
                to="decisions.Decision",
                to_fields=["id", "project"],
                on_delete=CASCADE,
                name="decision_relationships_target_fk",
                violation_error_message=_("Both decisions belong to one project."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
