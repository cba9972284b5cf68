"""Channels, who is in them, and messages."""

from discussions.models import Channel, Message
from projects.models import Project
from tests.factories import (
    ChannelFactory,
    ChannelMemberFactory,
    MemberFactory,
    MessageFactory,
    ProjectFactory,
)
from tests.walks.case import Case
from tests.walks.sql import NOBODY, inserting, update
from workspaces.models import User

CHANNEL = {"id": "channel"}
IN_CHANNEL = {"channel_id": "channel"}
MEMBER = {"channel_id": "channel", "member_id": "channel_member"}
MESSAGE = {"id": "message"}

CASES = {
    # Channels
    "GET channels/": Case(filters={"workspace": "workspace", "project": "project"}),
    "POST channels/": Case(
        body=lambda ids: {"project": ids["project"], "name": "New"},
        body_ids={"project": "project"},
        alone=("project",),
        status=201,
    ),
    "GET channels/{id}/": Case(path=CHANNEL),
    "PATCH channels/{id}/": Case(path=CHANNEL, body=lambda ids: {"name": "New"}),
    "DELETE channels/{id}/": Case(path=CHANNEL, status=204, admin_only=True),
    "POST channels/{id}/read/": Case(
        path=CHANNEL,
        body=lambda ids: {"message": ids["message"]},
        body_ids={"message": "message"},
    ),
    # Their members
    "GET channels/{channel_id}/members/": Case(path=IN_CHANNEL, filters={"user": "user"}),
    "POST channels/{channel_id}/members/": Case(
        path=IN_CHANNEL,
        body=lambda ids: {"user": ids["bystander"]},
        body_ids={"user": "bystander"},
        status=201,
    ),
    "GET channels/{channel_id}/members/{member_id}/": Case(path=MEMBER),
    "DELETE channels/{channel_id}/members/{member_id}/": Case(
        path=MEMBER, status=204, admin_only=True
    ),
    # Messages
    "GET messages/": Case(
        filters={
            "workspace": "workspace",
            "project": "project",
            "channel": "channel",
            "parent": "message",
            "author": "user",
            "mentions": "user",
        }
    ),
    "POST messages/": Case(
        body=lambda ids: {
            "channel": ids["channel"],
            "content": "Hello @admin",
            "parent": ids["message"],
        },
        body_ids={"channel": "channel", "parent": "message"},
        status=201,
    ),
    "GET messages/{id}/": Case(path=MESSAGE),
    "PATCH messages/{id}/": Case(
        path=MESSAGE, body=lambda ids: {"content": "Better"}, admin_only=True
    ),
    "DELETE messages/{id}/": Case(path=MESSAGE, status=204, admin_only=True),
}

READS = {
    "GET channels/": 1,
    "GET channels/{id}/": 1,
    "GET channels/{channel_id}/members/": 2,
    "GET channels/{channel_id}/members/{member_id}/": 2,
    "GET messages/": 1,
    "GET messages/{id}/": 1,
}


def tenant(ids, workspace, person):
    """A public channel that everybody is in; what is private is tried in `tests.discussions`."""
    channel = ChannelFactory(
        project=Project.objects.get(pk=ids["project"]),
        name=f"channel-of-{workspace.key.lower()}",
        members=User.objects.filter(memberships__workspace=workspace),
    )
    message = MessageFactory(channel=channel, mentions=[person.pk])
    MessageFactory(parent=message, author=person)
    return {
        "channel": channel.pk,
        "channel_member": channel.memberships.get(user_id=ids["without_role"]).pk,
        "bystander": MemberFactory(workspace=workspace).user_id,
        "message": message.pk,
    }


def grow(number, ids, workspace, people):
    """Channels, public and private, with messages; and more in the one that all walk through."""
    walked = Channel.objects.get(pk=ids["channel"])
    thread = Message.objects.get(pk=ids["message"])
    project = ProjectFactory(workspace=workspace)
    for index in range(number):
        ChannelMemberFactory(channel=walked, user=MemberFactory(workspace=workspace).user)
        MessageFactory(channel=walked, author=people[-1], mentions=[people[0].pk])
        MessageFactory(parent=thread)
        channel = ChannelFactory(project=project, is_private=bool(index % 2), members=people)
        MessageFactory(channel=channel, author=people[-1])


def fill(card):
    project = ProjectFactory(workspace=card.workspace)
    channel = ChannelFactory(project=project, members=[card.created_by])
    message = MessageFactory(channel=channel, mentions=[card.created_by_id])
    MessageFactory(parent=message)
    gone = ChannelFactory(project=project, is_private=True, members=[card.created_by])
    Channel.objects.filter(pk=gone.pk)._raw_delete("default")


