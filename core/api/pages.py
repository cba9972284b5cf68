"""The browsable pages: every address of the API, in a browser, under the site's strict policy.

DRF's own pages need inline scripts and styles, bootstrap and jQuery, and build a form for every
method by asking the serializers, which costs queries and lists the choices of related fields.
These show the answer as it is, its headers and links, and send bodies as JSON from a text area.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
from django.template import loader
from django.urls import resolve
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from rest_framework import serializers
from rest_framework.renderers import BrowsableAPIRenderer

from core.api.renderers import RawJSON
from core.api.rendering import to_json

SHOWN_BYTES = 400_000
HIDDEN_HEADERS = frozenset({"allow", "vary", "content-type"})

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>true|false|null)"
)
_ADDRESS = re.compile(r'"(https?://[^\s"\\<>]+)"')


def coloured(text: str, own_host: str) -> SafeString:
    """JSON as HTML: escaped, with a class by kind of token, and this site's addresses as links."""
    parts: list[SafeString] = []
    place = 0
    for match in _TOKEN.finditer(text):
        parts.append(escape(text[place : match.start()]))
        place = match.end()
        token = match.group()
        address = _ADDRESS.fullmatch(token)
        if match.lastgroup == "text" and address and address[1].startswith(own_host):
            parts.append(format_html('"<a href="{0}">{0}</a>"', address[1]))
        else:
            parts.append(format_html('<span class="json-{}">{}</span>', match.lastgroup, token))
    parts.append(escape(text[place:]))
    return format_html_join("", "{}", ((part,) for part in parts))


class PageRenderer(BrowsableAPIRenderer):
    """`text/html` for whoever prefers it."""

    template = "rest_framework/api.html"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> str:
        context = self.get_context(data, accepted_media_type, renderer_context or {})
        page: str = loader.get_template(self.template).render(
            context, request=context["request"]._request
        )
        response = context["response"]
        if response.status_code == 204:
            # A browser shows no page for 204, so the person would see nothing happen.
            response.status_code = 200
        return page

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        view, request = renderer_context["view"], renderer_context["request"]
        response = renderer_context["response"]
        own_host = f"{request.scheme}://{request.get_host()}/"
        body = b"" if data is None else self._body(data)
        text = body[:SHOWN_BYTES].decode(errors="ignore")
        methods = [name for name in view.allowed_methods if name in ("POST", "PUT", "PATCH")]
        paged = isinstance(data, dict) and {"next", "previous", "results"} <= set(data)
        return {
            "request": request,
            "response": response,
            "user": request.user,
            "title": view.get_view_name(),
            "description": view.get_view_description(html=True),
            "breadcrumbs": self._way_here(request, view),
            "address": request.get_full_path(),
            "headers": [
                (name, value)
                for name, value in sorted(response.items())
                if name.lower() not in HIDDEN_HEADERS
            ],
            "methods": view.allowed_methods,
            "body": coloured(text, own_host),
            "is_cut": len(body) > SHOWN_BYTES,
            "size": len(body),
            "next": data["next"] if paged else None,
            "previous": data["previous"] if paged else None,
            "body_methods": methods if response.status_code != 401 else [],
            "example": self._example(view, data, methods),
            "can_delete": "DELETE" in view.allowed_methods and response.status_code == 200,
            "actions": self._actions(view, response.status_code),
            "etag": response.get("ETag", ""),
        }

    def _way_here(self, request: Any, view: Any) -> list[tuple[str, str]]:
        """The addresses above this one that answer, each with its view's name."""
        above = [
            (name, address)
            for name, address in self.get_breadcrumbs(request)
            if getattr(
                getattr(resolve(address.partition("?")[0]).func, "cls", None), "is_an_address", True
            )
        ]
        return above if above and above[-1][1] == request.path else [*above, (_title(view), "")]

    @staticmethod
    def _body(data: Any) -> bytes:
        if isinstance(data, RawJSON):
            data = orjson.loads(data.body) if data.body else None
        return to_json(data, indent=True)

    def _actions(self, view: Any, status: int) -> list[tuple[str, str]]:
        found = self.get_extra_actions(view, status) or {}
        return list(found.items())

    def _example(self, view: Any, data: Any, methods: list[str]) -> str:
        """A body to begin with: the fields that can be written, as they are or empty."""
        if not methods or not hasattr(view, "get_serializer_class"):
            return "{\n}"
        # The page is an answer to GET, whose shape may be another than that of what is sent.
        sending = getattr(view, "action_map", {}).get(methods[0].lower())
        try:
            chosen = getattr(view, "serializer_classes", {}).get(sending)
            serializer = (chosen or view.get_serializer_class())(
                context=view.get_serializer_context()
            )
            fields = serializer.fields
        except (AssertionError, AttributeError, TypeError):
            return "{\n}"
        present = data if isinstance(data, dict) and "PATCH" in methods else {}
        example = {
            name: present.get(name, _empty(field))
            for name, field in fields.items()
            if not field.read_only
        }
        return to_json(example, indent=True).decode()


def _title(view: Any) -> str:
    return str(view.get_view_name())


def _empty(field: serializers.Field) -> Any:
    """What stands for a field in an example body."""
    if isinstance(field, serializers.ManyRelatedField | serializers.ListField):
        return []
    if isinstance(field, serializers.JSONField | serializers.DictField):
        return {}
    if isinstance(field, serializers.BooleanField):
        return False
    if isinstance(field, serializers.CharField) and not field.allow_null:
        return ""
    return None
