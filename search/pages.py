"""The search in a browser: one field in the head of every page, and a page of what it found."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError as Invalid

from cards.models import Card
from core.admin.scope import current_workspace_id
from core.api.filters import SearchFormField
from core.api.pagination import Cursor
from decisions.models import Decision
from discussions.models import Message
from projects.models import Feature
from search.api.views import KEYS, ORDERING
from search.finding import Place, Question, find
from search.kinds import Kind

PAGE = 25
MODELS: dict[str, type[Model]] = {
    Kind.CARD: Card,
    Kind.FEATURE: Feature,
    Kind.MESSAGE: Message,
    Kind.DECISION: Decision,
}


def search_page(request: HttpRequest) -> HttpResponse:
    """What has the words of `q`, of all kinds or of one; cards that it names by key come first."""
    text = request.GET.get("q", "").strip()
    kind = request.GET.get("type", "")
    kind = kind if kind in Kind.values else ""
    archived = request.GET.get("archived") == "true"
    problem, results, more = _answers(request, text, kind, archived)
    asked = {"q": text, "type": kind, "archived": "true" if archived else ""}
    context = {
        **admin.site.each_context(request),
        "title": _("Search"),
        "query": text,
        "kinds": [
            {
                "label": label,
                "url": _address(asked | {"type": value}),
                "is_chosen": value == kind,
            }
            for value, label in [("", _("Everything")), *_plurals()]
        ],
        "kind": kind,
        "archived": archived,
        "archived_url": _address(asked | {"archived": "" if archived else "true"}),
        "is_first_page": "cursor" not in request.GET,
        "first_url": _address(asked),
        "more_url": _address(asked | {"cursor": more}) if more else "",
        "problem": problem,
        "results": [_told(row) for row in results],
    }
    return TemplateResponse(request, "admin/search.html", context)


def _answers(
    request: HttpRequest, text: str, kind: str, archived: bool
) -> tuple[str, list[dict[str, Any]], str]:
    """What is wrong with the question; the page's results; the cursor of the next page."""
    if not text:
        return "", [], ""
    try:
        SearchFormField().clean(text)
        place = _place(request.GET.get("cursor"))
    except (ValidationError, Invalid):
        return _("This can’t be searched for: ask with at most 500 characters."), [], ""
    question = Question(
        text,
        kinds=(kind,) if kind else tuple(Kind.values),
        workspace=current_workspace_id(request),
        archived=archived,
    )
    user: Any = request.user
    found = find(question, user, size=PAGE + 1, place=place, everywhere=user.is_superuser)
    if len(found) <= PAGE:
        return "", found, ""
    last = found[PAGE - 1]
    cursor = Cursor(ORDERING, False, [last[key.name] for key in KEYS], timezone.now())
    return "", found[:PAGE], cursor.encode()


def _place(cursor: str | None) -> Place | None:
    return None if cursor is None else Place(*Cursor.decode(cursor, KEYS, ORDERING).values)


def _plurals() -> list[tuple[str, str]]:
    """The kinds, each as its model is called where there are many."""
    return [
        (kind, str(model._meta.verbose_name_plural).capitalize()) for kind, model in MODELS.items()
    ]


def page_of(row: dict[str, Any]) -> str:
    """The page of a result; a message stands in its thread on the page of its channel."""
    model = MODELS[row["type"]]
    if model is Message:
        channel = reverse("admin:discussions_channel_conversation", args=[row["channel"]])
        return f"{channel}?{urlencode({'thread': row['thread']})}#message-{row['id']}"
    options = model._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row["id"]])


def icon_of(row: dict[str, Any]) -> str:
    """What stands for results of this kind."""
    model = MODELS[row["type"]]
    if model is Message:
        return "message-square"
    return str(getattr(admin.site.get_model_admin(model), "icon", "layers"))


def kind_of(row: dict[str, Any]) -> str:
    return capfirst(str(MODELS[row["type"]]._meta.verbose_name))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A result as its template draws it."""
    return {**row, "kind": kind_of(row), "icon": icon_of(row), "url": page_of(row)}


def _address(asked: dict[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in asked.items() if value})
