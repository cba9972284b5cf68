"""Scenes of detail: what people say about cards, their steps, and what they have to do with."""

from __future__ import annotations

from functools import partial

from cards.models import ChecklistItem, Comment
from cards.services import (
    card_link_create,
    checklist_item_create,
    checklist_item_update,
    comment_create,
    comment_edit,
)
from samples.demo.content.shapes import DemoChecklist, DemoComment, DemoLink
from samples.demo.story import Stage, Story


def tell_comment(story: Story, content: DemoComment) -> None:
    made: list[Comment] = []
    story.at(content.when, partial(_comment, content, made))
    if content.edited is not None:
        when, text = content.edited
        story.at(when, partial(_edit, content, made, text))


def tell_checklist(story: Story, content: DemoChecklist) -> None:
    items: dict[str, ChecklistItem] = {}
    for text, done in content.steps:
        story.at(content.when, partial(_list, content, text, items))
        if done is not None:
            story.at(done, partial(_finish, content, text, items))


def tell_link(story: Story, content: DemoLink) -> None:
    story.at(content.when, partial(_link, content))


def _comment(content: DemoComment, made: list[Comment], stage: Stage) -> None:
    made.append(
        comment_create(
            actor=stage.people[content.who],
            card=stage.cards[content.title],
            content=content.text,
        )
    )


def _edit(content: DemoComment, made: list[Comment], text: str, stage: Stage) -> None:
    comment_edit(comment=made[0], actor=stage.people[content.who], content=text)


def _list(content: DemoChecklist, text: str, items: dict[str, ChecklistItem], stage: Stage) -> None:
    items[text] = checklist_item_create(
        actor=stage.people[content.who],
        card=stage.cards[content.title],
        text=text,
        checklist=content.name,
    )


def _finish(
    content: DemoChecklist, text: str, items: dict[str, ChecklistItem], stage: Stage
) -> None:
    checklist_item_update(item=items[text], actor=stage.people[content.who], changes={"done": True})


def _link(content: DemoLink, stage: Stage) -> None:
    card_link_create(
        actor=stage.people[content.who],
        source=stage.cards[content.source],
        target=stage.cards[content.target],
        kind=content.kind,
    )
