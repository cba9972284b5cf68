"""Signing in with a username or an email address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from workspaces.models import User


class PresentUserBackend(BaseBackend):
    """Looks only among people who aren't deleted and are active, whatever the case of the name."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.named(username).first()
        if user is None:
            # As slow as a wrong password, so that the time doesn't tell who has an account.
            User().set_password(password)
            return None
        if user.check_password(password) and user.is_active:
            return user
        return None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.present().filter(pk=user_id, is_active=True).first()
