"""Rows as files: CSV for spreadsheets and programs, JSON for programs; made while they are sent.

What people wrote is inert in a spreadsheet: a text that a spreadsheet would take for a formula has
an apostrophe in front, which such programs read as "this is text". Numbers, dates and ids are what
they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.api.rendering import to_json

BOM = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the machine's old encoding, and Cyrillic for noise."""
JOINED_BY = "; "
# What begins a formula, also as the full-width letters that some programs fold.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(text: str) -> str:
    """`text` as a cell that no spreadsheet calculates."""
    # Spaces in front of a formula are dropped by some programs before they look at it.
    harmless = not text.startswith(FORMULA_STARTS) and not text.lstrip().startswith(FORMULA_STARTS)
    return text if harmless else f"'{text}"


def plain(value: Any) -> str | int | float | Decimal:
    """A value as a cell: lists are joined, objects are JSON, nothing is an empty cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return value
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return to_json(value).decode()
        case list() | tuple():
            if any(isinstance(each, Mapping | list | tuple) for each in value):
                return to_json(value).decode()
            return inert(JOINED_BY.join(str(plain(each)) for each in value))
    return inert(str(value))


def csv_file(names: Sequence[str], chunks: Iterable[Iterable[Sequence[Any]]]) -> Iterator[bytes]:
    """CSV after RFC 4180 in UTF-8: the names, then the rows, a piece for each chunk."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([inert(name) for name in names])
    for rows in chunks:
        writer.writerows([[plain(value) for value in row] for row in rows])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def json_lines(chunks: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """A JSON object a line, a piece for each chunk."""
    for rows in chunks:
        yield b"".join(to_json(row) + b"\n" for row in rows)


def json_array(chunks: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """One JSON array, a row a line, a piece for each chunk."""
    before = b"[\n"
    for rows in chunks:
        for row in rows:
            yield before + to_json(row)
            before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
