"""A file of decision records as Taskly takes it in; each fault is told by its place.

The file is a JSON object with the list `corpus` of records, and perhaps `transcripts` and
`relationships`; other members (`about`, `queries`) are left alone. A record has `id`, `title` and
`decision`, and whatever of the rest is known; members that nobody knows are left alone as well.
Who supersedes whom may stand in the texts: `supersedes [ADR-0045](0045-….md)`.
"""

from __future__ import annotations

import json
import math
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from decisions.models import (
    MAX_CONTENT,
    MAX_PARTICIPANTS,
    MAX_TEXT,
    MAX_TITLE,
    Decision,
    DecisionRelationship,
)

MAX_BYTES = 32 * 1024 * 1024
MAX_ID = 200
_SUPERSEDING = re.compile(
    r"\bsupersede(?P<by>d by|s)\s*:?\s*\[[^\]\n]*\]\((?P<path>[^)\s]+\.md)\)", re.IGNORECASE
)


class BrokenFile(Exception):
    """What is wrong with the file, and where: `corpus[12].title: …`."""


@dataclass(frozen=True)
class TranscriptRecord:
    id: str
    title: str
    occurred_at: datetime
    source: str
    participants: list[dict[str, str]]
    content: str


@dataclass(frozen=True)
class DecisionRecord:
    id: str
    title: str
    statement: str
    rationale: str
    status: str | None
    confidence: float | None
    impacts: list[Any] | dict[str, Any]
    consensus: list[Any] | dict[str, Any]
    anomalies: list[Any] | dict[str, Any]
    decided_at: datetime | None
    transcript: str | None


@dataclass(frozen=True)
class RelationshipRecord:
    source: str
    target: str
    kind: str


@dataclass
class Records:
    """What a file has, in its order."""

    transcripts: list[TranscriptRecord] = field(default_factory=list)
    decisions: list[DecisionRecord] = field(default_factory=list)
    relationships: list[RelationshipRecord] = field(default_factory=list)


def read(content: bytes) -> Records:
    """The records of a file, or `BrokenFile`."""
    if len(content) > MAX_BYTES:
        raise BrokenFile("it has more than 32 MiB.")
    try:
        whole = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BrokenFile(f"it isn't JSON: {error}") from error
    if not isinstance(whole, dict) or not isinstance(whole.get("corpus"), list):
        raise BrokenFile('an object with a list "corpus" was expected.')
    records = Records(
        transcripts=[
            _transcript(_Place(f"transcripts[{index}]", each))
            for index, each in enumerate(_list(whole, "transcripts"))
        ]
    )
    meetings = _known("transcripts", [each.id for each in records.transcripts])
    paths: dict[tuple[str, str], str] = {}
    texts: list[tuple[str, str, str]] = []
    for index, each in enumerate(whole["corpus"]):
        place = _Place(f"corpus[{index}]", each)
        record = _decision(place)
        if record.transcript is not None and record.transcript not in meetings:
            raise place.wrong("transcript", "there is no such transcript in the file")
        records.decisions.append(record)
        repository, path = place.text("source", 500, ""), place.text("path", 1_000, "")
        paths[repository, path] = record.id
        texts.append((record.id, repository, path))
    known = _known("corpus", [each.id for each in records.decisions])
    related = {
        _relationship(_Place(f"relationships[{index}]", each), known): None
        for index, each in enumerate(_list(whole, "relationships"))
    }
    for record, (_identifier, repository, path) in zip(records.decisions, texts, strict=True):
        for found in _SUPERSEDING.finditer(record.rationale):
            beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["path"]))
            other = paths.get((repository, beside))
            if other is None or other == record.id:
                continue
            ends = (record.id, other) if found["by"] == "s" else (other, record.id)
            related[RelationshipRecord(*ends, DecisionRelationship.Kind.SUPERSEDES.value)] = None
    records.relationships = list(related)
    return records


