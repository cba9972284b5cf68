"""Every error of the API as one kind of document: RFC 9457, `application/problem+json`.

`describe` turns an exception into a `Problem`; `exception_handler` is what DRF calls, and the
views at the end of the file answer where no view of ours was reached. An exception that no rule
here knows stays what it is, so that it is logged as the bug that it is and answered as a 500.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.core import exceptions as django_exceptions
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseServerError,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from django.views.csrf import csrf_failure as django_csrf_failure
from rest_framework import exceptions
from rest_framework.response import Response

from core.api.hygiene import printable
from core.api.rendering import to_json
from core.api.retry import is_busy, is_retryable
from core.db.errors import explain
from core.db.outages import is_outage
from core.exceptions import RuleViolation

CONTENT_TYPE = "application/problem+json"
GENERAL = "non_field_errors"
# What programs call; everything else is a page for people.
API_PREFIXES = ("/api/", "/webhooks/")
# Where the middleware leaves the request's id.
REQUEST_ID = "taskly.request_id"

log = structlog.get_logger(__name__)

# How long a client is told to wait, in seconds, where nothing better is known.
OUTAGE_WAIT = 5
BUSY_WAIT = 1

TITLES = {
    "invalid": _("The input is not valid"),
    "parse_error": _("The request could not be read"),
    "not_authenticated": _("Sign in first"),
    "authentication_failed": _("The credentials are not valid"),
    "permission_denied": _("Not allowed"),
    "not_found": _("Not found"),
    "method_not_allowed": _("This address has no such method"),
    "not_acceptable": _("No answer of an accepted kind"),
    "stale_version": _("Changed in the meantime"),
    "too_large": _("The body is too large"),
    "length_required": _("The length of the body is missing"),
    "unsupported_media_type": _("The body must be JSON"),
    "throttled": _("Too many requests"),
    "unavailable": _("The database cannot be reached"),
    "busy": _("The database is busy"),
}


@dataclass
class Problem:
    """One problem document, and the headers that go with it."""

    status: int
    code: str
    detail: Any
    errors: dict[str, Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def document(self, request: HttpRequest | None = None) -> dict[str, Any]:
        """The members in the order that a person reads them in."""
        title = TITLES.get(self.code) or HTTPStatus(self.status).phrase
        document: dict[str, Any] = {
            "type": f"urn:taskly:problem:{self.code}",
            "title": str(title),
            "status": self.status,
            "detail": str(self.detail),
            "code": self.code,
        }
        if self.errors is not None:
            document["errors"] = self.errors
        for name, value in self.extra.items():
            document.setdefault(name, value)
        document["request_id"] = request.META.get(REQUEST_ID) if request is not None else None
        return document


class TooLarge(exceptions.APIException):
    """The body has more bytes than this address takes."""

    status_code = 413
    default_code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(_("The body may have at most %(limit)d bytes.") % {"limit": limit})


class LengthRequired(exceptions.APIException):
    """A body of unknown length: Django would take it for an empty one."""

    status_code = 411
    default_code = "length_required"
    default_detail = _("Send the body with a Content-Length header.")


def errors_by_field(detail: Any) -> dict[str, Any]:
    """DRF's or Django's detail as `{"field": ["message", …]}`.

    A list of rows, where some are in order, becomes an object by index, so that the answer names
    row 317 of 500 without 316 empty objects in front of it.
    """
    tree = _tree(detail)
    return tree if isinstance(tree, dict) else {GENERAL: tree}


def _tree(detail: Any) -> dict[str, Any] | list[str]:
    if isinstance(detail, Mapping):
        return {
            GENERAL if name == NON_FIELD_ERRORS else printable(str(name)): _tree(value)
            for name, value in detail.items()
            if value not in ({}, [])
        }
    if isinstance(detail, list | tuple):
        if any(isinstance(item, Mapping | list | tuple) for item in detail):
            return {
                str(index): _tree(item) for index, item in enumerate(detail) if item not in ({}, [])
            }
        return [str(item) for item in detail]
    return [str(detail)]


def _beneath(errors: Mapping[str, list[str]]) -> dict[str, Any]:
    """A service's `{"move.1.column_id": […]}` in the shape that serializers give theirs."""
    tree: dict[str, Any] = {}
    for path, messages in errors.items():
        *above, last = path.split(".")
        branch = tree
        for name in above:
            branch = branch.setdefault(name, {})
        branch[last] = messages
    return tree


def _invalid(detail: Any, code: str = "invalid") -> Problem:
    errors = errors_by_field(detail)
    names = ", ".join(name for name in errors if name != GENERAL)
    sentence: Any = _("See “errors” for what is wrong with it.")
    if names:
        sentence = _("Wrong or missing: %(names)s.") % {"names": printable(names, 300)}
    elif isinstance(errors.get(GENERAL), list):
        sentence = " ".join(errors[GENERAL])
    return Problem(400, code, sentence, errors=errors)


