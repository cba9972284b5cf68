"""Who is meant by `@username` in a message."""

from __future__ import annotations

import uuid

from discussions.models import Channel, ChannelMember
from workspaces.mentions import members_named_in
from workspaces.models import WorkspaceMember


def mentioned_in(content: str, channel: Channel) -> list[uuid.UUID]:
    """The people whom `content` names and who can see the channel, each once, in its order.

    A name whose bearer can't see the channel is text, like one that nobody has.
    """
    members = WorkspaceMember.objects.filter(workspace_id=channel.workspace_id)
    if channel.is_private:
        inside = ChannelMember.objects.filter(channel_id=channel.pk)
        members = members.filter(user_id__in=inside.values("user_id"))
    return members_named_in(content, members)
