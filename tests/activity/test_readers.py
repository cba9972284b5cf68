"""Who reads which entry: whoever sees the thing that it tells of, and nobody else."""

import pytest

from activity.querysets import events
from cards.services import card_create
from core.acting import acting
from core.history.words import entity_types
from core.models import EventLog
from discussions.models import Channel, ChannelMember
from discussions.services import channel_delete
from tests.factories import (
    AccessTokenFactory,
    CardFactory,
    ChannelFactory,
    ChannelMemberFactory,
    InvitationFactory,
    MemberFactory,
    MessageFactory,
    ProjectFactory,
    UserFactory,
)
from tests.walks import each
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db

# Who reads the entries of each kind of row. A new table needs its line here.
READERS = {
    "access_token": "person",
    "board": "workspace",
    "card": "workspace",
    "card_assignee": "workspace",
    "card_link": "workspace",
    "card_pull_request": "workspace",
    "channel": "channel",
    "channel_member": "channel",
    "checklist_item": "workspace",
    "comment": "workspace",
    "conversation": "person",
    "conversation_message": "person",
    "decision": "workspace",
    "decision_relationship": "workspace",
    "feature": "workspace",
    "git_repository": "workspace",
    "message": "channel",
    "project": "workspace",
    "project_member": "workspace",
    "pull_request": "workspace",
    "release": "workspace",
    "saved_filter": "person",
    "sprint": "workspace",
    "transcript": "workspace",
    "user": "person",
    "user_context": "person",
    "workspace": "workspace",
    "workspace_invitation": "admins",
    "workspace_member": "workspace",
}


def test_every_kind_of_row_has_its_readers():
    assert set(READERS) == set(entity_types())


def reads(person, entry):
    return events().readable_by(person).filter(pk=entry.pk).exists()


@pytest.mark.parametrize("kind", sorted(READERS))
def test_entries_carry_what_decides_who_reads_them(
    kind, admin, member, member_of_both, outsider, card, operator
):
    """Of everything in the workspace of a card, `READERS` says who reads it, and so they do."""
    for fill in each("fill"):
        fill(card)
    AccessTokenFactory(user=member)
    InvitationFactory(workspace=card.workspace)
    entries = list(EventLog.objects.filter(entity_type=kind))
    assert entries
    for entry in entries:
        assert not reads(operator, entry) or entry.private_to == operator.pk
        if entry.workspace_id != card.workspace_id:
            assert not reads(outsider, entry) or entry.private_to == outsider.pk
            continue
        inside = {person.username: reads(person, entry) for person in (admin, member, outsider)}
        if READERS[kind] == "workspace":
            assert (entry.private_to, entry.channel_id) == (None, None)
            assert inside == {"admin": True, "member": True, "outsider": False}
        elif READERS[kind] == "channel":
            assert entry.channel_id is not None
            assert entry.project_id is not None
            assert not inside["outsider"]
        elif READERS[kind] == "admins":
            assert inside == {"admin": True, "member": False, "outsider": False}
    if READERS[kind] == "person":
        for entry in entries:
            assert entry.private_to is not None
            for person in (admin, member, member_of_both, outsider, operator):
                assert reads(person, entry) == (entry.private_to == person.pk)


@pytest.mark.parametrize(
    ("who", "expected"),
    [("admin", True), ("member", True), ("outsider", False), ("operator", False)],
)
def test_a_workspace_is_read_by_its_members(who, expected, card, feed, request):
    person = request.getfixturevalue(who)
    found = {entry["entity_id"] for entry in feed(person, workspace=str(card.workspace_id))}
    assert (str(card.pk) in found) is expected


def test_who_left_reads_nothing_any_more(member, card, feed):
    assert feed(member, board=str(card.board_id))
    WorkspaceMember.objects.filter(user=member).delete()
    assert feed(member, board=str(card.board_id)) == []
    assert feed(member, entity_id=str(card.pk)) == []


def test_who_comes_later_reads_what_was_before(card, feed):
    newcomer = MemberFactory(workspace=card.workspace).user
    assert feed(newcomer, entity_id=str(card.pk))


def test_invitations_are_the_admins_business(admin, member, workspace, feed):
    invitation = InvitationFactory(workspace=workspace, email="secret@example.com")
    assert [entry["entity_id"] for entry in feed(admin, entity_type="workspace_invitation")] == [
        str(invitation.pk)
    ]
    assert feed(member, entity_type="workspace_invitation") == []
    assert "secret@example.com" not in str(feed(member))


def test_tokens_and_accounts_are_ones_own(member, admin, workspace, feed):
    token = AccessTokenFactory(user=member)
    assert [entry["entity_id"] for entry in feed(member, entity_type="access_token")] == [
        str(token.pk)
    ]
    assert feed(admin, entity_type="access_token") == []
    assert {entry["entity_id"] for entry in feed(admin, entity_type="user")} == {str(admin.pk)}


def test_hidden_columns_show_no_value(member, workspace, feed):
    token = AccessTokenFactory(user=member)
    said = str(feed(member))
    assert token.token_hash not in said
    assert "[hidden]" in said


@pytest.fixture
def private(project, member):
    """A private channel with a message, of which `member` is the only one."""
    with acting(member, "channel.created"):
        channel = ChannelFactory(project=project, name="plans", is_private=True, members=[member])
    with acting(member, "message.posted"):
        MessageFactory(channel=channel, author=member, content="Nobody knows")
    return channel


