"""What the log keeps and nobody shows any more: the text of a message that was taken back.

The log can't forget it (undo and the right history of a row need it), but an entry is read where
the thing that it tells of is, and that text isn't there for anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from core.history.words import vocabulary
from core.models import EventLog

WITHHELD = "[deleted]"
NOBODY = UUID(int=0)


def withhold(entries: Iterable[EventLog]) -> None:
    """Blank, in entries that were read for somebody, what isn't shown any more.

    The details are replaced, never changed in place. Every kind is asked about, whether it is
    among these or not: so a page takes the same queries whatever happened.
    """
    listed: dict[str, list[EventLog]] = defaultdict(list)
    for entry in entries:
        if entry.entity_type in vocabulary().withheld:
            listed[entry.entity_type].append(entry)
    for kind, (column, gone_among) in vocabulary().withheld.items():
        found = listed[kind]
        gone = gone_among({entry.entity_id for entry in found} or {NOBODY})
        for entry in found:
            if entry.entity_id in gone:
                entry.details = {
                    **entry.details,
                    **{
                        side: _blanked(entry.details.get(side), column)
                        for side in ("before", "after")
                    },
                }


def _blanked(image: dict[str, Any] | None, column: str) -> dict[str, Any]:
    return {
        name: WITHHELD if name == column and value is not None else value
        for name, value in (image or {}).items()
    }
