"""The commands that the assistant knows, and how it comes from a message to an answer.

A command says in which words it is given, in English and in Russian, and what does it: a function
of the question that calls the same services as every other door, and returns what to say. A new
one is a decorated function in a module beside this one; nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import translation

from assistant.commands.words import Pattern, Word, is_russian, shown, words_of
from assistant.models import MAX_CONTENT, UserContext
from assistant.services.context import context_of
from core.admin.refusals import REFUSALS, sentences_of
from projects.models import Project
from workspaces.models import User

ENGLISH, RUSSIAN = "en", "ru"


@dataclass(frozen=True)
class Question:
    """What a command is given: who asks, in which language and project, and the words it names."""

    actor: User
    language: str
    project: Project | None
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, english: str, russian: str) -> str:
        """Of the two the one in the question's language.

        Not by gettext: what is answered follows the question, whatever the pages' language is.
        """
        return russian if self.language == RUSSIAN else english


Handler = Callable[[Question], str]


@dataclass(frozen=True)
class Command:
    """What it is for, in both languages, the words it is given by, and what does it."""

    english: str
    russian: str
    patterns: tuple[tuple[str, Pattern], ...]
    handler: Handler


COMMANDS: list[Command] = []
"""In the order in which they are tried, and told by help."""


def command(
    *, english: str, russian: str, en: Sequence[str], ru: Sequence[str]
) -> Callable[[Handler], Handler]:
    """Register a function as what `en` and `ru` (see `Pattern`) ask for.

    `english` and `russian` are the lines that help has about it.
    """

    def register(handler: Handler) -> Handler:
        patterns = [(ENGLISH, Pattern.of(each)) for each in en]
        patterns += [(RUSSIAN, Pattern.of(each)) for each in ru]
        COMMANDS.append(Command(english, russian, tuple(patterns), handler))
        return handler

    return register


def answer_to(text: str, *, actor: User) -> str:
    """Do what the message asks for, and say so; what isn't understood changes nothing.

    What a service refuses is an answer like any other, and leaves nothing half done.
    """
    words = words_of(text)
    found, language, named = _understood(words)
    if found is None:
        russian = is_russian(text)
        if russian is None:
            russian = (translation.get_language() or "").startswith(RUSSIAN)
        language = RUSSIAN if russian else ENGLISH
    context = context_of(actor)
    question = Question(actor, language, context.active_project, named)
    with translation.override(language):
        if found is None:
            said = not_understood(question)
        else:
            try:
                with transaction.atomic():
                    said = found.handler(question)
            except REFUSALS as error:
                said = "\n".join(sentences_of(error))
    whole = f"{heading(context_of(actor), question)}\n\n{said}"
    return whole if len(whole) <= MAX_CONTENT else f"{whole[: MAX_CONTENT - 1]}…"


def heading(context: UserContext, question: Question) -> str:
    """The first line of every answer: which project the commands are about."""
    if context.active_project is None:
        return question.say("Context: no project", "Контекст: проект не выбран")
    name = shown(context.active_project.name, 200)
    return question.say(f"Context: Project {name}", f"Контекст: Проект {name}")


def commands_told(language: str) -> list[str]:
    """What there is, a line a command."""
    return [each.russian if language == RUSSIAN else each.english for each in COMMANDS]


def told(question: Question) -> str:
    """The same as one text."""
    return "\n".join(f"• {line}" for line in commands_told(question.language))


def not_understood(question: Question) -> str:
    """Helpful, and nothing else."""
    return question.say(
        f"I did not understand that, and nothing was changed. What I can do:\n{told(question)}",
        f"Я не понял это и ничего не изменил. Вот что я умею:\n{told(question)}",
    )


def _understood(words: Sequence[Word]) -> tuple[Command | None, str, Mapping[str, str]]:
    """The first command whose words these are, in which language, and the names in them."""
    for each in COMMANDS:
        for language, pattern in each.patterns:
            named = pattern.match(words)
            if named is not None:
                return each, language, named
    return None, ENGLISH, {}
