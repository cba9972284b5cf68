"""Conversations, what is said in them, and active projects."""

import factory
from factory.django import DjangoModelFactory

from assistant.models import Conversation, ConversationMessage, UserContext
from tests.factories.projects import ProjectFactory
from tests.factories.workspaces import UserFactory
from workspaces.models import WorkspaceMember


class ConversationFactory(DjangoModelFactory):
    class Meta:
        model = Conversation

    user = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Conversation {n}")


class ConversationMessageFactory(DjangoModelFactory):
    class Meta:
        model = ConversationMessage

    conversation = factory.SubFactory(ConversationFactory)
    user_id = factory.SelfAttribute("conversation.user_id")
    role = ConversationMessage.Role.USER
    content = factory.Sequence(lambda n: f"Message {n}")


class UserContextFactory(DjangoModelFactory):
    """An active project; the person becomes a member of its workspace if need be."""

    class Meta:
        model = UserContext

    user = factory.SubFactory(UserFactory)
    active_project = factory.SubFactory(ProjectFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        if kwargs["active_project"] is not None:
            WorkspaceMember.objects.get_or_create(
                workspace=kwargs["active_project"].workspace, user=kwargs["user"]
            )
        return super()._create(model_class, *args, **kwargs)
