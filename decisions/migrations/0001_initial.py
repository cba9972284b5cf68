import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import pgvector.django.indexes
import pgvector.django.vector
from django.conf import settings
from django.db import migrations, models

import core.db.constraints
import core.db.indexes
import core.identifiers
import decisions.models.decisions
import decisions.models.transcripts
from core.db.extensions import Extension
from core.db.operations import LogTable, RunDeferred, Unchanging, sql_file
from projects.operations import InOpenProject


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("projects", "0001_initial"),
        ("workspaces", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Extension(
            "vector",
            type_name="vector",
            access_method="hnsw",
            packages="on Debian and Ubuntu postgresql-NN-pgvector, NN being the server's version; as a container the image pgvector/pgvector",
        ),
        sql_file(__file__, "0001_participants_valid"),
        migrations.CreateModel(
            name="Transcript",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="id",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="updated",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, editable=False, verbose_name="version"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "webhook_id",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="What the sender calls it; unique in the project.",
                        max_length=100,
                        verbose_name="webhook id",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Where it comes from, such as Zoom or a workshop.",
                        max_length=100,
                        verbose_name="source",
                    ),
                ),
                ("occurred_at", models.DateTimeField(verbose_name="time")),
                (
                    "participants",
                    models.JSONField(
                        blank=True, db_default=[], default=list, verbose_name="participants"
                    ),
                ),
                (
                    "content",
                    models.TextField(blank=True, db_default="", default="", verbose_name="content"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="transcripts",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "transcript",
                "verbose_name_plural": "transcripts",
                "db_table": "transcripts",
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="id",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="updated",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, editable=False, verbose_name="version"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "statement",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="What is decided.",
                        verbose_name="statement",
                    ),
                ),
                (
                    "rationale",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Why it is so.",
                        verbose_name="rationale",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("accepted", "Accepted"),
                            ("superseded", "Superseded"),
                            ("rejected", "Rejected"),
                        ],
                        db_default="proposed",
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "confidence",
                    models.FloatField(
                        blank=True,
                        help_text="From 0 to 1: how sure it is that this was decided so.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="confidence",
                    ),
                ),
                (
                    "impacts",
                    models.JSONField(
                        blank=True, db_default=[], default=list, verbose_name="impacts"
                    ),
                ),
                (
                    "consensus",
                    models.JSONField(
                        blank=True, db_default={}, default=dict, verbose_name="consensus"
                    ),
                ),
                (
                    "anomalies",
                    models.JSONField(
                        blank=True, db_default=[], default=list, verbose_name="anomalies"
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "embedding",
                    pgvector.django.vector.VectorField(
                        dimensions=384,
                        editable=False,
                        null=True,
                        serialize=False,
                        verbose_name="embedding",
                    ),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="deleted"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="created_decisions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                        verbose_name="workspace",
                    ),
                ),
                (
                    "transcript",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="decisions",
                        to="decisions.transcript",
                        verbose_name="transcript",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "db_table": "decisions",
            },
        ),
        migrations.CreateModel(
            name="DecisionRelationship",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="id",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="updated",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("supersedes", "supersedes"),
                            ("depends_on", "depends on"),
                            ("conflicts_with", "conflicts with"),
                            ("relates_to", "relates to"),
                        ],
                        max_length=14,
                        verbose_name="relationship",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relationships",
                        to="decisions.decision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relationships_to",
                        to="decisions.decision",
                        verbose_name="other decision",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "relationship of decisions",
                "verbose_name_plural": "relationships of decisions",
                "db_table": "decision_relationships",
                "indexes": [
                    core.db.indexes.Index(
                        fields=["target", "project"], name="decision_relationships_target_idx"
                    ),
                    core.db.indexes.Index(
                        fields=["project", "workspace"], name="decision_relationships_project_idx"
                    ),
                    core.db.indexes.Index(
                        fields=["workspace", "id"], name="decision_relationships_workspace_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "target", "kind"),
                        name="decision_relationships_unique",
                        violation_error_message="This relationship is recorded already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="decision_relationships_not_itself",
                        violation_error_message="A decision bears on another one, not on itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["supersedes", "depends_on", "conflicts_with", "relates_to"],
                            )
                        ),
                        name="decision_relationships_kind_valid",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("project", "workspace"),
                        name="decision_relationships_project_fk",
                        on_delete="CASCADE",
                        to="projects.Project",
                        to_fields=("id", "workspace"),
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("source", "project"),
                        name="decision_relationships_source_fk",
                        on_delete="CASCADE",
                        to="decisions.Decision",
                        to_fields=("id", "project"),
                        violation_error_message="Both decisions belong to one project.",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("target", "project"),
                        name="decision_relationships_target_fk",
                        on_delete="CASCADE",
                        to="decisions.Decision",
                        to_fields=("id", "project"),
                        violation_error_message="Both decisions belong to one project.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="transcript",
            index=core.db.indexes.Index(
                fields=["project", "occurred_at", "id"], name="transcripts_project_time_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="transcript",
            index=core.db.indexes.Index(
                fields=["workspace", "id"], name="transcripts_workspace_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="transcript",
            constraint=models.UniqueConstraint(
                fields=("id", "project"), name="transcripts_id_project_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="transcript",
            constraint=models.UniqueConstraint(
                condition=models.Q(("webhook_id", ""), _negated=True),
                fields=("project", "webhook_id"),
                name="transcripts_webhook_id_unique",
                violation_error_message="This was delivered already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transcript",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                name="transcripts_title_trimmed",
                violation_error_message="A title has 1 to 300 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transcript",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    decisions.models.transcripts.ParticipantsAreValid(models.F("participants"))
                ),
                name="transcripts_participants_valid",
                violation_error_message="Participants are a list of at most 500 people, each with a name, and an email and a role where they are known.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transcript",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("content"), 1000000
                ),
                name="transcripts_content_length",
                violation_error_message="A transcript has at most 1,000,000 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transcript",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("project", "workspace"),
                name="transcripts_project_fk",
                on_delete="CASCADE",
                to="projects.Project",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(
                fields=["project", "status", "decided_at"],
                name="decisions_project_status_decided_at_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["project", "id"],
                name="decisions_project_live_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["workspace", "id"],
                name="decisions_live_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(fields=["workspace", "id"], name="decisions_workspace_idx"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(
                fields=["workspace", "updated_at", "id"], name="decisions_updated_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(
                fields=["transcript", "project"], name="decisions_transcript_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(
                fields=["decided_by", "id"], name="decisions_decided_by_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=core.db.indexes.Index(
                fields=["created_by", "id"], name="decisions_created_by_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=pgvector.django.indexes.HnswIndex(
                ef_construction=64,
                fields=["embedding"],
                m=16,
                name="decisions_embedding_idx",
                opclasses=["vector_cosine_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("id", "project"), name="decisions_id_project_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                name="decisions_title_trimmed",
                violation_error_message="A title has 1 to 300 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("statement"), 65536
                ),
                name="decisions_statement_length",
                violation_error_message="A statement has at most 65,536 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("rationale"), 65536
                ),
                name="decisions_rationale_length",
                violation_error_message="A rationale has at most 65,536 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["proposed", "accepted", "superseded", "rejected"])
                ),
                name="decisions_status_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confidence__isnull", True),
                    models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                    _connector="OR",
                ),
                name="decisions_confidence_range",
                violation_error_message="Confidence is between 0 and 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(decisions.models.decisions.IsObjectOrList(models.F("impacts"))),
                name="decisions_impacts_valid",
                violation_error_message="This has to be an object or a list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    decisions.models.decisions.IsObjectOrList(models.F("consensus"))
                ),
                name="decisions_consensus_valid",
                violation_error_message="This has to be an object or a list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    decisions.models.decisions.IsObjectOrList(models.F("anomalies"))
                ),
                name="decisions_anomalies_valid",
                violation_error_message="This has to be an object or a list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("project", "workspace"),
                name="decisions_project_fk",
                on_delete="CASCADE",
                to="projects.Project",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("transcript", "project"),
                name="decisions_transcript_fk",
                on_delete="SET NULL",
                to="decisions.Transcript",
                to_fields=("id", "project"),
                violation_error_message="A decision's transcript belongs to its own project.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("created_by",),
                name="decisions_created_by_fk",
                on_delete="SET NULL",
                to="workspaces.User",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("decided_by",),
                name="decisions_decided_by_fk",
                on_delete="SET NULL",
                to="workspaces.User",
            ),
        ),
        sql_file(__file__, "0001_decisions"),
        Unchanging("Transcript", "project_id"),
        Unchanging("Decision", "project_id"),
        Unchanging("DecisionRelationship", "project_id"),
        InOpenProject("Transcript"),
        InOpenProject("Decision"),
        InOpenProject("DecisionRelationship"),
        LogTable("Transcript", "transcript"),
        LogTable("Decision", "decision", technical=("search", "embedding")),
        LogTable("DecisionRelationship", "decision_relationship"),
        RunDeferred(),
    ]
