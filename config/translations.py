"""Renews the catalogues under locale/: `python -m config.translations [--check]`.

Every text that people read is looked up here: in Python, templates and scripts. The texts are taken
out of the code, what is translated already keeps its translation, what is gone goes, and the `.po`
files are compiled into the `.mo` files that Django reads. Those are kept in the repository, so that
Taskly speaks every language straight from a checkout. `--check` changes nothing: it tells what is
missing, what no longer stands in the code, and which translation says other placeholders than its
text.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
LANGUAGES = ("ru",)
# Under the names by which modules call Django's functions.
PYTHON_KEYWORDS: Mapping[str, Any] = {
    "_": None,
    "_g": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SCRIPT_KEYWORDS: Mapping[str, Any] = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
LEFT_OUT = {"tests", "bench", "locale", "staticfiles", "vendor", "docs"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")

Found = tuple[str, str | tuple[str, ...], str | None, list[str]]


def sources(*endings: str) -> Iterator[Path]:
    """The product's own files with one of these endings, in a stable order."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        if path.suffix in endings and not LEFT_OUT.intersection(inside) and inside[0][0] != ".":
            yield path


def texts(path: Path) -> Iterator[Found]:
    """What a file says: where, the text (with its plural), its context, notes to translators."""
    place = path.relative_to(ROOT).as_posix()
    content = path.read_text()
    if path.suffix in (".html", ".txt"):
        # Django turns a template into calls among blanks, which is Python once nothing is indented.
        calls = templatize(content, origin=place)
        content = "\n".join(line.strip() for line in calls.splitlines())
    method, keywords = "python", PYTHON_KEYWORDS
    if path.suffix == ".js":
        method, keywords = "javascript", SCRIPT_KEYWORDS
    options = {"encoding": "utf-8"}
    for _line, text, comments, context in extract(
        method, io.BytesIO(content.encode()), keywords, ("Translators:",), options
    ):
        yield place, text, context, comments


def extracted(domain: str) -> Catalog:
    """What the code says now."""
    catalog = Catalog(charset="utf-8")
    for path in sources(".js") if domain == "djangojs" else sources(".py", ".html", ".txt"):
        for place, text, context, comments in texts(path):
            # Without the line, which changes more often than what is said there.
            catalog.add(text, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalog


def kept(language: str, domain: str) -> Catalog:
    """The catalogue as it lies there; an empty one where there is none."""
    path = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str, domain: str) -> Catalog:
    """What the code says now, with the translations that are there."""
    old = kept(language, domain)
    catalog = Catalog(
        locale=language,
        project="Taskly",
        version="",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        header_comment=f"# What Taskly says, in {language}: `make translations` renews this file.",
        fuzzy=False,
    )
    for message in extracted(domain):
        if message.id:
            known = old.get(message.id, message.context)
            if known is not None:
                message.string = known.string
            catalog[message.id] = message
    catalog.creation_date = catalog.revision_date = old.creation_date
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalogue as the `.po` file holds it."""
    file = io.BytesIO()
    write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False, omit_header=False)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def forms(message: Message) -> tuple[list[str], list[str]]:
    """The text's forms and the translation's."""
    says, told = (
        [*of] if isinstance(of, (tuple, list)) else [of] for of in (message.id, message.string)
    )
    return [str(form) for form in says], [str(form or "") for form in told]


def faults(language: str, domain: str) -> list[str]:
    """Everything that keeps a catalogue from being whole."""
    found = []
    now, old = renewed(language, domain), kept(language, domain)
    for message in now:
        if not message.id:
            continue
        says, told = forms(message)
        if not all(told):
            found.append(f"not translated: {says[0]!r}")
            continue
        wanted = {match.group() for form in says for match in PLACEHOLDER.finditer(form)}
        # A form for one may leave the number out, and none may say what isn't given.
        given = [{match.group() for match in PLACEHOLDER.finditer(form)} for form in told]
        if any(form - wanted for form in given) or set().union(*given) != wanted:
            found.append(f"other placeholders: {says[0]!r}")
    gone = [m for m in old if m.id and now.get(m.id, m.context) is None]
    found += [f"no longer said: {forms(message)[0][0]!r}" for message in gone]
    binary = LOCALE / language / "LC_MESSAGES" / f"{domain}.mo"
    if not binary.is_file() or binary.read_bytes() != compiled(old):
        found.append("not compiled as it is")
    return [f"{language}/{domain}: {fault}" for fault in found]


def renew(language: str, domain: str) -> None:
    """Write the catalogue and its compiled form."""
    folder = LOCALE / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{domain}.po").write_bytes(written(renewed(language, domain)))
    (folder / f"{domain}.mo").write_bytes(compiled(kept(language, domain)))


def main() -> None:
    """Renew the catalogues, then tell what they lack; with `--check` only the latter."""
    parser = argparse.ArgumentParser(description="Renew the catalogues under locale/.")
    parser.add_argument("--check", action="store_true", help="only tell what is missing")
    only_check = parser.parse_args().check
    found: list[str] = []
    for language in LANGUAGES:
        for domain in ("django", "djangojs"):
            if not only_check:
                renew(language, domain)
            found += faults(language, domain)
    if found:
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
