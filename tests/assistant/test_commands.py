"""The words that the assistant understands, in English and in Russian, and what it answers."""

import time

import pytest
from django.utils import translation

from assistant.commands.registry import COMMANDS, ENGLISH, RUSSIAN, Question, heading
from assistant.commands.words import Pattern, bare, is_russian, plain, shown, words_of
from assistant.models import UserContext
from assistant.services.context import context_set
from core.models import EventLog
from projects.models import Project
from tests.factories import MemberFactory, ProjectFactory, WorkspaceFactory

# What is asked for, in words that people use. (Command, messages.)
SWITCH = [
    "switch to project Alpha",
    "Switch to the project Alpha.",
    "SWITCH TO PROJECT ALPHA!",
    "please switch to project “Alpha”",
    "switch  over to\tproject 'alpha'",
    "switch to project alpha, please",
    "switch project to Alpha",
    "switch to Alpha",
    "change project to Alpha",
    "change to project Alpha",
    "set the active project to Alpha",
    "use project Alpha",
    "open the project Alpha",
    "select project Alpha",
    "go to project Alpha",
    "work on project Alpha",
    "project Alpha",
    "switch to project Alph",
    "switch to project ACME/Alpha",
    "switch to project Alpha in Acme",
    "переключись на проект Alpha",
    "Переключись на проект «Alpha»!",
    "пожалуйста, переключи на проект alpha",
    "переключись на Alpha",
    "перейди в проект Alpha",
    "Перейдём к проекту Alpha",
    "смени проект на Alpha",
    "выбери проект Alpha пожалуйста",
    "используй проект ALPHA",
    "открой проект „Alpha“",
    "сделай активным проект Alpha",
    "работаем в проекте Alpha",
    "проект Alpha",
    "переключись на проект Alpha в Acme",
]
LEAVE = ["leave the project", "Leave project!", "no project", "clear context",
         "выйди из проекта", "Сбрось контекст.", "без проекта"]  # fmt: skip
WHICH = ["which projects", "Which projects?", "what projects are there", "list projects",
         "show me all my projects", "projects", "My projects", "which projects do I have?",
         "какие проекты", "Какие проекты?", "какие есть проекты", "какие у меня есть проекты",
         "покажи мои проекты", "список проектов", "проекты"]  # fmt: skip
CURRENT = ["which project", "what project am I in?", "where am I", "current project",
           "какой проект", "какой сейчас проект?", "текущий проект", "где я?",
           "в каком я проекте"]  # fmt: skip
HELP = ["help", "Help!", "  help me  ", "commands", "what can you do?", "hello",
        "помощь", "Помоги", "справка", "что ты умеешь?", "Привет!"]  # fmt: skip
NOT_UNDERSTOOD = [
    "What is the weather like?", "delete everything", "switch", "switch to", "project",
    "не понимаю", "удали всё", "переключись", "helpless", "?", "…", "42", "🎄", "<script>",
]  # fmt: skip


def russian(text):
    return any("а" <= each <= "я" for each in text.lower())


@pytest.mark.django_db
@pytest.mark.parametrize("text", SWITCH)
def test_the_project_is_switched(text, ask, alpha, beta, member):
    context_set(actor=member, project=beta)
    answer = ask(text)
    first = "Контекст: Проект Alpha" if russian(text) else "Context: Project Alpha"
    assert answer.splitlines()[0] == first
    assert UserContext.objects.get(pk=member.pk).active_project == alpha


@pytest.mark.django_db
@pytest.mark.parametrize("text", LEAVE)
def test_the_project_is_left(text, ask, alpha, member):
    context_set(actor=member, project=alpha)
    answer = ask(text)
    first = "Контекст: проект не выбран" if russian(text) else "Context: no project"
    assert answer.splitlines()[0] == first
    assert UserContext.objects.get(pk=member.pk).active_project is None


@pytest.mark.django_db
@pytest.mark.parametrize("text", WHICH)
def test_the_projects_are_listed(text, ask, alpha, beta, foreign_project, member):
    context_set(actor=member, project=beta)
    mark = " — активный" if russian(text) else " — active"
    answer = ask(text)
    assert answer.splitlines()[0].endswith("Beta")
    assert answer.splitlines()[-2:] == ["• Alpha (Acme)", f"• Beta (Acme){mark}"]
    assert "Gamma" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize("text", CURRENT)
def test_the_active_project_is_told(text, ask, alpha, member):
    context_set(actor=member, project=alpha)
    answer = ask(text)
    said = "Вы в проекте «Alpha»." if russian(text) else "You are in project “Alpha”."
    assert answer.splitlines()[-1] == said


@pytest.mark.django_db
@pytest.mark.parametrize("text", HELP)
def test_help_has_a_line_for_every_command(text, ask):
    answer = ask(text)
    lines = [each.russian if russian(text) else each.english for each in COMMANDS]
    assert answer.splitlines()[-len(COMMANDS) :] == [f"• {line}" for line in lines]
    assert len(set(lines)) == len(lines) >= 5


