"""Dates in Russian: a month beside a day stands in the genitive, "1 декабря"."""

MONTH_DAY_FORMAT = "j E"
