"""Channels, who is in them, and messages."""

import factory
from factory.django import DjangoModelFactory

from discussions.models import Channel, ChannelMember, Message
from tests.factories.projects import ProjectFactory


class ChannelFactory(DjangoModelFactory):
    """A channel; `members` are the people in it."""

    class Meta:
        model = Channel
        skip_postgeneration_save = True

    project = factory.SubFactory(ProjectFactory)
    workspace = factory.SelfAttribute("project.workspace")
    name = factory.Sequence(lambda n: f"channel-{n}")

    @factory.post_generation
    def members(self, create, extracted, **kwargs):
        for person in extracted or ():
            ChannelMemberFactory(channel=self, user=person)


class ChannelMemberFactory(DjangoModelFactory):
    class Meta:
        model = ChannelMember

    channel = factory.SubFactory(ChannelFactory)
    project = factory.SelfAttribute("channel.project")
    workspace = factory.SelfAttribute("channel.workspace")
    user = factory.SelfAttribute("channel.workspace.created_by")


class MessageFactory(DjangoModelFactory):
    """A message; with `parent` a reply in the parent's channel."""

    class Meta:
        model = Message

    channel = factory.Maybe(
        "parent",
        yes_declaration=factory.SelfAttribute("parent.channel"),
        no_declaration=factory.SubFactory(ChannelFactory),
    )
    project = factory.SelfAttribute("channel.project")
    workspace = factory.SelfAttribute("channel.workspace")
    author = factory.SelfAttribute("channel.workspace.created_by")
    content = factory.Sequence(lambda n: f"Message {n}")
    parent = None
