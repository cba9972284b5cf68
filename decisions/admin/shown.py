"""How decisions look and read: statuses, confidence, and values of any shape as lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.admin.chips import chip
from decisions.models import Decision

STATUS_COLOURS = {"proposed": "blue", "accepted": "green", "superseded": "amber", "rejected": "red"}
DEEPEST = 8


class ReadFirst:
    """An admin whose pages are read: whoever has saved something sees how it reads now."""

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponseRedirect(self.change_url(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponseRedirect(self.change_url(obj))


def status_chip(decision: Decision) -> SafeString:
    return chip(decision.get_status_display(), STATUS_COLOURS[decision.status])


def confidence_of(decision: Decision) -> str:
    return "—" if decision.confidence is None else f"{decision.confidence:.0%}"


def readable(value: Any, depth: int = 0) -> SafeString | str:
    """A value of any shape, as people read it: lists as lists, objects by their names."""
    if value is None or value == "" or value == [] or value == {}:
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if depth < DEEPEST and isinstance(value, Mapping):
        items = format_html_join(
            "",
            "<dt>{}</dt><dd>{}</dd>",
            ((_named(name), readable(inner, depth + 1)) for name, inner in value.items()),
        )
        return format_html('<dl class="facts">{}</dl>', items)
    if depth < DEEPEST and isinstance(value, list):
        rows = ((readable(inner, depth + 1),) for inner in value)
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows))
    return str(value)


def _named(name: str) -> str:
    return name.replace("_", " ").capitalize()
