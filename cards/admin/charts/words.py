"""What a chart shows, in a sentence: the title of its picture."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cards.charts.burndown import Amount, Burndown, BurndownDay
from cards.charts.durations import Durations
from cards.charts.flow import LATE, Flow
from cards.charts.velocity import Velocity


def short_date(day: datetime.date) -> str:
    """A day as the foot of a chart has it."""
    return formats.date_format(day, pgettext("a day under a chart, as Django formats dates", "j M"))


def long_date(day: datetime.date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def number(value: float) -> str:
    """At most one digit behind the point, and none that says nothing."""
    return formats.number_format(round(value, 1), 0 if round(value, 1) == round(value) else 1)


def days(value: float | None) -> str:
    """A length of time."""
    if value is None:
        return "—"
    return _("%(number)s d") % {"number": number(value)}


def of(amount: Amount, unit: str) -> int:
    return amount.points if unit == "points" else amount.cards


def ideal_of(day: BurndownDay, unit: str) -> float:
    return day.ideal_points if unit == "points" else day.ideal_cards


def burndown_title(chart: Burndown, unit: str) -> str:
    """How far the sprint is, and whether that is far enough."""
    state = chart.latest
    done, scope, left = (of(each, unit) for each in (state.completed, state.scope, state.remaining))
    if not scope:
        return _("There is nothing in the sprint.")
    if chart.completed_at is not None or not left:
        return _done_sentence(done, scope, unit)
    if chart.started_at is None:
        return _waiting_sentence(scope, unit)
    return _("%(left)s, %(course)s") % {
        "left": _left_sentence(left, scope, unit),
        "course": _course(chart, left, unit),
    }


def _done_sentence(done: int, scope: int, unit: str) -> str:
    told = {"done": done, "scope": scope}
    if unit == "points":
        return (
            ngettext(
                "%(done)d of %(scope)d point was done.",
                "%(done)d of %(scope)d points were done.",
                scope,
            )
            % told
        )
    return (
        ngettext(
            "%(done)d of %(scope)d card was done.",
            "%(done)d of %(scope)d cards were done.",
            scope,
        )
        % told
    )


def _waiting_sentence(scope: int, unit: str) -> str:
    if unit == "points":
        return ngettext(
            "The sprint would promise %(scope)d point.",
            "The sprint would promise %(scope)d points.",
            scope,
        ) % {"scope": scope}
    return ngettext(
        "The sprint would promise %(scope)d card.",
        "The sprint would promise %(scope)d cards.",
        scope,
    ) % {"scope": scope}


def _left_sentence(left: int, scope: int, unit: str) -> str:
    told = {"left": left, "scope": scope}
    if unit == "points":
        return (
            ngettext(
                "%(left)d of %(scope)d point is left",
                "%(left)d of %(scope)d points are left",
                scope,
            )
            % told
        )
    return (
        ngettext(
            "%(left)d of %(scope)d card is left",
            "%(left)d of %(scope)d cards are left",
            scope,
        )
        % told
    )


def _course(chart: Burndown, left: int, unit: str) -> str:
    """How what is left compares with the straight line: with its whole stretch over today."""
    known = [day for day in chart.days if day.state is not None]
    today = known[-1]
    if chart.end_date is not None and today.date > chart.end_date:
        return _("though the sprint should have ended on %(date)s.") % {
            "date": long_date(chart.end_date)
        }
    this_evening = ideal_of(today, unit)
    this_morning = ideal_of(known[-2], unit) if len(known) > 1 else of(chart.start.remaining, unit)
    if left > this_morning:
        return _("%(number)s more than the straight line to the end has.") % {
            "number": number(left - this_morning)
        }
    if left < this_evening:
        return _("%(number)s fewer than the straight line to the end has.") % {
            "number": number(this_evening - left)
        }
    return _("as the straight line to the end has it.")


def velocity_title(chart: Velocity, unit: str) -> str:
    """What a sprint comes to, and how that compares with what was promised."""
    if chart.completed is None or chart.committed is None:
        return _("No sprint is completed yet.")
    done, promised = (
        (each.points if unit == "points" else each.cards)
        for each in (chart.completed, chart.committed)
    )
    told = {"done": number(done), "promised": number(promised)}
    if unit == "points":
        return _("A sprint completes %(done)s points on average, of %(promised)s promised.") % told
    return _("A sprint completes %(done)s cards on average, of %(promised)s promised.") % told


def flow_title(chart: Flow) -> str:
    """How much was completed, and whether more is under way than before."""
    if not any(sum(day.cards) for day in chart.days):
        return _("Nothing was on the board in this period.")
    first, last = (
        day.categories["in_progress"] + day.categories["in_review"]
        for day in (chart.days[0], chart.days[-1])
    )
    done = len(chart.completions)
    told = {"done": done, "first": first, "last": last}
    if first == last:
        return (
            ngettext(
                "%(done)d card was completed; work in progress stands at %(last)d, as before.",
                "%(done)d cards were completed; work in progress stands at %(last)d, as before.",
                done,
            )
            % told
        )
    if first < last:
        return (
            ngettext(
                "%(done)d card was completed; work in progress grew from %(first)d to %(last)d.",
                "%(done)d cards were completed; work in progress grew from %(first)d to %(last)d.",
                done,
            )
            % told
        )
    return (
        ngettext(
            "%(done)d card was completed; work in progress fell from %(first)d to %(last)d.",
            "%(done)d cards were completed; work in progress fell from %(first)d to %(last)d.",
            done,
        )
        % told
    )


def lead_title(durations: Durations) -> str:
    return _halves(
        durations,
        _("Half of the cards were done %(half)s after they were made, 85 of 100 within %(most)s."),
    )


def cycle_title(durations: Durations) -> str:
    return _halves(
        durations,
        _(
            "Half of the cards were done %(half)s after work on them began, "
            "85 of 100 within %(most)s."
        ),
    )


def _halves(durations: Durations, sentence: str) -> str:
    if not durations.count:
        return _("Nothing to measure in this period.")
    return sentence % {
        "half": days(durations.percentile_days(50)),
        "most": days(durations.percentile_days(LATE)),
    }


def throughput_title(chart: Flow) -> str:
    if not chart.completions:
        return _("Nothing was completed in this period.")
    weeks = max(1.0, len(chart.days) / 7)
    return _("%(number)s cards are completed a week on average.") % {
        "number": number(len(chart.completions) / weeks)
    }


def ageing_title(chart: Flow) -> str:
    """How much of what is under way is taking longer than things mostly do."""
    under_way = len(chart.ageing)
    late = sum(each.late for each in chart.ageing)
    if not under_way:
        return _("Nothing is in progress.")
    if not chart.cycle_time.count:
        return ngettext(
            "%(number)d card is in progress.", "%(number)d cards are in progress.", under_way
        ) % {"number": under_way}
    if not late:
        return ngettext(
            "%(number)d card is in progress, and it isn't late.",
            "%(number)d cards are in progress, and none is late.",
            under_way,
        ) % {"number": under_way}
    return ngettext(
        "%(late)d of %(number)d card in progress is late.",
        "%(late)d of %(number)d cards in progress are late.",
        under_way,
    ) % {"late": late, "number": under_way}


def lines(*told: str) -> str:
    """What a stretch of a picture tells, a fact a line."""
    return "\n".join(told)


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names with their numbers, a pair a line."""
    return "\n".join(_("%(name)s: %(number)s") % {"name": a, "number": b} for a, b in pairs)
