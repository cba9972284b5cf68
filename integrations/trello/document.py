"""A JSON document together with the places of its values, for refusing it where it is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_ID_LENGTH = 24


class BrokenExport(Exception):
    """The file isn't a Trello export, or not a whole one; says where it is broken."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.problem = problem
        self.path = path


@dataclass(frozen=True)
class Node:
    """A value of the document together with the place where it stands."""

    value: Any
    path: str = ""

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise BrokenExport(f"expected an object, found {_kind(self.value)}", self.path)
        return self.value

    def child(self, key: str) -> Node:
        """A member that may be left out or null."""
        return Node(self.object().get(key), self._at(key))

    def required(self, key: str) -> Node:
        if key not in self.object():
            raise BrokenExport("is missing", self._at(key))
        return self.child(key)

    def items(self) -> Iterator[Node]:
        """The elements of an array; of nothing, none."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            raise BrokenExport(f"expected an array, found {_kind(self.value)}", self.path)
        for index, each in enumerate(self.value):
            yield Node(each, f"{self.path}[{index}]")

    def amount(self) -> int:
        return sum(1 for _ in self.items())

    def text(self) -> str:
        """A string that PostgreSQL can hold; of nothing, an empty one."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise BrokenExport(f"expected text, found {_kind(self.value)}", self.path)
        if "\0" in self.value:
            raise BrokenExport("holds a NUL character", self.path)
        return self.value

    def identifier(self) -> str:
        """A Trello id: 24 hexadecimal digits, of which the first 8 tell the second it was made."""
        text = self.text()
        if len(text) != _ID_LENGTH or any(digit not in "0123456789abcdef" for digit in text):
            raise BrokenExport("expected an id of 24 hexadecimal digits", self.path)
        return text

    def flag(self) -> bool:
        if self.value is None:
            return False
        if not isinstance(self.value, bool):
            raise BrokenExport(f"expected true or false, found {_kind(self.value)}", self.path)
        return self.value

    def number(self) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise BrokenExport(f"expected a number, found {_kind(self.value)}", self.path)
        return self.value

    def moment(self) -> datetime | None:
        text = self.text()
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise BrokenExport("expected a time such as 2026-11-02T09:00:00Z", self.path) from None


def created_at(trello_id: str) -> datetime:
    return datetime.fromtimestamp(int(trello_id[:8], 16), tz=UTC)


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "text", int: "a number", float: "a number", list: "an array", dict: "an object"}
    return names[type(value)]


def once(seen: set[str], node: Node) -> str:
    """The node's id, which no earlier one of its kind had."""
    found = node.required("id")
    identifier = found.identifier()
    if identifier in seen:
        raise BrokenExport("the same id stands here for the second time", found.path)
    seen.add(identifier)
    return identifier
