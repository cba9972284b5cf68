import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import core.db.constraints
import core.db.indexes
import core.encryption
import core.identifiers
from core.db.operations import LogTable, RunDeferred, Unchanging, sql_file
from projects.operations import InOpenProject


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("workspaces", "0002_sign_ins"),
        ("core", "0003_counter"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Project",
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
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("active", "Active"),
                            ("on_hold", "On hold"),
                            ("completed", "Completed"),
                        ],
                        db_default="active",
                        default="active",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("start_date", models.DateField(blank=True, null=True, verbose_name="start")),
                ("end_date", models.DateField(blank=True, null=True, verbose_name="end")),
                (
                    "archived_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="archived"),
                ),
                (
                    "webhook_secret",
                    core.encryption.EncryptedField(null=True, verbose_name="webhook secret"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="owned_projects",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="projects",
                        to="workspaces.workspace",
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "db_table": "projects",
            },
        ),
        migrations.CreateModel(
            name="ProjectMember",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "Director"),
                            ("architect", "Architect"),
                            ("contributor", "Contributor"),
                            ("observer", "Observer"),
                        ],
                        db_default="contributor",
                        default="contributor",
                        max_length=11,
                        verbose_name="role",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="project_memberships",
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
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "project member",
                "verbose_name_plural": "project members",
                "db_table": "project_members",
            },
        ),
        migrations.CreateModel(
            name="Release",
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
                ("version", models.CharField(max_length=50, verbose_name="version")),
                (
                    "revision",
                    models.PositiveIntegerField(
                        db_default=1, editable=False, verbose_name="revision"
                    ),
                ),
                ("target_date", models.DateField(blank=True, null=True, verbose_name="target")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("released", "Released"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_default="planned",
                        default="planned",
                        max_length=11,
                        verbose_name="status",
                    ),
                ),
                (
                    "released_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="released"),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="releases",
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
                "verbose_name": "release",
                "verbose_name_plural": "releases",
                "db_table": "releases",
            },
        ),
        migrations.CreateModel(
            name="Feature",
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
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("backlog", "Backlog"),
                            ("planned", "Planned"),
                            ("in_progress", "In progress"),
                            ("blocked", "Blocked"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        db_default="backlog",
                        default="backlog",
                        max_length=11,
                        verbose_name="status",
                    ),
                ),
                (
                    "status_reason",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="Why it is blocked or cancelled.",
                        verbose_name="reason",
                    ),
                ),
                (
                    "assigned_teams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                        verbose_name="teams",
                    ),
                ),
                (
                    "assigned_po",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=100,
                        verbose_name="product owner",
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
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="features",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="features",
                        to="projects.release",
                        verbose_name="release",
                    ),
                ),
            ],
            options={
                "verbose_name": "feature",
                "verbose_name_plural": "features",
                "db_table": "features",
            },
        ),
        migrations.AddIndex(
            model_name="project",
            index=core.db.indexes.Index(
                condition=models.Q(("archived_at__isnull", True)),
                fields=["workspace", "name", "id"],
                name="projects_open_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=core.db.indexes.Index(fields=["workspace", "id"], name="projects_workspace_idx"),
        ),
        migrations.AddIndex(
            model_name="project",
            index=core.db.indexes.Index(fields=["owner", "workspace"], name="projects_owner_idx"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.UniqueConstraint(
                fields=("id", "workspace"), name="projects_id_workspace_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.UniqueConstraint(
                models.F("workspace"),
                django.db.models.functions.text.Lower("name"),
                name="projects_name_unique",
                violation_error_message="The workspace has a project of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "[^[:space:]]")),
                name="projects_name_given",
                violation_error_message="A project has a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["planned", "active", "on_hold", "completed"])),
                name="projects_status_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end_date__isnull", True),
                    ("start_date__isnull", True),
                    ("end_date__gte", models.F("start_date")),
                    _connector="OR",
                ),
                name="projects_end_after_start",
                violation_error_message="A project ends on or after the day it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("workspace",),
                name="projects_workspace_fk",
                on_delete="CASCADE",
                to="workspaces.Workspace",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("owner", "workspace"),
                name="projects_owner_fk",
                on_delete="SET NULL",
                to="workspaces.WorkspaceMember",
                to_fields=("user", "workspace"),
                violation_error_message="Only a member of the workspace can own a project.",
            ),
        ),
        migrations.AddIndex(
            model_name="projectmember",
            index=core.db.indexes.Index(
                fields=["user", "workspace"], name="project_members_user_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="projectmember",
            index=core.db.indexes.Index(fields=["workspace"], name="project_members_workspace_idx"),
        ),
        migrations.AddConstraint(
            model_name="projectmember",
            constraint=models.UniqueConstraint(
                fields=("project", "user"),
                name="project_members_unique",
                violation_error_message="This person has a role in the project already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectmember",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["director", "architect", "contributor", "observer"])
                ),
                name="project_members_role_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="projectmember",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("project", "workspace"),
                name="project_members_project_fk",
                on_delete="CASCADE",
                to="projects.Project",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddConstraint(
            model_name="projectmember",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("user", "workspace"),
                name="project_members_member_fk",
                on_delete="CASCADE",
                to="workspaces.WorkspaceMember",
                to_fields=("user", "workspace"),
                violation_error_message="Only members of the workspace can be project members.",
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=core.db.indexes.Index(fields=["workspace", "id"], name="releases_workspace_idx"),
        ),
        migrations.AddIndex(
            model_name="release",
            index=core.db.indexes.Index(
                fields=["project", "target_date", "id"], name="releases_project_target_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                fields=("id", "project"), name="releases_id_project_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                fields=("project", "version"),
                name="releases_version_unique",
                violation_error_message="The project has a release of this version already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__regex", "[^[:space:]]")),
                name="releases_version_given",
                violation_error_message="A release has a version.",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["planned", "in_progress", "released", "cancelled"])
                ),
                name="releases_status_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("released_at__isnull", False), ("status", "released")),
                    models.Q(
                        models.Q(("status", "released"), _negated=True),
                        ("released_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="releases_released_at_fits",
                violation_error_message="Released is what has a moment of release.",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("project", "workspace"),
                name="releases_project_fk",
                on_delete="CASCADE",
                to="projects.Project",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddIndex(
            model_name="feature",
            index=core.db.indexes.Index(fields=["workspace", "id"], name="features_workspace_idx"),
        ),
        migrations.AddIndex(
            model_name="feature",
            index=core.db.indexes.Index(
                fields=["project", "status", "id"], name="features_project_status_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="feature",
            index=core.db.indexes.Index(
                fields=["status", "workspace", "id"], name="features_status_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="feature",
            index=core.db.indexes.Index(fields=["release", "project"], name="features_release_idx"),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.UniqueConstraint(
                fields=("id", "workspace"), name="features_id_workspace_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "[^[:space:]]")),
                name="features_name_given",
                violation_error_message="A feature has a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["backlog", "planned", "in_progress", "blocked", "done", "cancelled"],
                    )
                ),
                name="features_status_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status_reason__regex", "[^[:space:]]"),
                    models.Q(("status__in", ["blocked", "cancelled"]), _negated=True),
                    _connector="OR",
                ),
                name="features_status_reason_given",
                violation_error_message="Say why the feature is blocked or cancelled.",
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("project", "workspace"),
                name="features_project_fk",
                on_delete="CASCADE",
                to="projects.Project",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddConstraint(
            model_name="feature",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("release", "project"),
                name="features_release_fk",
                on_delete="SET NULL",
                to="projects.Release",
                to_fields=("id", "project"),
                violation_error_message="A feature's release belongs to its own project.",
            ),
        ),
        sql_file(__file__, "0001_projects"),
        Unchanging("Project", "workspace_id"),
        Unchanging("ProjectMember", "project_id", "user_id"),
        Unchanging("Release", "project_id"),
        Unchanging("Feature", "project_id"),
        InOpenProject("Release"),
        InOpenProject("Feature"),
        LogTable("Project", "project", readers={"project": "id"}, hidden=("webhook_secret",)),
        LogTable("ProjectMember", "project_member"),
        LogTable("Release", "release", counter="revision"),
        LogTable("Feature", "feature", technical=("search",)),
        RunDeferred(),
    ]
