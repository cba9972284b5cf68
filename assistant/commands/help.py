"""What the assistant can do."""

from __future__ import annotations

from assistant.commands.registry import Question, command, told


@command(
    english="help — what I can do",
    russian="помощь — что я умею",
    en=(
        "help [me] [please]",
        "show help",
        "commands",
        "what can you do",
        "what can i do|say|ask [here]",
        "hello|hi|hey [there]",
    ),
    ru=(
        "помощь",
        "помоги|помогите [мне]",
        "справка",
        "покажи справку",
        "команды",
        "какие [есть] команды",
        "что ты умеешь|можешь",
        "что [здесь] можно сделать|спросить|написать",
        "привет|здравствуй|здравствуйте",
    ),
)
def help_told(question: Question) -> str:
    """A line a command."""
    return question.say(f"What I can do:\n{told(question)}", f"Вот что я умею:\n{told(question)}")
