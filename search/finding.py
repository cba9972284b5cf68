"""One search over everything that a person may see, as one query.

Of each kind the newest `LOOKED_AT` rows that have the words are weighed and no more, so that a
common word costs as little as a rare one; the best of all kinds together are the answer. Cards
that are named by their keys come before everything else.

Which words a text has is asked together with the workspace (see this app's migration), so that
what stands in other tenants' texts changes neither the answer nor its cost. The tenant is checked
a second time on the rows themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString

from cards.querysets import MAX_NUMBER
from discussions.querysets import visible_channel_ids_of
from search.kinds import SOURCES, Kind, Source
from workspaces.models import User
from workspaces.querysets import workspace_ids_of

LOOKED_AT = 500
MOST_KEYS = 10
# An excerpt is made of the beginning of a long text: to read all of it takes longer than to find.
READ = 20_000
# What PostgreSQL puts around a word that was found, and what stands for “<” until then, since
# PostgreSQL leaves tags out. All three are taken out of the texts before.
BEGIN, END, OPENING = "\x02", "\x03", "\x04"
_MARK = re.compile(f"([{BEGIN}{END}])")
_TAGS = {BEGIN: SafeString("<mark>"), END: SafeString("</mark>")}
_MARKS = f'StartSel="{BEGIN}", StopSel="{END}"'
_IN_TITLE = f"{_MARKS}, HighlightAll=true"
_FRAGMENTS = "MaxFragments=2, MinWords=8, MaxWords=24, ShortWord=0"
_IN_TEXT = f'{_MARKS}, {_FRAGMENTS}, FragmentDelimiter=" … "'
_KEY = re.compile(r"(?<![\w-])([A-Za-z][A-Za-z0-9]{1,9})-([1-9][0-9]{0,9})(?![\w-])", re.ASCII)

_ASKED = """
WITH mine AS MATERIALIZED (
    SELECT id FROM ({workspaces}) AS workspace (id)
     WHERE %(workspace)s::uuid IS NULL OR id = %(workspace)s),
channels_seen (id) AS MATERIALIZED ({channels}),
projects_there AS MATERIALIZED (
    SELECT id FROM projects
     WHERE workspace_id IN (SELECT id FROM mine) AND (archived_at IS NOT NULL) = %(archived)s
       AND (%(project)s::uuid IS NULL OR id = %(project)s)),
boards_there AS MATERIALIZED (
    SELECT boards.id, boards.archived OR projects.archived_at IS NOT NULL AS is_away
      FROM boards LEFT JOIN projects ON projects.id = boards.project_id
     WHERE boards.workspace_id IN (SELECT id FROM mine)
       AND (%(project)s::uuid IS NULL OR boards.project_id = %(project)s)),
