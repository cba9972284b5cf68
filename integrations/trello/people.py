"""Which members of a workspace are meant by the people of an export."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from integrations.trello.parts_reader import TrelloMember
from workspaces.models import User, Workspace


def people_matched(members: Iterable[TrelloMember], workspace: Workspace) -> dict[str, uuid.UUID]:
    """By Trello's ids, the people whom exactly one member of the workspace is called like."""
    usernames: dict[str, uuid.UUID] = {}
    full_names: dict[str, list[uuid.UUID]] = {}
    for pk, username, full_name in User.objects.filter(
        memberships__workspace=workspace
    ).values_list("pk", "username", "full_name"):
        usernames[username.casefold()] = pk
        full_names.setdefault(" ".join(full_name.split()).casefold(), []).append(pk)
    found = {}
    for member in members:
        pk = usernames.get(member.username.casefold()) if member.username else None
        if pk is None and member.full_name.strip():
            named = full_names.get(" ".join(member.full_name.split()).casefold(), [])
            pk = named[0] if len(named) == 1 else None
        if pk is not None:
            found[member.id] = pk
    return found
