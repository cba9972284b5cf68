import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import boards.models
import core.db.constraints
import core.identifiers
from core.db.operations import LogTable, RunDeferred, Unchanging, sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("workspaces", "0001_initial"),
    ]

    operations = [
        sql_file(__file__, "0001_columns_valid"),
        migrations.CreateModel(
            name="Board",
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
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "columns",
                    models.JSONField(default=boards.models.default_columns, verbose_name="columns"),
                ),
                (
                    "archived",
                    models.BooleanField(db_default=False, default=False, verbose_name="archived"),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="boards",
                        to="workspaces.workspace",
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "board",
                "verbose_name_plural": "boards",
                "db_table": "boards",
            },
        ),
        migrations.CreateModel(
            name="BoardColumn",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("board_id", models.UUIDField()),
                ("name", models.CharField(max_length=100)),
                ("position", models.PositiveIntegerField()),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("todo", "To do"),
                            ("in_progress", "In progress"),
                            ("in_review", "In review"),
                            ("done", "Done"),
                        ],
                        max_length=20,
                    ),
                ),
                ("wip_limit", models.PositiveIntegerField(null=True)),
            ],
            options={
                "db_table": "board_columns",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("board_id", "id"), name="board_columns_board_id_key"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sprint",
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
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "goal",
                    models.TextField(blank=True, db_default="", default="", verbose_name="goal"),
                ),
                ("start_date", models.DateField(verbose_name="start")),
                ("end_date", models.DateField(verbose_name="end")),
                (
                    "capacity_points",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="capacity in points"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("active", "Active"),
                            ("completed", "Completed"),
                        ],
                        db_default="planned",
                        default="planned",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="started"),
                ),
                (
                    "completed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="completed"),
                ),
                (
                    "committed_points",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="points committed"
                    ),
                ),
                (
                    "committed_cards",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="cards committed"
                    ),
                ),
                (
                    "completed_points",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="points completed"
                    ),
                ),
                (
                    "completed_cards",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="cards completed"
                    ),
                ),
                (
                    "board",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sprints",
                        to="boards.board",
                        verbose_name="board",
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
                "verbose_name": "sprint",
                "verbose_name_plural": "sprints",
                "db_table": "sprints",
            },
        ),
        migrations.AddIndex(
            model_name="board",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["columns"], name="boards_columns_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="board",
            index=models.Index(
                condition=models.Q(("archived", False)),
                fields=["workspace", "name", "id"],
                name="boards_open_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.UniqueConstraint(
                fields=("id", "workspace"), name="boards_id_workspace_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "[^[:space:]]")),
                name="boards_name_given",
                violation_error_message="A board has a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=models.CheckConstraint(
                condition=models.Q(boards.models.ColumnsAreValid(models.F("columns"))),
                name="boards_columns_valid",
                violation_error_message="A board has at least one column, each with a unique name of 1 to 100 characters, a category, and a limit that is empty or at least 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="board",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("workspace",),
                name="boards_workspace_fk",
                on_delete="CASCADE",
                to="workspaces.Workspace",
            ),
        ),
        migrations.AddIndex(
            model_name="sprint",
            index=models.Index(
                fields=["board", "start_date", "id"], name="sprints_board_start_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="sprint",
            constraint=models.UniqueConstraint(fields=("id", "board"), name="sprints_id_board_key"),
        ),
        migrations.AddConstraint(
            model_name="sprint",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "active")),
                fields=("board",),
                name="sprints_one_active_per_board",
                violation_error_message="The board has an active sprint already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sprint",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "[^[:space:]]")),
                name="sprints_name_given",
                violation_error_message="A sprint has a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sprint",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_date__gte", models.F("start_date"))),
                name="sprints_end_after_start",
                violation_error_message="A sprint ends on or after the day it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sprint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("capacity_points__isnull", True), ("capacity_points__gte", 0), _connector="OR"
                ),
                name="sprints_capacity_not_negative",
                violation_error_message="Capacity is not negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sprint",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "active", "completed"])),
                name="sprints_status_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="sprint",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("board", "workspace"),
                name="sprints_board_fk",
                on_delete="CASCADE",
                to="boards.Board",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddIndex(
            model_name="board",
            index=models.Index(fields=["workspace", "id"], name="boards_workspace_idx"),
        ),
        migrations.AddIndex(
            model_name="sprint",
            index=models.Index(fields=["workspace", "id"], name="sprints_workspace_idx"),
        ),
        migrations.AddConstraint(
            model_name="boardcolumn",
            constraint=models.UniqueConstraint(
                fields=("id", "category"), name="board_columns_category_key"
            ),
        ),
        sql_file(__file__, "0001_columns"),
        Unchanging("Board", "workspace_id"),
        LogTable("Board", "board", readers={"board": "id"}),
        LogTable("Sprint", "sprint"),
        RunDeferred(),
    ]
