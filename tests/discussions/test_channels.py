"""Making, changing and deleting channels, and who is in them."""

import pytest
from django.utils import timezone

from core.models import EventLog
from discussions.models import Channel, ChannelMember, Message
from discussions.services import (
    ChannelGone,
    ChannelMemberGone,
    LastMember,
    channel_create,
    channel_delete,
    channel_member_add,
    channel_member_remove,
    channel_update,
    message_post,
)
from projects.models import Project
from projects.services import ProjectArchived
from tests.factories import ChannelFactory, ChannelMemberFactory, MemberFactory, MessageFactory
from workspaces.services import AlreadyMember

API = "/api/v1/channels/"


@pytest.fixture
def archived(project, channel):
    """The project of `channel`, put away."""
    Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())
    project.refresh_from_db()
    return project


def actions():
    entries = EventLog.objects.filter(channel_id__isnull=False).order_by("id")
    return list(entries.values_list("action", "entity_type"))


def test_a_channel_is_answered_as_it_is_to_the_caller(project, contributor, client_of):
    body = {"project": project.pk, "name": " plans ", "description": "What comes next"}
    response = client_of(contributor).post(API, body, format="json")
    assert response.status_code == 201
    answer = response.json()
    channel = Channel.objects.get()
    moments = {name: answer.pop(name) for name in ("created_at", "updated_at", "last_read_at")}
    assert all(moments.values())
    assert answer == {
        "id": str(channel.pk),
        "workspace": str(project.workspace_id),
        "project": str(project.pk),
        "name": "plans",
        "description": "What comes next",
        "is_private": False,
        "is_member": True,
        "unread_count": 0,
        "last_message_at": None,
        "version": 1,
    }
    assert response["ETag"] == f'"{channel.pk}.1"'
    assert response["Location"].endswith(f"{API}{channel.pk}/")
    assert actions() == [
        ("channel.created", "channel"),
        ("channel.created", "channel_member"),
    ]


def test_a_stale_change_is_refused_with_the_present_state(channel, contributor, client_of):
    client = client_of(contributor)
    client.patch(f"{API}{channel.pk}/", {"name": "lounge"}, format="json")
    headers = {"If-Match": f'"{channel.pk}.1"'}
    response = client.patch(f"{API}{channel.pk}/", {"name": "x"}, format="json", headers=headers)
    assert response.status_code == 412
    assert response.json()["current"]["name"] == "lounge"
    assert response.json()["current"]["is_member"] is False


