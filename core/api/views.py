"""The base of the API's collections: one model's rows, read in one place, written by services.

A view of ours says which rows (`model`, always through `visible_to`), which shapes
(`serializer_class` in, `rows_class` out) and which service carries a write out. What holds for
every request is in `core.api.edge`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.text import camel_case_to_spaces
from rest_framework import exceptions, generics, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import exports, versions
from core.api.edge import LARGE_BODY_LIMIT, MIB, EdgeMixin, TasklyView, UnknownAddress
from core.api.pagination import CursorPagination, chunks
from core.api.plans import planned_page
from core.api.renderers import RawJSON
from core.api.rows import Rows
from core.api.visible import visible_row
from core.exceptions import StaleVersion
from core.models import EventLog


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
    compiled_lists: ClassVar[bool] = False
    """Whether a list's query depends on its parameters and the caller's id alone, and on no time
    or setting: then it is compiled once for each set of parameters (see `core.api.plans`)."""
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
        fake = getattr(self, "swagger_fake_view", False)
        rows: QuerySet[Any] = manager.none() if fake else manager.visible_to(self.request.user)
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
        if self.is_whole_list():
            allowed.add(exports.FORMAT)
        if self.acts_as in ("list", "get") or self.acts_as == "options":
            filterset = getattr(self, "filterset_class", None)
            allowed |= set(filterset.base_filters) if filterset is not None else set()
            allowed |= set(CursorPagination.parameters) if self.detail is not True else set()
        return allowed

    # Whole lists as files: see `core.api.exports`.
    paged_actions: ClassVar[frozenset[str]] = frozenset({"list"})
    """The actions that answer by `page`: their lists can be taken out whole as well."""

    def is_whole_list(self) -> bool:
        """Whether the request is for a list that can be exported."""
        return self.acts_as in self.paged_actions and hasattr(self, "page")

    def get_renderers(self) -> list[Any]:
        renderers = super().get_renderers()
        if self.is_whole_list():
            renderers += [each() for each in exports.RENDERERS]
        return renderers

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        asked = exports.asked_renderer(request) if self.is_whole_list() else None
        if asked is not None:
            return asked, asked.media_type
        return super().perform_content_negotiation(request, force)

    def check_query(self, request: Request) -> None:
        super().check_query(request)
        if self.is_whole_list():
            exports.check(request)

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
        found = self.rows_class.read_one(self.model, instance.pk)
        if found is None:
            raise exceptions.NotFound()
        return found

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
        if instance.row_version not in wanted:
            raise StaleVersion(instance)
        return int(instance.row_version)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, StaleVersion) and isinstance(exc.instance, getattr(self, "model", ())):
            exc.extra.update(self._described(exc.instance))
        return super().handle_exception(exc)

    def history_of(self, instance: Any) -> QuerySet[EventLog]:
        """The log's entries about a row; a view adds those of rows that belong to its version."""
        kind = camel_case_to_spaces(type(instance).__name__).replace(" ", "_")
        return EventLog.objects.filter(entity_type=kind, entity_id=instance.pk)

    def _described(self, instance: Any) -> dict[str, Any]:
        """The present state of a row that somebody else changed, who that was, and when."""
        entry = self.history_of(instance).order_by("-id").values("actor_id", "timestamp").first()
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


class Below(TasklyViewSet):
    """Rows of the thing that the address names before them: 404 where the caller can't see it."""

    above: ClassVar[tuple[str, type[Model]]]
    """The rows' reference to that thing, and its model; the address has `<reference>_id`."""

    @cached_property
    def parent(self) -> Any:
        """The thing that the address names."""
        name, model = self.above
        row = visible_row(model, self.kwargs[f"{name}_id"], self.request.user)
        if row is None:
            raise exceptions.NotFound()
        return row

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(**{f"{self.above[0]}_id": self.parent.pk})

    def answer_created(self, instance: Model) -> Response:
        response = self.answer(instance, status=201)
        if self.reverse_action is not None and hasattr(self, "retrieve"):
            ids = {f"{self.above[0]}_id": self.parent.pk, self.lookup_url_kwarg: instance.pk}
            response["Location"] = self.reverse_action("detail", kwargs=ids)
        return response


class Lists(generics.GenericAPIView):
    """GET of the collection."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A page of the rows that the caller may see, or with `format` all of them as a file."""
        if self.compiled_lists and not kwargs and not self.is_export():
            rows = planned_page(self)
            if rows is not None:
                return self.paginator.get_paginated_response(rows)
        return self.page(self.filter_queryset(self.get_queryset()))

    @property
    def export_name(self) -> str:
        """What the list's file is called."""
        return str(self.model._meta.db_table).replace("_", "-")

    def in_chunks(self, queryset: QuerySet[Any]) -> Iterator[list[Any]]:
        """All of `queryset` as this view answers it, a chunk at a time."""
        wanted, allowed = self.paginator.wanted(self.request, self)
        rows = self.for_answer(queryset)
        for chunk in chunks(rows, wanted, allowed, self.many, exports.CHUNK):
            yield chunk if self.rows_class is not None else self._serialized(chunk)

    def _serialized(self, rows: list[Any]) -> list[Any]:
        serializer = self.get_serializer_class()
        return serializer(rows, many=True, context=self.get_serializer_context()).data

    def is_export(self) -> bool:
        """Whether the answer is the whole list and not a page of it."""
        return isinstance(self.request.accepted_renderer, exports.ExportRenderer)

    def page(self, queryset: QuerySet[Any]) -> HttpResponseBase:
        """One page of `queryset` as this view answers it; all of it where that is asked for."""
        if self.is_export():
            return exports.export(self, queryset)
        rows = self.paginator.paginate_queryset(
            self.for_answer(queryset), self.request, view=self, read=self.many
        )
        if self.rows_class is None:
            rows = self._serialized(rows)
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


class RetrievesWithCounts(Retrieves):
    """GET of a row whose answer also counts other rows: its version alone can't say it is current.

    The ETag is there for If-Match; If-None-Match never gets a 304.
    """

    def unless_current(self, response: Response) -> Response:
        return response


class Creates(generics.GenericAPIView):
    """POST to the collection."""

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make one; the service that `create_one` calls decides whether that may be.

        What the API's document says of it is what `create_one` says of itself.
        """
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


__all__ = [
    "LARGE_BODY_LIMIT",
    "MIB",
    "Below",
    "Creates",
    "Destroys",
    "EdgeMixin",
    "Lists",
    "RawJSON",
    "Retrieves",
    "RetrievesWithCounts",
    "TasklyView",
    "TasklyViewSet",
    "UnknownAddress",
    "Updates",
]
