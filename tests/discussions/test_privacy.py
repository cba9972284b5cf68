"""A private channel isn't there for anybody but its members, by whatever way one looks."""

import uuid

import pytest

from core.models import EventLog
from discussions.models import Channel, ChannelMember, GoneChannel
from discussions.querysets import readable_channel_ids
from discussions.services import (
    channel_delete,
    channel_member_add,
    channel_member_remove,
    channel_update,
    message_delete,
    message_post,
)
from tests.factories import ChannelFactory, MemberFactory, MessageFactory
from workspaces.models import WorkspaceMember

API = "/api/v1/"
# In the workspace, and not in the private channel; the last two not in the workspace either.
OTHERS = ("admin", "architect", "member", "observer", "outsider", "operator")


def names(response):
    assert response.status_code == 200, response.content
    return [row["name"] for row in response.json()["results"]]


def contents(response):
    assert response.status_code == 200, response.content
    return [row["content"] for row in response.json()["results"]]


@pytest.fixture
def client(request, client_of, channel, secret, message, secret_message):
    """`client(who)` of somebody, with a public and a private channel there."""
    return lambda who: client_of(request.getfixturevalue(who))


@pytest.mark.parametrize("who", OTHERS)
def test_it_is_in_no_list_count_filter_or_search_of_others(who, client, project, secret, channel):
    asking = client(who)
    seen = ["general"] if who not in ("outsider", "operator") else []
    for query in (
        "",
        f"?project={project.pk}",
        f"?workspace={project.workspace_id}",
        "?search=e",
        "?ordering=name",
        "?is_member=false" if who != "member" else "?is_member=true",
    ):
        assert names(asking.get(f"{API}channels/{query}")) == seen
    assert names(asking.get(f"{API}channels/?is_private=true")) == []
    assert names(asking.get(f"{API}channels/?search=secret")) == []
    assert asking.get(f"{API}channels/{secret.pk}/").status_code == 404


@pytest.mark.parametrize("who", OTHERS)
def test_what_is_said_there_is_in_no_list_of_others(
    who, client, project, secret, secret_message, contributor
):
    asking = client(who)
    seen = ["Hello"] if who not in ("outsider", "operator") else []
    reply = MessageFactory(parent=secret_message, mentions=[contributor.pk])
    for query, expected in (
        ("", seen),
        (f"?project={project.pk}", seen),
        (f"?author={contributor.pk}", seen),
        ("?parent=none", seen),
        (f"?channel={secret.pk}", []),
        (f"?parent={secret_message.pk}", []),
        (f"?mentions={contributor.pk}", []),
        ("?search=confidential", []),
    ):
        assert contents(asking.get(f"{API}messages/{query}")) == expected
    for hidden in (secret_message, reply):
        assert asking.get(f"{API}messages/{hidden.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["contributor", "director"])
def test_its_members_see_it(who, client, secret, secret_message):
    asking = client(who)
    assert names(asking.get(f"{API}channels/?ordering=name")) == ["general", "secret"]
    assert names(asking.get(f"{API}channels/?is_private=true")) == ["secret"]
    assert contents(asking.get(f"{API}messages/?channel={secret.pk}")) == ["Hush, confidential"]
    assert contents(asking.get(f"{API}messages/?search=confidential")) == ["Hush, confidential"]
    assert asking.get(f"{API}messages/{secret_message.pk}/").status_code == 200


def test_its_ids_are_unknown_ones_in_bodies(client, channel, secret_message):
    asking = client("member")
    said = []
    for parent in (secret_message.pk, uuid.uuid4()):
        body = {"channel": channel.pk, "content": "x", "parent": parent}
        response = asking.post(f"{API}messages/", body, format="json")
        said.append((response.status_code, response.json()["errors"]))
    assert said[0] == said[1] == (400, {"parent": ["There is nothing with this id."]})
    for message in (secret_message.pk, uuid.uuid4()):
        response = asking.post(
            f"{API}channels/{channel.pk}/read/", {"message": message}, format="json"
        )
        assert response.json()["errors"] == {"message": ["There is nothing with this id."]}


def test_two_ids_that_come_apart(client, channel, secret, message, secret_message, contributor):
    """A channel that one sees, and something of another that one sees as well."""
    asking = client("contributor")
    body = {"channel": channel.pk, "content": "x", "parent": secret_message.pk}
    response = asking.post(f"{API}messages/", body, format="json")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["parent"])
    response = asking.post(
        f"{API}channels/{secret.pk}/read/", {"message": message.pk}, format="json"
    )
    assert (response.status_code, list(response.json()["errors"])) == (400, ["message"])
    inside = ChannelMember.objects.get(channel=secret, user=contributor)
    address = f"{API}channels/{channel.pk}/members/{inside.pk}/"
    assert asking.get(address).status_code == 404
    assert asking.delete(address).status_code == 404


def test_that_the_name_is_taken_by_a_private_channel_is_not_told(client, project, secret):
    body = {"project": project.pk, "name": secret.name}
    assert client("member").post(f"{API}channels/", body, format="json").status_code == 201
    # Whoever sees it is kept from making a second one.
    body["name"] = secret.name.upper()
    for who in ("contributor", "member"):
        response = client(who).post(f"{API}channels/", body, format="json")
        assert response.status_code == 409
        assert list(response.json()["errors"]) == ["name"]


def test_who_can_not_see_the_channel_is_not_mentioned(client, secret, member):
    body = {"channel": secret.pk, "content": "@member @director @nobody"}
    answer = client("contributor").post(f"{API}messages/", body, format="json").json()
    assert len(answer["mentions"]) == 1
    assert str(member.pk) not in answer["mentions"]


