"""Texts as commands read them: words without case, quotes and the like, and patterns over them.

A pattern is walked word by word and never searched for in a text, so that no message, however long
or clever, takes longer than its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

QUOTES = "\"'`´‘’‚‛“”„‟«»‹›＂＇"
PUNCTUATION = ".,;:!?…"
# What makes one sign of several: families among the emoji, letters of some scripts.
JOINERS = "\u200c\u200d"
POLITE = frozenset({"please", "пожалуйста"})
# What is shown of a text that somebody else wrote, where it stands inside a sentence of ours.
SHOWN = 100


def plain(text: str) -> str:
    """The text for comparing: one case, one kind of e and of spaces, nothing invisible."""
    kept = _visible(unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")
    return " ".join(kept.split())


def bare(text: str) -> str:
    """`plain`, and without the quotes and punctuation around it."""
    return " ".join(plain(text).strip(QUOTES + PUNCTUATION + " ").split())


def shown(text: str, limit: int = SHOWN) -> str:
    """The text in one line of at most `limit` characters, to stand in a sentence of ours.

    Without what is invisible: a name can't turn the rest of the sentence round or break the line.
    """
    line = " ".join(_visible(text, but=JOINERS).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _visible(text: str, but: str = "") -> str:
    """Without control and format characters (`but` for some); those that are spaces become one."""
    return "".join(
        char
        if char in but or not unicodedata.category(char).startswith("C")
        else " " * char.isspace()
        for char in text
    )


def is_russian(text: str) -> bool | None:
    """Whether most of its letters are Cyrillic; None where it has no letters of either kind."""
    cyrillic = sum("а" <= char <= "я" or char == "ё" for char in text.lower())
    latin = sum("a" <= char <= "z" for char in text.lower())
    return None if cyrillic == latin else cyrillic > latin


@dataclass(frozen=True)
class Word:
    """A word as it is compared, and as it was written."""

    bare: str
    written: str


def words_of(text: str) -> list[Word]:
    """The words of a message, without the politeness it begins with."""
    words = [Word(bare(each), each) for each in text.split()]
    while words and words[0].bare in POLITE:
        words.pop(0)
    return words


@dataclass(frozen=True)
class Pattern:
    """`switch|go to [the] project <name>`: words, one of several, ones that may be missing, and
    at the end a name of any words, or of none in `<name?>`."""

    steps: tuple[tuple[frozenset[str], bool], ...]
    name: str = ""
    may_be_empty: bool = False

    @classmethod
    def of(cls, written: str) -> Pattern:
        steps: list[tuple[frozenset[str], bool]] = []
        name, may_be_empty = "", False
        for part in written.split():
            if named := re.fullmatch(r"<(\w+)(\??)>", part):
                name, may_be_empty = named[1], bool(named[2])
            else:
                optional = part.startswith("[")
                words = part.strip("[]").split("|")
                steps.append((frozenset(plain(word) for word in words), optional))
        return cls(tuple(steps), name, may_be_empty)

    def match(self, words: Sequence[Word]) -> dict[str, str] | None:
        """The names in a message that is as the pattern says; None for any other."""
        places = {0}
        for step, optional in self.steps:
            reached = set(places) if optional else set()
            for place in places:
                at = _next(words, place)
                if at < len(words) and words[at].bare in step:
                    reached.add(at + 1)
            places = reached
        if not self.name:
            return {} if any(_next(words, place) == len(words) for place in places) else None
        if not places:
            return None
        # As many of the optional words as there are belong to the command, not to the name.
        rest = " ".join(word.written for word in words[max(places) :])
        return {self.name: rest} if rest or self.may_be_empty else None


def _next(words: Sequence[Word], place: int) -> int:
    """The place of the next word that isn't quotes and punctuation alone."""
    while place < len(words) and not words[place].bare:
        place += 1
    return place
