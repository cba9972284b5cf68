"""Many at once in a channel: real threads, each with a connection of its own."""

import re

import pytest
from django.db import connection, transaction

from core.api.retry import retrying
from core.models import EventLog
from discussions.models import Channel, ChannelMember, Message
from discussions.services import (
    ChannelGone,
    ChannelNameTaken,
    LastMember,
    MessageGone,
    channel_create,
    channel_delete,
    channel_member_add,
    channel_member_remove,
    channel_read,
    channel_update,
    message_delete,
    message_post,
)
from projects.models import Project
from projects.services import ProjectArchived, project_archive
from tests.factories import ChannelFactory, MemberFactory, MessageFactory
from tests.workspaces.together import Together, together, wait_until_waiting

pytestmark = pytest.mark.django_db(transaction=True)

LOCK = re.compile(r" FOR (NO KEY )?UPDATE( OF [\w\", ]+)?")


def unlocked(execute, sql, params, many, context):
    """The same statement without its lock."""
    return execute(LOCK.sub("", sql) if isinstance(sql, str) else sql, params, many, context)


@pytest.fixture
def posters(workspace):
    return [MemberFactory(workspace=workspace).user for _time in range(8)]


def posting(actor, channel, text, parent=None):
    def post():
        return message_post(actor=actor, channel=channel, content=text, parent=parent)

    return lambda: retrying(post)


def test_everybody_speaks_at_once_and_times_follow_the_order_of_commits(channel, posters):
    """So that who has read up to one message has missed none that came in before it."""
    seen = []

    def post(actor):
        for number in range(5):
            with transaction.atomic():
                message_post(actor=actor, channel=channel, content=f"{number}")
                last = Message.objects.filter(channel=channel).order_by("-created_at").first()
                seen.append(last.author_id == actor.pk)

    outcomes = together(*(lambda actor=actor: retrying(lambda: post(actor)) for actor in posters))
    assert outcomes == [None] * 8
    assert Message.objects.count() == 40
    assert all(seen)
    moments = list(Message.objects.order_by("created_at").values_list("created_at", flat=True))
    assert len(set(moments)) == 40
    entries = EventLog.objects.filter(entity_type="message").order_by("id")
    by_commit = entries.values_list("entity_id", flat=True)
    assert list(by_commit) == list(
        Message.objects.order_by("created_at").values_list("pk", flat=True)
    )


def test_without_the_lock_the_order_is_lost(channel, posters):
    """The trial above sees what it is there to see: what comes in is older than what was read."""

    def newer():
        with connection.execute_wrapper(unlocked):
            return message_post(actor=posters[1], channel=channel, content="newer")

    with transaction.atomic():
        older = message_post(actor=posters[0], channel=channel, content="older")
        (newer_one,) = together(newer)
        assert isinstance(newer_one, Message)
    assert older.created_at < newer_one.created_at


def test_channels_of_one_project_do_not_wait_for_each_other(channel, project, posters):
    other = ChannelFactory(project=project)
    with transaction.atomic():
        message_post(actor=posters[0], channel=channel, content="still open")
        (outcome,) = together(posting(posters[1], other, "beside it"))
        assert isinstance(outcome, Message)


def test_two_replies_at_once_stand_in_one_thread(message, posters):
    outcomes = together(*(posting(actor, message.channel, "reply", message) for actor in posters))
    assert {each.parent_id for each in outcomes} == {message.pk}
    assert Message.objects.filter(parent=message).count() == 8


@pytest.mark.parametrize("_round", range(5))
def test_deleting_a_message_that_is_being_answered(_round, message, contributor, posters):
    """Either it stays as a stone above the reply, or there is no reply."""
    deleted, reply = together(
        lambda: retrying(lambda: message_delete(message=message, actor=contributor)),
        posting(posters[0], message.channel, "reply", message),
    )
    assert deleted is None
    standing = Message.objects.standing().order_by("created_at")
    if isinstance(reply, MessageGone):
        assert list(standing) == []
    else:
        assert [each.pk for each in standing] == [message.pk, reply.pk]


