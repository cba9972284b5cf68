"""Conversations and the active project: things of one person."""

from assistant.models import Conversation
from tests.factories import ConversationFactory, ConversationMessageFactory, UserContextFactory
from tests.walks.case import ME, Case
from tests.walks.sql import NOBODY, inserting, update

CONVERSATION = {"id": "conversation"}
IN_CONVERSATION = {"conversation_id": "conversation"}

CASES = {
    # Conversations
    "GET conversations/": ME,
    "POST conversations/": Case(private=True, body=lambda ids: {"title": "New"}, status=201),
    "GET conversations/{id}/": Case(path=CONVERSATION),
    "PATCH conversations/{id}/": Case(path=CONVERSATION, body=lambda ids: {"title": "New"}),
    "DELETE conversations/{id}/": Case(path=CONVERSATION, status=204),
    "GET conversations/{conversation_id}/messages/": Case(path=IN_CONVERSATION),
    "POST conversations/{conversation_id}/messages/": Case(
        path=IN_CONVERSATION, body=lambda ids: {"content": "Which projects?"}, status=201
    ),
    # The active project
    "GET context/": ME,
    "PUT context/": Case(
        private=True,
        body=lambda ids: {"active_project": ids["project"]},
        body_ids={"active_project": "project"},
        alone=("active_project",),
    ),
}

READS = {
    "GET conversations/": 1,
    "GET conversations/{id}/": 1,
    "GET conversations/{conversation_id}/messages/": 2,
    "GET context/": 2,
}


def tenant(ids, workspace, person):
    """A conversation of the workspace's admin: whom else it is hidden from is tried elsewhere."""
    conversation = ConversationFactory(user=workspace.created_by)
    ConversationMessageFactory(conversation=conversation)
    return {"conversation": conversation.pk}


def grow(number, ids, workspace, people):
    walked = Conversation.objects.get(pk=ids["conversation"])
    for _time in range(number):
        ConversationMessageFactory(conversation=walked)
        for person in people:
            ConversationMessageFactory(conversation=ConversationFactory(user=person))


def fill(card):
    ConversationMessageFactory(conversation=ConversationFactory(user=card.created_by))
    UserContextFactory(user=card.created_by)


DEFAULTS = {
    "conversations": {
        "id": "gen_random_uuid()",
        "user_id": "%(admin)s",
        "title": "'New'",
    },
    "conversation_messages": {
        "id": "gen_random_uuid()",
        "conversation_id": "%(conversation)s",
        "user_id": "%(admin)s",
        "role": "'user'",
        "content": "'New'",
    },
    "user_contexts": {
        "user_id": "%(admin)s",
        "active_project_id": "%(project)s",
    },
}
insert = inserting(DEFAULTS)
message = update("conversation_messages", "{}", "conversation_message").format
CONTEXT = "UPDATE user_contexts SET {} WHERE user_id = %(member)s".format


def things(cast):
    """Rows for the statements below, by the names that they use."""
    conversation = ConversationFactory(user=cast["admin"])
    UserContextFactory(user=cast["member"], active_project=None)
    return {
        "conversation": conversation.pk,
        "conversation_message": ConversationMessageFactory(conversation=conversation).pk,
        "other_conversation": ConversationFactory(user=cast["outsider"]).pk,
    }


PERSONAL = {"conversations", "conversation_messages", "user_contexts"}
UNCHANGING = {
    ("conversations", "user_id"),
    ("conversation_messages", "user_id"),
    ("user_contexts", "user_id"),
}
SPOKEN_FOR = {"conversations_id_user_key"}

BROKEN = [
    # Conversations
    ("conversations_pkey", "id", 409, insert("conversations", id="%(conversation)s")),
    ("conversations_user_fk", "user", 400, insert("conversations", user_id=NOBODY)),
    (
        "conversations_user_id_unchanging",
        "user",
        400,
        update("conversations", "user_id = %(member)s"),
    ),
    ("conversations_id_unchanging", "id", 400, update("conversations", f"id = {NOBODY}")),
    # Messages
    (
        "conversation_messages_pkey",
        "id",
        409,
        insert("conversation_messages", id="%(conversation_message)s"),
    ),
    *[
        ("conversation_messages_role_valid", "role", 400, message(f"role = '{role}'"))
        for role in ("", "system", "User")
    ],
    *[
        ("conversation_messages_content_trimmed", "content", 400, message(f"content = {content}"))
        for content in ("''", "' '", "E'\\n\\t'", "' x'", "E'x\\n'", "U&'\\00A0'")
    ],
    (
        "conversation_messages_content_length",
        "content",
        400,
        message("content = repeat('x', 10001)"),
    ),
    (
        "conversation_messages_conversation_fk",
        "conversation",
        400,
        insert("conversation_messages", conversation_id=NOBODY),
    ),
    (
        "conversation_messages_conversation_fk",
        "conversation",
        400,
        insert("conversation_messages", conversation_id="%(other_conversation)s"),
    ),
    (
        "conversation_messages_user_id_unchanging",
        "user",
        400,
        message("user_id = %(member)s"),
    ),
    ("conversation_messages_id_unchanging", "id", 400, message(f"id = {NOBODY}")),
    # The active project
    ("user_contexts_pkey", "user", 409, insert("user_contexts", user_id="%(member)s")),
    ("user_contexts_user_id_unchanging", "user", 400, CONTEXT("user_id = %(outsider)s")),
    (
        "user_contexts_user_fk",
        "user",
        400,
        insert("user_contexts", user_id=NOBODY, active_project_id="NULL"),
    ),
    (
        "user_contexts_member_fk",
        "workspace",
        400,
        insert("user_contexts", user_id="%(outsider)s"),
    ),
    (
        "user_contexts_project_known",
        "active_project",
        400,
        CONTEXT(f"active_project_id = {NOBODY}"),
    ),
    (
        "user_contexts_project_fk",
        "active_project",
        400,
        CONTEXT(f"active_project_id = {NOBODY}, workspace_id = %(workspace)s"),
    ),
]  # fmt: skip