def test_who_is_put_out_is_out_at_once(client, secret, director, contributor):
    asking = client("contributor")
    assert asking.get(f"{API}channels/{secret.pk}/").status_code == 200
    inside = ChannelMember.objects.get(channel=secret, user=contributor)
    channel_member_remove(member=inside, actor=director)
    assert asking.get(f"{API}channels/{secret.pk}/").status_code == 404
    assert contents(asking.get(f"{API}messages/?channel={secret.pk}")) == []


def test_who_leaves_the_workspace_is_out_of_its_channels(workspace, secret, channel, contributor):
    WorkspaceMember.objects.get(workspace=workspace, user=contributor).delete()
    assert not ChannelMember.objects.filter(user=contributor).exists()
    MemberFactory(workspace=workspace, user=contributor)
    assert list(Channel.objects.visible_to(contributor)) == [channel]


def test_closing_a_channel_takes_it_from_all_but_its_members(
    client, channel, message, director, member
):
    channel_update(channel=channel, actor=director, changes={"is_private": True})
    assert set(channel.memberships.values_list("user", flat=True)) == {member.pk, director.pk}
    assert names(client("architect").get(f"{API}channels/")) == []
    assert contents(client("architect").get(f"{API}messages/")) == []
    assert contents(client("member").get(f"{API}messages/")) == ["Hello"]
    channel_update(channel=channel, actor=director, changes={"is_private": False})
    assert contents(client("architect").get(f"{API}messages/")) == ["Hello"]


# The log


def told(person):
    """The entries of the log that tell of channels and that `person` may read."""
    live, gone = readable_channel_ids(person)
    entries = EventLog.objects.exclude(channel_id=None)
    readable = entries.filter(channel_id__in=live) | entries.filter(channel_id__in=gone)
    return sorted(readable.values_list("entity_type", flat=True))


def test_every_entry_says_which_channel_it_tells_of(secret, secret_message, contributor):
    message_delete(message=secret_message, actor=contributor)
    Channel.objects.filter(pk=secret.pk)._raw_delete("default")
    about = EventLog.objects.filter(entity_type__in=["channel", "channel_member", "message"])
    assert about.count() == 9
    assert set(about.values_list("channel_id", "workspace_id", "project_id")) == {
        (secret.pk, secret.workspace_id, secret.project_id)
    }


@pytest.mark.parametrize(
    ("who", "sees_public", "sees_private"),
    [
        ("contributor", True, True),
        ("director", True, True),
        ("admin", True, False),
        ("member", True, False),
        ("observer", True, False),
        ("outsider", False, False),
        ("operator", False, False),
    ],
)
def test_the_log_of_a_channel_is_read_by_who_sees_it_also_when_it_is_gone(
    who, sees_public, sees_private, request, channel, secret, secret_message, message, director
):
    person = request.getfixturevalue(who)
    public = ["channel", "channel_member", "message"]
    private = ["channel", "channel_member", "channel_member", "message"]
    expected = sorted(public * sees_public + private * sees_private)
    assert told(person) == expected
    for each in (channel, secret):
        channel_delete(channel=each, actor=director)
    assert told(person) == sorted(expected * 2)


def test_who_had_left_a_private_channel_reads_nothing_of_it_afterwards(
    secret, contributor, director, workspace
):
    left = ChannelMember.objects.get(channel=secret, user=contributor)
    channel_member_remove(member=left, actor=contributor)
    channel_delete(channel=secret, actor=director)
    assert told(contributor) == []
    assert told(director) != []
    # Nor does who leaves the workspace after the channel is gone, and comes back.
    WorkspaceMember.objects.get(workspace=workspace, user=director).delete()
    assert told(director) == []
    MemberFactory(workspace=workspace, user=director)
    assert told(director) == []


def test_the_project_takes_the_channel_with_it_and_its_members_still_read(
    project, secret, contributor, director, member
):
    message_post(actor=contributor, channel=secret, content="Hush")
    type(project).objects.filter(pk=project.pk)._raw_delete("default")
    assert GoneChannel.objects.get().member_ids == sorted([contributor.pk, director.pk])
    assert len(told(contributor)) == 8
    assert told(member) == []


def test_the_workspace_takes_all_of_it(workspace, secret, channel):
    type(workspace).objects.filter(pk=workspace.pk)._raw_delete("default")
    assert not GoneChannel.objects.exists()
    assert not Channel.objects.exists()


def test_a_channel_that_comes_back_is_not_gone(secret, director):
    kept = Channel.objects.get(pk=secret.pk)
    channel_delete(channel=secret, actor=director)
    assert GoneChannel.objects.filter(pk=kept.pk).exists()
    kept.save(force_insert=True)
    assert not GoneChannel.objects.exists()
    assert told(director) == []
    channel_member_add(channel=kept, user=director, actor=None)
    assert told(director) != []


def test_the_members_of_a_private_channel_are_nobody_elses_business(client, secret, member):
    assert not ChannelMember.objects.visible_to(member).filter(channel=secret).exists()
    assert client("member").get(f"{API}channels/{secret.pk}/members/").status_code == 404
    assert client("director").get(f"{API}channels/{secret.pk}/members/").status_code == 200


def test_private_channels_of_another_project_stay_there(client, other_project, member_of_both):
    foreign = ChannelFactory(project=other_project, name="foreign", members=[member_of_both])
    assert names(client("member_of_both").get(f"{API}channels/?search=foreign")) == ["foreign"]
    assert client("contributor").get(f"{API}channels/{foreign.pk}/").status_code == 404