def _from_api_exception(error: exceptions.APIException) -> Problem:
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = f"{error.wait:.0f}"
    if isinstance(error.detail, dict | list):
        if error.status_code == 400:
            return _invalid(error.detail)
        problem = _invalid(error.detail)
        if error.status_code == 401 and isinstance(error.detail, dict) and "detail" in error.detail:
            # simplejwt's InvalidToken brings {"detail", "code", "messages"}.
            return Problem(401, error.default_code, error.detail["detail"], headers=headers)
        problem.status, problem.code, problem.headers = (
            error.status_code,
            error.default_code,
            headers,
        )
        return problem
    code = getattr(error.detail, "code", None) or error.default_code
    return Problem(error.status_code, code, error.detail, headers=headers)


def _from_rule(rule: RuleViolation) -> Problem:
    errors = _beneath({rule.field: [str(rule.detail)]}) if rule.field else None
    return Problem(rule.status, rule.code, rule.detail, errors=errors, extra=dict(rule.extra))


def _from_database(error: DatabaseError) -> Problem | None:
    if is_outage(error):
        log.warning("database_unreachable", error=str(error).strip())
        return Problem(
            503,
            "unavailable",
            _("Nothing was changed. Try again in a few seconds."),
            headers={"Retry-After": str(OUTAGE_WAIT)},
        )
    if is_busy(error) or is_retryable(error):
        log.warning("database_busy", error=str(error).strip())
        return Problem(
            503,
            "busy",
            _("Others were at work on the same things, so nothing was changed. Try again."),
            headers={"Retry-After": str(BUSY_WAIT)},
        )
    if isinstance(error, IntegrityError | DataError):
        broken = explain(error)
        name = broken.field or GENERAL
        code = "conflict" if broken.status == 409 else "invalid"
        return Problem(broken.status, code, broken.message, errors={name: [str(broken.message)]})
    return None


def describe(error: BaseException) -> Problem | None:
    """The problem document for an exception, or None for a bug."""
    match error:
        case RuleViolation():
            return _from_rule(error)
        case exceptions.APIException():
            return _from_api_exception(error)
        case Http404():
            return Problem(404, "not_found", _("There is nothing at this address."))
        case django_exceptions.PermissionDenied():
            detail = str(error) or _("You do not have the right to do this.")
            return Problem(403, "permission_denied", detail)
        case django_exceptions.ValidationError():
            if hasattr(error, "error_dict"):
                return _invalid(_beneath(error.message_dict))
            return _invalid(error.messages)
        case django_exceptions.RequestDataTooBig():
            return Problem(413, "too_large", _("The body is too large."))
        case (
            django_exceptions.SuspiciousOperation()
            | django_exceptions.BadRequest()
            | MultiPartParserError()
            | UnreadablePostError()
        ):
            return Problem(400, "parse_error", _("The request could not be read."))
        case DatabaseError() | OperationalError():
            return _from_database(error)
    # A pool that has no connection to give raises psycopg's own exceptions.
    if is_outage(error):
        return _from_database(OperationalError(str(error)))
    return None


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's door to `describe`."""
    problem = describe(error)
    if problem is None:
        return None
    request = context.get("request")
    return respond(problem, getattr(request, "_request", request))


def respond(problem: Problem, request: HttpRequest | None) -> Response:
    """A DRF answer; the view's `finalize_response` gives it the problem's content type."""
    response = Response(
        problem.document(request), status=problem.status, headers=problem.headers or None
    )
    response.exception = True
    return response


def plain_response(problem: Problem, request: HttpRequest) -> HttpResponse:
    """An answer from outside of DRF's views."""
    return HttpResponse(
        to_json(problem.document(request)),
        status=problem.status,
        content_type=CONTENT_TYPE,
        headers=problem.headers,
    )


def is_for_api(request: HttpRequest) -> bool:
    """Whether the caller expects a problem document rather than a page."""
    return request.path_info.startswith(API_PREFIXES)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if is_for_api(request):
        problem = describe(exception) or Problem(400, "parse_error", _("Malformed request."))
        return plain_response(problem, request)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if is_for_api(request):
        problem = Problem(403, "permission_denied", _("You do not have the right to do this."))
        return plain_response(problem, request)
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    if is_for_api(request):
        problem = Problem(404, "not_found", _("There is nothing at this address."))
        return plain_response(problem, request)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: says nothing of what happened, and with which id it stands in the log."""
    if is_for_api(request):
        detail = _("Something went wrong on our side. It was logged under this request id.")
        return plain_response(Problem(500, "server_error", detail), request)
    # Rendered without the request: what went wrong may be what its user or session need.
    page = render_to_string("500.html", {"request_id": request.META.get(REQUEST_ID)})
    return HttpResponseServerError(page)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    if is_for_api(request):
        return plain_response(Problem(403, "permission_denied", _("CSRF failed.")), request)
    return django_csrf_failure(request, reason=reason)
