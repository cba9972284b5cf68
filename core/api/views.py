"""The base of every API view: who calls, how often, with what; then one service call; one answer.

A view of ours says which rows (`model`, always through `visible_to`), which shapes (`serializer_class`
in, `rows` out) and which service carries a write out. The order in which a request is looked at,
the limits, the retries, the stored answers and the versions are here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.exceptions import RequestDataTooBig
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, generics, serializers, views, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import idempotency, problems, throttling, versions
from core.api.hygiene import faults_of_query, printable
from core.api.pagination import CursorPagination
from core.api.renderers import RawJSON, compress
from core.api.retry import is_retryable, retrying
from core.api.rows import Rows
from core.exceptions import StaleVersion
from core.models import EventLog

MIB = 1024 * 1024
BODY_LIMIT = MIB
LARGE_BODY_LIMIT = 32 * MIB
WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")


class EdgeMixin(views.APIView):
    """What happens to every request before and after the view's own method.

    In this order: sign in, count against the limit, rights, address line, body. Counting comes
    before rights, so that what is refused counts as well, and after signing in (also a failed
    one), because the limit is by person.
    """

    body_limits: ClassVar[Mapping[str, int]] = {}
    """By action (or method in small letters): bytes, where it isn't 1 MiB."""
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
        self._check_query(request)
        if request.method in WITH_BODY:
            self._read_body(request._request)

    def _count(self, request: Request, user: Any) -> None:
        self.allowance = throttling.take_allowance(request, user)
        if self.allowance is not None and self.allowance.wait:
            raise throttling.TooMany(self.allowance)

    def allowed_parameters(self) -> set[str]:
        """The query parameters that this request may have."""
        return set(self.parameters.get(self.acts_as, ()))

    def _check_query(self, request: Request) -> None:
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
            raise RequestDataTooBig()

    def _answer(self, handler: Callable[..., HttpResponseBase]) -> HttpResponseBase:
        """Run the handler, again where the database undid it, and once per Idempotency-Key."""
        key = idempotency.read_key(self.request) if self.request.method == "POST" else None
        if key is None:
            return retrying(lambda: handler(self.request, *self.args, **self.kwargs))
        claim = idempotency.claim_of(self.request, key)
        shown = self.shows_credential
        return retrying(
            lambda: idempotency.once(
                claim,
                lambda: self._answer_or_refusal(handler),
                shows_credential=shown if isinstance(shown, bool) else self.acts_as in shown,
            )
        )

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
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.allowance is not None:
            for name, value in self.allowance.headers().items():
                response[name] = value
        # The same address answers another caller otherwise.
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        if not response.has_header("Cache-Control"):
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


