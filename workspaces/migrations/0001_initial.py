import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import core.db.constraints
import core.db.indexes
import core.identifiers
from core.db.operations import LogTable, RunDeferred, Unchanging, sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="User",
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
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("username", models.CharField(max_length=100, verbose_name="username")),
                ("email", models.CharField(max_length=255, verbose_name="email")),
                (
                    "full_name",
                    models.CharField(
                        blank=True, db_default="", max_length=200, verbose_name="full name"
                    ),
                ),
                (
                    "avatar_url",
                    models.CharField(
                        blank=True, db_default="", max_length=500, verbose_name="avatar"
                    ),
                ),
                (
                    "github_id",
                    models.BigIntegerField(blank=True, null=True, verbose_name="GitHub id"),
                ),
                (
                    "github_access_token",
                    models.BinaryField(null=True, verbose_name="GitHub access token"),
                ),
                (
                    "is_active",
                    models.BooleanField(db_default=True, default=True, verbose_name="active"),
                ),
                (
                    "is_staff",
                    models.BooleanField(db_default=False, default=False, verbose_name="staff"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(db_default=False, default=False, verbose_name="operator"),
                ),
                (
                    "auth_generation",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="deleted"
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "db_table": "users",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        condition=models.Q(("deleted_at__isnull", True)),
                        name="users_username_unique",
                        violation_error_message="This username is taken.",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("deleted_at__isnull", True)),
                        name="users_email_unique",
                        violation_error_message="This email address is taken.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=("github_id",),
                        name="users_github_id_unique",
                        violation_error_message="This GitHub account is tied to another person.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("username__regex", "^[^@[:space:][:cntrl:]]+$")),
                        name="users_username_valid",
                        violation_error_message="A username has no @ and no spaces.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email__regex", "^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$")
                        ),
                        name="users_email_valid",
                        violation_error_message="Enter a valid email address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("avatar_url", ""),
                            ("avatar_url__regex", "^https://[^[:space:]]+$"),
                            _connector="OR",
                        ),
                        name="users_avatar_url_https",
                        violation_error_message="An avatar's address begins with https://.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("github_id__isnull", True), ("github_id__gt", 0), _connector="OR"
                        ),
                        name="users_github_id_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("is_active", False), _connector="OR"
                        ),
                        name="users_deleted_inactive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Workspace",
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
                    "key",
                    models.CharField(
                        help_text="The prefix of card keys, such as ACME in ACME-42.",
                        max_length=10,
                        verbose_name="key",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="created_workspaces",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "personal_for",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="private_workspaces",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="private workspace of",
                    ),
                ),
            ],
            options={
                "verbose_name": "workspace",
                "verbose_name_plural": "workspaces",
                "db_table": "workspaces",
            },
        ),
        migrations.CreateModel(
            name="WorkspaceMember",
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
                        choices=[("admin", "Admin"), ("member", "Member")],
                        db_default="member",
                        default="member",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "joined_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="joined"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="workspaces.workspace",
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
                "db_table": "workspace_members",
            },
        ),
        migrations.AddField(
            model_name="workspace",
            name="members",
            field=models.ManyToManyField(
                related_name="workspaces",
                through="workspaces.WorkspaceMember",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="AccessToken",
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
                ("token_hash", models.CharField(editable=False, max_length=64)),
                (
                    "prefix",
                    models.CharField(editable=False, max_length=20, verbose_name="begins with"),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("read", "Read"), ("write", "Read and write")],
                        db_default="read",
                        default="read",
                        max_length=5,
                        verbose_name="scope",
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last used"
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="revoked"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "access token",
                "verbose_name_plural": "access tokens",
                "db_table": "access_tokens",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("token_hash",), name="access_tokens_token_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", ["read", "write"])),
                        name="access_tokens_scope_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "[^[:space:]]")),
                        name="access_tokens_name_given",
                        violation_error_message="A token has a name.",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("user",),
                        name="access_tokens_user_fk",
                        on_delete="CASCADE",
                        to="workspaces.User",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceInvitation",
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
                ("email", models.CharField(max_length=255, verbose_name="email")),
                (
                    "role",
                    models.CharField(
                        choices=[("admin", "Admin"), ("member", "Member")],
                        db_default="member",
                        default="member",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64)),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "accepted_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="accepted"
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="revoked"
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent_invitations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="workspaces.workspace",
                        verbose_name="workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "db_table": "workspace_invitations",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("token_hash",), name="workspace_invitations_token_unique"
                    ),
                    models.UniqueConstraint(
                        models.F("workspace"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(
                            ("accepted_at__isnull", True), ("revoked_at__isnull", True)
                        ),
                        name="workspace_invitations_one_open_per_email",
                        violation_error_message="This address has an open invitation already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["admin", "member"])),
                        name="workspace_invitations_role_valid",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email__regex", "^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$")
                        ),
                        name="workspace_invitations_email_valid",
                        violation_error_message="Enter a valid email address.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True),
                            ("revoked_at__isnull", True),
                            _connector="OR",
                        ),
                        name="workspace_invitations_accepted_or_revoked",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("workspace",),
                        name="workspace_invitations_workspace_fk",
                        on_delete="CASCADE",
                        to="workspaces.Workspace",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("invited_by",),
                        name="workspace_invitations_invited_by_fk",
                        on_delete="CASCADE",
                        to="workspaces.User",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="workspacemember",
            constraint=models.UniqueConstraint(
                fields=("workspace", "user"),
                name="workspace_members_unique",
                violation_error_message="This person is a member already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspacemember",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["admin", "member"])),
                name="workspace_members_role_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspacemember",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("workspace",),
                name="workspace_members_workspace_fk",
                on_delete="CASCADE",
                to="workspaces.Workspace",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspacemember",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("user",),
                name="workspace_members_user_fk",
                on_delete="CASCADE",
                to="workspaces.User",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=models.UniqueConstraint(
                fields=("key",),
                name="workspaces_key_unique",
                violation_error_message="This key is taken.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=models.UniqueConstraint(
                fields=("personal_for",),
                name="workspaces_one_private_per_user",
                violation_error_message="This person has a private workspace already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__regex", "^[A-Z][A-Z0-9]{1,9}$")),
                name="workspaces_key_valid",
                violation_error_message="A key has 2 to 10 characters A-Z and 0-9 and starts with a letter.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "[^[:space:]]")),
                name="workspaces_name_given",
                violation_error_message="A workspace has a name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("created_by",), name="workspaces_created_by_fk", to="workspaces.User"
            ),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=core.db.constraints.ForeignKeyConstraint(
                fields=("personal_for",),
                name="workspaces_personal_for_fk",
                on_delete="CASCADE",
                to="workspaces.User",
            ),
        ),
        migrations.AddIndex(
            model_name="workspace",
            index=core.db.indexes.Index(fields=["created_by"], name="workspaces_created_by_idx"),
        ),
        migrations.AddIndex(
            model_name="workspacemember",
            index=core.db.indexes.Index(
                fields=["user", "workspace"], name="workspace_members_user_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="workspaceinvitation",
            index=core.db.indexes.Index(
                fields=["workspace", "id"], name="workspace_invitations_workspace_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="workspaceinvitation",
            index=core.db.indexes.Index(
                fields=["invited_by"], name="workspace_invitations_invited_by_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="accesstoken",
            index=core.db.indexes.Index(fields=["user", "id"], name="access_tokens_user_idx"),
        ),
        sql_file(__file__, "0001_rules"),
        Unchanging("Workspace", "key", "personal_for_id"),
        LogTable(
            "User",
            "user",
            readers={"private": "id"},
            hidden=("password", "github_access_token"),
            technical=("last_login",),
        ),
        LogTable("Workspace", "workspace", readers={"workspace": "id"}),
        LogTable("WorkspaceMember", "workspace_member"),
        LogTable("WorkspaceInvitation", "workspace_invitation", hidden=("token_hash",)),
        LogTable(
            "AccessToken",
            "access_token",
            readers={"private": "user_id"},
            hidden=("token_hash",),
            technical=("last_used_at",),
        ),
        RunDeferred(),
    ]
