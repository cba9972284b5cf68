"""How work flows over a board, as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from boards.models import ColumnCategory
from cards.admin.charts import words
from cards.admin.charts.pictures import Picture, Table
from cards.admin.charts.plots import (
    Band,
    Key,
    Mark,
    Plot,
    Scale,
    area,
    bar,
    below,
    percent,
)
from cards.charts.durations import PERCENTILES, Durations
from cards.charts.flow import LATE, Flow, FlowDay

PATTERNS = {"todo": "", "in_progress": "hatch", "in_review": "dots", "done": ""}
MARKED = (50, LATE)


def flow_picture(chart: Flow) -> Picture:
    """Where the cards stood, one band of days a column, what is done at the bottom."""
    picture = Picture("flow", _("Cumulative flow"), words.flow_title(chart), is_wide=True)
    if not any(sum(day.cards) for day in chart.days):
        picture.empty = _(
            "Add cards, and move them from column to column as the work goes on: the picture grows "
            "day by day."
        )
        return picture
    count = len(chart.columns)
    # From the last column up: what is done lies at the bottom, and grows.
    order = list(range(count))[::-1]
    stacks = [list(accumulate(day.cards[place] for place in order)) for day in chart.days]
    stacks = stacks if len(stacks) > 1 else stacks * 2
    places = [index / (len(stacks) - 1) for index in range(len(stacks))]
    scale = Scale(max(1, *(stack[-1] for stack in stacks)))
    kinds = _kinds(chart)
    areas = [
        area(
            kinds[place],
            scale,
            places,
            [stack[level - 1] if level else 0 for stack in stacks],
            [stack[level] for stack in stacks],
            PATTERNS.get(chart.columns[place].category or "", ""),
        )
        for level, place in enumerate(order)
    ]
    share = 1 / len(chart.days)
    picture.plot = Plot(
        label=picture.title,
        scale=scale.ticks(),
        below=below(
            [(index + 0.5) * share for index in range(len(chart.days))],
            [words.short_date(day.date) for day in chart.days],
        ),
        areas=areas,
        bands=[
            Band(percent(index * share), percent(share), _standing(chart, day))
            for index, day in enumerate(chart.days)
        ],
        legend=[
            Key(
                kinds[place],
                _counted(column.name, chart.days[-1].cards[place]),
                PATTERNS.get(column.category or "", ""),
                "box",
            )
            for place, column in enumerate(chart.columns)
        ],
        caption=_("Cards in each column at the end of each day, the last column at the bottom"),
    )
    picture.table = Table(
        _("Cards in each column"),
        [_("Day"), *(column.name for column in chart.columns)],
        [[words.long_date(day.date), *(str(number) for number in day.cards)] for day in chart.days],
    )
    return picture


def _counted(column: str, number: int) -> SafeString:
    """A column and how many cards are in it; its name never turns the number around."""
    words = _("%(column)s: %(number)d") % {"column": "{}", "number": number}
    return format_html("<span>{}</span>", format_html(words, format_html("<bdi>{}</bdi>", column)))


def _standing(chart: Flow, day: FlowDay) -> str:
    pairs = zip((column.name for column in chart.columns), map(str, day.cards), strict=True)
    return words.lines(words.long_date(day.date), words.facts(pairs))


def _kinds(chart: Flow) -> list[str]:
    """A class for each column: its category, and which one of them it is."""
    seen: dict[str, int] = {}
    kinds = []
    for column in chart.columns:
        category = column.category or "gone"
        seen[category] = seen.get(category, -1) + 1
        kinds.append(f"{category} tone-{seen[category] % 3}")
    return kinds


def lead_picture(chart: Flow) -> Picture:
    picture = Picture("lead", _("Lead time"), words.lead_title(chart.lead_time))
    return _with_histogram(
        picture,
        chart.lead_time,
        _("Cards by the days from their creation to their completion"),
        _("Complete a card, and its days are counted here."),
    )


def cycle_picture(chart: Flow) -> Picture:
    picture = Picture("cycle", _("Cycle time"), words.cycle_title(chart.cycle_time))
    return _with_histogram(
        picture,
        chart.cycle_time,
        _("Cards by the days from their first day of work to their completion"),
        _(
            "Cards that go through a column in progress or in review before they are done are "
            "counted here."
        ),
    )


def _with_histogram(picture: Picture, durations: Durations, caption: str, empty: str) -> Picture:
    bars = durations.histogram
    if not bars:
        picture.empty = empty
        return picture
    scale = Scale(max(each.cards for each in bars))
    share, end = 1 / len(bars), bars[-1].upto
    spans = [
        _("more than %(over)d and up to %(upto)d days") % {"over": each.over, "upto": each.upto}
        for each in bars
    ]
    picture.plot = Plot(
        label=picture.title,
        scale=scale.ticks(),
        below=below(
            [(index + 0.5) * share for index in range(len(bars))],
            [f"≤ {each.upto}" for each in bars],
            7,
        ),
        bars=[
            bar("count", scale, (index + 0.08) * share, share * 0.84, each.cards, "")
            for index, each in enumerate(bars)
            if each.cards
        ],
        marks=[_mark(durations, each, end, index) for index, each in enumerate(MARKED)],
        bands=[
            Band(
                percent(index * share),
                percent(share),
                words.facts([(spans[index], str(each.cards))]),
            )
            for index, each in enumerate(bars)
        ],
        caption=caption,
    )
    picture.facts = [
        (
            _("%(number)d of 100 within") % {"number": each},
            words.days(durations.percentile_days(each)),
        )
        for each in PERCENTILES
    ]
    picture.table = Table(
        picture.name,
        [_("Days"), _("Cards")],
        [[span, str(each.cards)] for span, each in zip(spans, bars, strict=True)],
    )
    return picture


def _mark(durations: Durations, percentile: int, end: int, index: int) -> Mark:
    length = durations.percentile_days(percentile) or 0
    share = min(1.0, length / end)
    label = _("%(number)d of 100: %(days)s") % {
        "number": percentile,
        "days": words.days(length),
    }
    return Mark(percent(share), label, str(22 + 18 * index), share > 0.6)


def throughput_picture(chart: Flow) -> Picture:
    """Completed cards, a bar a week."""
    picture = Picture("throughput", _("Throughput"), words.throughput_title(chart))
    if not chart.completions:
        picture.empty = _("Move a card to a column that means done, and its week is counted here.")
        return picture
    weeks = chart.throughput
    share = 1 / len(weeks)
    scale = Scale(max(week.completed.cards for week in weeks))
    spans = [
        _("%(first)s to %(last)s")
        % {"first": words.short_date(week.first), "last": words.short_date(week.last)}
        for week in weeks
    ]
    few = len(weeks) <= 14
    picture.plot = Plot(
        label=picture.title,
        scale=scale.ticks(),
        below=below(
            [(index + 0.5) * share for index in range(len(weeks))],
            [words.short_date(week.first) for week in weeks],
        ),
        bars=[
            bar(
                "done",
                scale,
                (index + 0.18) * share,
                share * 0.64,
                week.completed.cards,
                str(week.completed.cards) if few else "",
            )
            for index, week in enumerate(weeks)
        ],
        bands=[
            Band(
                percent(index * share),
                percent(share),
                words.lines(
                    spans[index],
                    words.facts(
                        [
                            (_("Cards"), str(week.completed.cards)),
                            (_("Points"), str(week.completed.points)),
                        ]
                    ),
                ),
            )
            for index, week in enumerate(weeks)
        ],
        caption=_("Cards completed in each week, by its first day"),
    )
    picture.table = Table(
        _("Throughput"),
        [_("Week"), _("Cards"), _("Points")],
        [
            [span, str(week.completed.cards), str(week.completed.points)]
            for span, week in zip(spans, weeks, strict=True)
        ],
    )
    return picture


@dataclass(slots=True)
class Aged:
    """A card under way, as a lying bar."""

    card: str
    key: str
    title: str
    column: str
    category: str
    age: str
    width: str
    late: bool
    since: str


@dataclass(slots=True)
class AgeingPicture:
    """What is under way, oldest first, against how long things mostly take."""

    name: str
    title: str
    rows: list[Aged]
    limit: str
    limit_days: str
    empty: str


def ageing_picture(chart: Flow) -> AgeingPicture:
    limit = chart.cycle_time.percentile_days(LATE)
    longest = max([1.0, limit or 0, *(each.age_days for each in chart.ageing)])
    return AgeingPicture(
        name=_("Age of work in progress"),
        title=words.ageing_title(chart),
        rows=[
            Aged(
                card=each.card,
                key=each.key,
                title=each.title,
                column=each.column_name,
                category=str(ColumnCategory(each.category).label),
                age=words.days(each.age_days),
                width=percent(max(0.005, each.age_days / longest)),
                late=each.late,
                since=words.long_date(timezone.localdate(each.started_at)),
            )
            for each in chart.ageing
        ],
        limit=percent((limit or 0) / longest) if limit is not None else "",
        limit_days=words.days(limit),
        empty=_("Cards in columns in progress or in review are shown here with their age."),
    )
