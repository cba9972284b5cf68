"""Callers who are signed in by the site's session."""

from __future__ import annotations

from rest_framework import authentication
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The site's own session, with CSRF enforced.

    It names a scheme, so that a caller who isn't signed in gets 401 and not the 403 that DRF
    falls back to: 401 says "sign in", 403 says "you may not".
    """

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="Taskly"'
