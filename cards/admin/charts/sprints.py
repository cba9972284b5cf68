"""A sprint's burndown and a board's velocity as pictures."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from cards.admin.charts import words
from cards.admin.charts.pictures import Picture, Table
from cards.admin.charts.plots import Band, Key, Plot, Scale, area, bar, below, line, percent
from cards.charts.burndown import Burndown, BurndownDay
from cards.charts.velocity import Velocity


def burndown_picture(chart: Burndown, unit: str) -> Picture:
    """What remains, day by day, beside the straight line and the scope."""
    picture = Picture(
        "burndown",
        _("Burndown of %(sprint)s") % {"sprint": chart.name},
        words.burndown_title(chart, unit),
    )
    if not chart.days:
        picture.empty = (
            _("The line begins when the sprint is started.")
            if chart.start.scope.cards
            else _("Put cards into it and start it: then the line begins.")
        )
        return picture
    known = [day for day in chart.days if day.state is not None]
    length = len(chart.days)
    places = [index / length for index in range(length + 1)]
    left = [words.of(chart.start.remaining, unit)]
    left += [words.of(day.state.remaining, unit) for day in known if day.state]
    scope = [words.of(chart.start.scope, unit)]
    scope += [words.of(day.state.scope, unit) for day in known if day.state]
    ideal = [float(left[0])] + [words.ideal_of(day, unit) for day in chart.days]
    scale = Scale(max(1, *left, *scope))
    middles = [(index + 0.5) / length for index in range(length)]
    picture.plot = Plot(
        label=picture.title,
        scale=scale.ticks(),
        below=below(middles, [words.short_date(day.date) for day in chart.days]),
        areas=[area("left", scale, places[: len(left)], [0] * len(left), left, "")],
        lines=[
            line("ideal", scale, places, ideal),
            line("scope", scale, places[: len(scope)], scope),
            line("left", scale, places[: len(left)], left),
        ],
        bands=[
            Band(percent(index / length), percent(1 / length), _told(day, unit))
            for index, day in enumerate(chart.days)
        ],
        legend=[
            Key("left", _("Left to do")),
            Key("scope", _("Scope: all that is in the sprint")),
            Key("ideal", _("Straight line to the end")),
        ],
        caption=_("Points at the end of each day")
        if unit == "points"
        else _("Cards at the end of each day"),
    )
    picture.facts = _burndown_facts(chart, unit)
    picture.table = _burndown_table(chart, known, unit)
    if chart.unestimated and unit == "points":
        picture.note = _("Cards without points: %(number)d. They count as 0 points.") % {
            "number": chart.unestimated
        }
    return picture


def _burndown_facts(chart: Burndown, unit: str) -> list[tuple[str, str]]:
    totals, latest = chart.totals, chart.latest
    found = [(_("Left"), str(words.of(latest.remaining, unit)))]
    found.append((_("Done"), str(words.of(latest.completed, unit))))
    if chart.committed is not None:
        found.append((_("Promised"), str(words.of(chart.committed, unit))))
    found.append((_("Added since"), _signed(words.of(totals.added, unit))))
    found.append((_("Taken out"), _signed(-words.of(totals.removed, unit))))
    if unit == "points":
        found.append((_("Re-estimated"), _signed(totals.re_estimated)))
    return found


def _told(day: BurndownDay, unit: str) -> str:
    date, ideal = words.long_date(day.date), words.number(words.ideal_of(day, unit))
    if day.state is None or day.changes is None:
        return words.lines(date, words.facts([(_("Straight line"), ideal)]))
    pairs = [
        (_("Left to do"), str(words.of(day.state.remaining, unit))),
        (_("Scope"), str(words.of(day.state.scope, unit))),
        (_("Straight line"), ideal),
    ]
    changes = [
        (_("Added"), words.of(day.changes.added, unit)),
        (_("Taken out"), words.of(day.changes.removed, unit)),
        (_("Re-estimated"), day.changes.re_estimated if unit == "points" else 0),
        (_("Completed that day"), words.of(day.changes.completed, unit)),
        (_("Reopened"), words.of(day.changes.reopened, unit)),
    ]
    pairs += [(name, str(value)) for name, value in changes if value]
    return words.lines(date, words.facts(pairs))


def _burndown_table(chart: Burndown, known: list[BurndownDay], unit: str) -> Table:
    heads = [_("Day"), _("Straight line"), _("Scope"), _("Left"), _("Done")]
    heads += [_("Added"), _("Taken out")]
    heads += [_("Re-estimated")] if unit == "points" else []
    heads += [_("Completed that day"), _("Reopened")]
    blank = ["0"] * (len(heads) - 5)
    state = chart.start
    first = [str(words.of(each, unit)) for each in (state.scope, state.remaining, state.completed)]
    rows = [[_("At the start"), words.number(float(first[1])), *first, *blank]]
    for day in known:
        if day.state is None or day.changes is None:
            continue
        state, changes = day.state, day.changes
        after = [_signed(changes.re_estimated)] if unit == "points" else []
        rows.append(
            [
                words.long_date(day.date),
                words.number(words.ideal_of(day, unit)),
                *(
                    str(words.of(each, unit))
                    for each in (state.scope, state.remaining, state.completed)
                ),
                *(str(words.of(each, unit)) for each in (changes.added, changes.removed)),
                *after,
                *(str(words.of(each, unit)) for each in (changes.completed, changes.reopened)),
            ]
        )
    caption = _("Burndown in points") if unit == "points" else _("Burndown in cards")
    return Table(caption, heads, rows)


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else str(number).replace("-", "\N{MINUS SIGN}")


def velocity_picture(chart: Velocity, unit: str) -> Picture:
    """Promised and completed, a pair of bars a sprint."""
    picture = Picture("velocity", _("Velocity"), words.velocity_title(chart, unit))
    if not chart.sprints:
        picture.empty = _(
            "Plan a sprint, start it, and complete it when it is over: this shows what your team "
            "gets done in one, which the next can be planned by."
        )
        return picture
    pairs = [
        (each.name, words.of(each.committed, unit), words.of(each.completed, unit))
        for each in chart.sprints
    ]
    scale = Scale(max(1, *(max(promised, done) for _name, promised, done in pairs)))
    share = 1 / len(pairs)
    width = min(0.06, share * 0.34)
    picture.plot = Plot(
        label=picture.title,
        scale=scale.ticks(),
        below=below(
            [(index + 0.5) * share for index in range(len(pairs))],
            [_cut(name, 72 // len(pairs)) for name, *_rest in pairs],
        ),
        bars=[
            each
            for index, (_name, promised, done) in enumerate(pairs)
            for each in (
                bar("promised", scale, _left(index, share, width, 0), width, promised,
                    str(promised), "hatch"),
                bar("done", scale, _left(index, share, width, 1), width, done, str(done)),
            )
        ],
        bands=[
            Band(
                percent(index * share),
                percent(share),
                words.lines(
                    name,
                    words.facts(
                        [(_("Promised"), str(promised)), (_("Done"), str(done))]
                    ),
                ),
            )
            for index, (name, promised, done) in enumerate(pairs)
        ],
        legend=[
            Key("promised", _("Promised at the start"), "hatch", "box"),
            Key("done", _("Done"), "", "box"),
        ],
        caption=_("Points a sprint") if unit == "points" else _("Cards a sprint"),
    )  # fmt: skip
    picture.table = Table(
        _("Velocity"),
        [_("Sprint"), _("Completed on"), _("Points promised"), _("Points completed"),
         _("Cards promised"), _("Cards completed")],
        [
            [
                each.name,
                words.long_date(timezone.localdate(each.completed_at)),
                str(each.committed.points),
                str(each.completed.points),
                str(each.committed.cards),
                str(each.completed.cards),
            ]
            for each in chart.sprints
        ],
    )  # fmt: skip
    return picture


def _left(index: int, share: float, width: float, nth: int) -> float:
    return (index + 0.5) * share + (nth - 1) * width + (0.002 if nth else -0.002)


def _cut(name: str, length: int) -> str:
    """As much of a name as stands below a bar; the table has all of it."""
    length = min(18, max(5, length))
    return name if len(name) <= length else f"{name[: length - 1].rstrip()}…"
