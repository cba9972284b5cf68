"""The way from a message to an answer, for whatever command: what is refused is told, not done."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection
from django.utils import translation

from assistant.commands import registry
from assistant.commands.registry import command
from assistant.models import ConversationMessage, UserContext
from assistant.services.context import context_set
from assistant.services.messages import message_post
from core.exceptions import Forbidden
from tests.watching import Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def learn():
    """`learn(handler)`: the assistant does this when it is told "try it" or «попробуй»."""
    known = len(registry.COMMANDS)

    def learned(handler):
        command(english="try it", russian="попробуй", en=("try it",), ru=("попробуй",))(handler)

    yield learned
    del registry.COMMANDS[known:]


def broken(question):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conversation_messages SET role = 'nobody'")


def forbidden(question):
    raise Forbidden("You observe this project.")


def invalid(question):
    raise ValidationError({"name": "A feature has a name.", "status": "Say why."})


@pytest.mark.parametrize(
    ("refuse", "says"),
    [
        (forbidden, "You observe this project."),
        (invalid, "A feature has a name.\nSay why."),
        (broken, "This value is not valid."),
    ],
)
def test_what_a_service_refuses_is_the_answer_and_nothing_of_it_is_done(
    learn, refuse, says, ask, alpha, member
):
    def handler(question):
        context_set(actor=question.actor, project=alpha)
        refuse(question)

    learn(handler)
    watch = Watch()
    assert ask("Try it!") == f"Context: no project\n\n{says}"
    assert not UserContext.objects.exists()
    assert ConversationMessage.objects.count() == 2
    assert watch.actions() == [
        ("conversation_message.posted", "conversation_message"),
        ("conversation_message.answered", "conversation_message"),
    ]


@pytest.mark.parametrize("error", [OperationalError("gone"), RuntimeError("a bug")])
def test_what_is_no_refusal_leaves_nothing_at_all(learn, error, conversation, member, alpha):
    def handler(question):
        context_set(actor=question.actor, project=alpha)
        raise error

    learn(handler)
    with pytest.raises(type(error)):
        message_post(conversation=conversation, actor=member, content="try it")
    assert not ConversationMessage.objects.exists()
    assert not UserContext.objects.exists()


def test_a_command_is_told_who_asks_where_and_in_which_language(learn, ask, alpha, member):
    asked = []
    learn(lambda question: asked.append(question) or translation.get_language())
    context_set(actor=member, project=alpha)
    assert ask("try it") == "Context: Project Alpha\n\nen"
    assert ask("попробуй") == "Контекст: Проект Alpha\n\nru"
    assert [(each.actor, each.project, each.language) for each in asked] == [
        (member, alpha, "en"),
        (member, alpha, "ru"),
    ]


def test_a_new_command_is_in_the_help(learn, ask):
    learn(lambda question: "done")
    assert ask("help").endswith("\n• try it")
    assert ask("помощь").endswith("\n• попробуй")


def test_an_answer_is_never_too_long_to_be_kept(learn, ask):
    learn(lambda question: "x" * 20_000)
    answer = ask("try it")
    assert (len(answer), answer[-2:]) == (10_000, "x…")


def test_a_message_says_something(conversation, member):
    for content in ("", " \u2003\n", "a\x00", "x" * 10_001):
        with pytest.raises(ValidationError):
            message_post(conversation=conversation, actor=member, content=content)
    with pytest.raises(IntegrityError):
        ConversationMessage.objects.create(
            conversation=conversation, user=member, role="user", content=" x"
        )
