"""How long each completed card took: a point a card, at its day."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cards.admin.charts import words
from cards.admin.charts.pictures import Choice, Picture, Table
from cards.admin.charts.plots import Plot, Scale, below, level, point
from cards.charts.days import days_from, start_of
from cards.charts.durations import Durations, durations_of
from cards.charts.flow import LATE, Completion, Flow

TIMES = ("cycle", "lead")


def times_picture(chart: Flow, asked: str, addresses: dict[str, str], site: str) -> Picture:
    """The cycle times of the completed cards, or their lead times; `addresses` lead to both."""
    time = asked if asked in TIMES else "cycle"
    durations = chart.cycle_time if time == "cycle" else chart.lead_time
    picture = Picture(
        "times",
        _("Cycle time, card by card") if time == "cycle" else _("Lead time, card by card"),
        _title(chart, time),
        is_wide=True,
    )
    labels = {"cycle": _("Cycle time"), "lead": _("Lead time")}
    if chart.completions:
        picture.choices = [Choice(labels[each], addresses[each], each == time) for each in TIMES]
    measured = [each for each in chart.completions if _length(each, time) is not None]
    if not measured:
        picture.empty = (
            _(
                "Cards that go through a column in progress or in review before they are done are "
                "counted here."
            )
            if time == "cycle"
            else _("Complete a card, and its days are counted here.")
        )
        return picture
    zone = timezone.get_current_timezone()
    first = start_of(chart.first, zone)
    period = start_of(chart.last + datetime.timedelta(days=1), zone) - first
    scale = Scale(max(1, *(_length(each, time) or 0 for each in measured)))
    days = list(days_from(chart.first, chart.last))
    picture.plot = Plot(
        label=picture.title,
        scale=scale.ticks(),
        below=below(
            [(index + 0.5) / len(days) for index in range(len(days))],
            [words.short_date(day) for day in days],
        ),
        levels=[
            level(scale, durations.percentile_days(each) or 0, _told_level(durations, each),
                  is_left=each != LATE)
            for each in (50, LATE)
        ],
        points=[
            point(
                scale,
                (each.completed_at - first) / period,
                _length(each, time) or 0,
                _told(each),
                _address(each, site),
            )
            for each in measured
        ],
        caption=_("Days that each card took, by the day of its completion"),
    )  # fmt: skip
    picture.table = Table(
        picture.name,
        [_("Card"), _("Completed on"), _("Cycle time"), _("Lead time"), _("Points")],
        [
            [
                _named(each, site),
                words.long_date(timezone.localdate(each.completed_at)),
                words.days(each.cycle_days),
                words.days(each.lead_days),
                str(each.points),
            ]
            for each in reversed(measured)
        ],
    )
    return picture


def _length(card: Completion, time: str) -> float | None:
    return card.cycle_days if time == "cycle" else card.lead_days


def _title(chart: Flow, time: str) -> str:
    """Whether cards take longer than they did: one half of the period beside the other."""
    middle = chart.first + (chart.last - chart.first) / 2
    halves: tuple[list[datetime.timedelta], list[datetime.timedelta]] = ([], [])
    for each in chart.completions:
        length = each.cycle if time == "cycle" else each.lead
        if length is not None:
            halves[timezone.localdate(each.completed_at) > middle].append(length)
    if not any(halves):
        return _("Nothing to measure in this period.")
    before, after = (
        words.days(durations_of(half).percentile_days(50)) if half else None for half in halves
    )
    if before is None or after is None:
        return _("Half of the cards took at most %(days)s.") % {"days": before or after}
    return _(
        "Half of the cards took at most %(before)s in the first half of the period, "
        "and at most %(after)s in the second."
    ) % {"before": before, "after": after}


def _told_level(durations: Durations, percentile: int) -> str:
    return _("%(number)d of 100: %(days)s") % {
        "number": percentile,
        "days": words.days(durations.percentile_days(percentile)),
    }


def _told(card: Completion) -> str:
    return words.lines(
        f"{card.key} {card.title}".strip(),
        words.facts(
            [
                (_("Completed on"), words.long_date(timezone.localdate(card.completed_at))),
                (_("Cycle time"), words.days(card.cycle_days)),
                (_("Lead time"), words.days(card.lead_days)),
            ]
        ),
    )


def _address(card: Completion, site: str) -> str:
    """The card's page; a card without a title was deleted since."""
    return reverse(f"{site}:cards_card_change", args=[card.card]) if card.title else ""


def _named(card: Completion, site: str) -> str:
    address = _address(card, site)
    if not address:
        return card.key
    return format_html('<a href="{}">{} {}</a>', address, card.key, card.title)
