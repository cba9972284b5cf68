"""Views that take a password: every attempt is counted, whatever becomes of its request."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request

from core.api.edge import EdgeMixin
from core.api.throttling import client_address
from workspaces.services.attempts import (
    Attempt,
    TooManyAttempts,
    attempt_begin,
    attempt_succeeded,
)


class CountsAttempts(EdgeMixin):
    """Counts before the handler runs, because a refused request is undone as a whole: with an
    Idempotency-Key the count would otherwise be undone with it, and guessing would be free."""

    attempt: Attempt | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        identifier = self.attempted_identifier(request)
        if identifier is None:
            return
        try:
            self.attempt = attempt_begin(
                identifier=identifier,
                address=client_address(request._request),
                at=timezone.now(),
            )
        except TooManyAttempts as refusal:
            raise exceptions.Throttled(refusal.wait) from refusal

    def attempted_identifier(self, request: Request) -> str | None:
        """Whose password this request holds; None where it holds none."""
        raise NotImplementedError

    def attempt_was_right(self) -> None:
        """Take the count back: the password was right."""
        if self.attempt is not None:
            attempt_succeeded(attempt=self.attempt, at=timezone.now())


def given_text(request: Request, name: str) -> str | None:
    """A member of the body where it is a text that is worth counting."""
    data = request.data
    value = data.get(name) if isinstance(data, dict) else None
    return value[:255] if isinstance(value, str) else None
