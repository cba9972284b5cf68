"""What the database keeps of conversations and contexts, whoever writes."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from assistant.models import Conversation, ConversationMessage, UserContext
from assistant.services.context import context_of, context_set
from core.models import EventLog
from tests.factories import (
    ConversationFactory,
    ConversationMessageFactory,
    ProjectFactory,
    UserContextFactory,
)
from tests.watching import Watch, all_tables
from workspaces.models import WorkspaceMember
from workspaces.services import member_remove, workspace_delete

pytestmark = pytest.mark.django_db


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_a_message_moves_its_conversation_without_an_entry_of_its_own(conversation):
    watch = Watch()
    ConversationMessageFactory(conversation=conversation)
    moved = Conversation.objects.get(pk=conversation.pk)
    assert moved.updated_at > conversation.updated_at
    assert moved.version == conversation.version + 1
    assert [entry.entity_type for entry in watch.entries()] == ["conversation_message"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE conversation_messages SET content = 'other'", 1),
        ("UPDATE conversation_messages SET content = content", 0),
        ("UPDATE conversation_messages SET updated_at = updated_at", 0),
        ("DELETE FROM conversation_messages", 1),
    ],
)
def test_raw_sql_moves_it_too_where_something_changed(conversation, statement, expected):
    ConversationMessageFactory(conversation=conversation)
    before = Conversation.objects.get(pk=conversation.pk).version
    sql(statement)
    assert Conversation.objects.get(pk=conversation.pk).version == before + expected


def test_a_message_that_changes_its_conversation_moves_both(conversation, member):
    other = ConversationFactory(user=member)
    message = ConversationMessageFactory(conversation=conversation)
    sql("UPDATE conversation_messages SET conversation_id = %s WHERE id = %s", other.pk, message.pk)
    versions = Conversation.objects.in_bulk()
    assert (versions[conversation.pk].version, versions[other.pk].version) == (3, 2)


def test_messages_go_with_their_conversation_each_with_an_entry(conversation):
    for _time in range(3):
        ConversationMessageFactory(conversation=conversation)
    watch = Watch()
    sql("DELETE FROM conversations WHERE id = %s", conversation.pk)
    assert not ConversationMessage.objects.exists()
    kinds = [entry.entity_type for entry in watch.entries()]
    assert sorted(kinds) == ["conversation", *["conversation_message"] * 3]
    assert {entry.private_to for entry in watch.entries()} == {conversation.user_id}


def test_conversations_go_with_the_row_of_their_person(db):
    conversation = ConversationFactory()
    UserContextFactory(user=conversation.user, active_project=None)
    sql("DELETE FROM users WHERE id = %s", conversation.user_id)
    assert not Conversation.objects.exists()
    assert not UserContext.objects.exists()


def test_a_context_knows_its_workspace_whoever_writes_it(member, alpha, workspace, beta):
    sql(
        "INSERT INTO user_contexts (user_id, active_project_id, workspace_id) VALUES (%s, %s, %s)",
        member.pk, alpha.pk, "00000000-0000-7000-8000-000000000000",
    )  # fmt: skip
    assert UserContext.objects.get(pk=member.pk).workspace_id == workspace.pk
    UserContext.objects.update(active_project=beta)
    assert UserContext.objects.get(pk=member.pk).workspace_id == workspace.pk
    UserContext.objects.update(active_project=None)
    assert UserContext.objects.get(pk=member.pk).workspace_id is None


def test_who_leaves_the_workspace_has_no_active_project(member, admin, alpha, workspace):
    context_set(actor=member, project=alpha)
    watch = Watch()
    member_remove(member=WorkspaceMember.objects.get(user=member, workspace=workspace), actor=admin)
    assert context_of(member).active_project is None
    context = UserContext.objects.get(pk=member.pk)
    assert (context.active_project_id, context.workspace_id, context.version) == (None, None, 2)
    [entry] = [entry for entry in watch.entries() if entry.entity_type == "user_context"]
    assert (entry.action, entry.private_to) == ("member.removed", member.pk)
    assert entry.details["before"]["active_project_id"] == str(alpha.pk)


def test_who_comes_back_chooses_again(member, admin, alpha, workspace):
    context_set(actor=member, project=alpha)
    sql("DELETE FROM workspace_members WHERE user_id = %s", member.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        UserContext.objects.filter(pk=member.pk).update(active_project=alpha)
    WorkspaceMember.objects.create(user=member, workspace=workspace)
    assert context_of(member).active_project is None


def test_a_project_that_is_deleted_is_nobodys_any_more(member, admin, alpha):
    for person in (member, admin):
        context_set(actor=person, project=alpha)
    sql("DELETE FROM projects WHERE id = %s", alpha.pk)
    assert set(UserContext.objects.values_list("active_project", "workspace")) == {(None, None)}
    assert EventLog.objects.filter(entity_type="user_context").count() == 4


def test_a_workspace_that_is_deleted_takes_no_context_along(member, admin, alpha, workspace):
    context_set(actor=member, project=alpha)
    workspace_delete(workspace=workspace, actor=admin)
    assert UserContext.objects.get(pk=member.pk).active_project is None


def test_a_context_of_another_role_in_the_workspace_stays(member, alpha, workspace):
    context_set(actor=member, project=alpha)
    WorkspaceMember.objects.filter(user=member, workspace=workspace).update(role="admin")
    assert context_of(member).active_project == alpha


def test_what_is_dumped_loads_again_without_a_change(member, alpha, tmp_path):
    context_set(actor=member, project=alpha)
    message = ConversationMessageFactory(conversation=ConversationFactory(user=member))
    fixture = tmp_path / "assistant.json"
    call_command("dumpdata", "assistant", output=str(fixture), verbosity=0)
    before = all_tables()
    call_command("loaddata", str(fixture), verbosity=0)
    assert all_tables() == before
    Conversation.objects.all().delete()
    UserContext.objects.all().delete()
    call_command("loaddata", str(fixture), verbosity=0)
    assert ConversationMessage.objects.get().content == message.content
    assert context_of(member).active_project == alpha


def test_the_messages_of_one_conversation_are_read_by_their_index(conversation):
    sql(
        "INSERT INTO conversation_messages (id, conversation_id, user_id, role, content) "
        "SELECT gen_random_uuid(), %s, %s, 'user', 'x' FROM generate_series(1, 200)",
        conversation.pk, conversation.user_id,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN SELECT * FROM conversation_messages WHERE conversation_id = %s "
            "ORDER BY created_at, id LIMIT 50",
            [conversation.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "conversation_messages_order_idx" in plan
    assert "Sort" not in plan


def test_a_project_elsewhere_can_not_be_anybodys_context(member, workspace):
    foreign = ProjectFactory()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        UserContext.objects.create(user=member, active_project=foreign)
    assert refused.value.__cause__.diag.constraint_name == "user_contexts_member_fk"
