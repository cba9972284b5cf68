"""What the search palette shows while somebody types: one answer of all kinds, for a script.

A key finds its card at once, the beginning of a key those that begin so; then come words in texts,
the last of which may be a beginning, names that have what was typed, and pages and actions of the
navigation. All of it is what the person may see, in the workspace that they look at; a key names
one card of all, wherever they look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from boards.models import Board
from cards.admin.home import board_url, my_work_url, recent_boards
from cards.models import Card
from cards.querysets import MAX_NUMBER
from core.admin.scope import current_workspace_id, narrowed
from core.api.filters import SearchFormField
from discussions.models import Channel
from projects.models import Project
from search.finding import Question, find_parts
from search.pages import icon_of, kind_of, page_of
from workspaces.models import User

KEYS_SHOWN = 5
TEXTS_SHOWN = 8
NAMES_SHOWN = 4
RECENT_SHOWN = 6
# Shorter beginnings would find half of all texts.
SHORTEST_BEGINNING = 3
LOOKED_BACK = 300

# "ACME-42", "acme 42", "acme42" and their beginnings.
_KEY = re.compile(r"([A-Za-z][A-Za-z0-9]{1,9}?)[\s-]*(?<![0-9])([1-9][0-9]{0,9})", re.ASCII)
_LAST_WORD = re.compile(r"(?<![\w-])(\w+)$")
_OPERATORS = re.compile(r'["-]|\bor\b', re.IGNORECASE)
_TOUCHED = f"""SELECT entity_id FROM (
    SELECT id, entity_id, entity_type FROM event_log
     WHERE actor_id = %s ORDER BY id DESC LIMIT {LOOKED_BACK}) AS newest
 WHERE entity_type = 'card' ORDER BY id DESC"""
"""The ids of the cards that a person changed, the last one first."""

Item = dict[str, Any]


def palette(request: HttpRequest) -> JsonResponse:
    """Groups of what `q` asks for, or of what one would want to go back to."""
    text = request.GET.get("q", "").strip()
    if not text:
        return JsonResponse({"groups": _groups(_recent(request)), "all": ""})
    try:
        SearchFormField().clean(text)
    except ValidationError:
        return JsonResponse({"groups": [], "all": ""})
    by_key = _by_key(request, text)
    # A card that its key names isn't told twice.
    told = {item["url"] for item in by_key}
    found = {
        _("Cards by key"): by_key,
        _("Pages and actions"): _pages(request, text),
        _("Boards and projects"): _boards_and_projects(request, text),
        _("Found in texts"): [item for item in _texts(request, text) if item["url"] not in told],
        _("Channels and people"): _channels_and_people(request, text),
    }
    everything = f"{reverse('search-page')}?{urlencode({'q': text})}"
    return JsonResponse({"groups": _groups(found), "all": everything})


def _groups(found: dict[str, list[Item]]) -> list[dict[str, Any]]:
    return [{"name": name, "items": items} for name, items in found.items() if items]


def _item(title: str, url: str, icon: str, **more: Any) -> Item:
    return {"title": title, "url": url, "icon": icon, **more}


def _visible(model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """The rows that the model's own pages show to the person, wherever they look."""
    model_admin: Any = admin.site.get_model_admin(model)
    rows: QuerySet[Any] = model_admin.visible(request)
    return rows


def _recent(request: HttpRequest) -> dict[str, list[Item]]:
    """The cards that the person changed last, and their boards."""
    touched = RawSQL(_TOUCHED, [request.user.pk])
    place = RawSQL(f"array_position(ARRAY({_TOUCHED}), cards.id)", [request.user.pk])
    cards = narrowed(_visible(Card, request), request).filter(pk__in=touched).order_by(place)
    return {
        _("Changed by you lately"): [_card_item(card) for card in _shown(cards)[:RECENT_SHOWN]],
        _("Your boards"): [_board_item(board) for board in recent_boards(request)],
    }


def _shown(cards: QuerySet[Any]) -> QuerySet[Any]:
    return cards.select_related("workspace", "board").defer(
        "description", "metadata", "board__columns"
    )


def _card_item(card: Any) -> Item:
    note = card.board.name
    if card.archived_at is not None:
        note = _("%(board)s, archived") % {"board": note}
    return _item(
        card.title,
        reverse("admin:cards_card_change", args=[card.pk]),
        "square-check-big",
        key=f"{card.workspace.key}-{card.number}",
        note=note,
    )


