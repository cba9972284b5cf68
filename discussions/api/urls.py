"""The addresses of channels and messages."""

from core.api.routers import Router
from discussions.api.views import ChannelMemberViewSet, ChannelViewSet, MessageViewSet


def register(router: Router) -> None:
    router.register("channels", ChannelViewSet)
    router.register("channels/<uuid:channel_id>/members", ChannelMemberViewSet)
    router.register("messages", MessageViewSet)
