"""What a person says, and what the assistant answers: both kept, or neither."""

from __future__ import annotations

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistant.commands.registry import answer_to
from assistant.commands.words import shown
from assistant.models import MAX_CONTENT, Conversation, ConversationMessage
from assistant.services.conversations import conversation_lock
from core.acting import acting, coming_from
from workspaces.models import User

TITLE_FROM_MESSAGE = 80


class Exchange(NamedTuple):
    """A question and its answer, as they are kept."""

    question: ConversationMessage
    answer: ConversationMessage


def message_post(*, conversation: Conversation, actor: User, content: str) -> Exchange:
    """Say something to the assistant; it does what it understood, and answers.

    One transaction of up to three actions: what the person said came through their door, what the
    assistant did on their behalf and its answer came from it, so that either can be told apart
    (and undone) by itself. The conversation stays locked to the end, so that two messages at once
    are answered one after the other.
    """
    content = _clean_content(content)
    with transaction.atomic():
        with acting(actor, "conversation_message.posted"):
            conversation = conversation_lock(conversation, actor)
            question = _say(conversation, ConversationMessage.Role.USER, content)
            if not conversation.title:
                conversation.title = shown(content, TITLE_FROM_MESSAGE)
                conversation.save(update_fields=["title"])
        with coming_from("assistant"):
            said = answer_to(content, actor=actor)
            with acting(actor, "conversation_message.answered"):
                answer = _say(conversation, ConversationMessage.Role.ASSISTANT, said)
    return Exchange(question, answer)


def _say(
    conversation: Conversation, role: ConversationMessage.Role, content: str
) -> ConversationMessage:
    message = ConversationMessage(
        conversation=conversation, user_id=conversation.user_id, role=role, content=content
    )
    message.save(force_insert=True)
    return message


def _clean_content(content: str) -> str:
    content = content.strip()
    if "\x00" in content:
        raise ValidationError({"content": _("NUL characters are not allowed.")})
    if not content:
        raise ValidationError({"content": _("Write something first.")})
    if len(content) > MAX_CONTENT:
        raise ValidationError({"content": _("A message has at most 10,000 characters.")})
    return content
