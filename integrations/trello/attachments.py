"""A card's attachments: addresses in its description, and links where they lead to other cards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from cards.models import MAX_DESCRIPTION
from integrations.trello.mapping import one_line
from integrations.trello.parts_reader import TrelloAttachment
from integrations.trello.report import ImportReport

HEADING = "**Attachments in Trello**"
_MAX_NAME = 200
_CARD = re.compile(r"https://trello\.com/c/([A-Za-z0-9]{4,32})(?:[/?#]|$)")
_MARKS = re.compile(r"([\\`*_\[\]<>#|~!])")
_UNSAFE = re.compile(r"[\s<>\\]")


def card_meant(attachment: TrelloAttachment) -> str | None:
    """The short name of the Trello card to which the attachment leads, if it is one."""
    found = _CARD.match(attachment.url)
    return found[1] if found else None


def plain(text: str) -> str:
    """`text` as Markdown shows it, whatever it holds."""
    return _MARKS.sub(r"\\\1", text)


def with_attachments(
    description: str, attachments: Iterable[TrelloAttachment], report: ImportReport
) -> str:
    """The description, and below it the addresses of what is attached, as many as have room."""
    whole, heading = description, f"\n\n{HEADING}\n" if description else f"{HEADING}\n"
    for attachment in attachments:
        line = _line(attachment)
        if line is None:
            report.fitted["Attachments without an address of the web, left out"] += 1
        elif len(whole) + len(heading) + len(line) > MAX_DESCRIPTION:
            report.fitted["Attachments without room in the description, left out"] += 1
        else:
            whole += heading + line
            heading = ""
            report.attachments += 1
    return whole


def _line(attachment: TrelloAttachment) -> str | None:
    address = _UNSAFE.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), attachment.url.strip()
    )
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    name = one_line(attachment.name, _MAX_NAME) or one_line(attachment.url, _MAX_NAME)
    return f"\n- [{plain(name)}](<{address}>)"
