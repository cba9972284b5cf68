"""What the feed can be asked for."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from activity.querysets import EventQuerySet, last_seen_by
from activity.streams import Asked
from boards.models import Board
from core.acting import SOURCES
from core.api.filters import (
    ChoicesFilter,
    IdFilter,
    MomentFilter,
    MomentFormField,
    StrictFilterSet,
    _Filter,
    _TextField,
)
from core.history.words import entity_types

LAST_VISIT = "last-visit"
_ACTION = re.compile(r"[a-z][a-z0-9_]{0,49}(\.([a-z][a-z0-9_]{0,49})?)?", re.ASCII)


class ActionFormField(_TextField):
    """The name of an action, or the beginning of some up to and with the dot."""

    def parse(self, text: str) -> str:
        if not _ACTION.fullmatch(text):
            raise ValidationError(
                _("This has to be an action (card.moved) or the beginning of several (card.).")
            )
        return text


@extend_schema_field({"type": "string", "pattern": f"^{_ACTION.pattern}$"})
class ActionFilter(_Filter):
    """By what was done."""

    field_class = ActionFormField


class SinceFormField(MomentFormField):
    """A moment, or the caller's last visit."""

    def parse(self, text: str) -> Any:
        return LAST_VISIT if text == LAST_VISIT else super().parse(text)


@extend_schema_field(
    {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "string", "enum": [LAST_VISIT]}]}
)
class SinceFilter(_Filter):
    """From a moment on, or since the caller last marked the log as seen."""

    field_class = SinceFormField


class EventFilters(StrictFilterSet):
    """Which entries; `asked()` says where they are to be looked for."""

    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(method="by_project")
    board = IdFilter(field_name="board_id")
    entity_type = ChoicesFilter(
        field_name="entity_type", choices=[(each, each) for each in entity_types()]
    )
    entity_id = IdFilter(field_name="entity_id")
    actor = IdFilter(field_name="actor_id", me=True)
    action = ActionFilter(method="by_action")
    source = ChoicesFilter(field_name="source", choices=[(each, each) for each in SOURCES])
    since = SinceFilter(method="by_since")
    until = MomentFilter(field_name="timestamp", lookup_expr="lt")

    def by_project(self, entries: EventQuerySet, name: str, value: Any) -> EventQuerySet:
        """What happened in a project, and on the boards that are its own now."""
        boards = Board.objects.visible_to(self.request.user).filter(project_id=value)
        return entries.filter(Q(project_id=value) | Q(board_id__in=boards.values("pk")))

    def by_action(self, entries: EventQuerySet, name: str, value: str) -> EventQuerySet:
        if value.endswith("."):
            return entries.filter(action__startswith=value)
        return entries.filter(action=value)

    def by_since(self, entries: EventQuerySet, name: str, value: Any) -> EventQuerySet:
        if value == LAST_VISIT:
            return entries.filter(pk__gt=self.seen)
        return entries.filter(timestamp__gte=value)

    @cached_property
    def seen(self) -> int:
        """How far the caller has seen the log, where `since` asks for that; else 0."""
        asked = self.form.cleaned_data.get("since") == LAST_VISIT
        return last_seen_by(self.request.user) if asked else 0

    def asked(self) -> Asked:
        """Where to look, once the filters are known to be valid."""
        given = self.form.cleaned_data
        kinds = given.get("entity_type") or ()
        anywhere = [given.get(name) for name in ("actor", "action", "source", "until")]
        since = given.get("since")
        return Asked(
            workspace=given.get("workspace"),
            project=given.get("project"),
            board=given.get("board"),
            above=self.seen,
            entity=given.get("entity_id"),
            entity_types=tuple(kinds),
            anywhere=bool(kinds or any(anywhere) or since not in (None, LAST_VISIT)),
            of_person=given.get("actor") is not None,
        )
