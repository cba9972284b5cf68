"""What a Trello board's things are called, colored and meant as in Taskly."""

from __future__ import annotations

import hashlib
import itertools
import re
import uuid
from collections.abc import Container
from datetime import datetime

from boards.models import ColumnCategory
from core.identifiers import uuid7_of
from integrations.trello.document import created_at

NO_COLOR = "#8590a2"
COLORS = {
    "green": "#4bce97",
    "yellow": "#e2b203",
    "orange": "#faa53d",
    "red": "#f87462",
    "purple": "#9f8fef",
    "blue": "#579dff",
    "sky": "#6cc3e0",
    "lime": "#94c748",
    "pink": "#e774bb",
    "black": "#8590a2",
    "green_dark": "#1f845a",
    "yellow_dark": "#946f00",
    "orange_dark": "#b65c02",
    "red_dark": "#ca3521",
    "purple_dark": "#6e5dc6",
    "blue_dark": "#0c66e4",
    "sky_dark": "#227d9b",
    "lime_dark": "#5b7f24",
    "pink_dark": "#ae4787",
    "black_dark": "#626f86",
    "green_light": "#baf3db",
    "yellow_light": "#f8e6a0",
    "orange_light": "#fedec8",
    "red_light": "#ffd5d2",
    "purple_light": "#dfd8fd",
    "blue_light": "#cce0ff",
    "sky_light": "#c6edfb",
    "lime_light": "#d3f1a7",
    "pink_light": "#fdd0ec",
    "black_light": "#dcdfe4",
}
"""The colors that Trello shows its labels in, by their names in its exports."""

# Looked for in this order: "Ready for review" is a review, and "Review done" is done.
_MEANINGS = (
    (
        ColumnCategory.DONE,
        r"done|complete[d]?|finished|closed|released|shipped|deployed|live|resolved"
        r"|готово|готов[аы]?|сделано|выполнен[оы]?|завершен[оы]?|закрыт[оы]?|выпущено|решено",
    ),
    (
        ColumnCategory.IN_REVIEW,
        r"review(s|ing)?|reviewed|test(s|ing)?|qa|verify|verification|approval|acceptance"
        r"|ревью|обзор|проверк[аеу]|тест(ы|ирование|ировании)?|приемк[аеу]|согласовани[ея]",
    ),
    (
        ColumnCategory.IN_PROGRESS,
        r"doing|progress|wip|working|ongoing|current|developing|development|implementing"
        r"|делаем|делается|процессе|работе|выполняется|разработк[аеу]",
    ),
)
_WORDS = [
    (category, re.compile(rf"(?<!\w)({words})(?!\w)", re.IGNORECASE))
    for category, words in _MEANINGS
]


def category_of(list_name: str) -> ColumnCategory:
    """What a list seems to mean by its name, in English or Russian; to do, if nothing else."""
    plain = list_name.lower().replace("ё", "е").replace("_", " ")
    for category, words in _WORDS:
        if words.search(plain):
            return category
    return ColumnCategory.TODO


def color_of(trello_color: str | None) -> str:
    return COLORS.get(trello_color or "", NO_COLOR)


def color_name(trello_color: str | None) -> str:
    """What an unnamed label is called: its color."""
    return (trello_color or "no color").replace("_", " ").capitalize()


def identifier_of(
    workspace_id: uuid.UUID, kind: str, trello_id: str, made_at: datetime | None = None
) -> uuid.UUID:
    """The id that a Trello thing has in a workspace, always the same.

    This is how a second import knows what the first one made, whatever people changed since. It
    holds the moment at which the thing was made in Trello, so that it sorts like others: to the
    second, unless the export tells `made_at` to the millisecond.
    """
    digest = hashlib.sha256(f"trello {workspace_id} {kind} {trello_id}".encode()).digest()
    milliseconds = int((made_at or created_at(trello_id)).timestamp() * 1000)
    return uuid7_of(milliseconds, int.from_bytes(digest[:10], "big"))


def one_line(text: str, limit: int) -> str:
    """`text` without line breaks and doubled spaces, cut to `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def numbered(name: str, count: int, limit: int) -> str:
    """`name`, then `name (2)`, `name (3)` …, never longer than `limit`."""
    suffix = f" ({count})" if count > 1 else ""
    return name[: limit - len(suffix)].rstrip() + suffix


def first_free(name: str, taken: Container[str], limit: int) -> int:
    """The least count with which `numbered` gives a name that isn't taken."""
    return next(count for count in itertools.count(1) if numbered(name, count, limit) not in taken)
