"""The one kind of body that the API takes: a JSON object, read strictly.

What a lenient reader lets through comes back later as somebody else's fault: NaN that PostgreSQL's
jsonb refuses, a NUL or half a surrogate pair that no text column holds, a number that no column
holds, nesting that exhausts the stack of whoever walks it, a key given twice of which one reader
takes the first and another the last. Each is refused here, with the place where it stands.
"""

from __future__ import annotations

import json
import re
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType, ValidationError
from rest_framework.parsers import BaseParser

from core.api.hygiene import fault_of, printable

MEDIA_TYPE = "application/json"
MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1
MIN_INTEGER = -(2**63)
MAX_DIGITS = 400

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_SUSPICIOUS = re.compile(rb"\\u(?:0000|d[89a-f])", re.IGNORECASE)


class _Refused(ValueError):
    """Raised out of the decoder's hooks, with a sentence for the caller."""


def _refuse_constant(name: str) -> NoReturn:
    raise _Refused(_("%(name)s is not a JSON number.") % {"name": name})


def _integer(digits: str) -> int:
    # Longer ones are not even converted: that takes time in the square of their length.
    if len(digits) > 20 or not MIN_INTEGER <= (number := int(digits)) <= MAX_INTEGER:
        raise _Refused(_("An integer has to fit into 64 bits."))
    return number


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= MAX_DIGITS else float("inf")
    if number in (float("inf"), float("-inf")):
        raise _Refused(_("A number is too large, or has too many digits."))
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(_("The key “%(name)s” is given twice.") % {"name": printable(twice)})
    return members


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_constant=_refuse_constant,
    parse_float=_float,
    parse_int=_integer,
)


def _faults(value: Any) -> Any:
    """The faults of texts below `value`, in its own shape, or None."""
    if isinstance(value, str):
        fault = fault_of(value)
        return [fault] if fault is not None else None
    found: dict[str, Any] = {}
    if isinstance(value, dict):
        for name, member in value.items():
            fault = fault_of(name)
            below = [fault] if fault is not None else _faults(member)
            if below is not None:
                found[printable(name)] = below
    elif isinstance(value, list):
        for index, member in enumerate(value):
            below = _faults(member)
            if below is not None:
                found[str(index)] = below
    return found or None


def _check_depth(text: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        found = match.group()
        if found in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise ParseError(
                    _("The JSON is nested more than %(limit)d deep.") % {"limit": MAX_DEPTH}
                )
        elif found in ("]", "}"):
            depth -= 1


def parse_json(body: bytes) -> Any:
    """Any JSON value, strictly; ParseError or a ValidationError by field says what is wrong."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise ParseError(
            _("The body is not valid UTF-8 at byte %(place)d.") % {"place": error.start}
        ) from error
    # The decoder itself goes down the C stack, so depth is bounded before it starts.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _check_depth(text)
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        raise ParseError(
            _("This is not JSON: line %(line)d, column %(column)d.")
            % {"line": error.lineno, "column": error.colno}
        ) from error
    except _Refused as error:
        raise ParseError(str(error)) from error
    if _SUSPICIOUS.search(body):
        faults = _faults(value)
        if faults:
            raise ValidationError(faults)
    return value


class StrictJSONParser(BaseParser):
    """`application/json` in UTF-8 with an object at the top; anything else is a 400 or 415."""

    media_type = MEDIA_TYPE

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        charset = _CHARSET.search(media_type or "")
        if charset and charset.group(1).lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType(
                media_type or "", detail=_("JSON is sent in UTF-8, and nothing else.")
            )
        value = parse_json(stream.read())
        if not isinstance(value, dict):
            raise ParseError(_("The body has to be a JSON object."))
        return value
