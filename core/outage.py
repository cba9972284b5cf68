"""What people get while the database doesn't serve: 503 and when to try again, never a 500.

The API's own views answer outages through DRF's exception handler. This is for everything else:
pages, middleware, and what fails while an answer is on its way out.
"""

import sys

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin

from core.api import problems
from core.api.retry import is_busy, is_retryable
from core.db.outages import is_outage

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = 5


def outage_response(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The 503 for this exception, or None where the database isn't to blame."""
    if error is None or not (is_outage(error) or is_busy(error) or is_retryable(error)):
        return None
    if problems.is_for_api(request):
        problem = problems.describe(error)
        return problems.plain_response(problem, request) if problem else None
    log.warning("database_unavailable", error=str(error).strip(), path=request.path_info)
    # Rendered without the request: its user and session would ask the database again.
    response = HttpResponse(render_to_string("503.html"), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    patch_cache_control(response, no_store=True)
    return response


class OutageMiddleware(MiddlewareMixin):
    """Answers what a view or the rendering of its page raised."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook for exceptions of views."""
        return outage_response(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: an outage where one is the cause (a middleware raised it), else a plain 500."""
    return outage_response(request, sys.exc_info()[1]) or problems.server_error(request)
