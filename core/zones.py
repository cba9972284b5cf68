"""Time zones: which there are, and the one that a browser's pages speak in."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

COOKIE = "taskly_timezone"


@cache
def _names() -> frozenset[str]:
    """Looked up once: it reads a folder of several hundred files."""
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; ValidationError where there is none."""
    if name not in _names():
        raise ValidationError(_("There is no such time zone: try Europe/Berlin."))
    return ZoneInfo(name)


class BrowserTimeZoneMiddleware:
    """Lets pages tell and take times, and say which day it is, where the person's browser is.

    Scripts tell the browser's zone in a cookie. Without one, or with one that isn't known here,
    times are in UTC. The API's answers carry their offset and don't follow it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = request.COOKIES.get(COOKIE, "")
        if named not in _names() or not request.path_info.startswith("/admin/"):
            return self.get_response(request)
        with timezone.override(ZoneInfo(named)):
            return self.get_response(request)