def test_a_reply_waits_for_the_deletion_and_is_told_of_it(message, contributor, posters):
    with transaction.atomic():
        message_delete(message=message, actor=contributor)
        late = Together(posting(posters[0], message.channel, "reply", message))
        wait_until_waiting(1)
    (outcome,) = late.wait()
    assert isinstance(outcome, MessageGone)
    assert Message.objects.count() == 1


def test_who_speaks_while_the_channel_is_closed_is_told_that_it_is_gone(channel, director, posters):
    with transaction.atomic():
        channel_update(channel=channel, actor=director, changes={"is_private": True})
        late = Together(posting(posters[0], channel, "Anybody here?"))
        wait_until_waiting(1)
    (outcome,) = late.wait()
    assert isinstance(outcome, ChannelGone)
    assert not Message.objects.exists()


def test_who_speaks_while_the_channel_is_deleted_is_told_the_same(channel, director, posters):
    with transaction.atomic():
        channel_delete(channel=channel, actor=director)
        late = Together(posting(posters[0], channel, "Anybody here?"))
        wait_until_waiting(1)
    (outcome,) = late.wait()
    assert isinstance(outcome, ChannelGone)


def test_who_speaks_while_the_project_is_archived_is_refused(channel, project, director, posters):
    with transaction.atomic():
        project_archive(project=project, actor=director)
        late = Together(
            posting(posters[0], channel, "Anybody here?"),
            lambda: channel_create(actor=posters[1], project=project, name="new"),
        )
        wait_until_waiting(2)
    assert all(isinstance(outcome, ProjectArchived) for outcome in late.wait())
    assert not Message.objects.exists()
    assert Project.objects.get(pk=project.pk).archived_at


def test_reading_never_goes_backwards(channel, member, contributor):
    posted = [
        message_post(actor=contributor, channel=channel, content=str(number))
        for number in range(10)
    ]
    outcomes = together(
        *(
            lambda message=message: channel_read(channel=channel, actor=member, message=message)
            for message in reversed(posted)
        )
    )
    assert outcomes == [None] * 10
    assert ChannelMember.objects.get().last_read_at == posted[-1].created_at


def test_a_message_under_way_is_not_read_without_being_seen(channel, member, contributor):
    with transaction.atomic():
        message_post(actor=contributor, channel=channel, content="under way")
        assert together(lambda: channel_read(channel=channel, actor=member)) == [None]
    assert Channel.objects.as_seen_by(member).get(pk=channel.pk).unread_count == 1


def test_of_two_channels_of_one_name_made_at_once_one_is_refused(project, posters):
    outcomes = together(
        *(
            lambda actor=actor: channel_create(actor=actor, project=project, name="plans")
            for actor in posters[:4]
        )
    )
    made = [each for each in outcomes if isinstance(each, Channel)]
    refused = [each for each in outcomes if not isinstance(each, Channel)]
    assert len(made) == 1
    assert all(
        isinstance(each, ChannelNameTaken) or "channels_name_unique" in str(each)
        for each in refused
    )


def test_the_last_two_do_not_both_leave_a_private_channel(secret):
    inside = list(ChannelMember.objects.filter(channel=secret).select_related("user"))
    outcomes = together(
        *(
            lambda member=member: channel_member_remove(member=member, actor=member.user)
            for member in inside
        )
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["LastMember", "NoneType"]
    assert any(isinstance(each, LastMember) for each in outcomes)
    assert ChannelMember.objects.filter(channel=secret).count() == 1


def test_who_leaves_the_workspace_while_being_taken_in_is_not_in_the_channel(
    channel, workspace, contributor, posters
):
    leaving = workspace.memberships.get(user=posters[0])
    with transaction.atomic():
        leaving.delete()
        late = Together(
            lambda: channel_member_add(channel=channel, user=posters[0], actor=contributor)
        )
        wait_until_waiting(1)
    (outcome,) = late.wait()
    assert "channel_members_member_fk" in str(outcome)
    assert not ChannelMember.objects.filter(user=posters[0]).exists()


def test_deleting_twice_at_once(channel, director, message):
    MessageFactory(parent=message)
    outcomes = together(
        *(lambda: channel_delete(channel=channel, actor=director) for _time in range(2))
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["ChannelGone", "NoneType"]
    assert not Message.objects.exists()