def test_a_channel_with_counts_is_never_said_to_be_unchanged(channel, member, client_of):
    client = client_of(member)
    tag = client.get(f"{API}{channel.pk}/")["ETag"]
    MessageFactory(channel=channel)
    response = client.get(f"{API}{channel.pk}/", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert response.json()["unread_count"] == 1


@pytest.mark.parametrize("name", ["general", "GENERAL", " General "])
def test_a_name_is_taken_once_in_a_project_whatever_its_case(
    name, project, channel, contributor, client_of
):
    client = client_of(contributor)
    body = {"project": project.pk, "name": name}
    response = client.post(API, body, format="json")
    assert response.status_code == 409
    assert response.json()["errors"] == {
        "name": ["The project has a channel of this name already."]
    }
    other = ChannelFactory(project=project, name="random")
    assert client.patch(f"{API}{other.pk}/", {"name": name}, format="json").status_code == 409
    assert client.patch(f"{API}{channel.pk}/", {"name": name}, format="json").status_code == 200
    elsewhere = ChannelFactory(name="general")
    assert elsewhere.project_id != project.pk


def test_a_private_channel_of_a_public_ones_name_does_not_become_public(
    channel, secret, contributor, director
):
    Channel.objects.filter(pk=secret.pk).update(name="general")
    for actor, refused in ((director, "already"), (contributor, "Only directors")):
        with pytest.raises(Exception, match=refused):
            channel_update(channel=secret, actor=actor, changes={"is_private": False})
    assert Channel.objects.get(pk=secret.pk).is_private


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_name_has_1_to_80_characters(name, project, contributor, client_of):
    body = {"project": project.pk, "name": name}
    response = client_of(contributor).post(API, body, format="json")
    assert (response.status_code, list(response.json()["errors"])) == (400, ["name"])


def test_an_archived_project_takes_in_no_channel_and_keeps_what_it_has(
    archived, channel, contributor, admin
):
    with pytest.raises(ProjectArchived):
        channel_create(actor=contributor, project=archived, name="new")
    with pytest.raises(ProjectArchived):
        message_post(actor=contributor, channel=channel, content="new")
    channel_update(channel=channel, actor=contributor, changes={"name": "still here"})
    # Whoever is to read what was said may still be let in.
    channel_update(channel=channel, actor=admin, changes={"is_private": True})
    channel_member_add(channel=channel, user=contributor, actor=admin)
    channel_delete(channel=channel, actor=admin)


def test_a_private_channel_has_a_member(project, operator):
    with pytest.raises(Exception, match="at least one member"):
        channel_create(actor=operator, project=project, name="new", is_private=True)
    channel = channel_create(actor=operator, project=project, name="new")
    with pytest.raises(Exception, match="at least one member"):
        channel_update(channel=channel, actor=operator, changes={"is_private": True})
    assert not ChannelMember.objects.exists()
    assert not Channel.objects.filter(is_private=True).exists()


def test_deleting_takes_what_was_said_along_and_the_log_tells_of_all(channel, message, director):
    MessageFactory(parent=message)
    channel_delete(channel=channel, actor=director)
    assert not Message.objects.exists()
    assert sorted(each for each in actions() if each[0] == "channel.deleted") == [
        ("channel.deleted", "channel"),
        ("channel.deleted", "channel_member"),
        ("channel.deleted", "message"),
        ("channel.deleted", "message"),
    ]
    with pytest.raises(ChannelGone):
        channel_delete(channel=channel, actor=director)


# Members


def test_joining_and_leaving(channel, architect, client_of):
    client = client_of(architect)
    members = f"{API}{channel.pk}/members/"
    answer = client.post(members, {"user": architect.pk}, format="json")
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "channel", "user", "version", "created_at", "updated_at"}
    assert answer["Location"].endswith(f"{members}{answer.json()['id']}/")
    again = client.post(members, {"user": architect.pk}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "already_member")
    found = client.get(f"{members}?user=me").json()["results"]
    assert [row["user"] for row in found] == [str(architect.pk)]
    assert client.delete(f"{members}{answer.json()['id']}/").status_code == 204
    assert actions()[-2:] == [
        ("channel_member.joined", "channel_member"),
        ("channel_member.left", "channel_member"),
    ]


def test_taking_in_and_putting_out_have_names_of_their_own(channel, director, architect):
    taken = channel_member_add(channel=channel, user=architect, actor=director)
    channel_member_remove(member=taken, actor=director)
    assert [action for action, _ in actions()][-2:] == [
        "channel_member.added",
        "channel_member.removed",
    ]
    with pytest.raises(ChannelMemberGone):
        channel_member_remove(member=taken, actor=director)
    with pytest.raises(AlreadyMember):
        channel_member_add(channel=channel, user=channel.memberships.get().user, actor=director)


def test_only_members_of_the_workspace_are_taken_in(channel, outsider, admin, other_workspace):
    MemberFactory(workspace=other_workspace, user=admin)
    with pytest.raises(Exception, match="Only members of the workspace"):
        channel_member_add(channel=channel, user=outsider, actor=admin)


def test_the_last_member_of_a_private_channel_stays(secret, contributor, director):
    inside = {each.user_id: each for each in secret.memberships.all()}
    channel_member_remove(member=inside[director.pk], actor=director)
    with pytest.raises(LastMember):
        channel_member_remove(member=inside[contributor.pk], actor=contributor)
    assert list(secret.memberships.values_list("user", flat=True)) == [contributor.pk]
    public = ChannelMemberFactory(channel=ChannelFactory(project=secret.project), user=director)
    channel_member_remove(member=public, actor=director)


def test_who_is_put_out_meanwhile_writes_nothing_more(secret, contributor, director):
    inside = ChannelMember.objects.get(channel=secret, user=contributor)
    channel_member_remove(member=inside, actor=director)
    with pytest.raises(ChannelGone):
        message_post(actor=contributor, channel=secret, content="Hush")
    with pytest.raises(ChannelGone):
        channel_update(channel=secret, actor=contributor, changes={"name": "mine"})
