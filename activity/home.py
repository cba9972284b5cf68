"""The start page's panel of what others did since one was last here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from activity.actions import Reader, newest_actions
from activity.models import Visit
from activity.querysets import events
from activity.streams import Asked
from core.admin.history import told_groups
from core.admin.scope import current_workspace_id
from core.history.lines import Group
from core.models import EventLog

# So many of the newest actions are looked through for those of others.
LOOKED_THROUGH = 30
SHOWN = 10
# Where nothing is new, so many of the last lines say what it was like before.
REMINDED = 4


def since_last_here(request: HttpRequest) -> dict[str, Any]:
    """What others did since the person last opened the log, or where that is nothing, before.

    Opening the start page doesn't count as having read it: the log's own page does.
    """
    user: Any = request.user
    visit = Visit.objects.filter(pk=user.pk).first()
    seen = visit.last_event_id if visit is not None else 0
    reader = Reader(user, is_operator=bool(user.is_superuser))
    asked = Asked(workspace=current_workspace_id(request))
    page = newest_actions(reader, events(), asked, limit=LOOKED_THROUGH)
    of_others = [group for group in page.groups if newest_of(group).actor_id != user.pk]
    new = [group for group in of_others if newest_of(group).pk > seen]
    chosen = new[:SHOWN] if new else of_others[:REMINDED]
    # Where all that was looked through is new, there may be more of it further back.
    is_cut = bool(new) and len(new) == len(of_others) and page.before is not None
    return {
        "told": told_groups(chosen, request, admin.site),
        "visit": visit,
        "is_new": bool(new),
        "has_more": len(new) > SHOWN or is_cut,
        "log_url": reverse("admin:core_eventlog_changelist"),
    }


def newest_of(group: Group) -> EventLog:
    """The entry by which an action stands in its place."""
    return max(group.entries, key=lambda entry: entry.pk)
