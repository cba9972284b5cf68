"""Saying something, answering, editing, taking back."""

import datetime

import pytest
from django.utils import timezone

from core.clock import now
from core.exceptions import StaleVersion
from core.models import EventLog
from discussions.models import Channel, Message
from discussions.services import MessageGone, message_delete, message_edit, message_post
from tests.factories import ChannelFactory, MessageFactory

API = "/api/v1/messages/"


def results(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


def contents(response):
    return [row["content"] for row in results(response)]


def test_a_message_is_answered_whole(channel, contributor, member, client_of):
    body = {"channel": channel.pk, "content": " Hello **@member** \n"}
    response = client_of(contributor).post(API, body, format="json")
    assert response.status_code == 201
    answer = response.json()
    message = Message.objects.get()
    assert answer.pop("created_at")
    assert answer.pop("updated_at")
    assert answer == {
        "id": str(message.pk),
        "workspace": str(channel.workspace_id),
        "project": str(channel.project_id),
        "channel": str(channel.pk),
        "author": str(contributor.pk),
        "content": "Hello **@member**",
        "parent": None,
        "reply_count": 0,
        "mentions": [str(member.pk)],
        "is_edited": False,
        "edited_at": None,
        "deleted_at": None,
        "version": 1,
    }
    entry = EventLog.objects.get(entity_type="message")
    assert (entry.action, entry.actor_id) == ("message.posted", contributor.pk)
    assert "search" not in entry.details["after"]
    assert entry.details["after"]["mentions"] == [str(member.pk)]


@pytest.mark.parametrize("content", ["", " \n\t", "x" * 10_001])
def test_a_message_has_1_to_10000_characters(content, channel, message, contributor, client_of):
    client = client_of(contributor)
    for response in (
        client.post(API, {"channel": channel.pk, "content": content}, format="json"),
        client.patch(f"{API}{message.pk}/", {"content": content}, format="json"),
    ):
        assert (response.status_code, list(response.json()["errors"])) == (400, ["content"])
    for write in (
        lambda: message_post(actor=contributor, channel=channel, content=content),
        lambda: message_edit(message=message, actor=contributor, content=content),
    ):
        with pytest.raises(Exception, match="1 to 10,000"):
            write()
    longest = message_post(actor=contributor, channel=channel, content="я" * 10_000)
    assert Message.objects.get(pk=longest.pk).content == "я" * 10_000


def test_a_reply_to_a_reply_joins_the_thread_of_the_first(channel, message, contributor, client_of):
    client = client_of(contributor)
    first = message_post(actor=contributor, channel=channel, content="First", parent=message)
    body = {"channel": channel.pk, "content": "Second", "parent": first.pk}
    answer = client.post(API, body, format="json").json()
    assert answer["parent"] == str(message.pk)
    assert contents(client.get(f"{API}?parent={message.pk}")) == ["First", "Second"]
    (top,) = results(client.get(f"{API}?channel={channel.pk}&parent=none"))
    assert (top["content"], top["reply_count"]) == ("Hello", 2)
    assert contents(client.get(f"{API}?parent={first.pk}")) == []


def test_editing_says_so_and_looks_for_mentions_anew(message, contributor, member, client_of):
    client = client_of(contributor)
    answer = client.patch(f"{API}{message.pk}/", {"content": "Hi @member"}, format="json").json()
    assert (answer["is_edited"], answer["version"]) == (True, 2)
    assert answer["edited_at"]
    assert answer["mentions"] == [str(member.pk)]
    answer = client.patch(f"{API}{message.pk}/", {"content": "Hi all"}, format="json").json()
    assert answer["mentions"] == []
    entry = EventLog.objects.filter(action="message.edited").order_by("-id").first()
    assert entry.details["before"]["content"] == "Hi @member"


def test_the_same_words_again_are_no_edit(message, contributor):
    edited = message_edit(message=message, actor=contributor, content=f" {message.content} ")
    assert (edited.is_edited, edited.version) == (False, 1)
    with pytest.raises(StaleVersion):
        message_edit(message=message, actor=contributor, content="x", expected_version=9)


def test_a_deleted_message_without_replies_is_not_there_any_more(
    channel, message, contributor, client_of
):
    client = client_of(contributor)
    assert client.delete(f"{API}{message.pk}/").status_code == 204
    assert client.get(f"{API}{message.pk}/").status_code == 404
    assert client.delete(f"{API}{message.pk}/").status_code == 404
    assert results(client.get(f"{API}?channel={channel.pk}")) == []
    kept = Message.objects.get()
    assert (kept.content, kept.shown_content, str(kept)) == ("Hello", "", "deleted message")
    for write in (
        lambda: message_delete(message=message, actor=contributor),
        lambda: message_edit(message=message, actor=contributor, content="x"),
        lambda: message_post(actor=contributor, channel=channel, content="x", parent=message),
    ):
        with pytest.raises(MessageGone):
            write()


def test_a_deleted_message_with_replies_is_a_stone_without_text(
    channel, message, contributor, member, client_of
):
    Message.objects.filter(pk=message.pk).update(mentions=[member.pk])
    reply = message_post(actor=member, channel=channel, content="Hello yourself", parent=message)
    message_delete(message=message, actor=contributor)
    client = client_of(member)
    stone, said = results(client.get(f"{API}?channel={channel.pk}"))
    assert (stone["content"], stone["mentions"], stone["reply_count"]) == ("", [], 1)
    assert stone["deleted_at"]
    assert said["content"] == "Hello yourself"
    assert client.get(f"{API}{message.pk}/").json() == stone
    for query in ("?search=Hello", "?mentions=me"):
        assert [row["id"] for row in results(client.get(f"{API}{query}"))] == (
            [str(reply.pk)] if "search" in query else []
        )
    # The thread goes on below it, and it is gone with its last reply.
    further = message_post(actor=member, channel=channel, content="Anybody?", parent=message)
    assert further.parent_id == message.pk
    for each in (reply, further):
        message_delete(message=each, actor=member)
    assert results(client.get(f"{API}?channel={channel.pk}")) == []


def test_a_deleted_reply_is_left_out_and_not_counted(message, contributor, client_of):
    reply = MessageFactory(parent=message, author=contributor)
    MessageFactory(parent=message)
    message_delete(message=reply, actor=contributor)
    client = client_of(contributor)
    assert client.get(f"{API}{message.pk}/").json()["reply_count"] == 1
    assert len(results(client.get(f"{API}?parent={message.pk}"))) == 1
    response = client.post(
        API, {"channel": message.channel_id, "content": "x", "parent": reply.pk}, format="json"
    )
    assert response.status_code == 400


def test_the_export_shows_no_deleted_text(message, contributor, client_of):
    MessageFactory(parent=message, content="An answer")
    message_delete(message=message, actor=contributor)
    response = client_of(contributor).get(f"{API}?format=csv")
    text = b"".join(response.streaming_content).decode()
    assert "An answer" in text
    assert "Hello" not in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("search=deploy", ["We deployed it"]),
        ("search=выпуска", ["Выпуски по пятницам"]),
        ("search=friday", []),
        ("mentions=me", ["We deployed it"]),
        ("mentions={architect}", []),
        ("author=me", ["Выпуски по пятницам"]),
        ("author={contributor}", ["Hello", "We deployed it"]),
        ("parent={message}", ["We deployed it"]),
        ("parent=none", ["Hello", "Выпуски по пятницам"]),
        ("channel={other}", ["Выпуски по пятницам"]),
        ("channel={channel}", ["Hello", "We deployed it"]),
        ("ordering=-created_at", ["Выпуски по пятницам", "We deployed it", "Hello"]),
        ("created_after={past}", ["Hello", "We deployed it", "Выпуски по пятницам"]),
        ("created_before={past}", []),
        ("updated_since={future}", []),
    ],
)
def test_what_a_list_can_be_asked_for(
    query, expected, channel, message, contributor, architect, member, client_of
):
    other = ChannelFactory(project=channel.project)
    MessageFactory(
        parent=message, author=contributor, content="We deployed it", mentions=[member.pk]
    )
    MessageFactory(channel=other, author=member, content="Выпуски по пятницам")
    hour = datetime.timedelta(hours=1)
    query = query.format(
        architect=architect.pk,
        contributor=contributor.pk,
        message=message.pk,
        other=other.pk,
        channel=channel.pk,
        past=(timezone.now() - hour).isoformat().replace("+00:00", "Z"),
        future=(timezone.now() + hour).isoformat().replace("+00:00", "Z"),
    )
    assert contents(client_of(member).get(f"{API}?{query}")) == expected


def test_an_author_who_left_stays_the_author(workspace, channel, message, contributor, client_of):
    workspace.memberships.get(user=contributor).delete()
    answer = client_of(workspace.created_by).get(f"{API}{message.pk}/").json()
    assert answer["author"] == str(contributor.pk)
    assert client_of(contributor).get(f"{API}{message.pk}/").status_code == 404


def test_moments_come_from_the_clock(message, contributor):
    before = now()
    edited = message_edit(message=message, actor=contributor, content="New")
    message_delete(message=edited, actor=contributor)
    kept = Message.objects.get()
    assert before <= kept.edited_at <= kept.deleted_at <= now()


def test_a_reply_stays_in_the_channel_of_its_thread(channel, message, contributor):
    elsewhere = ChannelFactory(project=channel.project)
    with pytest.raises(Exception, match="another channel"):
        message_post(actor=contributor, channel=elsewhere, content="x", parent=message)
    assert Channel.objects.count() == 2
    assert Message.objects.count() == 1
