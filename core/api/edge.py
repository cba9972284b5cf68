"""What happens to every API request before and after its view: the edge that all views share.

Who calls, how often, with which rights, address line and body; then the view's own method, run
again where the database undid it, and once per Idempotency-Key; then the headers of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers, views
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import idempotency, problems, throttling
from core.api.exports import ExportRenderer
from core.api.hygiene import faults_of_query, printable
from core.api.renderers import JSONRenderer, compress
from core.api.retry import is_retryable, retrying

MIB = 1024 * 1024
BODY_LIMIT = MIB
LARGE_BODY_LIMIT = 32 * MIB
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class EdgeMixin(views.APIView):
    """What happens to every request before and after the view's own method.

    In this order: sign in, count against the limit, rights, address line, body. Counting comes
    before rights, so that what is refused counts as well, and after signing in (also a failed
    one), because the limit is by person.
    """

    body_limits: ClassVar[Mapping[str, int]] = {}
    """By action (or method in small letters): bytes, where it isn't 1 MiB."""
    is_an_address: ClassVar[bool] = True
    """Whether the pages name this view among the addresses above another."""
    shows_credential: ClassVar[bool | frozenset[str]] = False
    """Whether answers (or those of the named actions) show a credential, and are never kept."""
    parameters: ClassVar[Mapping[str, Sequence[str]]] = {}
    """By action: the query parameters it takes; lists have their own beside them."""
    allowance: throttling.Allowance | None = None

    @property
    def acts_as(self) -> str:
        """The action's name, or the method's where the view has no actions."""
        name = getattr(self, "action", None) or self.request.method or ""
        return str(name).lower()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.args, self.kwargs = args, kwargs
        self.request = drf_request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        response: HttpResponseBase
        try:
            self.initial(drf_request, *args, **kwargs)
            method = (drf_request.method or "").lower()
            handler = self.http_method_not_allowed
            if method in self.http_method_names:
                handler = getattr(self, method, self.http_method_not_allowed)
            response = self._answer(handler)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(drf_request, response, *args, **kwargs)
        return self.response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = self.get_format_suffix(**kwargs)
        negotiated = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = negotiated
        request.version, request.versioning_scheme = None, None
        try:
            self.perform_authentication(request)
        except exceptions.APIException:
            self._count(request, None)
            raise
        self._count(request, request.user)
        self.check_permissions(request)
        self.check_query(request)
        if request.method not in WITHOUT_BODY:
            self._read_body(request._request)

    def _count(self, request: Request, user: Any) -> None:
        self.allowance = throttling.take_allowance(request, user)
        if self.allowance is not None and self.allowance.wait:
            raise throttling.TooMany(self.allowance)

    def allowed_parameters(self) -> set[str]:
        """The query parameters that this request may have."""
        return set(self.parameters.get(self.acts_as, ()))

    def check_query(self, request: Request) -> None:
        """Refuse what the address line may not have."""
        query_string = request._request.META.get("QUERY_STRING", "")
        if not query_string:
            return
        errors: dict[str, Any] = {name: [fault] for name, fault in faults_of_query(query_string)}
        if not errors:
            allowed = self.allowed_parameters()
            errors = {
                printable(name): [_("There is no such parameter here.")]
                for name in request.query_params
                if name not in allowed
            }
        if errors:
            raise serializers.ValidationError(errors)

    def body_limit(self) -> int:
        """How many bytes the body may have."""
        return self.body_limits.get(self.acts_as, BODY_LIMIT)

    def _read_body(self, request: HttpRequest) -> None:
        """Read the body, not more than may come, so that everything after works on it in memory."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and request.META.get("HTTP_TRANSFER_ENCODING"):
            raise problems.LengthRequired()
        if length and not (length.isascii() and length.isdigit()):
            raise exceptions.ParseError(_("Content-Length has to be a number."))
        limit = self.body_limit()
        if length and (len(length) > 12 or int(length) > limit):
            raise problems.TooLarge(limit)
        if not hasattr(request, "_body"):
            # Django's own limit is for forms; ours is by address.
            request._body = request.read(limit + 1)
        if len(request._body) > limit:
            raise problems.TooLarge(limit)

    def _answer(self, handler: Callable[..., HttpResponseBase]) -> HttpResponseBase:
        """Run the handler, again where the database undid it, and once per Idempotency-Key."""
        key = idempotency.read_key(self.request) if self.request.method == "POST" else None
        if key is None:
            return retrying(lambda: handler(self.request, *self.args, **self.kwargs))
        claim = idempotency.claim_of(self.request, key)
        return retrying(
            lambda: idempotency.once(
                claim,
                lambda: self._answer_or_refusal(handler),
                shows_credential=self._shows_credential(),
            )
        )

    def _shows_credential(self) -> bool:
        shown = self.shows_credential
        return shown if isinstance(shown, bool) else self.acts_as in shown

    def _answer_or_refusal(self, handler: Callable[..., HttpResponseBase]) -> Any:
        """The handler's answer, refusals as answers too; what is to be run again is raised."""
        try:
            return handler(self.request, *self.args, **self.kwargs)
        except Exception as error:
            if is_retryable(error):
                raise
            return self.handle_exception(error)

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if isinstance(getattr(request, "accepted_renderer", None), ExportRenderer):
            # Whatever isn't the file itself (a refusal) is JSON.
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.allowance is not None:
            for name, value in self.allowance.headers().items():
                response[name] = value
        # The same address answers another caller otherwise.
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        if self._shows_credential():
            patch_cache_control(response, no_store=True)
        elif not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        if not isinstance(response, Response):
            return response
        is_json = response.accepted_renderer.format == "json"
        if is_json and response.exception:
            response.content_type = problems.CONTENT_TYPE
        if response.status_code in (204, 304):
            response.data = None
        if is_json and request.method == "GET" and response.status_code == 200:
            accepted = request._request.META.get("HTTP_ACCEPT_ENCODING", "")
            response.add_post_render_callback(lambda done: compress(done, accepted))
        return response


class TasklyView(EdgeMixin):
    """A view that is no collection of rows: `get`, `post` … as in Django."""


class UnknownAddress(TasklyView):
    """Everything beneath /api/ that no route answers: a problem document, counted like the rest."""

    schema = None
    permission_classes = ()
    is_an_address = False

    def check_query(self, request: Request) -> None:
        """A wrong address is wrong whatever is asked of it."""

    def _read_body(self, request: HttpRequest) -> None:
        """Nobody reads it."""

    def _answer(self, handler: Callable[..., HttpResponseBase]) -> HttpResponseBase:
        """Nothing is done here, so no Idempotency-Key is kept for it."""
        return handler(self.request, *self.args, **self.kwargs)

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """404; an address that only lacks its last slash is said, or led, to the right one."""
        path = request._request.path_info
        if path.endswith("/") or not self._answers(f"{path}/"):
            raise exceptions.NotFound(_("There is nothing at this address."))
        if request.method not in ("GET", "HEAD"):
            raise exceptions.NotFound(_("There is nothing here: addresses end in a slash."))
        whole = request._request.get_full_path(force_append_slash=True)
        return HttpResponsePermanentRedirect(whole)

    @staticmethod
    def _answers(path: str) -> bool:
        try:
            found = resolve(path)
        except Resolver404:
            return False
        return bool(getattr(getattr(found.func, "cls", None), "is_an_address", True))
