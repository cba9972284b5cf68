"""What every request gets before anything else looks at it: an id, a door, a readable address."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from core.acting import coming_from
from core.api.hygiene import faults_of_query
from core.api.problems import REQUEST_ID, is_for_api
from core.identifiers import uuid7

REQUEST_ID_HEADER = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,127}", re.ASCII)
_DOORS = (("/api/", "api"), ("/admin/", "admin"))


class RequestIdMiddleware:
    """One id for everything that a request leaves behind: answers, problems and log lines.

    An id that the caller (or a proxy) sends is taken over where it is harmless in a log, so that
    one request can be followed across machines; otherwise a new one is made.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        request_id = given if _GIVEN_ID.fullmatch(given) else str(uuid7())
        request.META[REQUEST_ID] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response[REQUEST_ID_HEADER] = request_id
        return response


def _is_page(request: HttpRequest) -> bool:
    """Whether a script of a page asks, as whoever is signed in there."""
    return (
        request.headers.get("X-Requested-With") == "XMLHttpRequest"
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and "Authorization" not in request.headers
    )


class SourceMiddleware:
    """Says through which door a request came, for the log's entries.

    Pages of the site that are neither the API nor the admin (an invitation that is accepted) are
    the admin's kind of door: a person in a browser. So is what a page's own script asks of the API
    for the person who is signed in there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        source = next(
            (name for prefix, name in _DOORS if request.path_info.startswith(prefix)), "admin"
        )
        if source == "api" and _is_page(request):
            source = "admin"
        with coming_from(source):
            return self.get_response(request)


class AddressMiddleware:
    """Refuses address lines that no page could use: a 400, where Django and its admin answer 500.

    The API's own views check theirs themselves, and name the parameter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Called inside Django's own conversion of exceptions, so that a page comes of it."""
        if is_for_api(request):
            return
        if "\x00" in request.path_info:
            raise BadRequest("NUL in the address")
        for name, fault in faults_of_query(request.META.get("QUERY_STRING", "")):
            raise BadRequest(f"{name}: {fault}")
