"""What can be found: which rows of which table, and what an answer shows of them, as SQL.

In the conditions `%(…)s` are the parameters of `search.finding`; `mine` are the workspaces that
the person may look into.
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
    joins: str
    where: str
    title: str
    text: str
    place: str = "projects.name"
    project: str = "thing.project_id"
    shown_joins: str = "JOIN projects ON projects.id = thing.project_id"
    key: str = "NULL"
    board: str = "NULL::uuid"
    channel: str = "NULL::uuid"
    only: str = ""


_PROJECT = "(%(project)s::uuid IS NULL OR found.project_id = %(project)s)"
_OF_PROJECT = "JOIN projects ON projects.id = found.project_id"

SOURCES = {
    Kind.CARD: Source(
        table="cards",
        columns="board_id, archived_at",
        joins="""JOIN boards ON boards.id = found.board_id
            LEFT JOIN projects ON projects.id = boards.project_id""",
        where="""(found.archived_at IS NOT NULL OR boards.archived
                  OR projects.archived_at IS NOT NULL) = %(archived)s
             AND (%(project)s::uuid IS NULL OR boards.project_id = %(project)s)""",
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
        joins=_OF_PROJECT,
        where=f"(projects.archived_at IS NOT NULL) = %(archived)s AND {_PROJECT}",
        title="thing.name",
        text="thing.description",
    ),
    Kind.MESSAGE: Source(
        table="messages",
        only="AND deleted_at IS NULL",
        columns="project_id, channel_id",
        joins=_OF_PROJECT,
        where=f"""found.channel_id IN (SELECT id FROM channels_seen)
             AND (projects.archived_at IS NOT NULL) = %(archived)s AND {_PROJECT}""",
        shown_joins="""JOIN channels ON channels.id = thing.channel_id
            JOIN projects ON projects.id = thing.project_id""",
        title="'#' || channels.name",
        text="thing.content",
        channel="thing.channel_id",
    ),
    Kind.DECISION: Source(
        table="decisions",
        only="AND deleted_at IS NULL",
        columns="project_id",
        joins=_OF_PROJECT,
        where=f"(projects.archived_at IS NOT NULL) = %(archived)s AND {_PROJECT}",
        title="thing.title",
        text="thing.statement || E'\\n' || thing.rationale",
    ),
}
