"""Titles and descriptions of a wanted length, out of words that software teams use."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Vocabulary:
    """A language's words: `{verb} {thing}`, then more of `{link} {thing}` until it is long."""

    verbs: tuple[str, ...]
    things: tuple[str, ...]
    links: tuple[str, ...]
    short: tuple[str, ...]
    """Titles of a word or two, for those who write no more."""
    sentences: tuple[str, ...]


ENGLISH = Vocabulary(
    verbs=(
        "Fix", "Add", "Remove", "Rename", "Investigate", "Document", "Speed up", "Simplify",
        "Migrate", "Test", "Deprecate", "Review", "Cache", "Validate", "Log", "Upgrade", "Split",
        "Clean up", "Allow", "Prevent", "Support", "Improve", "Handle", "Show", "Hide", "Export",
    ),
    things=(
        "login page", "CI", "the sign-up form", "password reset", "card search", "the API docs",
        "pagination", "error messages", "webhook retries", "the settings page", "date picker",
        "CSV export", "mobile layout", "dark mode", "the import wizard", "rate limits",
        "session expiry", "audit log", "database indexes", "attachment previews", "the board view",
        "keyboard shortcuts", "email notifications", "time zones", "the release script",
        "Docker image", "translations", "empty states", "flaky tests", "user avatars", "billing",
    ),
    links=(
        "for", "after", "before", "when using", "together with", "because of", "instead of",
        "on", "without", "according to", "so that it works with", "as part of",
    ),
    short=(
        "CI", "UI", "CSS", "SSO", "Bug", "FAQ", "Docs", "Logo", "Beta", "Jobs", "Icons", "Login",
        "Fonts", "Search", "Emails", "Pricing", "Backups", "Webhooks", "API keys", "Dark mode",
        "Test data", "Fix build", "New footer", "Cookie page", "Hiring plan", "Team dinner",
        "Release 2.4", "Load testing", "Sprint review", "Renew domains", "Typo on start",
        "Call with Acme", "Upgrade Django", "Invoice layout", "Clean up labels",
    ),
    sentences=(
        "Steps to reproduce: open the page, change a value, press Save twice.",
        "Expected: the second press does nothing. Actual: the request is sent again.",
        "This came up in the last retrospective and three customers asked for it.",
        "We agreed to keep the old behaviour behind a setting for one more release.",
        "The query takes 800 ms on the big workspace, nearly all of it in one join.",
        "See the discussion in the design channel; the mock-ups are linked there.",
        "Please check with a screen reader as well.",
        "Nothing changes for people who don't use this.",
        "The stack trace points to the parser, but I think the cause is earlier.",
        "It only happens with names longer than one line.",
        "**Done when** the tests pass on both databases and the docs say so.",
        "- [ ] migration\n- [ ] tests\n- [ ] changelog",
        "```\nTypeError: cannot read property 'id' of undefined\n```",
        "Maybe we should do the small fix first and leave the rest for later.",
        "This blocks the release, so please pick it up soon.",
        "I measured before and after: 1.2 s became 90 ms.",
    ),
)  # fmt: skip

RUSSIAN = Vocabulary(
    verbs=(
        "Исправить", "Добавить", "Убрать", "Переименовать", "Разобраться, что с", "Описать",
        "Ускорить", "Упростить", "Перенести", "Проверить", "Обновить", "Разделить", "Показать",
    ),
    things=(
        "вход", "форму регистрации", "сброс пароля", "поиск карточек", "описание API",
        "сообщения об ошибках", "страницу настроек", "выгрузку в CSV", "тёмную тему",
        "журнал изменений", "индексы базы", "вид доски", "уведомления по почте", "часовые пояса",
        "скрипт выпуска", "переводы", "тесты", "мобильную версию", "импорт из Trello",
    ),
    links=(
        "для", "после того как готовы", "до того как тронем", "вместе с тем обновить", "и заодно",
        "а потом", "не ломая", "и проверить",
    ),
    short=(
        "UI", "API", "Вход", "Тесты", "Поиск", "Почта", "Отчёт", "Иконки", "Логотип", "Перевод",
        "Договор", "Резервы", "Справка", "Бэклог", "Релиз 2.4", "Новый подвал", "Обновить Django",
        "Тёмная тема", "Созвон", "План найма", "Опечатка",
    ),
    sentences=(
        "Как повторить: открыть страницу, поменять значение, дважды нажать «Сохранить».",
        "Ожидалось: второе нажатие ничего не делает. На деле запрос уходит снова.",
        "Об этом просили трое клиентов, и на ретроспективе мы решили это сделать.",
        "Запрос на большой базе выполняется 800 мс, почти всё время уходит на одно соединение.",
        "Макеты лежат в канале дизайна.",
        "Для тех, кто этим не пользуется, ничего не меняется.",
        "**Готово, когда** проходят тесты и обновлена документация.",
        "- [ ] миграция\n- [ ] тесты\n- [ ] описание изменений",
        "Может быть, сначала сделаем маленькое исправление, а остальное потом.",
    ),
)  # fmt: skip

