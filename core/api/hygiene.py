"""Text that PostgreSQL or UTF-8 could not hold, found before it gets anywhere near them.

A NUL character, or half of a surrogate pair, is a valid Python string that fails only where it is
stored or sent: deep inside a query, as a 500. These are the checks that the JSON parser, the
fields and the address line share.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext_lazy as _

NUL_MESSAGE = _("NUL characters are not allowed.")
SURROGATE_MESSAGE = _("Lone surrogates are not allowed.")
MAX_PARAMETER_LENGTH = 4096
MAX_PARAMETERS = 100


def fault_of(text: str) -> Any:
    """The message for a text that must not come in, or None for one that may."""
    if "\x00" in text:
        return NUL_MESSAGE
    try:
        text.encode()
    except UnicodeEncodeError:
        return SURROGATE_MESSAGE
    return None


def printable(text: str, limit: int = 100) -> str:
    """`text` in a form that can stand in an answer: no surrogate, no NUL, not endless."""
    safe = text[:limit].encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")
    return safe + "…" if len(text) > limit else safe


def faults_of_query(query_string: str) -> Iterator[tuple[str, Any]]:
    """Each parameter of a raw query string that must not come in, with the message for it.

    The raw string is read because Django's QueryDict has by then put replacement characters in
    the place of bytes that aren't UTF-8: a search for something that nobody typed.
    """
    pairs = query_string.split("&") if query_string else []
    if len(pairs) > MAX_PARAMETERS:
        yield "query", _("There are more than %(limit)d parameters.") % {"limit": MAX_PARAMETERS}
        return
    for pair in pairs:
        raw_name, _separator, raw_value = pair.partition("=")
        parts = []
        fault = None
        for raw in (raw_name, raw_value):
            octets = unquote_to_bytes(raw.replace("+", " "))
            try:
                text = octets.decode()
            except UnicodeDecodeError:
                text = octets.decode(errors="replace")
                fault = fault or _("This is not valid UTF-8.")
            if "\x00" in text:
                fault = fault or NUL_MESSAGE
            if len(text) > MAX_PARAMETER_LENGTH:
                fault = fault or _("This is longer than %(limit)d characters.") % {
                    "limit": MAX_PARAMETER_LENGTH
                }
            parts.append(text)
        if fault is not None:
            yield printable(parts[0]) or "query", fault
