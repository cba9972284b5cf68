"""Tenancy: workspaces, who is in them, and who is invited."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, NO_ACTION, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from core.models import BaseModel
from workspaces.models.people import User
from workspaces.querysets import InvitationQuerySet, MemberQuerySet, WorkspaceQuerySet


class Workspace(BaseModel):
    """A tenant: everything belongs to exactly one, and nothing is seen across the line."""

    name = models.CharField(_("name"), max_length=100)
    key = models.CharField(
        _("key"), max_length=10, help_text=_("The prefix of card keys, such as ACME in ACME-42.")
    )
    created_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="created_workspaces",
        db_constraint=False,
        db_index=False,
        verbose_name=_("created by"),
    )
    personal_for = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="private_workspaces",
        db_constraint=False,
        db_index=False,
        verbose_name=_("private workspace of"),
    )
    members: models.ManyToManyField[User, WorkspaceMember] = models.ManyToManyField(
        User, through="WorkspaceMember", related_name="workspaces"
    )

    objects = WorkspaceQuerySet.as_manager()

    trigger_rules = (
        TriggerRule("workspaces_key_unchanging", "key", _("A workspace's key never changes.")),
        TriggerRule(
            "workspaces_personal_for_id_unchanging",
            "personal_for",
            _("A workspace is private or shared for as long as it is there."),
        ),
        TriggerRule(
            "workspace_members_last_admin",
            "role",
            _("A workspace always has at least one active admin."),
            409,
        ),
        TriggerRule(
            "workspace_members_private_of_one",
            "user",
            _("A private workspace has no other members."),
        ),
    )

    class Meta:
        db_table = "workspaces"
        verbose_name = _("workspace")
        verbose_name_plural = _("workspaces")
        indexes = [
            # What a person made, which keeps the person from being deleted.
            Index(fields=["created_by"], name="workspaces_created_by_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="workspaces_key_unique",
                violation_error_message=_("This key is taken."),
            ),
            models.UniqueConstraint(
                fields=["personal_for"],
                name="workspaces_one_private_per_user",
                violation_error_message=_("This person has a private workspace already."),
            ),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[A-Z][A-Z0-9]{1,9}$"),
                name="workspaces_key_valid",
                violation_error_message=_(
                    "A key has 2 to 10 characters A-Z and 0-9 and starts with a letter."
                ),
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="workspaces_name_given",
                violation_error_message=_("A workspace has a name."),
            ),
            ForeignKeyConstraint(
                fields=["created_by"],
                to="workspaces.User",
                on_delete=NO_ACTION,
                name="workspaces_created_by_fk",
            ),
            ForeignKeyConstraint(
                fields=["personal_for"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="workspaces_personal_for_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InWorkspace(BaseModel):
    """A row of a workspace in which its parent is: a composite key with the parent holds that."""

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name=_("workspace"),
    )

    class Meta:
        abstract = True


class WorkspaceMember(BaseModel):
    """A person's place in a workspace."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("Admin")
        MEMBER = "member", _("Member")

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_constraint=False,
        db_index=False,
        verbose_name=_("workspace"),
    )
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_constraint=False,
        db_index=False,
        verbose_name=_("person"),
    )
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=Role.choices,
        default=Role.MEMBER,
        db_default=Role.MEMBER,
    )
    joined_at = models.DateTimeField(_("joined"), db_default=models.functions.Now())

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "workspace_members"
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = [
            # The workspaces of a person: asked in every request. (The other way round, the members
            # of a workspace, is the unique constraint's.)
            Index(fields=["user", "workspace"], name="workspace_members_user_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user"],
                name="workspace_members_unique",
                violation_error_message=_("This person is a member already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["admin", "member"]), name="workspace_members_role_valid"
            ),
            ForeignKeyConstraint(
                fields=["workspace"],
                to="workspaces.Workspace",
                on_delete=CASCADE,
                name="workspace_members_workspace_fk",
            ),
            ForeignKeyConstraint(
                fields=["user"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="workspace_members_user_fk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.workspace_id}"


class WorkspaceInvitation(BaseModel):
    """An open door for one email address: single use, seven days, and only its hash is kept."""

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="invitations",
        db_constraint=False,
        db_index=False,
        verbose_name=_("workspace"),
    )
    email = models.CharField(_("email"), max_length=255)
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=WorkspaceMember.Role.choices,
        default=WorkspaceMember.Role.MEMBER,
        db_default=WorkspaceMember.Role.MEMBER,
    )
    token_hash = models.CharField(max_length=64, editable=False)
    invited_by = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="sent_invitations",
        db_constraint=False,
        db_index=False,
        verbose_name=_("invited by"),
    )
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        db_table = "workspace_invitations"
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            # The invitations of a workspace, also those that are used up.
            Index(fields=["workspace", "id"], name="workspace_invitations_workspace_idx"),
            # Those that go with the person who sent them.
            Index(fields=["invited_by"], name="workspace_invitations_invited_by_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], name="workspace_invitations_token_unique"
            ),
            models.UniqueConstraint(
                F("workspace"),
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="workspace_invitations_one_open_per_email",
                violation_error_message=_("This address has an open invitation already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["admin", "member"]), name="workspace_invitations_role_valid"
            ),
            models.CheckConstraint(
                condition=Q(email__regex=r"^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$"),
                name="workspace_invitations_email_valid",
                violation_error_message=_("Enter a valid email address."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="workspace_invitations_accepted_or_revoked",
            ),
            ForeignKeyConstraint(
                fields=["workspace"],
                to="workspaces.Workspace",
                on_delete=CASCADE,
                name="workspace_invitations_workspace_fk",
            ),
            ForeignKeyConstraint(
                fields=["invited_by"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="workspace_invitations_invited_by_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.email
