"""The router of the API: addresses with converters, and a root that lists the collections."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from rest_framework import routers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from core.api.edge import TasklyView


class Root(TasklyView):
    """The collections of this API, each with its address."""

    _ignore_model_permissions = True
    schema = None
    permission_classes = ()
    api_root_dict: dict[str, str] | None = None

    def get_view_name(self) -> str:
        return str(_("Taskly API"))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Name and address of every collection."""
        names = self.api_root_dict or {}
        answer = {prefix: reverse(name, request=request) for prefix, name in names.items()}
        return Response(answer)


class Router(routers.DefaultRouter):
    """Paths by converters (a malformed id is no address), without format suffixes.

    A collection that takes no GET (bulk actions alone) is left out of the root, and so is one that
    lies within a row of another.
    """

    APIRootView = Root
    include_format_suffixes = False

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The collections' addresses, by collection.

        Django tries address after address: side by side there are a hundred and more of them, and
        with each new one all others are found a little later. So it tries the collections first.
        """
        urls: list[URLPattern | URLResolver] = []
        collections: dict[str, list[URLPattern]] = {}
        for each in super().get_urls():
            name, slash, rest = str(each.pattern).partition("/")
            if not slash or "<" in name:
                urls.append(each)
                continue
            inner = collections.setdefault(name, [])
            inner.append(path(rest, each.callback, each.default_args, name=each.name))
        urls += [path(f"{name}/", include(inner)) for name, inner in collections.items()]
        return urls

    def get_api_root_view(self, api_urls: Any = None) -> Any:
        list_name = self.routes[0].name
        names = {
            prefix: list_name.format(basename=basename)
            for prefix, viewset, basename in self.registry
            if hasattr(viewset, "list") and "<" not in prefix
        }
        return self.APIRootView.as_view(api_root_dict=names)

    def get_default_basename(self, viewset: Any) -> str:
        """The model's table name where none is given: `boards`, `cards`."""
        return str(viewset.model._meta.db_table)
