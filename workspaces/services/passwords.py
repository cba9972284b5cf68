"""Passwords, and signing out everywhere: what raises a person's `auth_generation`."""

from __future__ import annotations

import datetime
import threading

import structlog
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import RuleViolation
from workspaces.models import User
from workspaces.services.attempts import reset_mail_allowed
from workspaces.services.mail import mail_send
from workspaces.services.people import (
    credentials_drop,
    password_check,
    require_operator,
    require_self_or_operator,
    user_lock_present,
)

log = structlog.get_logger(__name__)


class ResetLinkUsed(RuleViolation):
    """The link was used, is too old, or was never one of ours."""

    code = "reset_link_used"
    message = _("This link was used already, or it is too old. Ask for a new one.")


class ResetTokens(PasswordResetTokenGenerator):
    """Django's tokens, dead also after anything else that raises `auth_generation`.

    Nothing is stored: the token is signed over what its own use changes, the password.
    """

    key_salt = "workspaces.services.passwords.ResetTokens"
    # A form by which the log lines know what to black out of an address.
    prefix = "taskly_reset_"

    def make_token(self, user: User) -> str:
        return self.prefix + super().make_token(user)

    def check_token(self, user: User | None, token: str | None) -> bool:
        if not token or not token.startswith(self.prefix):
            return False
        return super().check_token(user, token.removeprefix(self.prefix))

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.auth_generation}"


reset_tokens = ResetTokens()


def password_change(
    *, user: User, current_password: str, new_password: str, actor: User, at: datetime.datetime
) -> User:
    """Change a password by knowing the present one; ends every other way of being in."""
    with acting(actor, "user.password_changed"):
        user = user_lock_present(user)
        if not user.check_password(current_password):
            raise ValidationError({"current_password": _("This is not the present password.")})
        password_check(new_password, user, "new_password")
        return _set(user, new_password, at)


def password_set(
    *,
    user: User,
    new_password: str,
    actor: User | None,
    at: datetime.datetime,
    check_password: bool = True,
) -> User:
    """Set anybody's password, as an operator or from a terminal."""
    require_operator(actor)
    with acting(actor, "user.password_changed"):
        user = user_lock_present(user)
        if check_password:
            password_check(new_password, user, "new_password")
        return _set(user, new_password, at)


def password_reset_request(*, email: str, at: datetime.datetime) -> None:
    """Mail a link for setting a new password, if an account has this address.

    All of it happens on another thread: the answer comes as soon for an address that nobody has.
    """
    language = translation.get_language()
    worker = threading.Thread(
        target=_mail_reset_link, args=(email, at, language), name="password-reset-mail"
    )
    worker.start()


def reset_mail(*, email: str, at: datetime.datetime) -> None:
    """Find the account and send it its link."""
    user = User.objects.named(email).first() if "@" in email else None
    if user is None or not user.is_active or not reset_mail_allowed(user=user, at=at):
        return
    address = reverse(
        "password_reset_confirm",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": reset_tokens.make_token(user),
        },
    )
    mail_send(
        to=user.email,
        template="password_reset",
        context={"user": user, "link": f"{settings.TASKLY_BASE_URL}{address}"},
        reader=user,
    )


def _mail_reset_link(email: str, at: datetime.datetime, language: str | None) -> None:
    try:
        with translation.override(language):
            reset_mail(email=email, at=at)
    except Exception:
        log.exception("password_reset_mail_failed")
    finally:
        connection.close()


def reset_link_user(*, uid: str, token: str) -> User | None:
    """Whose password the link sets, or None for a link that doesn't work (any more)."""
    try:
        user_id = User._meta.pk.to_python(urlsafe_base64_decode(uid).decode())
    except (ValueError, OverflowError, ValidationError):
        return None
    user = User.objects.present().filter(pk=user_id, is_active=True).first()
    return user if user is not None and reset_tokens.check_token(user, token) else None


def password_reset_confirm(
    *, uid: str, token: str, new_password: str, at: datetime.datetime
) -> User:
    """Set the password that a mailed link allows to set, once."""
    found = reset_link_user(uid=uid, token=token)
    if found is None:
        raise ResetLinkUsed(field="token")
    with acting(found, "user.password_reset"):
        user = user_lock_present(found)
        # Of two uses of one link at once the second finds the password changed.
        if not reset_tokens.check_token(user, token):
            raise ResetLinkUsed(field="token")
        password_check(new_password, user, "new_password")
        return _set(user, new_password, at)


def sign_out_everywhere(*, user: User, actor: User | None, at: datetime.datetime) -> User:
    """End every session and every JWT. Personal access tokens are revoked one by one, by name."""
    require_self_or_operator(actor, user)
    with acting(actor, "user.signed_out_everywhere"):
        user = user_lock_present(user)
        user.auth_generation += 1
        user.save(update_fields=["auth_generation"])
        credentials_drop(user, at=at, with_access_tokens=False)
        return user


def _set(user: User, new_password: str, at: datetime.datetime) -> User:
    user.set_password(new_password)
    user.auth_generation += 1
    user.save(update_fields=["password", "auth_generation"])
    credentials_drop(user, at=at, with_access_tokens=False)
    return user
