"""People who sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core.encryption import EncryptedField
from core.models import BaseModel
from workspaces.querysets import UserQuerySet

if TYPE_CHECKING:
    from workspaces.models.workspaces import WorkspaceMember

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

    class Language(models.TextChoices):
        """What the pages and mails speak to the person; empty is what their browser asks for."""

        BROWSER = "", _("As the browser says")
        ENGLISH = "en", "English"
        RUSSIAN = "ru", "Русский"

    username = models.CharField(_("username"), max_length=100)
    email = models.CharField(_("email"), max_length=255)
    full_name = models.CharField(_("full name"), max_length=200, blank=True, db_default="")
    avatar_url = models.CharField(_("avatar"), max_length=500, blank=True, db_default="")
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=Language.choices,
        blank=True,
        default=Language.BROWSER,
        db_default="",
    )
    github_id = models.BigIntegerField(_("GitHub id"), null=True, blank=True)
    github_access_token = EncryptedField(_("GitHub access token"), null=True)
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
                condition=Q(language__in=["", "en", "ru"]),
                name="users_language_known",
                violation_error_message=_("Taskly doesn't speak this language."),
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
    def places(self) -> list[WorkspaceMember]:
        """Their memberships with the workspaces, by name, the private one last.

        Every page asks who may enter it and shows where one can go: both are this one query.
        """
        rows = self.memberships.select_related("workspace")
        return list(
            rows.order_by(
                F("workspace__personal_for").asc(nulls_first=True), Lower("workspace__name"), "id"
            )
        )

    @property
    def enters_admin(self) -> bool:
        """Whether the web pages let them in: members of a workspace, and operators."""
        return self.is_superuser or bool(self.places)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Rights come from memberships, and the admin asks those; operators may look at all."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser
