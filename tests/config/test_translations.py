"""Everything that people read is said in every language, and the tool sees what isn't."""

from __future__ import annotations

import datetime

import pytest
from django.utils.formats import date_format
from django.utils.translation import ngettext, override

from config import translations
from config.translations import LANGUAGES, compiled, faults, texts

DOMAINS = ("django", "djangojs")
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_is_translated_and_compiled(language, domain):
    """Where this fails: `make translations`, then translate what is empty in the .po file."""
    assert faults(language, domain) == []


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """`checkout(name, text)` writes a file of an otherwise empty product."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "locale")

    def write(name: str, text: str):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cards/words.py", 'from x import gettext as _g\n_g("Done")', "Done"),
        ("cards/words.py", '_(\n    "Two "\n    "lines"\n)', "Two lines"),
        ("cards/words.py", 'ngettext("%d card", "%d cards", 2)', ("%d card", "%d cards")),
        ("cards/a.html", "<p>\n   <b>{% translate 'Done' %}</b>\n </p>", "Done"),
        (
            "cards/a.html",
            "  {% blocktranslate count n=all %}{{ n }} card{% plural %}{{ n }} cards"
            "{% endblocktranslate %}",
            ("%(n)s card", "%(n)s cards"),
        ),
        ("cards/static/a.js", 'const told = () => gettext("It\'s done");', "It's done"),
        ("cards/static/a.js", 'ngettext("a card", "cards", 3)', ("a card", "cards")),
    ],
)
def test_texts_are_found_wherever_they_are_said(checkout, name, content, said):
    assert [text for _place, text, _context, _notes in texts(checkout(name, content))] == [said]


def test_what_is_missing_gone_or_says_other_placeholders_is_told(checkout):
    checkout(
        "cards/words.py",
        '_("%(who)s left")\n_("New")\nngettext("%(n)d card", "%(n)d cards", n)\n_("Kept")',
    )
    catalogue = checkout(
        "locale/ru/LC_MESSAGES/django.po",
        HEADER + 'msgid "%(who)s left"\nmsgstr "%(name)s ушёл"\n\n'
        'msgid "Gone"\nmsgstr "Нет"\n\nmsgid "Kept"\nmsgstr "Осталось"\n\n'
        'msgid "%(n)d card"\nmsgid_plural "%(n)d cards"\n'
        'msgstr[0] "карточка"\nmsgstr[1] "%(n)d карточки"\nmsgstr[2] "%(n)d карточек"\n',
    )
    assert catalogue.is_file()

    assert faults("ru", "django") == [
        "ru/django: other placeholders: '%(who)s left'",
        "ru/django: not translated: 'New'",
        "ru/django: no longer said: 'Gone'",
        "ru/django: not compiled as it is",
    ]


def test_renewing_keeps_what_is_translated_and_drops_what_is_gone(checkout):
    checkout("cards/words.py", '_("New")\n_("Kept")')
    catalogue = checkout(
        "locale/ru/LC_MESSAGES/django.po",
        HEADER + 'msgid "Gone"\nmsgstr "Нет"\n\nmsgid "Kept"\nmsgstr "Осталось"\n',
    )

    translations.renew("ru", "django")

    assert 'msgid "Kept"\nmsgstr "Осталось"' in catalogue.read_text()
    assert "Gone" not in catalogue.read_text()
    kept = translations.kept("ru", "django")
    assert catalogue.with_suffix(".mo").read_bytes() == compiled(kept)
    assert faults("ru", "django") == ["ru/django: not translated: 'New'"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 карточка перемещена."), (3, "3 карточки перемещены."), (11, "11 карточек перемещены.")],
)
def test_russian_counts_in_three_forms(number, said):
    with override("ru"):
        told = ngettext("%(number)d card moved.", "%(number)d cards moved.", number)

    assert told % {"number": number} == said


@pytest.mark.parametrize(("language", "said"), [("en", "December 1"), ("ru", "1 декабря")])
def test_a_day_and_its_month_are_written_as_one_says_them(language, said):
    with override(language):
        assert date_format(datetime.date(2026, 12, 1), "MONTH_DAY_FORMAT") == said