asked AS MATERIALIZED (
    -- Words that are in no index (“the”, “и”) ask for nothing.
    SELECT words, CASE WHEN numnode(words) > 0 THEN words {within} END AS query
      FROM (SELECT websearch_to_tsquery('russian', %(text)s) {typed} AS words) AS said)"""
_TYPED = "&& to_tsquery('russian', %(beginning)s)"
_WITHIN = "&& (SELECT string_agg('''=' || id || '''', ' | ')::tsquery FROM mine)"
# Rows are gone back to by where they lie (ctid), which holds for one statement and costs the same
# in a small table and in a large one.
_HITS = """,
{kind}_hits AS MATERIALIZED (
    SELECT ctid AS tid, id, workspace_id, {source.columns} FROM {source.table}
     WHERE (search || array_to_tsvector(ARRAY['=' || workspace_id::text]))
           @@ (SELECT query FROM asked) {source.only}),
{kind}_newest AS MATERIALIZED (
    SELECT found.tid FROM {kind}_hits AS found {source.joins}
     WHERE found.workspace_id IN (SELECT id FROM mine) AND {source.where}
     ORDER BY found.id DESC LIMIT {most})"""
_NAMED = """,
named AS MATERIALIZED (
    SELECT found.ctid AS tid FROM cards AS found
      JOIN workspaces ON workspaces.id = found.workspace_id
      JOIN unnest(%(keys)s::text[], %(numbers)s::int[]) AS wanted (key, number)
        ON wanted.key = workspaces.key AND wanted.number = found.number {source.joins}
     WHERE found.workspace_id IN (SELECT id FROM mine) AND {source.where})"""
_CANDIDATES = """
    SELECT '{kind}' AS type, thing.id, {named} AS is_named,
           ts_rank(thing.search, asked.words)::float8 AS rank
      FROM asked, (SELECT tid FROM {kind}_newest {also}) AS candidate
      JOIN {source.table} AS thing ON thing.ctid = candidate.tid"""
_PAGE = """,
page AS MATERIALIZED (
    SELECT type, id, is_named, rank FROM ({candidates}) AS candidate
     WHERE {beyond} ORDER BY is_named {way}, rank {way}, id {way} LIMIT %(size)s)"""
_SHOWN = """
    SELECT page.type, page.id, page.is_named, page.rank, {source.key} AS key,
           {source.title} AS title,
           ts_headline('russian', translate({source.title}, %(marks)s, %(opening)s),
                       asked.words, %(in_title)s) AS title_html,
           ts_headline('russian', translate(left({source.text}, {read}), %(marks)s, %(opening)s),
                       asked.words, %(in_text)s) AS excerpt_html,
           {source.place} AS place, thing.workspace_id AS workspace,
           {source.project} AS project, {source.board} AS board, {source.channel} AS channel,
           {source.thread} AS thread, thing.created_at, thing.updated_at
      FROM asked, page JOIN {source.table} AS thing ON thing.id = page.id {source.shown_joins}
     WHERE page.type = '{kind}'"""


@dataclass(frozen=True)
class Question:
    """What is looked for, and where. `archived`: what is put away instead of what is in use."""

    text: str
    kinds: Sequence[str] = tuple(Kind.values)
    workspace: UUID | None = None
    project: UUID | None = None
    archived: bool = False
    beginning: str = ""
    """The beginning of a further word, which somebody is still typing."""


@dataclass(frozen=True)
class Place:
    """A place in the answers: go on behind it, or before it."""

    is_named: bool
    rank: float
    id: UUID
    backwards: bool = False


def find(
    question: Question,
    user: User,
    *,
    size: int,
    place: Place | None = None,
    everywhere: bool = False,
) -> list[dict[str, Any]]:
    """The best answers, at most `size`, the best first (the other way round, going backwards).

    Each is a dict with `type`, `id`, `is_named`, `rank`, `key`, `title`, `title_html`,
    `excerpt_html`, `place` (the name of a card's board, else of the project), `workspace`,
    `project`, `board`, `channel`, `thread` (the message that a message's thread began with),
    `created_at` and `updated_at`.
    `everywhere` is for operators in the web pages, who look into every workspace.
    """
    rows = _found(question, user, size, place, everywhere)
    for row in rows:
        row["title_html"] = marked(row["title_html"])
        row["excerpt_html"] = marked(row["excerpt_html"])
    return rows


def find_parts(
    question: Question, user: User, *, size: int, everywhere: bool = False
) -> list[dict[str, Any]]:
    """The best answers, with `title_parts` and `excerpt_parts` for who writes them as plain text.

    Each part is a text and whether it was looked for.
    """
    rows = _found(question, user, size, None, everywhere)
    for row in rows:
        row["title_parts"] = parted(row.pop("title_html"))
        row["excerpt_parts"] = parted(row.pop("excerpt_html"))
    return rows


def _found(
    question: Question, user: User, size: int, place: Place | None, everywhere: bool
) -> list[dict[str, Any]]:
    """The answers, with PostgreSQL's marks around what was found."""
    statement, parameters = _query(question, user, size, place, everywhere)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def keys_in(text: str) -> list[tuple[str, int]]:
    """The card keys that a text names, such as `acme-42`: ("ACME", 42)."""
    named = [(key.upper(), int(number)) for key, number in _KEY.findall(text)]
    return [each for each in dict.fromkeys(named) if each[1] <= MAX_NUMBER][:MOST_KEYS]


def marked(text: str) -> SafeString:
    """What PostgreSQL marked as HTML: `<mark>` around the words, everything else escaped."""
    html = SafeString("")
    for part in _MARK.split(text.replace(OPENING, "<")):
        html += _TAGS.get(part) or escape(part)
    return html


def parted(text: str) -> list[tuple[str, bool]]:
    """What PostgreSQL marked, in pieces of plain text: whether each was looked for."""
    parts, is_found = [], False
    for part in _MARK.split(text.replace(OPENING, "<")):
        if part in _TAGS:
            is_found = part == BEGIN
        elif part:
            parts.append((part, is_found))
    return parts


def _query(
    question: Question, user: User, size: int, place: Place | None, everywhere: bool
) -> tuple[str, dict[str, Any]]:
    keys = keys_in(question.text)
    sources = {kind: SOURCES[Kind(kind)] for kind in Kind.values if kind in question.kinds}
    parameters: dict[str, Any] = {
        "text": question.text,
        "beginning": f"{question.beginning}:*",
        "workspace": question.workspace,
        "project": question.project,
        "archived": question.archived,
        "keys": [key for key, _number in keys],
        "numbers": [number for _key, number in keys],
        "size": size,
        "marks": f"<{BEGIN}{END}{OPENING}",
        "opening": OPENING,
        "in_title": _IN_TITLE,
        "in_text": _IN_TEXT,
    }
    workspaces = "SELECT id FROM workspaces"
    if not everywhere:
        workspaces = _named_parameters(workspace_ids_of(user), "workspaces", parameters)
    channels = _named_parameters(visible_channel_ids_of(user), "channels", parameters)
    parts = [
        _ASKED.format(
            workspaces=workspaces,
            channels=channels,
            within="" if everywhere else _WITHIN,
            typed=_TYPED if question.beginning else "",
        )
    ]
    parts += [_HITS.format(kind=kind, source=sources[kind], most=LOOKED_AT) for kind in sources]
    if Kind.CARD in sources:
        parts.append(_NAMED.format(source=sources[Kind.CARD]))
    candidates = " UNION ALL ".join(_candidates(kind, source) for kind, source in sources.items())
    beyond, backwards = "true", place is not None and place.backwards
    if place is not None:
        sign = ">" if backwards else "<"
        beyond = f"(is_named, rank, id) {sign} (%(is_named)s, %(rank)s, %(id)s)"
        parameters |= {"is_named": place.is_named, "rank": place.rank, "id": place.id}
    way = "ASC" if backwards else "DESC"
    parts.append(_PAGE.format(candidates=candidates, beyond=beyond, way=way))
    shown = [_SHOWN.format(kind=kind, source=sources[kind], read=READ) for kind in sources]
    parts.append(" UNION ALL ".join(shown))
    parts.append(f" ORDER BY is_named {way}, rank {way}, id {way}")
    return "".join(parts), parameters


def _candidates(kind: str, source: Source) -> str:
    is_card = kind == Kind.CARD
    return _CANDIDATES.format(
        kind=kind,
        source=source,
        named="thing.ctid IN (SELECT tid FROM named)" if is_card else "false",
        also="UNION SELECT tid FROM named" if is_card else "",
    )


def _named_parameters(rows: QuerySet[Any], prefix: str, parameters: dict[str, Any]) -> str:
    """The SQL of a queryset, whose parameters go to the others under names of their own."""
    statement, values = rows.query.sql_with_params()
    named = {f"{prefix}_{number}": value for number, value in enumerate(values)}
    parameters.update(named)
    return str(statement) % tuple(f"%({name})s" for name in named)
