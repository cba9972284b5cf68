"""Days of a time zone, and what a day's end is in the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from cards.charts.replay import Moment

DAY = timedelta(days=1)


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day on which something happened."""
    return moment.astimezone(zone).date()


def end_of(day: date, zone: tzinfo) -> Moment:
    """The midnight that ends a day: what happened before it belongs to the day."""
    return Moment(start_of(day + DAY, zone))


def start_of(day: date, zone: tzinfo) -> datetime:
    """The midnight that begins a day, in UTC: only then do moments of one zone compare rightly."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day of a period, its ends among them."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def in_days(span: timedelta) -> float:
    """A length of time in days, to the hundredth."""
    return round(span / DAY, 2)