def _board_item(board: Board) -> Item:
    return _item(board.name, board_url(board), "square-kanban", note=board.workspace.name)


def _by_key(request: HttpRequest, text: str) -> list[Item]:
    """The card of this key, and those whose keys go on after it."""
    named = _KEY.fullmatch(text)
    if named is None:
        return []
    number = int(named[2])
    # 4 begins 4, 40 to 49, 400 to 499 …: each a stretch of the index on workspace and number.
    begun = Q(pk__in=[])
    for digits in range(len(str(MAX_NUMBER)) - len(named[2]) + 1):
        first = number * 10**digits
        if first <= MAX_NUMBER:
            last = min(first + 10**digits - 1, MAX_NUMBER)
            begun |= Q(number__range=(first, last))
    cards = _visible(Card, request).filter(begun, workspace__key=named[1].upper())
    return [_card_item(card) for card in _shown(cards).order_by("number", "id")[:KEYS_SHOWN]]


def _boards_and_projects(request: HttpRequest, text: str) -> list[Item]:
    boards = _called(request, Board, text, "name").filter(archived=False)
    projects = _called(request, Project, text, "name").filter(archived_at=None)
    return [
        *map(_board_item, boards.select_related("workspace").defer("columns")[:NAMES_SHOWN]),
        *_items(projects, "folder", "projects_project_change"),
    ]


def _channels_and_people(request: HttpRequest, text: str) -> list[Item]:
    channels = _called(request, Channel, text, "name").select_related("project")
    people = _called(request, User, text, "full_name", "username")
    return [
        *_items(channels, "messages-square", "discussions_channel_conversation"),
        *_items(people, "user", "workspaces_user_change"),
    ]


def _called(request: HttpRequest, model: type[Model], text: str, *fields: str) -> QuerySet[Any]:
    """Rows whose names have what was typed, those that begin with it first."""
    rows = narrowed(_visible(model, request), request)
    has, begins = Q(), Q()
    for field in fields:
        has |= Q(**{f"{field}__icontains": text})
        begins |= Q(**{f"{field}__istartswith": text})
    return rows.filter(has).alias(begins=begins).order_by("-begins", fields[0], "id")


def _items(rows: QuerySet[Any], icon: str, name: str) -> Iterable[Item]:
    for row in rows[:NAMES_SHOWN]:
        note = str(row.project) if isinstance(row, Channel) else ""
        yield _item(str(row), reverse(f"admin:{name}", args=[row.pk]), icon, note=note)


def _texts(request: HttpRequest, text: str) -> list[Item]:
    """The best of the search, whose last word may be one that is still being typed."""
    last = _LAST_WORD.search(text)
    beginning = last[1] if last and not _OPERATORS.search(text) else ""
    if len(beginning) < SHORTEST_BEGINNING:
        beginning = ""
    question = Question(
        text[: len(text) - len(beginning)] if beginning else text,
        workspace=current_workspace_id(request),
        beginning=beginning,
    )
    user: Any = request.user
    rows = find_parts(question, user, size=TEXTS_SHOWN, everywhere=user.is_superuser)
    return [_text_item(row) for row in rows]


def _text_item(row: dict[str, Any]) -> Item:
    return _item(
        "".join(part for part, _is_found in row["title_parts"]),
        page_of(row),
        icon_of(row),
        parts=row["title_parts"],
        excerpt=row["excerpt_parts"],
        key=row["key"] or "",
        note=f"{kind_of(row)} · {row['place']}",
    )


def _pages(request: HttpRequest, text: str) -> list[Item]:
    """Pages and actions of the person's navigation that are called so."""
    wanted = text.casefold()
    offered = [
        _item(_("Home"), reverse("admin:index"), "house"),
        _item(_("My work"), my_work_url(), "list-todo"),
        _item(_("Change password"), reverse("admin:password_change"), "key-round"),
    ]
    site: Any = admin.site
    for section in site.menu(request):
        for entry in section["models"]:
            offered.append(_item(str(entry["name"]), entry["admin_url"], entry["icon"]))
            if entry["add_url"]:
                offered.append(_item(str(entry["new_title"]), entry["add_url"], "plus"))
    return [each for each in offered if _has(each["title"], wanted)]


def _has(title: str, wanted: str) -> bool:
    """Whether a word of the title begins so."""
    title = title.casefold()
    return title.startswith(wanted) or f" {wanted}" in title
