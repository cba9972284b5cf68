import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import core.db.constraints
import core.db.indexes
import core.identifiers
from core.db.operations import LogTable, RunDeferred, Unchanging, sql_file
from projects.operations import InOpenProject


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("projects", "0001_initial"),
        ("workspaces", "0002_sign_ins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
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
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "description",
                    models.TextField(
                        blank=True, db_default="", default="", verbose_name="description"
                    ),
                ),
                (
                    "is_private",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Only its members see that it exists.",
                        verbose_name="private",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="channels",
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
                "verbose_name": "channel",
                "verbose_name_plural": "channels",
                "db_table": "channels",
            },
        ),
        migrations.CreateModel(
            name="ChannelMember",
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
                    "last_read_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="read up to",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="memberships",
                        to="discussions.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
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
                        related_name="channel_memberships",
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
                "verbose_name": "channel member",
                "verbose_name_plural": "channel members",
                "db_table": "channel_members",
            },
        ),
        migrations.CreateModel(
            name="GoneChannel",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("is_private", models.BooleanField()),
                (
                    "member_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "db_table": "gone_channels",
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                ("content", models.TextField(verbose_name="message")),
                (
                    "mentions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        db_default=[],
                        default=list,
                        editable=False,
                        size=None,
                        verbose_name="mentions",
                    ),
                ),
                (
                    "is_edited",
                    models.BooleanField(
                        db_default=False, default=False, editable=False, verbose_name="edited"
                    ),
                ),
                (
                    "edited_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="edited at"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="deleted"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="discussions.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="replies",
                        to="discussions.message",
                        verbose_name="in reply to",
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
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "db_table": "messages",
            },
        ),
        migrations.AddIndex(
            model_name="channel",
            index=core.db.indexes.Index(fields=["workspace", "id"], name="channels_workspace_idx"),
        ),
        migrations.AddIndex(
            model_name="channel",
            index=core.db.indexes.Index(
                fields=["project", "name", "id"], name="channels_project_name_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.UniqueConstraint(
                fields=("id", "project", "workspace"), name="channels_id_project_workspace_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.UniqueConstraint(
                models.F("project"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("is_private", False)),
                name="channels_name_unique",
                violation_error_message="The project has a channel of this name already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                name="channels_name_trimmed",
                violation_error_message="A channel's name has 1 to 80 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("project", "workspace"),
                name="channels_project_fk",
                on_delete="CASCADE",
                to="projects.Project",
                to_fields=("id", "workspace"),
            ),
        ),
        migrations.AddIndex(
            model_name="channelmember",
            index=core.db.indexes.Index(
                fields=["user", "workspace", "channel"], name="channel_members_user_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="channelmember",
            index=core.db.indexes.Index(fields=["workspace"], name="channel_members_workspace_idx"),
        ),
        migrations.AddIndex(
            model_name="channelmember",
            index=core.db.indexes.Index(fields=["project"], name="channel_members_project_idx"),
        ),
        migrations.AddConstraint(
            model_name="channelmember",
            constraint=models.UniqueConstraint(
                fields=("channel", "user"),
                name="channel_members_unique",
                violation_error_message="This person is in the channel already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelmember",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("channel", "project", "workspace"),
                name="channel_members_channel_fk",
                on_delete="CASCADE",
                to="discussions.Channel",
                to_fields=("id", "project", "workspace"),
            ),
        ),
        migrations.AddConstraint(
            model_name="channelmember",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("user", "workspace"),
                name="channel_members_member_fk",
                on_delete="CASCADE",
                to="workspaces.WorkspaceMember",
                to_fields=("user", "workspace"),
                violation_error_message="Only members of the workspace can be in its channels.",
            ),
        ),
        migrations.AddIndex(
            model_name="gonechannel",
            index=core.db.indexes.Index(fields=["workspace"], name="gone_channels_workspace_idx"),
        ),
        migrations.AddConstraint(
            model_name="gonechannel",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("workspace",),
                name="gone_channels_workspace_fk",
                on_delete="CASCADE",
                to="workspaces.Workspace",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=core.db.indexes.Index(
                fields=["channel", "created_at", "id"], name="messages_channel_created_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=core.db.indexes.Index(
                fields=["parent", "created_at", "id"], name="messages_parent_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=core.db.indexes.Index(
                fields=["workspace", "created_at", "id"], name="messages_workspace_created_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=core.db.indexes.Index(
                fields=["project", "created_at", "id"], name="messages_project_created_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=core.db.indexes.Index(
                fields=["author", "created_at", "id"], name="messages_author_created_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["mentions"],
                name="messages_mentions_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("id", "channel"), name="messages_id_channel_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("content__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                name="messages_content_trimmed",
                violation_error_message="A message has 1 to 10,000 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("content"), 10000
                ),
                name="messages_content_length",
                violation_error_message="A message has 1 to 10,000 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("edited_at__isnull", False), ("is_edited", True)),
                    models.Q(("edited_at__isnull", True), ("is_edited", False)),
                    _connector="OR",
                ),
                name="messages_edited_at_fits",
                violation_error_message="Edited is what has a moment of its edit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("channel", "project", "workspace"),
                name="messages_channel_fk",
                on_delete="CASCADE",
                to="discussions.Channel",
                to_fields=("id", "project", "workspace"),
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("parent", "channel"),
                name="messages_parent_fk",
                to="discussions.Message",
                to_fields=("id", "channel"),
                violation_error_message="A reply stays in the channel of its thread.",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("author",), name="messages_author_fk", to="workspaces.User"
            ),
        ),
        sql_file(__file__, "0001_discussions"),
        Unchanging("Channel", "project_id"),
        Unchanging("ChannelMember", "channel_id", "user_id"),
        Unchanging("Message", "channel_id", "parent_id", "author_id"),
        InOpenProject("Channel"),
        InOpenProject("Message"),
        LogTable("Channel", "channel", readers={"channel": "id"}),
        LogTable("ChannelMember", "channel_member", technical=("last_read_at",)),
        LogTable("Message", "message", technical=("search",)),
        RunDeferred(),
    ]
