"""What the people of a seeded workspace asked the assistant, each for themselves."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from samples.seeding.people import Batch, Span, identifier
from samples.seeding.projects import SeedProject

ASKING = 0.4
"""So many of the people ever ask it something."""

CONVERSATIONS = (1, 4)
QUESTIONS = (1, 6)

_EXCHANGES = (
    ("which projects", "Context: no project\n\nYour projects: there are several."),
    ("help", "Context: no project\n\nWhat I can do:\n• help — what I can do"),
    ("какие проекты", "Контекст: проект не выбран\n\nВаши проекты: их несколько."),
    ("which project", "Context: no project\n\nNo project is active."),
)


def seed_asking(
    *,
    workspace_id: str,
    people_ids: Sequence[str],
    projects: Sequence[SeedProject],
    span: Span,
    random: Random,
) -> Iterator[Batch]:
    """Conversations with their messages, and the active projects."""
    conversations: list[tuple[Any, ...]] = []
    messages: list[tuple[Any, ...]] = []
    contexts: list[tuple[Any, ...]] = []
    for person in people_ids:
        if random.random() >= ASKING:
            continue
        for _each in range(random.randint(*CONVERSATIONS)):
            begun = span.working_hours(random.random())
            conversation_id = identifier(begun, random)
            said = random.choices(_EXCHANGES, k=random.randint(*QUESTIONS))
            conversations.append((conversation_id, begun.isoformat(), person, said[0][0]))
            for number, (question, answer) in enumerate(said):
                moment = begun + datetime.timedelta(minutes=number)
                for seconds, role, text in ((0, "user", question), (1, "assistant", answer)):
                    at = moment + datetime.timedelta(seconds=seconds)
                    messages.append(
                        (
                            identifier(at, random),
                            at.isoformat(),
                            conversation_id,
                            person,
                            role,
                            text,
                        )
                    )
        own = [project for project in projects if person in project.team]
        if own:
            project = random.choice(own)
            contexts.append((span.begin.isoformat(), person, project.id, workspace_id))
    yield Batch("conversations", ("id", "created_at", "user_id", "title"), conversations)
    yield Batch(
        "conversation_messages",
        ("id", "created_at", "conversation_id", "user_id", "role", "content"),
        messages,
    )
    yield Batch(
        "user_contexts", ("created_at", "user_id", "active_project_id", "workspace_id"), contexts
    )
