"""The event log on the admin's pages: lines with links, named by what the person may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.history.lines import Group, Line, Part, lines_of
from core.history.names import Rows
from core.history.words import entity_type
from core.models import EventLog

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.utils.functional import _StrPromise

SOURCES: dict[str, _StrPromise] = {
    "api": _("API"),
    "admin": _("Web"),
    "assistant": _("Assistant"),
    "telegram": _("Telegram"),
    "github": _("GitHub"),
    "import": _("Import"),
    "command": _("Command line"),
}


class ShownLine:
    """A line as a template shows it: the sentence with its links, the door it came through."""

    def __init__(self, line: Line, site: AdminSite) -> None:
        self._site = site
        self.entry = line.entry
        self.actor = line.actor
        self.subject = line.subject
        self.note = line.note
        self.sentence = line.sentence
        self.changes = line.changes
        self.untold_changes = [each for each in line.changes if each.column not in line.told]
        self.source = str(SOURCES.get(line.entry.source, line.entry.source))
        self.url = next((_url(each, site) for each in line.parts if each.role == "subject"), "")
        self.markup = self._markup(line)
        self.heading = self._markup(line, links=False)
        self.further = [ShownLine(each, site) for each in line.further]
        self.more = line.more

    def _markup(self, line: Line, *, links: bool = True) -> SafeString:
        pieces: list[Any] = []
        for part in line.parts:
            address = _url(part, self._site) if links else ""
            if part.role == "actor":
                pieces.append(format_html("<strong>{}</strong>", part.text))
            elif address:
                pieces.append(format_html('<a href="{}">{}</a>', address, part.text))
            elif part.role:
                pieces.append(format_html("<bdi>{}</bdi>", part.text))
            else:
                pieces.append(part.text)
        return format_html_join("", "{}", ((piece,) for piece in pieces))


def _url(part: Part, site: AdminSite) -> str:
    """The page of what a piece of a sentence names, where there is one."""
    model = part.model
    if model is None or model not in site._registry or issubclass(model, get_user_model()):
        return ""
    name = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
    return reverse(name, args=[part.identifier])


def rows_for(request: HttpRequest, site: AdminSite) -> Rows:
    """What of each model the person may see: as its admin says, or else by `visible_to`."""

    def rows(model: type[models.Model]) -> models.QuerySet[Any] | None:
        model_admin: Any = site._registry.get(model)
        if hasattr(model_admin, "visible"):
            found: models.QuerySet[Any] = model_admin.visible(request)
            return found
        manager: Any = model._default_manager
        visible_to = getattr(manager.all(), "visible_to", None)
        return visible_to(request.user) if visible_to is not None else None

    return rows


def told_groups(
    groups: Iterable[Group], request: HttpRequest, site: AdminSite, *, whole: bool = False
) -> list[ShownLine]:
    """Actions in words, a line each."""
    lines = lines_of(groups, rows_for(request, site), whole=whole)
    return [ShownLine(line, site) for line in lines]


def told(
    entries: Iterable[EventLog], request: HttpRequest, site: AdminSite, *, whole: bool = False
) -> list[ShownLine]:
    """`entries` in words, in their order; those of one action that follow one another are a line.

    `whole` tells every column of what was made or removed as well, and long texts in full.
    """
    groups: list[Group] = []
    for entry in entries:
        if groups and groups[-1].entries[0].action_id == entry.action_id:
            groups[-1].entries.append(entry)
        else:
            groups.append(Group([entry]))
    return told_groups(groups, request, site, whole=whole)


def history_of(instance: models.Model) -> models.QuerySet[EventLog]:
    """The entries of one row, newest first."""
    return EventLog.objects.filter(
        entity_type=entity_type(type(instance)), entity_id=instance.pk
    ).order_by("-id")
