"""Channels of a project, who is in them, and what is said there."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, NO_ACTION, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from discussions.querysets import ChannelMemberQuerySet, ChannelQuerySet, MessageQuerySet
from projects.models import Project
from projects.rules import project_open_rule
from workspaces.models import InWorkspace, User, Workspace

MAX_NAME = 80
MAX_CONTENT = 10_000
TRIMMED = r"^[^[:space:]](.*[^[:space:]])?$"


class Channel(InWorkspace):
    """A place in a project where people talk: open to the workspace, or to its members alone.

    A public channel's name is unique in its project. That a private one has the name already is
    nothing that others may find out, so among those it is the service that keeps people from
    seeing two channels of one name (`discussions.services.channels`).
    """

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="channels",
        db_constraint=False,
        db_index=False,
        verbose_name=_("project"),
    )
    name = models.CharField(_("name"), max_length=MAX_NAME)
    description = models.TextField(_("description"), blank=True, default="", db_default="")
    is_private = models.BooleanField(
        _("private"),
        default=False,
        db_default=False,
        help_text=_("Only its members see that it exists."),
    )

    objects = ChannelQuerySet.as_manager()

    trigger_rules = (
        project_open_rule("channels"),
        TriggerRule(
            "channels_project_id_unchanging", "project", _("A channel stays in its project.")
        ),
    )

    class Meta:
        db_table = "channels"
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        indexes = [
            # All channels that somebody may see, in order of creation.
            Index(fields=["workspace", "id"], name="channels_workspace_idx"),
            # A project's channels by name: its list, and what goes with it.
            Index(fields=["project", "name", "id"], name="channels_project_name_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id", "project", "workspace"], name="channels_id_project_workspace_key"
            ),
            models.UniqueConstraint(
                "project",
                Lower("name"),
                condition=Q(is_private=False),
                name="channels_name_unique",
                violation_error_message=_("The project has a channel of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=TRIMMED),
                name="channels_name_trimmed",
                violation_error_message=_("A channel's name has 1 to 80 characters."),
            ),
            ForeignKeyConstraint(
                fields=["project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="channels_project_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelMember(InWorkspace):
    """A person in a channel, and up to when they have read it. Ends with the membership of the
    workspace.

    `last_read_at` is technical: it makes no entry and raises no version. Django leaves these rows
    to the database when it deletes a channel, whose trigger notes who was in it (`GoneChannel`).
    """

    project = models.ForeignKey(
        Project,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("project"),
    )
    channel = models.ForeignKey(
        Channel,
        on_delete=models.DO_NOTHING,
        related_name="memberships",
        db_constraint=False,
        db_index=False,
        verbose_name=_("channel"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="channel_memberships",
        db_constraint=False,
        db_index=False,
        verbose_name=_("person"),
    )
    last_read_at = models.DateTimeField(_("read up to"), db_default=Now(), editable=False)

    objects = ChannelMemberQuerySet.as_manager()

    trigger_rules = (
        TriggerRule(
            "channel_members_channel_id_unchanging",
            "channel",
            _("A membership stays in its channel."),
        ),
        TriggerRule(
            "channel_members_user_id_unchanging", "user", _("A membership stays its person's.")
        ),
    )

    class Meta:
        db_table = "channel_members"
        verbose_name = _("channel member")
        verbose_name_plural = _("channel members")
        indexes = [
            # The channels that a person is in, and what ends with the membership of the workspace.
            # (The people of a channel are the unique constraint's.)
            Index(fields=["user", "workspace", "channel"], name="channel_members_user_idx"),
            # All of a workspace and of a project: what goes with them.
            Index(fields=["workspace"], name="channel_members_workspace_idx"),
            Index(fields=["project"], name="channel_members_project_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "user"],
                name="channel_members_unique",
                violation_error_message=_("This person is in the channel already."),
            ),
            ForeignKeyConstraint(
                fields=["channel", "project", "workspace"],
                to="discussions.Channel",
                to_fields=["id", "project", "workspace"],
                on_delete=CASCADE,
                name="channel_members_channel_fk",
            ),
            ForeignKeyConstraint(
                fields=["user", "workspace"],
                to="workspaces.WorkspaceMember",
                to_fields=["user", "workspace"],
                on_delete=CASCADE,
                name="channel_members_member_fk",
                violation_error_message=_("Only members of the workspace can be in its channels."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.channel_id}"


class Message(InWorkspace):
    """What somebody said in a channel, or answered in a thread there.

    Threads have one level: a reply to a reply joins the thread of the first, for every writer. A
    deleted message keeps its row, so that its thread stays readable, and is never shown to anybody
    again: what shows a message asks for `shown_content`. `mentions` are the people whom the
    content named when it was written. The table also has a generated column `search`.
    """

    project = models.ForeignKey(
        Project,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("project"),
    )
    channel = models.ForeignKey(
        Channel,
        on_delete=models.CASCADE,
        related_name="messages",
        db_constraint=False,
        db_index=False,
        verbose_name=_("channel"),
    )
    author = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="messages",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("author"),
    )
    content = models.TextField(_("message"))
    parent = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="replies",
        db_constraint=False,
        db_index=False,
        verbose_name=_("in reply to"),
    )
    mentions = ArrayField(
        models.UUIDField(), verbose_name=_("mentions"), default=list, db_default=[], editable=False
    )
    is_edited = models.BooleanField(_("edited"), default=False, db_default=False, editable=False)
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    trigger_rules = (
        project_open_rule("messages"),
        TriggerRule(
            "messages_thread_flat", "parent", _("A reply belongs to a thread's first message.")
        ),
        TriggerRule(
            "messages_channel_id_unchanging", "channel", _("A message stays in its channel.")
        ),
        TriggerRule("messages_parent_id_unchanging", "parent", _("A message stays in its thread.")),
        TriggerRule("messages_author_id_unchanging", "author", _("A message stays its author's.")),
    )

    class Meta:
        db_table = "messages"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            # A channel in order of time: its page, what is unread, when it last stirred.
            Index(fields=["channel", "created_at", "id"], name="messages_channel_created_idx"),
            # A thread in order of time, and how many replies a message has.
            Index(fields=["parent", "created_at", "id"], name="messages_parent_idx"),
            # What is said in all channels of a workspace, and of a project, in order of time.
            Index(fields=["workspace", "created_at", "id"], name="messages_workspace_created_idx"),
            Index(fields=["project", "created_at", "id"], name="messages_project_created_idx"),
            # What a person said, in order of time.
            Index(fields=["author", "created_at", "id"], name="messages_author_created_idx"),
            # Where a person is mentioned.
            GinIndex(
                fields=["mentions"],
                name="messages_mentions_idx",
                condition=Q(deleted_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "channel"], name="messages_id_channel_key"),
            models.CheckConstraint(
                condition=Q(content__regex=TRIMMED),
                name="messages_content_trimmed",
                violation_error_message=_("A message has 1 to 10,000 characters."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), MAX_CONTENT),
                name="messages_content_length",
                violation_error_message=_("A message has 1 to 10,000 characters."),
            ),
            models.CheckConstraint(
                condition=Q(is_edited=True, edited_at__isnull=False)
                | Q(is_edited=False, edited_at__isnull=True),
                name="messages_edited_at_fits",
                violation_error_message=_("Edited is what has a moment of its edit."),
            ),
            ForeignKeyConstraint(
                fields=["channel", "project", "workspace"],
                to="discussions.Channel",
                to_fields=["id", "project", "workspace"],
                on_delete=CASCADE,
                name="messages_channel_fk",
            ),
            ForeignKeyConstraint(
                fields=["parent", "channel"],
                to="discussions.Message",
                to_fields=["id", "channel"],
                on_delete=NO_ACTION,
                name="messages_parent_fk",
                violation_error_message=_("A reply stays in the channel of its thread."),
            ),
            ForeignKeyConstraint(
                fields=["author"],
                to="workspaces.User",
                on_delete=NO_ACTION,
                name="messages_author_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_content or str(_("deleted message"))

    @property
    def shown_content(self) -> str:
        """What people may read of it: nothing once it is deleted."""
        return "" if self.deleted_at is not None else self.content


class GoneChannel(models.Model):
    """Who may still read what the log tells of a channel that was deleted.

    Technical, written by the database alone: when the channel goes, when one of its people leaves
    the workspace, and when the channel comes back.
    """

    id = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    is_private = models.BooleanField()
    member_ids = ArrayField(models.UUIDField())

    class Meta:
        db_table = "gone_channels"
        indexes = [
            # What of a workspace's channels is gone: who reads the log, and what goes with it.
            Index(fields=["workspace"], name="gone_channels_workspace_idx"),
        ]
        constraints = [
            ForeignKeyConstraint(
                fields=["workspace"],
                to="workspaces.Workspace",
                on_delete=CASCADE,
                name="gone_channels_workspace_fk",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
