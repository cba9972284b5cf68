"""The lock that all writes in a channel begin with, and what they refuse alike."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from core.db.compiled import CompiledQuery
from core.exceptions import RuleViolation
from discussions.models import Channel
from workspaces.models import User, WorkspaceMember


class ChannelGone(RuleViolation):
    """The channel was deleted, or closed to the actor, between being looked up and being locked.

    One answer for both: who is left out isn't told that it goes on without them.
    """

    code = "channel_gone"
    message = _("There is no such channel any more.")


_LOCK = CompiledQuery(
    lambda channel: Channel.objects.select_for_update(no_key=True, of=("self",)).filter(pk=channel),
    channel=uuid.UUID,
)
_SEEN = CompiledQuery(
    lambda channel, user: Channel.objects.visible_to(User(pk=user)).filter(pk=channel).values("pk"),
    channel=uuid.UUID,
    user=uuid.UUID,
)


def channel_lock(channel_id: uuid.UUID, actor: User | None) -> Channel:
    """Lock a channel, where `actor` still sees it; the present row.

    Whatever is written in a channel is written one after the other, so that of two messages the
    later one has the later time as well: nobody who has read up to one has missed another. What
    goes on in other channels of the project doesn't wait. A project is locked before its channels.
    """
    found = _LOCK(channel=channel_id)
    if not found or not _sees(actor, channel_id):
        raise ChannelGone()
    channel: Channel = found[0]
    return channel


def is_workspace_member(user: User, workspace_id: uuid.UUID) -> bool:
    return WorkspaceMember.objects.filter(workspace_id=workspace_id, user_id=user.pk).exists()


def _sees(actor: User | None, channel_id: uuid.UUID) -> bool:
    """Operators look into every channel in the admin; over the API they don't come this far."""
    if actor is None or actor.is_superuser:
        return True
    return bool(_SEEN(channel=channel_id, user=actor.pk))
