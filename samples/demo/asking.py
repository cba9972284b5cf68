"""Scenes of asking: what people write to the assistant, which answers at once."""

from __future__ import annotations

from functools import partial

from assistant.models import Conversation
from assistant.services.conversations import conversation_create
from assistant.services.messages import message_post
from samples.demo.content.shapes import DemoConversation
from samples.demo.story import Stage, Story


def tell(story: Story, content: DemoConversation) -> None:
    begun: list[Conversation] = []
    for when, question in content.questions:
        story.at(when, partial(_ask, content.who, question, begun))


def _ask(who: str, question: str, begun: list[Conversation], stage: Stage) -> None:
    actor = stage.people[who]
    if not begun:
        begun.append(conversation_create(actor=actor))
    message_post(conversation=begun[0], actor=actor, content=question)
