"""Personal access tokens: `taskly_pat_…`, shown once, kept as a keyed hash."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.db.compiled import CompiledQuery
from core.exceptions import Forbidden, check_version
from workspaces.models import AccessToken, User
from workspaces.services.secrets import random_text, secret_hash, secret_hashes
from workspaces.services.workspaces import active_user_lock, user_lock

PREFIX = "taskly_pat_"
RANDOM_LENGTH = 40
SHOWN_LENGTH = len(PREFIX) + 4
PURPOSE = "access_token"
USE_NOTED_EVERY = datetime.timedelta(minutes=1)

_GOOD = CompiledQuery(
    lambda token_hash: AccessToken.objects.select_related("user").filter(
        token_hash=token_hash,
        revoked_at__isnull=True,
        user__is_active=True,
        user__deleted_at__isnull=True,
    ),
    token_hash=str,
)


def token_create(
    *,
    user: User,
    name: str,
    actor: User,
    at: datetime.datetime,
    scope: str = AccessToken.Scope.READ,
    expires_at: datetime.datetime | None = None,
) -> tuple[AccessToken, str]:
    """Make a token for oneself; the second value is the token itself, which is kept nowhere."""
    _require_self(actor, user)
    if expires_at is not None and expires_at <= at:
        raise ValidationError({"expires_at": _("This moment has passed.")})
    with acting(actor, "token.created"):
        user = active_user_lock(user.pk)
        secret = PREFIX + random_text(RANDOM_LENGTH)
        token = AccessToken(
            user=user,
            name=name.strip(),
            scope=scope,
            expires_at=expires_at,
            token_hash=secret_hash(PURPOSE, secret),
            prefix=secret[:SHOWN_LENGTH],
        )
        token.clean_fields(exclude={"id", "user"})
        token.save(force_insert=True)
        return token, secret


def token_revoke(
    *,
    token: AccessToken,
    actor: User | None,
    at: datetime.datetime,
    expected_version: int | None = None,
) -> AccessToken:
    """Make a token worthless from the next request on."""
    if actor is not None and not actor.is_superuser:
        _require_self(actor, token.user)
    with acting(actor, "token.revoked"):
        user_lock(token.user_id)
        present = AccessToken.objects.get(pk=token.pk)
        check_version(present, expected_version)
        if present.revoked_at is None:
            present.revoked_at = at
            present.save(update_fields=["revoked_at"])
        return present


def token_authenticate(*, secret: str, at: datetime.datetime) -> AccessToken | None:
    """The token with its person, where both are still good; notes its use once a minute."""
    if len(secret) != len(PREFIX) + RANDOM_LENGTH or not secret.startswith(PREFIX):
        return None
    found = [token for each in secret_hashes(PURPOSE, secret) for token in _GOOD(token_hash=each)]
    token: AccessToken | None = next(iter(found), None)
    if token is None or (token.expires_at is not None and token.expires_at <= at):
        return None
    if token.last_used_at is None or token.last_used_at <= at - USE_NOTED_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - USE_NOTED_EVERY)
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
    return token


def _require_self(actor: User | None, user: User) -> None:
    """Nobody else may have a key to somebody's account, operators included."""
    if actor is None or actor.pk != user.pk:
        raise Forbidden(_("Access tokens are made and revoked by whose they are."))
