"""Python values as JSON bytes, in one place, so that every answer spells them alike."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def encode_other(value: Any) -> Any:
    """What orjson doesn't know: translated texts, decimals (as text, exact), durations, bytes."""
    if isinstance(value, Promise | Decimal):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode()
    if isinstance(value, str):
        return str(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def to_json(value: Any, *, indent: bool = False) -> bytes:
    """`value` as UTF-8 JSON.

    A lone surrogate (a bug elsewhere: none is let in) is escaped by the standard library's
    encoder rather than failing the answer that may be about to name it.
    """
    options = OPTIONS | orjson.OPT_INDENT_2 if indent else OPTIONS
    try:
        return orjson.dumps(value, default=encode_other, option=options)
    except orjson.JSONEncodeError:
        return json.dumps(value, default=_encode_for_json, indent=2 if indent else None).encode()


def _encode_for_json(value: Any) -> Any:
    try:
        return encode_other(value)
    except TypeError:
        return orjson.loads(orjson.dumps(value, option=OPTIONS))
