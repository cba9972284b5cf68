"""Which project one works in: switching, leaving, asking."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.commands.registry import Question, command
from assistant.commands.words import POLITE, bare, plain, shown
from assistant.services.context import context_set
from projects.models import Project

# A list goes no further: who has more projects names one.
LISTED = 30
SUGGESTED = 10
NAME_LISTED = 80
# A project's name, its workspace's, and what stands between them.
LONGEST_NAME = 400


@command(
    english="switch to project Alpha — the project that the next commands are about",
    russian="переключись на проект Альфа — о каком проекте пойдёт речь дальше",
    en=(
        "switch [over] to [the] project <name?>",
        "switch project [to] <name?>",
        "change [to] [the] project [to] <name?>",
        "set [the] [active] project [to] <name?>",
        "go|move [over] to [the] project <name?>",
        "use|open|select|choose|pick|enter|activate [the] project <name?>",
        "work in|on|with [the] project <name?>",
        "switch [over] to [the] <name>",
        "project <name>",
    ),
    ru=(
        "переключись|переключиться|переключитесь|переключи|переключить [меня] [на|в] проект|проекту"
        " <name?>",
        "перейди|перейти|перейдем|перейдите|зайди|войди [в|на|к] проект|проекту <name?>",
        "смени|сменить|поменяй|поменять [активный] проект [на] <name?>",
        "выбери|выбрать|открой|открыть|используй|активируй|возьми|включи [активный] проект <name?>",
        "сделай активным проект <name?>",
        "работаем|работать|поработаем|работай [в|над|с] проектом|проекте <name?>",
        "переключись|переключиться|переключитесь|переключи [меня] на <name>",
        "проект <name>",
    ),
)
def switch(question: Question) -> str:
    """Make the named project the active one, if one project is meant."""
    wanted = question.words["name"]
    if not wanted:
        return question.say(
            f"Which project? {_suggested(question)}", f"Какой проект? {_suggested(question)}"
        )
    found = _meant(wanted, _projects_of(question))
    named = shown(wanted.strip("\"'«»“”„ "))
    if not found:
        return question.say(
            f"There is no project “{named}” that you can see. Nothing was changed. "
            f"{_suggested(question)}",
            f"Проекта «{named}» среди доступных вам нет. Ничего не изменено. "
            f"{_suggested(question)}",
        )
    if len(found) > 1:
        return _ask_which(question, named, found)
    (project,) = found
    is_new = question.project is None or question.project.pk != project.pk
    context_set(actor=question.actor, project=project)
    name = shown(project.name)
    archived = (
        question.say(" It is archived: nothing new goes in.", " Он в архиве: нового не добавить.")
        if project.archived_at is not None
        else ""
    )
    if not is_new:
        return question.say(
            f"You are in project “{name}” already.{archived}",
            f"Вы уже в проекте «{name}».{archived}",
        )
    return question.say(
        f"Switched to project “{name}” ({shown(project.workspace.name)}).{archived}",
        f"Переключился на проект «{name}» ({shown(project.workspace.name)}).{archived}",
    )


@command(
    english="leave the project — no project is active",
    russian="выйди из проекта — ни один проект не выбран",
    en=(
        "leave|exit [the|this] [active] project",
        "clear|reset [the] context|project",
        "no project",
    ),
    ru=(
        "выйди|выйти|уйди из [этого] проекта",
        "покинь|покинуть [этот] проект",
        "сбрось|сбросить|очисти|очистить проект|контекст",
        "без проекта",
    ),
)
def leave(question: Question) -> str:
    """Have no active project."""
    context_set(actor=question.actor, project=None)
    return question.say("No project is active now.", "Теперь ни один проект не выбран.")


@command(
    english="which projects — the projects that you can see",
    russian="какие проекты — проекты, которые вам доступны",
    en=(
        "which|what projects",
        "which|what projects are there",
        "which|what projects do i have|see",
        "which|what projects can i see|use",
        "list|show [me] [all] [my|the] projects",
        "[all] [my] projects",
    ),
    ru=(
        "какие [у] [меня|нас] [сейчас] [есть] проекты",
        "какие проекты [у] [меня|нас] [сейчас] [есть|доступны]",
        "покажи|показать|перечисли [мне] [все] [мои] проекты",
        "список [моих|всех] проектов",
        "[все] [мои] проекты",
    ),
)
def which(question: Question) -> str:
    """The projects in use, each with its workspace."""
    projects = [each for each in _projects_of(question) if each.archived_at is None]
    if not projects:
        return question.say(
            "You can see no project yet: make one in a workspace, or ask to be invited.",
            "Доступных проектов пока нет: создайте проект или попросите пригласить вас.",
        )
    active = question.project.pk if question.project is not None else None
    mark = question.say(" — active", " — активный")
    lines = [
        f"• {shown(each.name, NAME_LISTED)} ({shown(each.workspace.name, NAME_LISTED)})"
        f"{mark if each.pk == active else ''}"
        for each in projects[:LISTED]
    ]
    if len(projects) > LISTED:
        more = len(projects) - LISTED
        lines.append(question.say(f"… and {more} more", f"… и ещё {more}"))
    listed = "\n".join(lines)
    return question.say(f"Your projects:\n{listed}", f"Ваши проекты:\n{listed}")


@command(
    english="which project — the active one",
    russian="какой проект — активный проект",
    en=(
        "which|what project [is] [active|this]",
        "which|what project am i in|on",
        "[the] current|active project",
        "where am i",
    ),
    ru=(
        "какой [сейчас] проект [сейчас] [активен|выбран|активный]",
        "текущий|активный проект",
        "в каком [я] проекте [я]",
        "где я",
    ),
)
def current(question: Question) -> str:
    """Told by the heading already; here in a sentence."""
    if question.project is None:
        return question.say(
            f"No project is active. {_suggested(question)}",
            f"Проект не выбран. {_suggested(question)}",
        )
    name = shown(question.project.name)
    return question.say(f"You are in project “{name}”.", f"Вы в проекте «{name}».")


def _projects_of(question: Question) -> list[Project]:
    """What the person sees, by name; names are compared here, since no index knows our rules."""
    rows = Project.objects.visible_to(question.actor).select_related("workspace")
    return list(
        rows.only("name", "archived_at", "workspace__name", "workspace__key").order_by("name", "id")
    )


def _meant(wanted: str, projects: list[Project]) -> list[Project]:
    """The projects that a name means, by the strictest comparison that finds any.

    As it is written; without quotes and punctuation; as the beginning of one. A name may say the
    workspace as well: `ACME/Alpha`, "Alpha in Acme". Archived projects are meant only where none
    in use is.
    """
    if len(wanted) > LONGEST_NAME:
        return []
    readings = list(_readings(wanted))
    for form in (plain, bare):
        named = [(each, {form(name) for name in _names(each)}) for each in projects]
        for text in map(form, readings):
            if found := [each for each, names in named if text and text in names]:
                return _in_use(found)
    for text in filter(None, map(bare, readings)):
        begins = [each for each in projects if _begins(each, text)]
        if begins:
            return _in_use(begins)
    return []


def _begins(project: Project, text: str) -> bool:
    """Whether the text is the beginning of the name, or of `ACME/name`."""
    whole = f"{project.workspace.key}/{project.name}" if "/" in text else project.name
    return bare(whole).startswith(text)


def _in_use(projects: list[Project]) -> list[Project]:
    return [each for each in projects if each.archived_at is None] or projects


def _readings(wanted: str) -> Iterator[str]:
    """The name as it was given, and without a "please" at its end."""
    yield wanted
    head, _space, last = wanted.rpartition(" ")
    if head and bare(last) in POLITE:
        yield head


def _names(project: Project) -> Iterator[str]:
    """What a project may be called."""
    yield project.name
    for workspace in (project.workspace.key, project.workspace.name):
        yield f"{workspace}/{project.name}"
        yield f"{project.name} in {workspace}"
        yield f"{project.name} в {workspace}"


def _ask_which(question: Question, named: str, found: list[Project]) -> str:
    lines = [
        f"• {each.workspace.key}/{shown(each.name, NAME_LISTED)} "
        f"({shown(each.workspace.name, NAME_LISTED)})"
        for each in found[:LISTED]
    ]
    if len(found) > LISTED:
        more = len(found) - LISTED
        lines.append(question.say(f"… and {more} more", f"… и ещё {more}"))
    listed = "\n".join(lines)
    first = f"{found[0].workspace.key}/{shown(found[0].name, NAME_LISTED)}"
    return question.say(
        f"“{named}” can be several projects. Nothing was changed.\n{listed}\n"
        f"Say which one, for example: switch to project {first}",
        f"«{named}» — это может быть несколько проектов. Ничего не изменено.\n{listed}\n"
        f"Уточните, например: переключись на проект {first}",
    )


def _suggested(question: Question) -> str:
    """Some of the projects that there are, as a sentence."""
    projects = [each for each in _projects_of(question) if each.archived_at is None]
    if not projects:
        return question.say("You can see no project yet.", "Доступных проектов пока нет.")
    names = ", ".join(shown(each.name, NAME_LISTED) for each in projects[:SUGGESTED])
    rest = "…" if len(projects) > SUGGESTED else "."
    return question.say(f"Your projects: {names}{rest}", f"Ваши проекты: {names}{rest}")
