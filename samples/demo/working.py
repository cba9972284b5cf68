"""Scenes of work: boards, and cards that come, go from column to column, and are done."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from boards.models import Sprint
from boards.services import board_create, sprint_create
from cards.services import (
    card_archive,
    card_create,
    card_move,
    card_update,
    sprint_complete,
    sprint_start,
)
from core.clock import now
from samples.demo.calendar import Calendar
from samples.demo.content.projects import PROJECTS
from samples.demo.content.shapes import DemoBoard, DemoCard
from samples.demo.story import Stage, Story

SPRINTS = {
    -2: ("Sprint 10", "A board that one likes to look at"),
    -1: ("Sprint 11", "The log holds"),
    0: ("Sprint 12", "People sign in as they like, and boards stay in order"),
    1: ("Sprint 13", "Everything comes out again: exports"),
}
SPRINT_DAYS = 14
# The present sprint began so many working days ago, and two weeks have ten of them.
SPRINT_BEGAN, SPRINT_WORKDAYS = -8, 10
COMPLETED_AT, STARTED_AT = "09:05", "09:15"

FEATURE_OF = {
    title: feature.name
    for project in PROJECTS
    for feature in project.features
    for title in feature.cards
}


def tell(story: Story, content: DemoBoard) -> None:
    story.at(content.made, partial(_make, story, content))
    for card, column, moments in _lives(content):
        sprint = card.sprint
        if sprint is not None and content.columns[column].category == "done":
            sprint = _sprint_at(moments[-1])
        story.at(moments[0], partial(_make_card, story, content, card, sprint))
        taking = card.people.split()[0] if card.people else card.by
        for when, name in zip(moments[1:], _way(content, column), strict=True):
            story.at(when, partial(_move, content, card.title, taking, name))
        if card.archived is not None:
            story.at(card.archived, partial(_archive, card))
    if content.has_sprints:
        for place in (-2, -1, 0):
            day = SPRINT_BEGAN + SPRINT_WORKDAYS * place
            if place - 1 in SPRINTS:
                story.at(f"{day} {COMPLETED_AT}", partial(_complete, content, place - 1))
            story.at(f"{day} {STARTED_AT}", partial(_start, content, place))
    for when, title, who, name in content.moves:
        story.at(when, partial(_move, content, title, who, name))
    for when, title, who, changes in content.changes:
        story.at(when, partial(_change, story, content, title, who, changes))


def _way(content: DemoBoard, target: int) -> list[str]:
    """The columns that a card passes from the first to `target`: those of work, and that one."""
    return [
        column.name
        for place, column in enumerate(content.columns[1 : target + 1], 1)
        if place == target or column.category in ("in_progress", "in_review")
    ]


def _lives(content: DemoBoard) -> Iterator[tuple[DemoCard, int, tuple[str, ...]]]:
    """Each card with the column it ends in, when it was made, and when it came to each next one.

    The oldest are done, the youngest still wait. So few are under way at any time that no column
    is ever fuller than its limit.
    """
    begin = int(content.made.split()[0]) + 1
    placed = [
        (card, place) for place, column in enumerate(content.columns) for card in column.cards
    ]
    placed.sort(key=lambda each: -each[1])
    seen: dict[int, int] = {}
    for rank, (card, place) in enumerate(placed):
        nth = seen[place] = seen.get(place, -1) + 1
        time = _time(rank)
        made = f"{begin + (-3 - begin) * rank // len(placed)} {time}"
        if card.title in content.lives:
            yield card, place, content.lives[card.title]
            continue
        amount = len(content.columns[place].cards)
        match content.columns[place].category:
            case "done":
                first = begin + 4 + (-9 - begin - 4) * nth // amount
                days = range(first, 0)
            case "in_review":
                days = range(-15 + 8 * nth // amount, 0)
            case "in_progress":
                days = range(-6 + 4 * nth // amount, 0)
            case _:
                days = range(-12 + nth % 3, 0)
        later = _time(rank + 5)
        yield (
            card,
            place,
            (
                made,
                *(f"{day} {later}" for day, _name in zip(days, _way(content, place), strict=False)),
            ),
        )


def _time(rank: int) -> str:
    """A time of the working day, another one for each of a board's cards."""
    hour, minute = divmod(9 * 60 + rank * 53 % 470, 60)
    return f"{hour:02}:{minute:02}"


