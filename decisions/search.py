"""Finding decisions: by their words now; the search by meaning will stand here as well."""

from __future__ import annotations

from django.db.models import FloatField, TextField
from django.db.models.expressions import RawSQL
from django.utils.html import escape

from decisions.querysets import DecisionQuerySet

# What PostgreSQL puts around a word that was found. No text of people's has these.
_BEGIN, _END = "\x02", "\x03"
_MARKS = f'StartSel="{_BEGIN}", StopSel="{_END}"'
# An excerpt is made of the beginning of a long text: to read all of it takes longer than to find.
_READ = 20_000

_QUERY = "websearch_to_tsquery('russian', %s)"
# By where the words stand (title, statement, rationale) and how often, not by how long it is.
_RANK = f"ts_rank(decisions.search, {_QUERY})::float8"
_TITLE = f"ts_headline('russian', decisions.title, {_QUERY}, '{_MARKS}, HighlightAll=true')"
_EXCERPT = (
    f"ts_headline('russian', left(decisions.statement || E'\\n' || decisions.rationale, {_READ}), "
    f"{_QUERY}, '{_MARKS}, MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=\" … \"')"
)


def rank_of(text: str) -> RawSQL:
    """How well a decision fits the words of `text`: the more, the better."""
    return RawSQL(_RANK, [text], output_field=FloatField())


def find(decisions: DecisionQuerySet, text: str) -> DecisionQuerySet:
    """Those of `decisions` that have the words of `text`, each with its `rank`, the best first.

    Deleted ones are left out. `text` is as people type it: words, "a phrase", -without, or.
    Whoever asks by meaning as well will pass what the text means beside it; the answer keeps its
    form: a queryset with `rank`, the higher the better.
    """
    found = decisions.live().search(text).annotate(rank=rank_of(text))
    return found.order_by("-rank", "-id")


def with_excerpts(decisions: DecisionQuerySet, text: str) -> DecisionQuerySet:
    """The title and an excerpt of each, with the words of `text` between marks: see `marked`.

    PostgreSQL makes them for the rows that are shown and for no others.
    """
    return decisions.annotate(
        marked_title=RawSQL(_TITLE, [text], output_field=TextField()),
        marked_excerpt=RawSQL(_EXCERPT, [text], output_field=TextField()),
    )


def marked(text: str) -> str:
    """What PostgreSQL marked as HTML: `<mark>` around the words, everything else escaped."""
    return str(escape(text)).replace(_BEGIN, "<mark>").replace(_END, "</mark>")
