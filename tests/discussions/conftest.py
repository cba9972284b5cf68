"""A public channel that `member` has joined, and a private one of `contributor` and `director`."""

import pytest

from tests.factories import ChannelFactory, MessageFactory


@pytest.fixture
def channel(project, member):
    return ChannelFactory(project=project, name="general", members=[member])


@pytest.fixture
def secret(project, contributor, director):
    return ChannelFactory(
        project=project, name="secret", is_private=True, members=[contributor, director]
    )


@pytest.fixture
def message(channel, contributor):
    return MessageFactory(channel=channel, author=contributor, content="Hello")


@pytest.fixture
def secret_message(secret, contributor):
    return MessageFactory(channel=secret, author=contributor, content="Hush, confidential")