def of_channel(feed, person, channel, **query):
    return [entry for entry in feed(person, **query) if entry["channel"] == str(channel.pk)]


@pytest.mark.parametrize("who", ["admin", "member_of_both", "outsider", "operator"])
def test_a_private_channel_is_its_members_own(who, private, member, feed, request):
    person = request.getfixturevalue(who)
    assert len(of_channel(feed, member, private)) == 3
    for query in (
        {},
        {"project": str(private.project_id)},
        {"workspace": str(private.workspace_id)},
        {"action": "message."},
        {"entity_type": "message,channel,channel_member"},
        {"entity_id": str(private.pk)},
        {"actor": str(member.pk)},
        {"after": "0"},
    ):
        assert of_channel(feed, person, private, **query) == [], query
        assert "Nobody knows" not in str(feed(person, **query))
    assert "plans" not in str(feed(person))


def test_who_leaves_a_private_channel_reads_it_no_more(private, member, feed):
    ChannelMember.objects.filter(user=member).delete()
    assert of_channel(feed, member, private) == []


def test_a_channel_that_becomes_public_is_read_by_all(private, admin, feed):
    Channel.objects.filter(pk=private.pk).update(is_private=False)
    assert len(of_channel(feed, admin, private)) == 4


def test_a_deleted_private_channel_stays_its_members_own(private, member, admin, feed):
    channel_delete(channel=private, actor=None)
    assert [entry["action"] for entry in of_channel(feed, member, private)].count(
        "channel.deleted"
    ) == 3
    assert of_channel(feed, admin, private) == []
    assert of_channel(feed, admin, private, project=str(private.project_id)) == []


def test_a_deleted_public_channel_is_read_on(project, member, admin, feed):
    channel = ChannelFactory(project=project, members=[member])
    channel_delete(channel=channel, actor=None)
    assert of_channel(feed, admin, channel)
    assert of_channel(feed, admin, channel, project=str(project.pk))


def test_another_workspaces_project_is_not_there(outsider, member, other_project, feed):
    assert feed(outsider, project=str(other_project.pk))
    assert feed(member, project=str(other_project.pk)) == []


def test_conversations_are_ones_own(member, admin, operator, card, feed):
    for fill in each("fill"):
        fill(card)
    owner = card.created_by
    for person in (member, admin, operator):
        found = feed(person, entity_type="conversation,conversation_message,user_context")
        assert bool(found) == (person == owner)
        assert "before" in str(found) or person != owner


def test_a_deleted_message_says_nothing_any_more(project, member, admin, feed):
    channel = ChannelFactory(project=project, members=[member, admin])
    with acting(member, "message.posted"):
        message = MessageFactory(channel=channel, author=member, content="I take this back")
    assert feed(admin, entity_id=str(message.pk))[0]["summary"] == (
        f"Max Member wrote in “{channel.name}”: I take this back"
    )
    type(message).objects.filter(pk=message.pk).update(deleted_at="2026-11-22T00:00:00Z")
    found = feed(admin, entity_id=str(message.pk))
    assert "I take this back" not in str(found)
    assert found[-1]["details"]["after"]["content"] == "[deleted]"


def test_being_an_operator_opens_nothing_in_the_api(operator, card, feed):
    assert {entry["entity_type"] for entry in feed(operator)} <= {"user"}


def test_nobody_reads_without_signing_in(client_of, card):
    assert client_of(None).get("/api/v1/events/").status_code == 401


def test_an_entry_that_one_may_not_read_is_not_there(client_of, member, outsider, card):
    entry = EventLog.objects.get(entity_id=card.pk)
    assert client_of(member).get(f"/api/v1/events/{entry.pk}/").status_code == 200
    assert client_of(outsider).get(f"/api/v1/events/{entry.pk}/").status_code == 404
    assert client_of(member).get(f"/api/v1/events/{2**70}/").status_code == 404


def test_a_private_workspace_is_read_by_its_person(feed, member, admin):
    person = UserFactory()
    own = MemberFactory(user=person).workspace
    card = CardFactory(board__workspace=own)
    assert feed(person, entity_id=str(card.pk))
    assert feed(admin, entity_id=str(card.pk)) == []


def test_two_workspaces_of_one_person_are_told_apart(
    member_of_both, board, other_board, member, feed
):
    card_create(actor=member, board=board, title="Here")
    with acting(member, "card.created"):
        foreign = CardFactory(board=other_board)
    assert feed(member_of_both, entity_id=str(foreign.pk))
    assert feed(member, entity_id=str(foreign.pk)) == []
    assert all(
        entry["workspace"] in (str(board.workspace_id), None) for entry in feed(member, actor="me")
    )


def test_an_archived_projects_entries_are_read_as_before(member, workspace, feed):
    project = ProjectFactory(workspace=workspace)
    type(project).objects.filter(pk=project.pk).update(archived_at="2026-01-01T00:00:00Z")
    assert feed(member, project=str(project.pk))


def test_channel_members_come_and_go_in_the_feed(project, member, admin, feed):
    channel = ChannelFactory(project=project, is_private=True, members=[member])
    ChannelMemberFactory(channel=channel, user=admin)
    assert of_channel(feed, admin, channel)