class _Place:
    """An object of the file, and where it stands."""

    def __init__(self, where: str, value: Any) -> None:
        self.where = where
        if not isinstance(value, dict):
            raise BrokenFile(f"{where}: an object was expected.")
        self.values: Mapping[str, Any] = value

    def wrong(self, name: str, why: str) -> BrokenFile:
        return BrokenFile(f"{self.where}.{name}: {why}.")

    def text(self, name: str, longest: int, default: str | None = None) -> str:
        """A text of at most so many characters; required where there is no default."""
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or "\x00" in value:
            raise self.wrong(name, "a text was expected")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise self.wrong(name, "half of a character can't be kept") from error
        if default is None and not value.strip():
            raise self.wrong(name, "it is empty")
        if len(value) > longest:
            raise self.wrong(name, f"it has more than {longest:,} characters")
        return value.strip() if name != "content" else value

    def choice(self, name: str, values: list[str]) -> str | None:
        value = self.values.get(name)
        if value is not None and value not in values:
            raise self.wrong(name, f"one of {', '.join(values)} was expected")
        chosen: str | None = value
        return chosen

    def moment(self, name: str) -> datetime | None:
        value = self.values.get(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.wrong(name, "expected a time such as 2026-11-02T09:00:00Z")
        return moment

    def free(self, name: str, default: Any) -> Any:
        value = self.values.get(name, default)
        if not isinstance(value, dict | list):
            raise self.wrong(name, "an object or a list was expected")
        return value


def _list(whole: dict[str, Any], name: str) -> list[Any]:
    value = whole.get(name, [])
    if not isinstance(value, list):
        raise BrokenFile(f"{name}: a list was expected.")
    return value


def _known(name: str, ids: list[str]) -> set[str]:
    seen: set[str] = set()
    for index, identifier in enumerate(ids):
        if identifier in seen:
            raise BrokenFile(f"{name}[{index}].id: {identifier} is there twice.")
        seen.add(identifier)
    return seen


def _transcript(place: _Place) -> TranscriptRecord:
    occurred_at = place.moment("occurred_at")
    if occurred_at is None:
        raise place.wrong("occurred_at", "expected a time such as 2026-11-02T09:00:00Z")
    given = place.free("participants", [])
    if not isinstance(given, list) or len(given) > MAX_PARTICIPANTS:
        raise place.wrong("participants", "a list of at most 500 people was expected")
    people = []
    for index, each in enumerate(given):
        person = _Place(f"{place.where}.participants[{index}]", each)
        lengths = {"name": 200, "email": 255, "role": 100}
        told = {
            name: person.text(name, longest, None if name == "name" else "")
            for name, longest in lengths.items()
        }
        people.append({name: text for name, text in told.items() if text})
    return TranscriptRecord(
        id=place.text("id", MAX_ID),
        title=place.text("title", MAX_TITLE),
        occurred_at=occurred_at,
        source=place.text("source", 100, ""),
        participants=people,
        content=place.text("content", MAX_CONTENT, ""),
    )


def _decision(place: _Place) -> DecisionRecord:
    confidence = place.values.get("confidence")
    is_number = isinstance(confidence, int | float) and not isinstance(confidence, bool)
    if confidence is not None and not (
        is_number and math.isfinite(confidence) and 0 <= confidence <= 1
    ):
        raise place.wrong("confidence", "a number from 0 to 1 was expected")
    return DecisionRecord(
        id=place.text("id", MAX_ID),
        title=place.text("title", MAX_TITLE),
        statement=place.text("decision", MAX_TEXT),
        rationale=_with_origin(place),
        status=place.choice("status", list(Decision.Status.values)),
        confidence=None if confidence is None else float(confidence),
        impacts=place.free("impacts", []),
        consensus=place.free("consensus", {}),
        anomalies=place.free("anomalies", []),
        decided_at=place.moment("decided_at"),
        transcript=place.text("transcript", MAX_ID, "") or None,
    )


def _with_origin(place: _Place) -> str:
    """The record's text, and below it where that comes from and under which licence."""
    told = {name: place.text(name, 1_000, "") for name in ("source", "path", "commit", "licence")}
    origin = ""
    if told["source"]:
        origin = f"\n\n— {' '.join(filter(None, (told['source'], told['path'])))}"
        origin += f", {told['commit'][:12]}" if told["commit"] else ""
        origin += f" ({told['licence']})" if told["licence"] else ""
    return place.text("text", MAX_TEXT - len(origin), "") + origin


def _relationship(place: _Place, known: set[str]) -> RelationshipRecord:
    ends = {}
    for name in ("source", "target"):
        ends[name] = place.text(name, MAX_ID)
        if ends[name] not in known:
            raise place.wrong(name, "there is no such record in the file")
    if ends["source"] == ends["target"]:
        raise place.wrong("target", "a decision bears on another one")
    kind = place.choice("kind", list(DecisionRelationship.Kind.values))
    if kind is None:
        raise place.wrong("kind", "say how they relate")
    return RelationshipRecord(ends["source"], ends["target"], kind)