@pytest.mark.django_db
@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_answered_with_help_and_changes_nothing(text, ask, alpha, member):
    context_set(actor=member, project=alpha)
    before, last = UserContext.objects.values().get(), EventLog.objects.latest("id").pk
    answer = ask(text)
    if russian(text):
        assert answer.startswith("Контекст: Проект Alpha\n\nЯ не понял это и ничего не изменил.")
        assert "• помощь" in answer
    else:
        assert answer.startswith("Context: Project Alpha\n\nI did not understand that, and")
        assert "• help" in answer
    assert UserContext.objects.values().get() == before
    assert set(EventLog.objects.filter(id__gt=last).values_list("entity_type", flat=True)) <= {
        "conversation", "conversation_message",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("switch to project Delta", "There is no project “Delta” that you can see."),
        ("switch to project Gamma", "There is no project “Gamma” that you can see."),
        ("переключись на проект Дельта", "Проекта «Дельта» среди доступных вам нет."),
        ("switch to project", "Which project? Your projects: Alpha, Beta."),
        ("переключись на проект", "Какой проект? Ваши проекты: Alpha, Beta."),
        ("switch to project ???", "There is no project “???” that you can see."),
    ],
)
def test_an_unknown_project_gets_a_helpful_answer_and_changes_nothing(
    text, says, ask, alpha, beta, foreign_project, member
):
    context_set(actor=member, project=beta)
    version = UserContext.objects.get(pk=member.pk).version
    answer = ask(text)
    assert says in answer
    assert "Alpha, Beta." in answer
    assert answer.splitlines()[0].endswith("Beta")
    assert UserContext.objects.get(pk=member.pk).version == version


@pytest.mark.django_db
def test_a_foreign_project_is_answered_like_one_that_is_not_there(ask, alpha, foreign_project):
    foreign = ask("switch to project Gamma")
    assert foreign == ask("switch to project Delta").replace("Delta", "Gamma")


@pytest.mark.django_db
def test_an_ambiguous_name_lists_the_choices_with_their_workspaces(ask, alpha, member):
    second = WorkspaceFactory(key="ZETA", name="Zeta & Co")
    MemberFactory(workspace=second, user=member)
    twin = ProjectFactory(workspace=second, name="alpha")
    answer = ask("switch to project ALPHA")
    assert answer.startswith("Context: no project")
    assert answer.splitlines()[3:5] == ["• ACME/Alpha (Acme)", "• ZETA/alpha (Zeta & Co)"]
    assert "switch to project ACME/Alpha" in answer
    assert not UserContext.objects.exists()
    russian_answer = ask("переключись на проект альфа") + ask("переключись на проект alpha")
    assert "может быть несколько проектов" in russian_answer
    for text in ("switch to project ZETA/alpha", "use project Alpha in Zeta & Co"):
        assert ask(text).startswith("Context: Project alpha")
        assert UserContext.objects.get(pk=member.pk).active_project == twin


@pytest.mark.django_db
def test_a_beginning_is_enough_where_only_one_name_has_it(ask, workspace, member):
    for name in ("Website", "Website relaunch", "Warehouse"):
        ProjectFactory(workspace=workspace, name=name)
    assert ask("switch to project ware").startswith("Context: Project Warehouse")
    assert ask("switch to project website").startswith("Context: Project Website\n")
    answer = ask("switch to project w")
    assert answer.startswith("Context: Project Website\n")
    assert "can be several" in answer


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ёлка", "елка"),
        ("Елка", "«ЁЛКА»"),
        ("Café 2", "cafe\u0301  2"),
        ("The “Big” one", "the “big” one"),
        ("Node.js", "node.js."),
        ("Yahoo!", "yahoo"),
        ("C++ / C#", "c++ / c#"),
        ("???", "???"),
        ("in", "in"),
        ("🎄 2026", "🎄 2026"),
        ("Straße", "STRASSE"),
        ("A\u200bB", "ab"),
    ],
)
def test_names_are_compared_without_case_quotes_and_the_like(name, said, ask, workspace, member):
    project = ProjectFactory(workspace=workspace, name=name)
    ask(f"switch to project {said}")
    assert UserContext.objects.get(pk=member.pk).active_project == project


@pytest.mark.django_db
def test_an_archived_project_is_meant_only_where_no_other_is(ask, alpha, workspace, member):
    Project.objects.filter(pk=alpha.pk).update(archived_at="2026-01-01T00:00:00Z")
    assert "It is archived" in ask("switch to project Alpha")
    assert "Alpha" not in ask("which projects").partition("\n\n")[2]
    assert "You are in project “Alpha” already. It is archived" in ask("switch to project alpha")


