"""What signs people in beside their passwords, and how often that has failed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db.constraints import CASCADE, ForeignKeyConstraint
from core.db.indexes import Index
from core.identifiers import uuid7
from core.models import BaseModel
from workspaces.models.people import User
from workspaces.querysets import AccessTokenQuerySet


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