class TasklyViewSet(EdgeMixin, viewsets.GenericViewSet):
    """A collection of one model's rows that the caller may see.

    Subclasses mix in what the collection can do (`Lists`, `Retrieves`, `Creates`, `Updates`,
    `Destroys`) and say: `model`; `serializer_class` (or one by action in `serializer_classes`) for
    what comes in; `rows_class` for what goes out, where that isn't the serializer's job;
    `orderings`, `default_ordering`, `filterset_class` for the list.
    """

    model: ClassVar[type[Model]]
    rows_class: ClassVar[type[Rows] | None] = None
    serializer_classes: ClassVar[Mapping[str, type[serializers.BaseSerializer[Any]]]] = {}
    orderings: ClassVar[Mapping[str, Any]] = {}
    default_ordering: ClassVar[str] = "id"
    pagination_class = CursorPagination
    lookup_value_converter = "uuid"
    lookup_field = "pk"
    lookup_url_kwarg = "id"
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that the caller may see: there is no other door to them."""
        manager: Any = self.model._default_manager
        if getattr(self, "swagger_fake_view", False):
            rows: QuerySet[Any] = manager.none()
            return rows
        rows = manager.visible_to(self.request.user)
        return rows

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return self.serializer_classes.get(self.acts_as) or super().get_serializer_class()

    def get_object(self) -> Any:
        """The row that the address names; 404 where the caller can't see one."""
        row = get_object_or_404(self.get_queryset(), **self.lookup())
        self.check_object_permissions(self.request, row)
        return row

    def lookup(self) -> dict[str, Any]:
        """The conditions that the address puts on the row."""
        return {self.lookup_field: self.kwargs[self.lookup_url_kwarg or self.lookup_field]}

    def allowed_parameters(self) -> set[str]:
        allowed = super().allowed_parameters()
        if self.acts_as in ("list", "get") or self.acts_as == "options":
            filterset = getattr(self, "filterset_class", None)
            allowed |= set(filterset.base_filters) if filterset is not None else set()
            allowed |= set(CursorPagination.parameters) if self.detail is False else set()
        return allowed

    def validated(self, instance: Any = None, *, partial: bool = False) -> dict[str, Any]:
        """The body's values, or a 400 with what is wrong with each."""
        serializer = self.get_serializer(instance, data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    # What goes out
    def many(self, queryset: QuerySet[Any], also: Sequence[str] = ()) -> list[Any]:
        """The answers for rows in the queryset's order; `also` are annotations kept beside them."""
        if self.rows_class is not None:
            return self.rows_class.read(queryset, also)
        return list(queryset)

    def one(self, instance: Model) -> Any:
        """The answer for one row, as the database holds it now."""
        if self.rows_class is None:
            return self.get_serializer_class()(instance, context=self.get_serializer_context()).data
        found = self.rows_class.read(
            self.for_answer(self.model._default_manager.filter(pk=instance.pk))
        )
        if not found:
            raise exceptions.NotFound()
        return found[0]

    def for_answer(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """`queryset` with what an answer needs; the model's `for_list()` where it has one."""
        prepare = getattr(queryset, "for_list", None)
        return prepare() if prepare is not None else queryset

    def answer(self, instance: Model, status: int = 200) -> Response:
        """An answer with the row and its ETag."""
        data = self.one(instance)
        response = Response(data, status=status)
        tag = versions.tag_of(data if isinstance(data, dict) else instance)
        if tag is not None:
            response["ETag"] = tag
        return response

    def answer_created(self, instance: Model) -> Response:
        """201, with the row and where it is to be found."""
        response = self.answer(instance, status=201)
        if self.reverse_action is not None and hasattr(self, "retrieve"):
            response["Location"] = self.reverse_action(
                "detail", kwargs={self.lookup_url_kwarg or self.lookup_field: instance.pk}
            )
        return response

    # Versions
    def expected_version(self, instance: Any) -> int | None:
        """The version that If-Match wants the row to have, for the service; None: any.

        Only the service decides, under its lock. Where several are allowed, the one that the row
        has now is named, so that a change between here and the lock is still found.
        """
        wanted = versions.wanted_versions(self.request.headers.get("If-Match"), instance.pk)
        if wanted is None:
            return None
        if instance.version not in wanted:
            raise StaleVersion(instance)
        return int(instance.version)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, StaleVersion) and isinstance(exc.instance, getattr(self, "model", ())):
            exc.extra.update(self._described(exc.instance))
        return super().handle_exception(exc)

    def _described(self, instance: Any) -> dict[str, Any]:
        """The present state of a row that somebody else changed, who that was, and when."""
        kind = camel_case_to_spaces(type(instance).__name__).replace(" ", "_")
        entry = (
            EventLog.objects.filter(entity_type=kind, entity_id=instance.pk)
            .order_by("-id")
            .values("actor_id", "timestamp")
            .first()
        )
        who = None
        if entry is not None and entry["actor_id"] is not None:
            person = get_user_model()._default_manager.filter(pk=entry["actor_id"]).first()
            if person is not None:
                who = {"id": person.pk, "name": person.get_full_name() or person.get_username()}
        return {
            "current": self.one(instance),
            "changed_by": who,
            "changed_at": entry["timestamp"] if entry is not None else None,
        }


class Lists(generics.GenericAPIView):
    """GET of the collection."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of the rows that the caller may see."""
        return self.page(self.filter_queryset(self.get_queryset()))

    def page(self, queryset: QuerySet[Any]) -> Response:
        """One page of `queryset` as this view answers it."""
        rows = self.paginator.paginate_queryset(
            self.for_answer(queryset), self.request, view=self, read=self.many
        )
        if self.rows_class is None:
            rows = self.get_serializer_class()(
                rows, many=True, context=self.get_serializer_context()
            ).data
        return self.paginator.get_paginated_response(rows)


class Retrieves(generics.GenericAPIView):
    """GET of one row, 304 where the caller has it."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The row that the address names."""
        if self.rows_class is None:
            return self.unless_current(self.answer(self.get_object()))
        rows = self.rows_class.read(self.for_answer(self.get_queryset().filter(**self.lookup())))
        if not rows:
            raise exceptions.NotFound()
        response = Response(rows[0])
        tag = versions.tag_of(rows[0])
        if tag is not None:
            response["ETag"] = tag
        return self.unless_current(response)

    def unless_current(self, response: Response) -> Response:
        """304 in its place where If-None-Match names the answer's tag."""
        header = self.request.headers.get("If-None-Match")
        tag = response.get("ETag")
        if header is not None and tag is not None and versions.matches_none(header, tag):
            return Response(status=304, headers={"ETag": tag})
        return response


class Creates(generics.GenericAPIView):
    """POST to the collection."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make one; the service that `create_one` calls decides whether that may be."""
        return self.answer_created(self.create_one(**self.validated()))

    def create_one(self, **values: Any) -> Any:
        """Call the service that makes a row out of `values`, and return the row."""
        raise NotImplementedError


class Updates(generics.GenericAPIView):
    """PATCH of one row: only the fields that the body names are written."""

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the named fields."""
        instance = self.get_object()
        expected_version = self.expected_version(instance)
        values = self.validated(instance, partial=True)
        changed = self.update_one(instance, expected_version=expected_version, **values)
        return self.answer(changed)

    def update_one(self, instance: Any, *, expected_version: int | None, **values: Any) -> Any:
        """Call the service that changes the row, and return the row."""
        raise NotImplementedError


class Destroys(generics.GenericAPIView):
    """DELETE of one row."""

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove it."""
        instance = self.get_object()
        self.destroy_one(instance, expected_version=self.expected_version(instance))
        return Response(status=204)

    def destroy_one(self, instance: Any, *, expected_version: int | None) -> None:
        """Call the service that removes the row."""
        raise NotImplementedError


class UnknownAddress(TasklyView):
    """Everything beneath /api/ that no route answers: a problem document, counted like the rest."""

    schema = None
    permission_classes = ()

    def _check_query(self, request: Request) -> None:
        """A wrong address is wrong whatever is asked of it."""

    def _read_body(self, request: HttpRequest) -> None:
        """Nobody reads it."""

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise exceptions.NotFound(_("There is nothing at this address."))


__all__ = [
    "LARGE_BODY_LIMIT",
    "Creates",
    "Destroys",
    "Lists",
    "RawJSON",
    "Retrieves",
    "TasklyView",
    "TasklyViewSet",
    "UnknownAddress",
    "Updates",
]
