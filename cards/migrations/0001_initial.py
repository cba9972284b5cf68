from decimal import Decimal

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import cards.models
import core.db.constraints
import core.db.indexes
import core.identifiers
from core.db.operations import LogTable, RunDeferred, Unchanging, sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("boards", "0001_initial"),
        ("workspaces", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        sql_file(__file__, "0001_metadata_valid"),
        migrations.CreateModel(
            name="Card",
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
                    "number",
                    models.PositiveIntegerField(
                        db_default=0,
                        editable=False,
                        help_text="Unique in the workspace; the database gives it out.",
                        verbose_name="number",
                    ),
                ),
                ("position", models.BigIntegerField(editable=False, verbose_name="position")),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                (
                    "metadata",
                    models.JSONField(
                        blank=True, default=cards.models.default_metadata, verbose_name="metadata"
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("urgent", "Urgent"),
                        ],
                        db_default="none",
                        default="none",
                        max_length=10,
                        verbose_name="priority",
                    ),
                ),
                (
                    "story_points",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(999)],
                        verbose_name="points",
                    ),
                ),
                (
                    "estimated_hours",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="estimated hours",
                    ),
                ),
                ("due_date", models.DateField(blank=True, null=True, verbose_name="due")),
                (
                    "completed_at",
                    models.DateTimeField(
                        db_default=None, editable=False, null=True, verbose_name="completed"
                    ),
                ),
                (
                    "archived_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="archived"),
                ),
                (
                    "board",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cards",
                        to="boards.board",
                        verbose_name="board",
                    ),
                ),
                (
                    "column",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="cards",
                        to="boards.boardcolumn",
                        verbose_name="column",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="created_cards",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "sprint",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="cards",
                        to="boards.sprint",
                        verbose_name="sprint",
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
                "verbose_name": "card",
                "verbose_name_plural": "cards",
                "db_table": "cards",
            },
        ),
        migrations.CreateModel(
            name="CardAssignee",
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
                    "board",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="boards.board",
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="card_assignees",
                        to="cards.card",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="card_assignments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
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
                    ),
                ),
            ],
            options={
                "verbose_name": "assignee",
                "verbose_name_plural": "assignees",
                "db_table": "card_assignees",
            },
        ),
        migrations.AddField(
            model_name="card",
            name="assignees",
            field=models.ManyToManyField(
                blank=True,
                related_name="assigned_cards",
                through="cards.CardAssignee",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="CardCounter",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="workspaces.workspace",
                    ),
                ),
                ("last_number", models.PositiveIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "card_counters",
                "constraints": [
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("workspace",),
                        name="card_counters_workspace_fk",
                        on_delete="CASCADE",
                        to="workspaces.Workspace",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BoardLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(help_text="The name in lower case.", max_length=50)),
                ("label_id", models.TextField()),
                ("color", models.CharField(max_length=7)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "board",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="boards.board",
                    ),
                ),
            ],
            options={
                "db_table": "board_labels",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("board", "key"), name="board_labels_name_unique"
                    ),
                    models.UniqueConstraint(
                        fields=("board", "label_id"), name="board_labels_id_unique"
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("board",),
                        name="board_labels_board_fk",
                        on_delete="CASCADE",
                        to="boards.Board",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="cardassignee",
            constraint=models.UniqueConstraint(
                fields=("card", "user"),
                name="card_assignees_unique",
                violation_error_message="This person is assigned already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="cardassignee",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("card", "workspace", "board"),
                name="card_assignees_card_fk",
                on_delete="CASCADE",
                on_update="CASCADE",
                to="cards.Card",
                to_fields=("id", "workspace", "board"),
            ),
        ),
        migrations.AddConstraint(
            model_name="cardassignee",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("user", "workspace"),
                name="card_assignees_member_fk",
                on_delete="CASCADE",
                to="workspaces.WorkspaceMember",
                to_fields=("user", "workspace"),
                violation_error_message="Only members of the workspace can be assigned.",
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["metadata"], name="cards_metadata_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True), ("completed_at__isnull", True)),
                fields=["workspace", "-id"],
                name="cards_open_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(
                    ("archived_at__isnull", True),
                    ("completed_at__isnull", True),
                    ("due_date__isnull", False),
                ),
                fields=["workspace", "due_date", "id"],
                name="cards_due_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["workspace", "id"], name="cards_workspace_id_idx"),
        ),
        migrations.AddIndex(
            model_name="card",
            index=core.db.indexes.Index(
                fields=["board", "column", "position"], name="cards_board_column_position_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["workspace", "updated_at", "id"], name="cards_updated_idx"),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                fields=("workspace", "number"), name="cards_workspace_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                fields=("id", "workspace", "board"), name="cards_id_workspace_board_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                fields=("column", "position"),
                name="cards_column_position_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="cards_number_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(("title__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                name="cards_title_trimmed",
                violation_error_message="A title has 1 to 500 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("description"), 65536
                ),
                name="cards_description_length",
                violation_error_message="A description has at most 65,536 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(cards.models.MetadataIsValid(models.F("metadata"))),
                name="cards_metadata_valid",
                violation_error_message="Metadata is an object whose labels have an id, a name of 1 to 50 characters (once each) and a color such as #1f6feb.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__in", ["none", "low", "medium", "high", "urgent"])),
                name="cards_priority_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("story_points__isnull", True),
                    models.Q(("story_points__gte", 0), ("story_points__lte", 999)),
                    _connector="OR",
                ),
                name="cards_story_points_range",
                violation_error_message="Points are between 0 and 999.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("estimated_hours__isnull", True),
                    models.Q(("estimated_hours__gt", 0), ("estimated_hours__lt", 1000000)),
                    _connector="OR",
                ),
                name="cards_estimated_hours_positive",
                violation_error_message="Hours are more than 0.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("board", "workspace"),
                name="cards_board_fk",
                on_delete="CASCADE",
                to="boards.Board",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("column", "board"),
                name="cards_column_fk",
                to="boards.BoardColumn",
                to_fields=("id", "board_id"),
                violation_error_message="A card stands in a column of its own board.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("sprint", "board"),
                name="cards_sprint_fk",
                on_delete="SET NULL",
                to="boards.Sprint",
                to_fields=("id", "board"),
                violation_error_message="A card's sprint belongs to its own board.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("created_by",), name="cards_created_by_fk", to="workspaces.User"
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["sprint"], name="cards_sprint_idx"),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["created_by", "-id"], name="cards_created_by_idx"),
        ),
        migrations.AddIndex(
            model_name="cardassignee",
            index=core.db.indexes.Index(
                fields=["user", "workspace"], name="card_assignees_user_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="cardassignee",
            index=core.db.indexes.Index(fields=["board"], name="card_assignees_board_idx"),
        ),
        migrations.AddIndex(
            model_name="cardassignee",
            index=core.db.indexes.Index(fields=["workspace"], name="card_assignees_workspace_idx"),
        ),
        sql_file(__file__, "0001_cards"),
        Unchanging("Card", "number", "workspace_id"),
        LogTable("Card", "card", technical=("search",)),
        LogTable("CardAssignee", "card_assignee"),
        RunDeferred(),
    ]
