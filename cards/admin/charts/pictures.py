"""A chart as it is shown: its picture, how its finding reads, and its numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from cards.admin.charts.plots import Plot


@dataclass(slots=True)
class Table:
    """The numbers of a picture; the first cell of a row names it, and may be a link."""

    caption: str
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Another way of showing the same."""

    label: str
    address: str
    chosen: bool


@dataclass(slots=True)
class Picture:
    """A chart with its title; without a plot, `empty` says what to do."""

    slug: str
    name: str
    title: str
    plot: Plot | None = None
    table: Table | None = None
    facts: list[tuple[str, str]] = field(default_factory=list)
    empty: str = ""
    note: str = ""
    choices: list[Choice] = field(default_factory=list)
    is_wide: bool = False
