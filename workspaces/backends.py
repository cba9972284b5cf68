"""Signing in with a username or an email address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils import timezone

from core.api.throttling import client_address
from core.db.compiled import CompiledQuery
from workspaces.models import User
from workspaces.services import workspace_of_one_ensure
from workspaces.services.attempts import attempt_begin, attempt_succeeded

_PRESENT = CompiledQuery(
    lambda user: User.objects.present().filter(pk=user, is_active=True), user=UUID
)


class PresentUserBackend(BaseBackend):
    """Looks only among people who aren't deleted and are active, whatever the case of the name.

    Attempts that come with a request (a form) are counted, and refused by `TooManyAttempts` where
    they are too many; the API's view counts its own.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        attempt = None
        if request is not None:
            attempt = attempt_begin(
                identifier=username, address=client_address(request), at=timezone.now()
            )
        user = User.objects.named(username).first()
        if user is None:
            # As slow as a wrong password, so that the time doesn't tell who has an account.
            User().set_password(password)
            return None
        if not user.check_password(password) or not user.is_active:
            return None
        if attempt is not None:
            attempt_succeeded(attempt=attempt, at=timezone.now())
        # Whoever came by a fixture or by SQL gets theirs at the first sign-in.
        workspace_of_one_ensure(user=user)
        return user

    def get_user(self, user_id: Any) -> User | None:
        found = _PRESENT(user=user_id)
        return found[0] if found else None
