"""The addresses of conversations and of the active project."""

from django.urls import path

from assistant.api.views import ContextViewSet, ConversationMessageViewSet, ConversationViewSet
from core.api.routers import Router


def register(router: Router) -> None:
    router.register("conversations", ConversationViewSet)
    router.register("conversations/<uuid:conversation_id>/messages", ConversationMessageViewSet)


context = ContextViewSet.as_view({"get": "retrieve", "put": "update"}, detail=True)

# What is no collection.
urlpatterns = [path("context/", context, name="context")]
