"""What is unread, for each member by themselves."""

import pytest

from core.models import EventLog
from discussions.models import Channel, ChannelMember
from discussions.querysets import COUNTED_AT_MOST
from discussions.services import (
    NotInChannel,
    channel_member_add,
    channel_read,
    message_delete,
    message_post,
)
from tests.factories import ChannelFactory, MessageFactory

API = "/api/v1/channels/"


def unread(person, channel):
    return Channel.objects.as_seen_by(person).get(pk=channel.pk).unread_count


def test_what_others_wrote_is_unread_until_it_is_read(channel, member, contributor, client_of):
    client = client_of(member)
    for text in ("One", "Two"):
        message_post(actor=contributor, channel=channel, content=text)
    reply_to = message_post(actor=member, channel=channel, content="My own")
    message_post(actor=contributor, channel=channel, content="A reply", parent=reply_to)
    (row,) = client.get(API).json()["results"]
    assert row["unread_count"] == 3
    answer = client.post(f"{API}{channel.pk}/read/", {}, format="json")
    assert answer.status_code == 200
    assert answer.json()["unread_count"] == 0
    assert answer.json()["last_read_at"] == answer.json()["last_message_at"]
    message_post(actor=contributor, channel=channel, content="Three")
    assert unread(member, channel) == 1


def test_reading_up_to_a_message_leaves_the_later_ones(channel, member, contributor, client_of):
    posted = [
        message_post(actor=contributor, channel=channel, content=text) for text in ("1", "2", "3")
    ]
    body = {"message": posted[1].pk}
    answer = client_of(member).post(f"{API}{channel.pk}/read/", body, format="json").json()
    assert answer["unread_count"] == 1
    # What was read stays read.
    channel_read(channel=channel, actor=member, message=posted[0])
    assert unread(member, channel) == 1


def test_what_was_deleted_is_not_unread(channel, member, contributor):
    posted = message_post(actor=contributor, channel=channel, content="Oops")
    message_delete(message=posted, actor=contributor)
    seen = Channel.objects.as_seen_by(member).get()
    assert (seen.unread_count, seen.last_message_at) == (0, None)


def test_who_joins_has_read_what_was_said_before(channel, architect, contributor):
    message_post(actor=contributor, channel=channel, content="Before")
    seen = Channel.objects.as_seen_by(architect).get()
    assert (seen.is_member, seen.last_read_at, seen.unread_count) == (False, None, 0)
    channel_member_add(channel=channel, user=architect, actor=architect)
    assert unread(architect, channel) == 0
    message_post(actor=contributor, channel=channel, content="After")
    assert unread(architect, channel) == 1


def test_reading_is_for_members_and_tells_the_log_nothing(channel, message, member, architect):
    entries = EventLog.objects.count()
    with pytest.raises(NotInChannel):
        channel_read(channel=channel, actor=architect)
    channel_read(channel=channel, actor=member)
    inside = ChannelMember.objects.get()
    assert (inside.last_read_at, inside.version) == (message.created_at, 1)
    assert EventLog.objects.count() == entries


def test_reading_an_empty_channel_changes_nothing(channel, member):
    before = ChannelMember.objects.get().last_read_at
    channel_read(channel=channel, actor=member)
    assert ChannelMember.objects.get().last_read_at == before


def test_a_hundred_means_a_hundred_or_more(channel, member, contributor):
    for _time in range(COUNTED_AT_MOST + 5):
        MessageFactory(channel=channel, author=contributor)
    assert unread(member, channel) == COUNTED_AT_MOST


def test_each_member_and_each_channel_counts_for_itself(project, channel, member, contributor):
    other = ChannelFactory(project=project, members=[member, contributor])
    message_post(actor=member, channel=other, content="Hi")
    message_post(actor=contributor, channel=channel, content="Hello")
    assert [unread(member, each) for each in (channel, other)] == [1, 0]
    assert [unread(contributor, each) for each in (channel, other)] == [0, 1]
