"""Template tags of the admin's pages: icons, people, filters, the log."""

from __future__ import annotations

from typing import Any, TypedDict
from urllib.parse import parse_qsl, urlsplit

from django import template
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR, ChangeList
from django.http import HttpRequest
from django.template.context import Context
from django.template.engine import Engine
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin.home import ShownPanel

register = template.Library()

SPRITE = "vendor/lucide/sprite.svg"


class ActiveFilter(TypedDict):
    """One filter of a list that is set, with the address of the list without it."""

    title: str
    value: str
    remove_url: str


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite; always an ornament, so what it stands beside has to say it."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        classes,
        static(SPRITE),
        name,
    )


@register.simple_tag
def model_icon(entry: dict[str, Any]) -> SafeString:
    """The icon of an entry of the navigation, as its admin names it."""
    return icon(entry.get("icon") or "layers")


@register.simple_tag(takes_context=True)
def home_panel(context: Context, panel: ShownPanel) -> SafeString:
    """A panel of the start page: its template with its own words over the page's."""
    with context.push(**panel.context):
        return Engine.get_default().get_template(panel.template).render(context)


@register.filter
def initials(person: Any) -> str:
    """Up to two letters that stand for a person: pages draw them and ask no other host."""
    words = str(person).split() or ["?"]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [words[0][:2]]
    return "".join(letters).upper()


@register.filter
def is_address(address: str, path: str) -> bool:
    """Whether `path`, with its query in any order, is just this address."""
    asked, wanted = urlsplit(path), urlsplit(address)
    return asked.path == wanted.path and sorted(parse_qsl(asked.query)) == sorted(
        parse_qsl(wanted.query)
    )


@register.filter
def is_current(entry: dict[str, Any], request: HttpRequest) -> bool:
    """Whether an entry of the navigation is where one is, and none of its single links is."""
    inside = request.path.startswith(entry["admin_url"])
    return inside and all(link.url != request.path for link in entry.get("links", ()))


@register.filter
def active_filters(changelist: ChangeList) -> list[ActiveFilter]:
    """The filters of a list that are set: every choice taken but the first, which is "all"."""
    found: list[ActiveFilter] = []
    for spec in changelist.filter_specs:
        choices = list(spec.choices(changelist))
        for position, choice in enumerate(choices):
            if choice.get("selected") and position > 0:
                found.append(
                    {
                        "title": str(spec.title),
                        "value": str(choice["display"]),
                        "remove_url": str(choices[0]["query_string"]),
                    }
                )
    return found


@register.filter
def whole_list(changelist: ChangeList) -> str:
    """The list's query (search, filters, order) without its pages."""
    return str(changelist.get_query_string({PAGE_VAR: None, ALL_VAR: None}))