@pytest.mark.django_db
def test_switching_to_where_one_is_says_so_and_writes_nothing(ask, alpha, member):
    ask("switch to project Alpha")
    version = UserContext.objects.get(pk=member.pk).version
    assert "You are in project “Alpha” already." in ask("switch to project Alpha")
    assert "Вы уже в проекте «Alpha»." in ask("проект alpha")
    assert UserContext.objects.get(pk=member.pk).version == version


@pytest.mark.django_db
def test_who_sees_no_project_is_told_what_to_do(ask, workspace):
    assert "make one in a workspace" in ask("which projects")
    assert "попросите пригласить" in ask("какие проекты")
    assert "You can see no project yet." in ask("where am I")


@pytest.mark.django_db
def test_a_long_list_ends_and_an_answer_fits(ask, workspace):
    for number in range(40):
        ProjectFactory(workspace=workspace, name=f"{number:03}" + "x" * 197)
    answer = ask("which projects")
    assert answer.splitlines()[-1] == "… and 10 more"
    assert len(answer) <= 10_000
    assert "can be several" in ask("switch to project 0")


@pytest.mark.django_db
def test_without_letters_the_language_is_the_pages_own(ask):
    with translation.override("ru"):
        assert ask("42").startswith("Контекст: проект не выбран")
    with translation.override("en"):
        assert ask("42").startswith("Context: no project")


@pytest.mark.parametrize(
    "text",
    [
        "switch to project " + "a" * 9_980,
        "switch to project " + "a " * 4_990,
        "switch " * 1_428,
        "переключись на " * 666,
        "«" * 10_000,
        "\u202e" * 10_000,
        "ﷺ" * 10_000,
        "please " * 1_428,
        "the " * 2_500,
        "a" * 10_000,
        "(" * 5_000 + ")" * 5_000,
        ".*" * 5_000,
        "x\n" * 5_000,
        "👨‍👩‍👧‍👦" * 900,
    ],
    ids=range(14),
)
@pytest.mark.django_db
def test_hostile_texts_are_answered_at_once(text, ask, alpha):
    # By the time that this thread took itself: others may keep the machine busy.
    started = time.thread_time()
    answer = ask(text)
    assert time.thread_time() - started < 1
    assert answer.startswith(("Context: no project", "Контекст: проект не выбран"))
    assert len(answer) <= 10_000


@pytest.mark.django_db
def test_what_is_repeated_in_an_answer_can_not_turn_it_round(ask, workspace, member):
    answer = ask("switch to project \u202eevil\u2066\x1b[31m\u200b")
    assert "“evil[31m”" in answer
    hostile = ProjectFactory(workspace=workspace, name="Line\u2028break\u202e <b>")
    context_set(actor=member, project=hostile)
    assert ask("help").splitlines()[0] == "Context: Project Line break <b>"


def test_texts_for_comparing_and_for_showing():
    assert plain("  ЁЖИК\t\u200bВ  «тумане» ") == "ежик в «тумане»"
    assert bare("«Alpha»!") == "alpha"
    assert bare("...") == ""
    assert shown("a" * 200, 10) == "aaaaaaaaa…"
    assert shown("👨‍👩‍👧 \x00family") == "👨‍👩‍👧 family"
    assert [is_russian(text) for text in ("Привет", "hi", "1", "проект X")] == [
        True, False, None, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("go to [the] project <name>", "go to the project X y", {"name": "X y"}),
        ("go to [the] project <name>", "go to project the", {"name": "the"}),
        ("go to [the] project <name>", "go to project", None),
        ("go to [the] project <name?>", "go to project", {"name": ""}),
        ("a|b [c] [d] e", "b d e", {}),
        ("a|b [c] [d] e", "a c d e", {}),
        ("a|b [c] [d] e", "a d c e", None),
        ("a|b [c] [d] e", "a e f", None),
        ("a", "“ a ” !", {}),
        ("a", "", None),
    ],
)
def test_patterns(pattern, text, expected):
    assert Pattern.of(pattern).match(words_of(text)) == expected


def test_every_command_is_given_in_both_languages():
    for each in COMMANDS:
        assert {language for language, _pattern in each.patterns} == {ENGLISH, RUSSIAN}
        assert is_russian(each.russian)
        assert not is_russian(each.english)


@pytest.mark.parametrize(
    ("language", "without", "within"),
    [
        (ENGLISH, "Context: no project", "Context: Project Test Project Alpha"),
        (RUSSIAN, "Контекст: проект не выбран", "Контекст: Проект Test Project Alpha"),
    ],
)
def test_the_heading_names_the_project(language, without, within):
    question = Question(actor=None, language=language, project=None)
    assert heading(UserContext(active_project=None), question) == without
    project = Project(name="Test Project Alpha")
    assert heading(UserContext(active_project=project), question) == within
