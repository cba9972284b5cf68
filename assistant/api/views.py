"""The caller's conversations and active project: nobody else's, whoever asks."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assistant.api.filters import ConversationFilters
from assistant.api.serializers import (
    ConversationMessagePostSerializer,
    ConversationMessageRows,
    ConversationMessageSerializer,
    ConversationRows,
    ConversationSerializer,
    UserContextRows,
    UserContextSerializer,
)
from assistant.models import Conversation, ConversationMessage, UserContext
from assistant.services.context import context_of, context_set
from assistant.services.conversations import (
    conversation_create,
    conversation_delete,
    conversation_update,
)
from assistant.services.messages import message_post
from core.api.versions import entity_tag
from core.api.views import Below, Creates, Destroys, Lists, Retrieves, TasklyViewSet, Updates


class ConversationViewSet(Lists, Retrieves, Creates, Updates, Destroys, TasklyViewSet):
    """Conversations with the assistant. They are private: nobody else sees that they exist."""

    model = Conversation
    compiled_lists = True
    rows_class = ConversationRows
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilters
    orderings: ClassVar = {
        "updated_at": "updated_at",
        "created_at": "created_at",
        "title": "title",
        "id": "id",
    }
    default_ordering = "-updated_at"

    def create_one(self, **values: Any) -> Conversation:
        return conversation_create(actor=self.request.user, **values)

    def update_one(
        self, instance: Conversation, *, expected_version: int | None, **values: Any
    ) -> Conversation:
        return conversation_update(
            conversation=instance,
            actor=self.request.user,
            title=values.get("title", instance.title),
            expected_version=expected_version,
        )

    def destroy_one(self, instance: Conversation, *, expected_version: int | None) -> None:
        conversation_delete(
            conversation=instance, actor=self.request.user, expected_version=expected_version
        )


class ConversationMessageViewSet(Lists, Creates, Below):
    """What was said in a conversation, in the order of time."""

    model = ConversationMessage
    above = ("conversation", Conversation)
    rows_class = ConversationMessageRows
    serializer_class = ConversationMessageSerializer
    serializer_classes: ClassVar = {"create": ConversationMessagePostSerializer}
    orderings: ClassVar = {"created_at": "created_at", "id": "id"}
    default_ordering = "created_at"

    @extend_schema(
        request=ConversationMessagePostSerializer, responses={201: ConversationMessageSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say something to the assistant; the answer is what it says to that. Both are kept."""
        conversation = self.parent
        exchange = message_post(conversation=conversation, actor=request.user, **self.validated())
        return self.answer(exchange.answer, status=201)


class ContextViewSet(Retrieves, TasklyViewSet):
    """The project that the caller's commands are about."""

    model = UserContext
    rows_class = UserContextRows
    serializer_class = UserContextSerializer
    http_method_names = ["get", "put", "head", "options"]

    def get_object(self) -> UserContext:
        return context_of(self.request.user)

    def answer(self, instance: UserContext, status: int = 200) -> Response:
        """The context; without one there is an empty one, whose version is 0."""
        data = self.one(instance)
        tag = entity_tag(instance.pk, data["version"])
        return Response(data, status=status, headers={"ETag": tag})

    def one(self, instance: UserContext) -> dict[str, Any]:
        found = UserContextRows.read_one(UserContext, instance.pk)
        return found or {"active_project": None, "version": 0, "updated_at": None}

    @extend_schema(responses=UserContextSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The active project; null where there is none."""
        return self.unless_current(self.answer(self.get_object()))

    @extend_schema(request=UserContextSerializer, responses=UserContextSerializer)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Switch to another project, or with null to none."""
        context = self.get_object()
        expected_version = self.expected_version(context)
        project = self.validated(self.one(context))["active_project"]
        changed = context_set(
            actor=request.user, project=project, expected_version=expected_version
        )
        return self.answer(changed)