_BLOCK = 65_536
SHORT_TITLE = 17


class Writer:
    """Writes texts in one language.

    Descriptions are cut out of one long block, from the start of a sentence on, so that a text of
    20,000 characters costs as little as one of 20.
    """

    def __init__(self, vocabulary: Vocabulary, random: Random) -> None:
        self._words = vocabulary
        self._starts: list[int] = []
        parts: list[str] = []
        length = 0
        while length < 2 * _BLOCK:
            sentence = random.choice(vocabulary.sentences)
            special = sentence.startswith(("- ", "```", "**"))
            separator = "\n\n" if special or random.random() < 0.2 else " "
            if length < _BLOCK:
                self._starts.append(length)
            parts.append(sentence + separator)
            length += len(sentence) + len(separator)
        self._block = "".join(parts)

    def title(self, length: int, random: Random) -> str:
        """A title of whole phrases, as near to `length` characters as they come."""
        words = self._words
        if length < SHORT_TITLE:
            near = [each for each in words.short if abs(len(each) - length) <= 2]
            return random.choice(near or words.short)
        title = f"{random.choice(words.verbs)} {random.choice(words.things)}"
        while len(title) < length:
            longer = f"{title} {random.choice(words.links)} {random.choice(words.things)}"
            if len(longer) - length > length - len(title):
                break
            title = longer
        return title

    def description(self, length: int, random: Random) -> str:
        """A text of about `length` characters, at most 65,536."""
        start = random.choice(self._starts)
        return self._block[start : start + min(length, _BLOCK)].strip()


FIRST_NAMES = (
    ("anna", "Anna"), ("boris", "Boris"), ("carla", "Carla"), ("david", "David"),
    ("elena", "Елена"), ("fatima", "Fatima"), ("george", "George"), ("hana", "Hana"),
    ("igor", "Игорь"), ("julia", "Julia"), ("kofi", "Kofi"), ("lena", "Лена"),
    ("maria", "María"), ("nikita", "Никита"), ("olga", "Ольга"), ("pedro", "Pedro"),
    ("quinn", "Quinn"), ("ravi", "Ravi"), ("sofia", "Sofia"), ("timur", "Тимур"),
)  # fmt: skip
LAST_NAMES = (
    "Adeyemi", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito",
    "Jansen", "Kim", "Lopez", "Meyer", "Novak", "Okafor", "Park", "Quist", "Rossi", "Silva",
    "Tanaka", "Umarov", "Varga", "Weber", "Xu", "Yilmaz", "Zhou",
)  # fmt: skip
TEAM_NAMES = (
    "Atlas", "Beacon", "Comet", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Indigo",
    "Juniper", "Kestrel", "Lumen", "Meadow", "Nimbus", "Orchid", "Pioneer", "Quartz", "Raven",
    "Summit", "Tundra", "Umbra", "Vertex", "Willow", "Xenon", "Yonder", "Zephyr",
)  # fmt: skip
BOARD_NAMES = (
    "Product", "Website", "Mobile app", "Platform", "Support", "Marketing", "Hiring", "Research",
    "Infrastructure", "Design", "Partners", "Onboarding", "Документация", "Разработка", "Релизы",
)  # fmt: skip
PROJECT_NAMES = (
    "Billing", "Customer portal", "Second version", "Migration", "Partner API", "Mobile",
    "Accessibility", "Search", "Onboarding", "Speed", "Security review", "Data warehouse",
    "Личный кабинет", "Переезд", "Отчётность", "Витрина",
)  # fmt: skip
TEAMS = ("Platform", "Web", "Mobile", "Data", "Design", "Support", "QA", "Безопасность")
CHANNEL_NAMES = (
    "general", "engineering", "design", "releases", "support", "incidents", "random", "planning",
    "обсуждение", "инциденты",
)  # fmt: skip
REPOSITORY_NAMES = ("api", "web", "mobile", "infra", "docs", "worker", "design-system")
COLUMN_SETS = (
    (("To Do", "todo"), ("In Progress", "in_progress"), ("In Review", "in_review"),
     ("Done", "done")),
    (("Backlog", "todo"), ("Next", "todo"), ("Doing", "in_progress"), ("Review", "in_review"),
     ("Done", "done")),
    (("Icebox", "todo"), ("Backlog", "todo"), ("In Progress", "in_progress"),
     ("Review", "in_review"), ("Testing", "in_review"), ("Released", "done")),
    (("Сделать", "todo"), ("В работе", "in_progress"), ("На проверке", "in_review"),
     ("Готово", "done")),
    (("Ideas", "todo"), ("Doing", "in_progress"), ("Done", "done")),
)  # fmt: skip
COLUMN_SET_WEIGHTS = (50, 20, 10, 10, 10)
