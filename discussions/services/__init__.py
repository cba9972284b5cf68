"""Every write to channels, their members and messages."""

from discussions.services.channels import (
    ChannelNameTaken,
    channel_create,
    channel_delete,
    channel_update,
)
from discussions.services.members import (
    ChannelMemberGone,
    LastMember,
    NotInChannel,
    channel_member_add,
    channel_member_remove,
    channel_read,
)
from discussions.services.messages import (
    MessageGone,
    message_delete,
    message_edit,
    message_post,
)
from discussions.services.rules import ChannelGone

__all__ = [
    "ChannelGone",
    "ChannelMemberGone",
    "ChannelNameTaken",
    "LastMember",
    "MessageGone",
    "NotInChannel",
    "channel_create",
    "channel_delete",
    "channel_member_add",
    "channel_member_remove",
    "channel_read",
    "channel_update",
    "message_delete",
    "message_edit",
    "message_post",
]