DEFAULTS = {
    "channels": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "name": "'new'",
    },
    "channel_members": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "channel_id": "%(channel)s",
        "user_id": "%(admin)s",
    },
    "messages": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "channel_id": "%(channel)s",
        "author_id": "%(admin)s",
        "content": "'new'",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below, by the names that they use."""
    project = cast["project"]
    channel = ChannelFactory(project=project, name="general")
    message = MessageFactory(channel=channel)
    writer = MemberFactory(workspace=cast["workspace"]).user
    MessageFactory(channel=channel, author=writer)
    return {
        "channel": channel.pk,
        "second_channel": ChannelFactory(project=project, name="random").pk,
        "channel_member": ChannelMemberFactory(channel=channel, user=cast["member"]).pk,
        "message": message.pk,
        "reply": MessageFactory(parent=message).pk,
        "writer": writer.pk,
        "other_channel": ChannelFactory(project=cast["other_project"]).pk,
    }


UNCHANGING = {
    ("channels", "project_id"),
    ("channel_members", "channel_id"),
    ("channel_members", "user_id"),
    ("messages", "channel_id"),
    ("messages", "author_id"),
}

BROKEN = [
    # Channels
    ("channels_pkey", "id", 409, insert("channels", id="%(channel)s")),
    ("channels_name_unique", "name", 409, insert("channels", name="'General'")),
    ("channels_name_unique", "name", 409, update("channels", "name = 'random'")),
    ("channels_name_trimmed", "name", 400, insert("channels", name="''")),
    ("channels_name_trimmed", "name", 400, update("channels", "name = ' a'")),
    ("channels_project_fk", "project", 400, insert("channels", project_id=NOBODY)),
    ("channels_project_fk", "project", 400, insert("channels", project_id="%(other_project)s")),
    (
        "channels_project_open",
        "project",
        409,
        insert("channels", project_id="%(archived_project)s"),
    ),
    (
        "channels_project_id_unchanging",
        "project",
        400,
        update("channels", "project_id = %(second_project)s"),
    ),
    ("channels_id_unchanging", "id", 400, update("channels", f"id = {NOBODY}", "second_channel")),
    # Their members
    ("channel_members_pkey", "id", 409, insert("channel_members", id="%(channel_member)s")),
    ("channel_members_unique", "user", 409, insert("channel_members", user_id="%(member)s")),
    ("channel_members_channel_fk", "channel", 400, insert("channel_members", channel_id=NOBODY)),
    (
        "channel_members_channel_fk",
        "channel",
        400,
        insert("channel_members", channel_id="%(other_channel)s"),
    ),
    (
        "channel_members_channel_fk",
        "channel",
        400,
        insert("channel_members", project_id="%(second_project)s"),
    ),
    (
        "channel_members_member_fk",
        "user",
        400,
        insert("channel_members", user_id="%(outsider)s"),
    ),
    (
        "channel_members_channel_id_unchanging",
        "channel",
        400,
        update("channel_members", "channel_id = %(second_channel)s"),
    ),
    (
        "channel_members_user_id_unchanging",
        "user",
        400,
        update("channel_members", "user_id = %(admin)s"),
    ),
    ("channel_members_id_unchanging", "id", 400, update("channel_members", f"id = {NOBODY}")),
    # Messages
    ("messages_pkey", "id", 409, insert("messages", id="%(message)s")),
    ("messages_content_trimmed", "content", 400, insert("messages", content="''")),
    ("messages_content_trimmed", "content", 400, update("messages", "content = E'a\\n'")),
    (
        "messages_content_length",
        "content",
        400,
        update("messages", "content = repeat('x', 10001)"),
    ),
    ("messages_edited_at_fits", "edited_at", 400, update("messages", "is_edited = true")),
    ("messages_edited_at_fits", "edited_at", 400, update("messages", "edited_at = now()")),
    ("messages_channel_fk", "channel", 400, insert("messages", channel_id=NOBODY)),
    ("messages_channel_fk", "channel", 400, insert("messages", channel_id="%(other_channel)s")),
    ("messages_channel_fk", "channel", 400, insert("messages", project_id="%(second_project)s")),
    (
        "messages_project_open",
        "project",
        409,
        insert("messages", project_id="%(archived_project)s"),
    ),
    ("messages_parent_fk", "parent", 400, insert("messages", parent_id=NOBODY)),
    (
        "messages_parent_fk",
        "parent",
        400,
        insert("messages", channel_id="%(second_channel)s", parent_id="%(message)s"),
    ),
    ("messages_parent_fk", "parent", 400, "DELETE FROM messages WHERE id = %(message)s"),
    # A reply that comes before what it answers, which is a reply itself.
    (
        "messages_thread_flat",
        "parent",
        400,
        "INSERT INTO messages (id, workspace_id, project_id, channel_id, author_id, content, "
        "parent_id) SELECT each.id, workspace_id, project_id, channel_id, author_id, content, "
        "each.parent FROM messages, (VALUES "
        f"(gen_random_uuid(), {NOBODY}::uuid), ({NOBODY}::uuid, %(message)s::uuid)) "
        "AS each (id, parent) WHERE messages.id = %(message)s",
    ),
    ("messages_author_fk", "author", 400, insert("messages", author_id=NOBODY)),
    ("messages_author_fk", "author", 400, "DELETE FROM users WHERE id = %(writer)s"),
    (
        "messages_channel_id_unchanging",
        "channel",
        400,
        update("messages", "channel_id = %(second_channel)s"),
    ),
    (
        "messages_parent_id_unchanging",
        "parent",
        400,
        update("messages", "parent_id = NULL", "reply"),
    ),
    ("messages_author_id_unchanging", "author", 400, update("messages", "author_id = %(member)s")),
    ("messages_id_unchanging", "id", 400, update("messages", f"id = {NOBODY}")),
]

_GONE = "INSERT INTO gone_channels (id, workspace_id, is_private, member_ids) VALUES"
BROKEN_BY_THE_OWNER = [
    ("gone_channels_workspace_fk", f"{_GONE} ({NOBODY}, {NOBODY}, true, '{{}}')"),
    (
        "gone_channels_pkey",
        f"{_GONE} ({NOBODY}, {NOBODY}, true, '{{}}'), ({NOBODY}, {NOBODY}, true, '{{}}')",
    ),
]

# Begin with the primary key; they are what other tables' keys refer to.
SPOKEN_FOR = {"channels_id_project_workspace_key", "messages_id_channel_key"}
TECHNICAL = {"gone_channels"}
GIN = {("messages", "mentions"), ("messages", "search")}
