"""Signing in by JWT: families of refresh tokens, each token good for one use."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import (
    TokenBackendError,
    TokenBackendExpiredToken,
    TokenError,
)
from rest_framework_simplejwt.settings import api_settings

from core.exceptions import RuleViolation
from core.identifiers import uuid7
from workspaces.models import SignIn, User

USER, GENERATION, FAMILY = api_settings.USER_ID_CLAIM, "generation", "family"
ACCESS, REFRESH = "access", "refresh"
PURGE_AT_MOST = 20

Kind = TypeVar("Kind", bound="OwnToken")


class SignedOut(RuleViolation):
    """The token is none of ours, too old, used already, or its sign-in has ended."""

    status = 401
    code = "token_not_valid"
    message = _("The token is not valid, or not any more. Sign in again.")


class KeyRing(TokenBackend):
    """Signs with the newest secret key, and believes every key of the ring."""

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        error: TokenBackendError | None = None
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return _backend(key)._decode_with_own_key(token, verify)
            except TokenBackendExpiredToken:
                raise
            except TokenBackendError as refused:
                error = error or refused
        raise error or TokenBackendError()

    def encode(self, payload: dict[str, Any]) -> str:
        return str(super(KeyRing, _backend(settings.SECRET_KEY)).encode(payload))

    def _decode_with_own_key(self, token: Any, verify: bool) -> dict[str, Any]:
        return dict(super().decode(token, verify=verify))


def _backend(key: str) -> KeyRing:
    return KeyRing(
        api_settings.ALGORITHM,
        key,
        audience=api_settings.AUDIENCE,
        issuer=api_settings.ISSUER,
        leeway=api_settings.LEEWAY,
    )


class OwnToken(tokens.Token):
    """A token of one person, one generation and one family."""

    @cached_property
    def token_backend(self) -> TokenBackend:
        return _backend(settings.SECRET_KEY)

    @property
    def user_id(self) -> uuid.UUID:
        return _identifier(self, USER)

    @property
    def family_id(self) -> uuid.UUID:
        return _identifier(self, FAMILY)

    @property
    def token_id(self) -> uuid.UUID:
        return _identifier(self, api_settings.JTI_CLAIM)


class AccessJWT(OwnToken):
    token_type = ACCESS
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME


class RefreshJWT(OwnToken):
    token_type = REFRESH
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


def sign_in(*, user: User, at: datetime.datetime) -> tuple[str, str]:
    """Begin a family for somebody whose password was right: (access, refresh)."""
    refresh_id = uuid7()
    family = SignIn.objects.create(
        user=user, refresh_id=refresh_id, expires_at=at + api_settings.REFRESH_TOKEN_LIFETIME
    )
    User.objects.filter(pk=user.pk).update(last_login=at)
    _purge(at)
    return _pair(user, family.pk, refresh_id)


def refresh(*, token: str, at: datetime.datetime) -> tuple[str, str]:
    """The next pair of a family; the token that was given is used up.

    One that was used before has been copied: by whom can't be known, so the family ends.
    """
    given = _read(RefreshJWT, token)
    user = signed_in_user(given)
    refresh_id = uuid7()
    renewed = SignIn.objects.filter(pk=given.family_id, refresh_id=given.token_id).update(
        refresh_id=refresh_id, expires_at=at + api_settings.REFRESH_TOKEN_LIFETIME
    )
    if not renewed:
        SignIn.objects.filter(pk=given.family_id).delete()
        raise SignedOut()
    return _pair(user, given.family_id, refresh_id)


def end_if_copied(*, token: str) -> None:
    """End the family of a refresh token that was used before."""
    try:
        given = _read(RefreshJWT, token)
    except SignedOut:
        return
    SignIn.objects.filter(pk=given.family_id).exclude(refresh_id=given.token_id).delete()


def verify(*, token: str) -> None:
    """Refuse a token, of either kind, that would not be taken now."""
    given: OwnToken
    try:
        given = _read(AccessJWT, token)
    except SignedOut:
        given = _read(RefreshJWT, token)
        if not SignIn.objects.filter(pk=given.family_id, refresh_id=given.token_id).exists():
            raise
    signed_in_user(given)


def revoke(*, token: str) -> None:
    """End the family of a refresh token; one that isn't good any more has nothing to end."""
    try:
        given = _read(RefreshJWT, token)
    except SignedOut:
        return
    SignIn.objects.filter(pk=given.family_id, user_id=given.user_id).delete()


def access_token_user(*, token: str) -> User:
    """Whose access token this is, if it is still good."""
    return signed_in_user(_read(AccessJWT, token))


def signed_in_user(token: OwnToken) -> User:
    """The token's person, read now: active, of the same generation, and the family still there."""
    user = (
        User.objects.present()
        .filter(
            pk=token.user_id,
            is_active=True,
            auth_generation=token.get(GENERATION),
            sign_ins__pk=token.family_id,
        )
        .first()
    )
    if user is None:
        raise SignedOut()
    found: User = user
    return found


def _pair(user: User, family_id: uuid.UUID, refresh_id: uuid.UUID) -> tuple[str, str]:
    made = []
    for kind, token_id in ((AccessJWT, uuid7()), (RefreshJWT, refresh_id)):
        token = kind()
        token[api_settings.JTI_CLAIM] = str(token_id)
        token[USER] = str(user.pk)
        token[GENERATION] = user.auth_generation
        token[FAMILY] = str(family_id)
        made.append(str(token))
    return made[0], made[1]


def _read(kind: type[Kind], token: str) -> Kind:
    """A token of ours, signed, in time and of the right kind; whether it still counts is another
    question."""
    try:
        encoded: Any = token.encode("ascii")
        given = kind(encoded)
    except (TokenError, UnicodeEncodeError) as error:
        raise SignedOut() from error
    if type(given.get(GENERATION)) is not int:
        raise SignedOut()
    return given


def _identifier(token: OwnToken, claim: str) -> uuid.UUID:
    try:
        return uuid.UUID(token[claim])
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise SignedOut() from error


def _purge(at: datetime.datetime) -> None:
    """Drop a few families whose last refresh token has expired."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins WHERE expires_at < %s"
            " ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED)",
            [at, PURGE_AT_MOST],
        )
