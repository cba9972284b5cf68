"""Which days a chart is about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DEFAULT_DAYS = 30
MAX_DAYS = 366
EARLIEST = date(1970, 1, 1)


class Period(NamedTuple):
    """From the first day to the last, both among them."""

    first: date
    last: date


def last_days(number: int, today: date) -> Period:
    """So many days, the last of them today."""
    return Period(today - timedelta(days=number - 1), today)


def period_of(first: date | None, last: date | None, today: date) -> Period:
    """The period asked for; ValidationError with what is wrong about `from` or `to`.

    Left out, the last day is today, and the first such that it is thirty days.
    """
    last = last or today
    if last > today:
        raise ValidationError({"to": _("The period ends today at the latest.")})
    if min(first or last, last) < EARLIEST:
        name = "to" if last < EARLIEST else "from"
        raise ValidationError({name: _("The period begins in 1970 at the earliest.")})
    period = Period(first or last - timedelta(days=DEFAULT_DAYS - 1), last)
    if period.first > period.last:
        raise ValidationError({"from": _("The period begins before it ends.")})
    if (period.last - period.first).days >= MAX_DAYS:
        raise ValidationError({"from": _("A period has at most 366 days.")})
    return period
