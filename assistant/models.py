"""Conversations with the assistant and what is said in them; the project one works in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from assistant.querysets import PersonalQuerySet
from core.db.constraints import CASCADE, SET_NULL, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from core.models import BaseModel
from projects.models import Project
from workspaces.models import User, Workspace

MAX_TITLE = 200
MAX_CONTENT = 10_000
TRIMMED = r"^[^[:space:]](.*[^[:space:]])?$"


class Conversation(BaseModel):
    """What one person and the assistant said to each other. Nobody else ever reads it.

    It goes with its person, in the database alone (`DO_NOTHING` for Django): a page that counts
    what goes with somebody must not tell how many conversations they have.
    """

    user = models.ForeignKey(
        User,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("person"),
    )
    title = models.CharField(
        _("title"),
        max_length=MAX_TITLE,
        blank=True,
        default="",
        db_default="",
        help_text=_("Left empty, the first message gives it."),
    )

    objects = PersonalQuerySet.as_manager()

    trigger_rules = (
        TriggerRule(
            "conversations_user_id_unchanging", "user", _("A conversation stays its person's.")
        ),
    )

    class Meta:
        db_table = "conversations"
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        indexes = [
            # A person's conversations, the one spoken in last first; what goes with the person.
            Index(fields=["user", "updated_at", "id"], name="conversations_user_updated_idx"),
            # Conversations in which nothing was said for long, whose ever they are.
            Index(fields=["updated_at"], name="conversations_updated_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="conversations_id_user_key"),
            ForeignKeyConstraint(
                fields=["user"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="conversations_user_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("New conversation"))


class ConversationMessage(BaseModel):
    """One thing that was said, by the person or by the assistant."""

    class Role(models.TextChoices):
        USER = "user", _("You")
        ASSISTANT = "assistant", _("Assistant")

    conversation = models.ForeignKey(
        Conversation,
        on_delete=models.CASCADE,
        related_name="messages",
        db_constraint=False,
        db_index=False,
        verbose_name=_("conversation"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("person"),
        help_text=_("Whose conversation it is; who said it is told by the role."),
    )
    role = models.CharField(_("role"), max_length=9, choices=Role.choices)
    content = models.TextField(_("content"))

    objects = PersonalQuerySet.as_manager()

    class Meta:
        db_table = "conversation_messages"
        verbose_name = _("conversation message")
        verbose_name_plural = _("conversation messages")
        indexes = [
            # A conversation in the order in which it went, from any place on.
            Index(
                fields=["conversation", "created_at", "id"],
                name="conversation_messages_order_idx",
            ),
            # Everything that a person may read, in order of creation; what goes with the person.
            Index(fields=["user", "id"], name="conversation_messages_user_idx"),
            # What was said in a span of time, whose ever it is.
            Index(fields=["created_at"], name="conversation_messages_created_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["user", "assistant"]),
                name="conversation_messages_role_valid",
            ),
            models.CheckConstraint(
                condition=Q(content__regex=TRIMMED),
                name="conversation_messages_content_trimmed",
                violation_error_message=_("A message says something, without spaces around it."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), MAX_CONTENT),
                name="conversation_messages_content_length",
                violation_error_message=_("A message has at most 10,000 characters."),
            ),
            ForeignKeyConstraint(
                fields=["conversation", "user"],
                to="assistant.Conversation",
                to_fields=["id", "user"],
                on_delete=CASCADE,
                name="conversation_messages_conversation_fk",
                violation_error_message=_("There is no such conversation of this person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.conversation_id}"


class UserContext(BaseModel):
    """The project that a person's commands are about.

    `workspace` is the project's; the database fills it in, and by it ties the context to the
    person's membership: whoever leaves the workspace has no active project from then on.
    """

    id: Any = None
    user = models.OneToOneField(
        User,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        editable=False,
        verbose_name=_("person"),
    )
    active_project = models.ForeignKey(
        Project,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("active project"),
    )
    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("workspace"),
    )

    kept_by_database: ClassVar[tuple[str, ...]] = ("active_project", "workspace")

    objects = PersonalQuerySet.as_manager()

    trigger_rules = (
        TriggerRule("user_contexts_user_id_unchanging", "user", _("A context stays its person's.")),
    )

    class Meta:
        db_table = "user_contexts"
        verbose_name = _("active project")
        verbose_name_plural = _("active projects")
        indexes = [
            # Whose contexts are emptied with a project.
            Index(fields=["active_project", "workspace"], name="user_contexts_project_idx"),
            # What is emptied when somebody leaves a workspace.
            Index(fields=["workspace", "user"], name="user_contexts_workspace_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_project__isnull=True, workspace__isnull=True)
                | Q(active_project__isnull=False, workspace__isnull=False),
                name="user_contexts_project_known",
                violation_error_message=_("There is no such project."),
            ),
            ForeignKeyConstraint(
                fields=["user"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="user_contexts_user_fk",
            ),
            ForeignKeyConstraint(
                fields=["active_project", "workspace"],
                to="projects.Project",
                to_fields=["id", "workspace"],
                on_delete=SET_NULL,
                name="user_contexts_project_fk",
            ),
            ForeignKeyConstraint(
                fields=["workspace", "user"],
                to="workspaces.WorkspaceMember",
                to_fields=["workspace", "user"],
                on_delete=SET_NULL,
                name="user_contexts_member_fk",
                violation_error_message=_("One works in projects of one's own workspaces."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.active_project_id}"
