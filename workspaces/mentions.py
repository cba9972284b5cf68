"""Who is meant by `@username` in a text."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from django.db.models import QuerySet
from django.db.models.functions import Lower

from workspaces.models import WorkspaceMember

MOST_NAMES = 100
"""Of so many names in one text people are looked up; whatever else has an @ is text."""

# What is shown as it was typed, and what has an @ for another reason.
_FENCED = re.compile(
    r"^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n.*?)??(?:\n {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]{0,30}://\S+|\bwww\.\S+", re.IGNORECASE)
# What follows an @ that no word goes before (an email's), up to the next space; not `@a@b`.
_NAME = re.compile(r"(?<![\w@/+=%\\-])@([^\s@]{1,200}+)(?!@)")
_USUAL = re.compile(r"[\w.+-]+")
_LONGEST_USERNAME = 100


def names_in(content: str) -> list[list[str]]:
    """The spellings that each mention may stand for, in small letters, the likeliest first.

    A username may hold nearly everything, and a sentence goes on right after one: `@ann.`, `@ann's`
    and `(@ann)` mean `ann`, unless there is an `ann.`.
    """
    for hidden in (_FENCED, _CODE, _ADDRESS):
        content = hidden.sub(" ", content)
    return [_spellings(found[1].lower()) for found in _NAME.finditer(content)][:MOST_NAMES]


def spelled_in(text: str) -> Iterator[tuple[int, list[str]]]:
    """Where an @ may mention somebody in plain text, with the spellings that it may stand for."""
    for found in _NAME.finditer(text):
        yield found.start(), _spellings(found[1].lower())


def members_named_in(content: str, members: QuerySet[WorkspaceMember]) -> list[uuid.UUID]:
    """The people among `members` whom `content` names, each once, in its order.

    A name that nobody there has is text.
    """
    names = names_in(content)
    if not names:
        return []
    here = (
        members.filter(user__deleted_at__isnull=True)
        .annotate(lowered=Lower("user__username"))
        .filter(lowered__in={spelling for spellings in names for spelling in spellings})
    )
    people = dict(here.values_list("lowered", "user_id"))
    meant = (
        next((people[each] for each in spellings if each in people), None) for spellings in names
    )
    return list(dict.fromkeys(person for person in meant if person is not None))


def _spellings(name: str) -> list[str]:
    candidates = [name, re.sub(r"\W+$", "", name)]
    if usual := _USUAL.match(name):
        candidates += [usual[0], usual[0].rstrip(".+-")]
    return [each for each in dict.fromkeys(candidates) if 1 <= len(each) <= _LONGEST_USERNAME]
