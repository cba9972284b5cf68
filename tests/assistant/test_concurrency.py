"""Several messages and switches at the same moment, in real threads."""

import pytest

from assistant.models import ConversationMessage, UserContext
from assistant.services.context import context_set
from assistant.services.conversations import conversation_delete
from assistant.services.messages import message_post
from core.api.retry import retrying
from core.models import EventLog
from tests.core.connections import as_app
from tests.factories import ProjectFactory
from tests.workspaces.together import Together, together, wait_until_waiting
from workspaces.services import member_remove

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, ROUNDS = 8, 6


def test_pairs_of_one_conversation_do_not_interleave(conversation, member):
    def writer(number):
        def write():
            for turn in range(ROUNDS):
                retrying(
                    lambda turn=turn: message_post(
                        conversation=conversation,
                        actor=member,
                        content=f"switch to project {number}-{turn}",
                    )
                )

        return write

    assert together(*(writer(number) for number in range(WRITERS))) == [None] * WRITERS
    kept = list(
        ConversationMessage.objects.order_by("created_at", "id").values_list("role", "content")
    )
    assert len(kept) == 2 * WRITERS * ROUNDS
    said = []
    for (asked_by, question), (told_by, answer) in zip(kept[::2], kept[1::2], strict=True):
        assert (asked_by, told_by) == ("user", "assistant")
        name = question.removeprefix("switch to project ")
        assert f"“{name}”" in answer
        said.append(name)
    assert sorted(said) == sorted(f"{n}-{turn}" for n in range(WRITERS) for turn in range(ROUNDS))
    entries = EventLog.objects.filter(entity_type="conversation_message")
    assert entries.count() == len(kept)


def test_a_message_waits_for_the_one_before_and_then_is_answered(conversation, member):
    with as_app() as other, other.transaction():
        other.execute("SELECT FROM conversations WHERE id = %s FOR UPDATE", [conversation.pk])
        posting = Together(
            lambda: message_post(conversation=conversation, actor=member, content="help")
        )
        wait_until_waiting(1)
        assert not ConversationMessage.objects.exists()
    [exchange] = posting.wait()
    assert exchange.answer.created_at > exchange.question.created_at


def test_a_message_to_a_conversation_that_goes_meanwhile_is_refused_whole(conversation, member):
    outcomes = together(
        lambda: conversation_delete(conversation=conversation, actor=member),
        *[
            lambda: message_post(conversation=conversation, actor=member, content="help")
            for _number in range(4)
        ],
    )
    assert outcomes[0] is None
    assert not ConversationMessage.objects.exists()
    for outcome in outcomes[1:]:
        assert getattr(outcome, "code", "posted") in ("not_found", "posted")


def test_first_switches_at_once_end_in_one_context(member, workspace):
    projects = [ProjectFactory(workspace=workspace) for _number in range(6)]
    outcomes = together(
        *(
            lambda project=project: context_set(actor=member, project=project)
            for project in projects
        )
    )
    assert not [each for each in outcomes if isinstance(each, Exception)]
    context = UserContext.objects.get()
    assert context.active_project in projects
    assert context.version == len(projects)
    assert EventLog.objects.filter(entity_type="user_context").count() == len(projects)


def test_who_is_removed_while_switching_works_in_nothing_of_the_workspace(
    member, admin, workspace, alpha
):
    membership = workspace.memberships.get(user=member)
    switched, removed = together(
        lambda: retrying(lambda: context_set(actor=member, project=alpha)),
        lambda: retrying(lambda: member_remove(member=membership, actor=admin)),
    )
    assert removed is None
    assert isinstance(switched, UserContext) or "There is nothing" in str(switched) or (
        "user_contexts_member_fk" in str(switched)
    )  # fmt: skip
    assert not UserContext.objects.exclude(active_project=None).exists()
    assert not UserContext.objects.exclude(workspace=None).exists()
