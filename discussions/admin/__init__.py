"""Channels in the web pages."""

from discussions.admin.conversation import ChannelPageAdmin

__all__ = ["ChannelPageAdmin"]
