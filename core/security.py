"""The headers that Django doesn't set, on every answer."""

from collections.abc import Callable
from http import HTTPStatus

from csp.constants import HEADER as POLICY
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADERS = {
    # No other site may embed what we serve, not even an image.
    "Cross-Origin-Resource-Policy": "same-origin",
    # Taskly asks for nothing of this, so a script that got in can't either.
    "Permissions-Policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), payment=(), usb=()"
    ),
}
# What Django explains to developers has its styles inline.
DEBUG_PAGES = (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR)


class SecurityHeadersMiddleware:
    """Sets them where the answer doesn't have its own.

    The Content-Security-Policy is spelled by django-csp, once: its own middleware does so for each
    answer, which took a twentieth of a list's time, for policies that differ. Ours never do.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not (settings.DEBUG and response.status_code in DEBUG_PAGES):
            response.headers.setdefault(POLICY, self.policy)
        return response
