import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.constraints
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


class Migration(migrations.Migration):
    dependencies = [
        ("boards", "0002_project"),
        ("cards", "0003_backdating"),
        ("workspaces", "0003_encrypted_token"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CardLink",
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
                            ("blocks", "Blocks"),
                            ("relates_to", "Relates to"),
                            ("duplicates", "Duplicates"),
                            ("parent_of", "Parent of"),
                        ],
                        max_length=10,
                        verbose_name="kind",
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
                        verbose_name="board",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="cards.card",
                        verbose_name="card",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_to",
                        to="cards.card",
                        verbose_name="other card",
                    ),
                ),
                (
                    "target_board",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="boards.board",
                        verbose_name="other card's board",
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
                "verbose_name": "link between cards",
                "verbose_name_plural": "links between cards",
                "db_table": "card_links",
                "indexes": [
                    core.db.indexes.Index(fields=["target", "kind"], name="card_links_target_idx"),
                    core.db.indexes.Index(fields=["board", "id"], name="card_links_board_idx"),
                    core.db.indexes.Index(
                        fields=["target_board", "id"], name="card_links_target_board_idx"
                    ),
                    core.db.indexes.Index(
                        fields=["workspace", "id"], name="card_links_workspace_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "target", "kind"),
                        name="card_links_unique",
                        violation_error_message="The cards are linked like this already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="card_links_not_itself",
                        violation_error_message="A card isn't linked to itself.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["blocks", "relates_to", "duplicates", "parent_of"])
                        ),
                        name="card_links_kind_valid",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("source", "workspace", "board"),
                        name="card_links_source_fk",
                        on_delete="CASCADE",
                        on_update="CASCADE",
                        to="cards.Card",
                        to_fields=("id", "workspace", "board"),
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("target", "workspace", "target_board"),
                        name="card_links_target_fk",
                        on_delete="CASCADE",
                        on_update="CASCADE",
                        to="cards.Card",
                        to_fields=("id", "workspace", "board"),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
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
                ("checklist", models.CharField(max_length=100, verbose_name="checklist")),
                ("text", models.CharField(max_length=500, verbose_name="text")),
                ("position", models.BigIntegerField(editable=False, verbose_name="position")),
                ("done_at", models.DateTimeField(editable=False, null=True, verbose_name="done")),
                (
                    "board",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="boards.board",
                        verbose_name="board",
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checklist_items",
                        to="cards.card",
                        verbose_name="card",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="done by",
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
                "verbose_name": "checklist item",
                "verbose_name_plural": "checklist items",
                "db_table": "checklist_items",
                "indexes": [
                    core.db.indexes.Index(
                        fields=["board", "card"], name="checklist_items_board_idx"
                    ),
                    core.db.indexes.Index(
                        fields=["workspace", "id"], name="checklist_items_workspace_idx"
                    ),
                    core.db.indexes.Index(fields=["done_by"], name="checklist_items_done_by_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                        fields=("card", "position"),
                        name="checklist_items_position_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("checklist__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                        name="checklist_items_checklist_trimmed",
                        violation_error_message="A checklist has a name of 1 to 100 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                        name="checklist_items_text_trimmed",
                        violation_error_message="An item has a text of 1 to 500 characters.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_by__isnull", True), ("done_at__isnull", False), _connector="OR"
                        ),
                        name="checklist_items_done_fits",
                        violation_error_message="Who did it goes with when it was done.",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("card", "workspace", "board"),
                        name="checklist_items_card_fk",
                        on_delete="CASCADE",
                        on_update="CASCADE",
                        to="cards.Card",
                        to_fields=("id", "workspace", "board"),
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("done_by",),
                        name="checklist_items_done_by_fk",
                        on_delete="SET NULL",
                        to="workspaces.User",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
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
                ("content", models.TextField(verbose_name="comment")),
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
                    "edited_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="edited"),
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
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
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
                        verbose_name="board",
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="cards.card",
                        verbose_name="card",
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
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "db_table": "comments",
                "indexes": [
                    core.db.indexes.Index(fields=["card", "id"], name="comments_card_idx"),
                    core.db.indexes.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["board", "card"],
                        name="comments_board_present_idx",
                    ),
                    core.db.indexes.Index(fields=["board", "id"], name="comments_board_idx"),
                    core.db.indexes.Index(
                        fields=["workspace", "id"], name="comments_workspace_idx"
                    ),
                    core.db.indexes.Index(fields=["author", "id"], name="comments_author_idx"),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["mentions"],
                        name="comments_mentions_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("content__regex", "^[^[:space:]](.*[^[:space:]])?$")),
                        name="comments_content_trimmed",
                        violation_error_message="A comment has 1 to 10,000 characters.",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("content"), 10000
                        ),
                        name="comments_content_length",
                        violation_error_message="A comment has 1 to 10,000 characters.",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("card", "workspace", "board"),
                        name="comments_card_fk",
                        on_delete="CASCADE",
                        on_update="CASCADE",
                        to="cards.Card",
                        to_fields=("id", "workspace", "board"),
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("author",), name="comments_author_fk", to="workspaces.User"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
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
                ("query", models.CharField(max_length=2000, verbose_name="filter")),
                (
                    "shared",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Everybody who sees the board sees this filter.",
                        verbose_name="shared",
                    ),
                ),
                (
                    "board",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to="boards.board",
                        verbose_name="board",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
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
                "verbose_name": "saved filter",
                "verbose_name_plural": "saved filters",
                "db_table": "saved_filters",
                "indexes": [
                    core.db.indexes.Index(
                        fields=["board", "workspace", "id"], name="saved_filters_board_idx"
                    ),
                    core.db.indexes.Index(
                        fields=["workspace", "id"], name="saved_filters_workspace_idx"
                    ),
                    core.db.indexes.Index(
                        fields=["user", "workspace"], name="saved_filters_user_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "board", "name"),
                        name="saved_filters_name_unique",
                        violation_error_message="You have a filter of this name on the board already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "[^[:space:]]")),
                        name="saved_filters_name_given",
                        violation_error_message="A filter has a name.",
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("board", "workspace"),
                        name="saved_filters_board_fk",
                        on_delete="CASCADE",
                        to="boards.Board",
                        to_fields=("id", "workspace"),
                    ),
                    core.db.constraints.ForeignKeyConstraint(
                        fields=("user", "workspace"),
                        name="saved_filters_member_fk",
                        on_delete="CASCADE",
                        to="workspaces.WorkspaceMember",
                        to_fields=("user", "workspace"),
                    ),
                ],
            },
        ),
        sql_file(__file__, "0004_parts"),
        Unchanging("Comment", "card_id", "author_id"),
        Unchanging("ChecklistItem", "card_id"),
        Unchanging("CardLink", "source_id", "target_id", "kind"),
        LogTable("Comment", "comment"),
        LogTable("ChecklistItem", "checklist_item"),
        LogTable("CardLink", "card_link"),
        LogTable("SavedFilter", "saved_filter", readers={"private": "user_id"}),
        RunDeferred(),
    ]
