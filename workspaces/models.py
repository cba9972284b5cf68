"""People and tenancy."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, NO_ACTION, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from core.identifiers import uuid7
from core.models import BaseModel
from workspaces.querysets import (
    AccessTokenQuerySet,
    InvitationQuerySet,
    MemberQuerySet,
    UserQuerySet,
    WorkspaceQuerySet,
)

_ManagerOfUsers = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(_ManagerOfUsers):
    """People are found by username or email, whatever the case; who is deleted isn't found."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.named(username or "").get()

    def create_superuser(self, username: str, email: str, password: str | None = None) -> User:
        """An operator, for Django's `createsuperuser`, which has validated the password."""
        # By its name: services stand on this module.
        user_create = import_string("workspaces.services.user_create")
        user: User = user_create(
            username=username,
            email=email,
            password=password,
            is_staff=True,
            is_superuser=True,
            check_password=False,
            actor=None,
        )
        return user


class User(AbstractBaseUser, BaseModel):
    """A person who signs in. A deleted person's row stays, for what they wrote."""

    username = models.CharField(_("username"), max_length=100)
    email = models.CharField(_("email"), max_length=255)
    full_name = models.CharField(_("full name"), max_length=200, blank=True, db_default="")
    avatar_url = models.CharField(_("avatar"), max_length=500, blank=True, db_default="")
    github_id = models.BigIntegerField(_("GitHub id"), null=True, blank=True)
    github_access_token = models.BinaryField(_("GitHub access token"), null=True, editable=False)
    is_active = models.BooleanField(_("active"), db_default=True, default=True)
    is_staff = models.BooleanField(_("staff"), db_default=False, default=False)
    is_superuser = models.BooleanField(_("operator"), db_default=False, default=False)
    auth_generation = models.PositiveIntegerField(db_default=1, default=1, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        db_table = "users"
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                condition=Q(deleted_at__isnull=True),
                name="users_username_unique",
                violation_error_message=_("This username is taken."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(deleted_at__isnull=True),
                name="users_email_unique",
                violation_error_message=_("This email address is taken."),
            ),
            models.UniqueConstraint(
                fields=["github_id"],
                condition=Q(deleted_at__isnull=True),
                name="users_github_id_unique",
                violation_error_message=_("This GitHub account is tied to another person."),
            ),
            models.CheckConstraint(
                condition=Q(username__regex=r"^[^@[:space:][:cntrl:]]+$"),
                name="users_username_valid",
                violation_error_message=_("A username has no @ and no spaces."),
            ),
            models.CheckConstraint(
                condition=Q(email__regex=r"^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$"),
                name="users_email_valid",
                violation_error_message=_("Enter a valid email address."),
            ),
            models.CheckConstraint(
                condition=Q(avatar_url="") | Q(avatar_url__regex=r"^https://[^[:space:]]+$"),
                name="users_avatar_url_https",
                violation_error_message=_("An avatar's address begins with https://."),
            ),
            models.CheckConstraint(
                condition=Q(github_id__isnull=True) | Q(github_id__gt=0),
                name="users_github_id_positive",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(is_active=False),
                name="users_deleted_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with a new password, and with whatever else raises `auth_generation`."""
        return salted_hmac(
            "workspaces.models.User.get_session_auth_hash",
            f"{self.password} {self.auth_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @cached_property
    def enters_admin(self) -> bool:
        """Whether the web pages let them in: members of a workspace, and operators."""
        return self.is_superuser or self.memberships.exists()

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Rights come from memberships, and the admin asks those; operators may look at all."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser


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


class AccessToken(BaseModel):
    """A personal access token: shown once, kept as a keyed hash."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="access_tokens",
        db_constraint=False,
        db_index=False,
        verbose_name=_("person"),
    )
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, editable=False)
    prefix = models.CharField(_("begins with"), max_length=20, editable=False)
    scope = models.CharField(
        _("scope"), max_length=5, choices=Scope.choices, default=Scope.READ, db_default=Scope.READ
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        db_table = "access_tokens"
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        indexes = [
            # A person's tokens.
            Index(fields=["user", "id"], name="access_tokens_user_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="access_tokens_token_unique"),
            models.CheckConstraint(
                condition=Q(scope__in=["read", "write"]), name="access_tokens_scope_valid"
            ),
            models.CheckConstraint(
                condition=Q(name__regex=r"[^[:space:]]"),
                name="access_tokens_name_given",
                violation_error_message=_("A token has a name."),
            ),
            ForeignKeyConstraint(
                fields=["user"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="access_tokens_user_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignIn(models.Model):
    """One sign-in by JWT: the family of refresh tokens that follow one another from it.

    Technical: it makes no log entry. Only the newest refresh token's id is kept; one that is used
    a second time is therefore known, and ends the family. Access tokens name it as well, so that
    they end with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="sign_ins",
        db_constraint=False,
        db_index=False,
    )
    refresh_id = models.UUIDField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "sign_ins"
        constraints = [
            ForeignKeyConstraint(
                fields=["user"],
                to="workspaces.User",
                on_delete=CASCADE,
                name="sign_ins_user_fk",
            ),
        ]
        indexes = [
            # The oldest ones first, when a sign-in clears what is out of date.
            models.Index(fields=["expires_at"], name="sign_ins_expires_at_idx"),
            # All sign-ins of a person, to end them.
            models.Index(fields=["user"], name="sign_ins_user_idx"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SignInAttempts(models.Model):
    """How often signing in has failed: of an address, of an account, or of the two together.

    Technical: it makes no log entry. `key` is a keyed hash of what is counted.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveSmallIntegerField(default=0)
    last_failed_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_attempts"
        indexes = [
            # The oldest ones first, when an attempt clears what is out of date.
            models.Index(fields=["last_failed_at"], name="sign_in_attempts_last_idx"),
        ]

    def __str__(self) -> str:
        return self.key
