"""Scenes of talk: channels, who is in them, messages with threads, edits and second thoughts."""

from __future__ import annotations

import re
from functools import partial

from core.clock import now
from discussions.models import ChannelMember, Message
from discussions.services import (
    channel_create,
    channel_member_add,
    channel_read,
    message_delete,
    message_edit,
    message_post,
)
from samples.demo.content.shapes import DemoChannel, Say
from samples.demo.story import Stage, Story

CARD = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)


def tell(story: Story, content: DemoChannel) -> None:
    story.at(content.made, partial(_make, content))
    for place, name in enumerate(content.members.split(), 1):
        story.after(content.made, place, partial(_take_in, content, name))
    for message in content.messages:
        _tell_message(story, content, message, None)
    for when, who in content.read:
        story.at(when, partial(_read, content, who))


def _tell_message(
    story: Story, content: DemoChannel, message: Say, thread: list[Message] | None
) -> None:
    posted: list[Message] = []
    story.at(message.when, partial(_post, content, message, posted, thread))
    if message.edited is not None:
        when, text = message.edited
        story.at(when, partial(_edit, message, posted, text))
    if message.deleted is not None:
        story.at(message.deleted, partial(_delete, message, posted))
    for reply in message.replies:
        _tell_message(story, content, reply, posted)


def _make(content: DemoChannel, stage: Stage) -> None:
    stage.channels[content.project, content.name] = channel_create(
        actor=stage.people[content.by],
        project=stage.projects[content.project],
        name=content.name,
        description=content.about,
        is_private=content.is_private,
    )
    _begin_to_read(content, content.by, stage)


def _take_in(content: DemoChannel, name: str, stage: Stage) -> None:
    channel_member_add(
        channel=stage.channels[content.project, content.name],
        user=stage.people[name],
        actor=stage.people[content.by if content.is_private else name],
    )
    _begin_to_read(content, name, stage)


def _begin_to_read(content: DemoChannel, name: str, stage: Stage) -> None:
    """What is said from now on is unread; the database would count from the present moment."""
    ChannelMember.objects.filter(
        channel=stage.channels[content.project, content.name], user=stage.people[name]
    ).update(last_read_at=now())


def _post(
    content: DemoChannel,
    message: Say,
    posted: list[Message],
    thread: list[Message] | None,
    stage: Stage,
) -> None:
    posted.append(
        message_post(
            actor=stage.people[message.who],
            channel=stage.channels[content.project, content.name],
            content=_with_keys(message.text, stage),
            parent=thread[0] if thread else None,
        )
    )


def _edit(message: Say, posted: list[Message], text: str, stage: Stage) -> None:
    message_edit(
        message=posted[0], actor=stage.people[message.who], content=_with_keys(text, stage)
    )


def _delete(message: Say, posted: list[Message], stage: Stage) -> None:
    message_delete(message=posted[0], actor=stage.people[message.who])


def _read(content: DemoChannel, who: str, stage: Stage) -> None:
    channel_read(channel=stage.channels[content.project, content.name], actor=stage.people[who])


def _with_keys(text: str, stage: Stage) -> str:
    return CARD.sub(lambda found: stage.key_of(" ".join(found[1].split())), text)
