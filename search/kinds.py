"""What can be found: which rows of which table, and what an answer shows of them, as SQL.

In the conditions `%(…)s` are the parameters of `search.finding`, and `boards_there`,
`projects_there` and `channels_seen` what it has found out of where the person looks.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """The kinds of things that are looked through."""

    CARD = "card", _("Card")
    FEATURE = "feature", _("Feature")
    MESSAGE = "message", _("Message")
    DECISION = "decision", _("Decision")


@dataclass(frozen=True)
class Source:
    """One kind's table.

    `only` is the condition of the table's index. `columns` are what the rows found are judged by:
    `found`, joined by `joins`, under `where`. The table is called `thing` where its texts and ids
    are shown.
    """

    table: str
    columns: str
    where: str
    title: str
    text: str
    joins: str = ""
    place: str = "projects.name"
    project: str = "thing.project_id"
    shown_joins: str = "JOIN projects ON projects.id = thing.project_id"
    key: str = "NULL"
    board: str = "NULL::uuid"
    channel: str = "NULL::uuid"
    thread: str = "NULL::uuid"
    only: str = ""


_IN_PROJECT = "found.project_id IN (SELECT id FROM projects_there)"

SOURCES = {
    Kind.CARD: Source(
        table="cards",
        columns="board_id, archived_at",
        joins="JOIN boards_there AS board ON board.id = found.board_id",
        where="(found.archived_at IS NOT NULL OR board.is_away) = %(archived)s",
        shown_joins="""JOIN boards ON boards.id = thing.board_id
            JOIN workspaces ON workspaces.id = thing.workspace_id""",
        title="thing.title",
        text="thing.description",
        place="boards.name",
        project="boards.project_id",
        key="workspaces.key || '-' || thing.number",
        board="thing.board_id",
    ),
    Kind.FEATURE: Source(
        table="features",
        columns="project_id",
        where=_IN_PROJECT,
        title="thing.name",
        text="thing.description",
    ),
    Kind.MESSAGE: Source(
        table="messages",
        only="AND deleted_at IS NULL",
        columns="project_id, channel_id",
        where=f"{_IN_PROJECT} AND found.channel_id IN (SELECT id FROM channels_seen)",
        shown_joins="""JOIN channels ON channels.id = thing.channel_id
            JOIN projects ON projects.id = thing.project_id""",
        title="'#' || channels.name",
        text="thing.content",
        channel="thing.channel_id",
        thread="coalesce(thing.parent_id, thing.id)",
    ),
    Kind.DECISION: Source(
        table="decisions",
        only="AND deleted_at IS NULL",
        columns="project_id",
        where=_IN_PROJECT,
        title="thing.title",
        text="thing.statement || E'\\n' || thing.rationale",
    ),
}
