"""Projects to work in, and somebody's conversation."""

import pytest

from assistant.services.conversations import conversation_create
from assistant.services.messages import message_post
from tests.factories import ProjectFactory


@pytest.fixture
def alpha(workspace):
    return ProjectFactory(workspace=workspace, name="Alpha")


@pytest.fixture
def beta(workspace):
    return ProjectFactory(workspace=workspace, name="Beta")


@pytest.fixture
def foreign_project(other_workspace):
    return ProjectFactory(workspace=other_workspace, name="Gamma")


@pytest.fixture
def conversation(member, workspace):
    """A conversation of `member`."""
    return conversation_create(actor=member, title="My thoughts")


@pytest.fixture
def ask(conversation, member):
    """`ask("…")`: what the assistant answers to `member`."""

    def asked(text, actor=None):
        whose = conversation if actor is None else conversation_create(actor=actor)
        return message_post(conversation=whose, actor=actor or member, content=text).answer.content

    return asked