def _make(story: Story, content: DemoBoard, stage: Stage) -> None:
    actor = stage.people[content.by]
    stage.boards[content.name] = board_create(
        actor=actor,
        workspace=stage.workspace,
        project=stage.projects[content.project],
        name=content.name,
        columns=[
            {"name": column.name, "category": column.category, "wip_limit": column.wip_limit}
            for column in content.columns
        ],
    )
    if content.has_sprints:
        for place, (name, goal) in SPRINTS.items():
            start = _sprint_start(story.calendar, place)
            sprint_create(
                actor=actor,
                board=stage.boards[content.name],
                name=name,
                goal=goal,
                start_date=start,
                end_date=start + datetime.timedelta(days=SPRINT_DAYS - 1),
                capacity_points=40,
            )


def _sprint_start(calendar: Calendar, place: int) -> datetime.date:
    """The first day of the present sprint, or of the one `place` sprints away."""
    present = calendar.workday(SPRINT_BEGAN)
    return present + datetime.timedelta(days=place * SPRINT_DAYS)


def _sprint_at(told: str) -> int | None:
    """The sprint under way at a moment of the story; None before the first."""
    day, time = told.split()
    place = (int(day) - (time < STARTED_AT) - SPRINT_BEGAN) // SPRINT_WORKDAYS
    return place if place in SPRINTS else None


def _sprint(content: DemoBoard, place: int, stage: Stage) -> Sprint:
    return Sprint.objects.get(board=stage.boards[content.name], name=SPRINTS[place][0])


def _start(content: DemoBoard, place: int, stage: Stage) -> None:
    sprint_start(sprint=_sprint(content, place, stage), actor=stage.people[content.by], at=now())


def _complete(content: DemoBoard, place: int, stage: Stage) -> None:
    sprint_complete(
        sprint=_sprint(content, place, stage),
        actor=stage.people[content.by],
        at=now(),
        carry_over_to=_sprint(content, place + 1, stage),
    )


def _make_card(
    story: Story, content: DemoBoard, card: DemoCard, sprint: int | None, stage: Stage
) -> None:
    labels = [{"name": name, "color": content.labels[name]} for name in card.labels.split()]
    metadata: dict[str, Any] = {"labels": labels}
    if card.criteria:
        metadata["acceptance_criteria"] = card.criteria
    board = stage.boards[content.name]
    fields = _fields(
        story,
        content,
        stage,
        {
            "sprint": sprint,
            "priority": card.priority,
            "story_points": card.points,
            "due_date": card.due,
            "assignees": card.people,
            **{
                name: before
                for _when, title, _who, changes in content.changes
                if title == card.title
                for name, (before, _after) in changes.items()
            },
        },
    )
    stage.cards[card.title] = card_create(
        actor=stage.people[card.by],
        board=board,
        title=card.title,
        description=card.text,
        metadata=metadata,
        estimated_hours=Decimal(card.hours) if card.hours else None,
        feature=stage.features.get(FEATURE_OF.get(card.title, "")),
        **fields,
    )


def _fields(story: Story, content: DemoBoard, stage: Stage, told: dict[str, Any]) -> dict[str, Any]:
    """What a `DemoCard` tells in days and names, as the services take it."""
    fields = dict(told)
    if fields.get("sprint") is not None:
        fields["sprint"] = _sprint(content, fields["sprint"], stage)
    if fields.get("due_date") is not None:
        fields["due_date"] = story.calendar.day(fields["due_date"])
    if "assignees" in fields:
        fields["assignees"] = [stage.people[name] for name in fields["assignees"].split()]
    return fields


def _move(content: DemoBoard, title: str, who: str, name: str, stage: Stage) -> None:
    [column] = [each for each in stage.boards[content.name].columns if each["name"] == name]
    stage.cards[title] = card_move(
        card=stage.cards[title], actor=stage.people[who], column_id=column["id"]
    )


def _change(
    story: Story,
    content: DemoBoard,
    title: str,
    who: str,
    changes: dict[str, tuple[Any, Any]],
    stage: Stage,
) -> None:
    after = {name: value for name, (_before, value) in changes.items()}
    card_update(
        card=stage.cards[title],
        actor=stage.people[who],
        changes=_fields(story, content, stage, after),
    )


def _archive(card: DemoCard, stage: Stage) -> None:
    card_archive(card=stage.cards[card.title], actor=stage.people[card.by])
