"""Whether a card's page would be drawn as it was: asked for often, and answered in one query."""

from __future__ import annotations

import uuid
from hashlib import md5

from django.core.exceptions import ValidationError
from django.db.models import TextField, UUIDField
from django.db.models.expressions import RawSQL
from django.utils.timezone import get_current_timezone_name, localdate
from django.utils.translation import get_language

from cards.querysets import CardQuerySet
from core.clock import now

# Every row that the page shows, by its version: the database raises that for every writer, and a
# row that came or went changes the list. The parts of apps above add theirs.
_ROWS = (
    "cards.version",
    "(SELECT version FROM sprints WHERE id = cards.sprint_id)",
    "(SELECT version FROM features WHERE id = cards.feature_id)",
    """(SELECT (board.version, project.version, mine.version)
          FROM boards AS board LEFT JOIN projects AS project ON project.id = board.project_id
          LEFT JOIN project_members AS mine ON mine.project_id = project.id AND mine.user_id = %s
         WHERE board.id = cards.board_id)""",
    """(SELECT array_agg((member.id, member.version, person.version) ORDER BY member.id)
          FROM workspace_members AS member JOIN users AS person ON person.id = member.user_id
         WHERE member.workspace_id = cards.workspace_id)""",
    """(SELECT array_agg((id, version) ORDER BY id) FROM comments WHERE card_id = cards.id)""",
    """(SELECT array_agg((id, version) ORDER BY id)
          FROM checklist_items WHERE card_id = cards.id)""",
    """(SELECT array_agg((link.id, other.version, board.version) ORDER BY link.id)
          FROM card_links AS link
          JOIN cards AS other ON other.id IN (link.source_id, link.target_id)
                             AND other.id <> cards.id
          JOIN boards AS board ON board.id = other.board_id
         WHERE link.source_id = cards.id OR link.target_id = cards.id)""",
)


def card_tag(
    rows: CardQuerySet, card_id: str, person: uuid.UUID, comments: int, parts: tuple[str, ...]
) -> str | None:
    """A name for what the page of the card of `rows` shows to `person`; None where it isn't there.

    Read before the card itself: what changes in between then gives another name the next time.
    `parts` are SQL expressions over the row `cards`. The language, the time zone and the day decide
    as well: in which words and times the page is drawn, and whether the card is late.
    """
    try:
        key = UUIDField().to_python(card_id)
    except ValidationError:
        return None
    state = RawSQL(f"({', '.join((*_ROWS, *parts))})::text", [person], output_field=TextField())
    found = rows.filter(pk=key).order_by().values_list(state, flat=True).first()
    if found is None:
        return None
    zone, today = get_current_timezone_name(), localdate(now())
    seen = f"{found} {comments} {person} {get_language()} {zone} {today}"
    return f'"{md5(seen.encode(), usedforsecurity=False).hexdigest()}"'
