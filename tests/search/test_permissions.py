"""Who finds what: every kind × every person, and private channels."""

import pytest
from django.utils import timezone

from discussions.models import ChannelMember
from tests.factories import (
    BoardFactory,
    CardFactory,
    ChannelFactory,
    DecisionFactory,
    FeatureFactory,
    MemberFactory,
    MessageFactory,
)
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db

EVERYBODY = {
    "admin": True,
    "member": True,
    "director": True,
    "architect": True,
    "contributor": True,
    "observer": True,
    "member_of_both": True,
    "outsider": False,
    "operator": False,
}
KINDS = ("card", "feature", "message", "decision")


@pytest.fixture
def things(workspace, project, director, architect, contributor, observer, other_workspace):
    board = BoardFactory(workspace=workspace, project=project)
    channel = ChannelFactory(project=project)
    return {
        "card": CardFactory(board=board, title="Needle"),
        "feature": FeatureFactory(project=project, name="Needle"),
        "message": MessageFactory(channel=channel, content="Needle"),
        "decision": DecisionFactory(project=project, title="Needle"),
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("who", "finds"), EVERYBODY.items())
def test_members_find_what_is_in_their_workspaces(who, finds, kind, things, search, request):
    person = request.getfixturevalue(who)
    ids = [row["id"] for row in search("needle", person, type=kind)]
    assert ids == ([str(things[kind].pk)] if finds else [])


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_removed_finds_nothing_any_more(kind, things, search, member):
    assert search("needle", member, type=kind)
    WorkspaceMember.objects.filter(user=member).delete()
    assert search("needle", member, type=kind) == []


@pytest.mark.parametrize(
    ("who", "finds"),
    {**dict.fromkeys(EVERYBODY, False), "member": True, "observer": True}.items(),
)
def test_messages_of_a_private_channel_are_its_members(
    who, finds, things, project, search, member, observer, request
):
    channel = ChannelFactory(project=project, is_private=True, members=[member, observer])
    message = MessageFactory(channel=channel, content="Secret")
    ids = [row["id"] for row in search("secret", request.getfixturevalue(who))]
    assert ids == ([str(message.pk)] if finds else [])


def test_who_leaves_a_private_channel_finds_its_messages_no_more(project, search, member):
    channel = ChannelFactory(project=project, is_private=True, members=[member])
    MessageFactory(channel=channel, content="Secret")
    assert len(search("secret", member)) == 1
    ChannelMember.objects.filter(user=member).delete()
    assert search("secret", member) == []


def test_a_person_without_a_workspace_finds_nothing(things, search):
    stranger = MemberFactory().user
    assert search("needle", stranger) == []
    WorkspaceMember.objects.filter(user=stranger).delete()
    assert search("needle", stranger) == []
    assert search("-needle", stranger) == []


def test_negation_reaches_no_other_tenant(things, search, outsider, other_workspace):
    mine = CardFactory(board=BoardFactory(workspace=other_workspace), title="Hay")
    assert [row["id"] for row in search("-needle", outsider)] == [str(mine.pk)]
    assert search("-hay", outsider) == []


def test_a_foreign_workspace_or_project_finds_nothing(things, search, outsider, project, workspace):
    assert search("needle", outsider, workspace=workspace.pk) == []
    assert search("needle", outsider, project=project.pk) == []


def test_no_text_can_pass_for_a_workspace(things, search, outsider, workspace):
    for text in (f"={workspace.pk}", f"'={workspace.pk}'", f"needle or ={workspace.pk}"):
        assert search(text, outsider) == []


def test_a_text_that_names_another_workspace_is_not_in_it(search, outsider, board, other_workspace):
    CardFactory(board=board, title=f"Needle ={other_workspace.pk}")
    assert search("needle", outsider) == []


def test_archiving_opens_nothing(things, search, outsider, project):
    type(project).objects.filter(pk=project.pk).update(archived_at=timezone.now())
    assert search("needle", outsider, archived="true") == []
