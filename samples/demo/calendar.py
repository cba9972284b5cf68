"""The days on which the demo's team works, counted back from the day on which it is loaded."""

from __future__ import annotations

import datetime

SATURDAY = 5


class Calendar:
    """`moment("-3 14:05")`: 14:05 UTC on the third working day before today."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today

    def workday(self, place: int) -> datetime.date:
        """The working day `-place` working days before today; -1 is the last that is over."""
        day = self.today
        for _each in range(-place):
            day -= datetime.timedelta(days=1)
            while day.weekday() >= SATURDAY:
                day -= datetime.timedelta(days=1)
        return day

    def day(self, days: int) -> datetime.date:
        """So many days from today, weekends counted."""
        return self.today + datetime.timedelta(days=days)

    def moment(self, told: str) -> datetime.datetime:
        place, time = told.split()
        return datetime.datetime.combine(
            self.workday(int(place)), datetime.time.fromisoformat(time), datetime.UTC
        )
