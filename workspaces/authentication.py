"""Who calls the API with `Authorization: Bearer …`: a JWT, or a personal access token."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from workspaces.models import AccessToken, User
from workspaces.services import sign_in
from workspaces.services.tokens import PREFIX, token_authenticate

CHALLENGE = 'Bearer realm="Taskly"'


class BearerAuthentication(BaseAuthentication):
    """Reads person and credential at every request, so that what was ended is dead at once."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        """The person, and the access token where it was one (None for a JWT)."""
        scheme, _space, credential = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            secret = credential.strip().decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(_("The token is not valid.")) from error
        if secret.startswith(PREFIX):
            return self._by_access_token(secret, request.method or "")
        try:
            return sign_in.access_token_user(token=secret), None
        except sign_in.SignedOut as refusal:
            raise AuthenticationFailed(refusal.detail, code=refusal.code) from refusal

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE

    @staticmethod
    def _by_access_token(secret: str, method: str) -> tuple[User, AccessToken]:
        token = token_authenticate(secret=secret, at=timezone.now())
        if token is None:
            raise AuthenticationFailed(
                _("The access token is not valid, or not any more."), code="token_not_valid"
            )
        if token.scope != AccessToken.Scope.WRITE and method not in SAFE_METHODS:
            raise PermissionDenied(_("This access token may only read."), code="read_only_token")
        return token.user, token


class NotByAccessToken(BasePermission):
    """What opens further doors (tokens, passwords, the account) is for the person alone.

    A token that has leaked can then be revoked, and nothing made with it stays behind.
    """

    message = _("This can't be done with a personal access token: sign in.")
    code = "not_by_access_token"

    def has_permission(self, request: Request, view: Any) -> bool:
        return not isinstance(request.auth, AccessToken)


class BearerScheme(OpenApiAuthenticationExtension):
    """JWT and personal access tokens, as the API's document names them."""

    target_class = "workspaces.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": f"A JWT from `auth/token/`, or a personal access token (`{PREFIX}…`).",
        }
