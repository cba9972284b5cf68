"""Percentiles and histograms of how long things took."""

import datetime

import pytest

from cards.charts.durations import durations_of


def days(*numbers):
    return durations_of(datetime.timedelta(days=number) for number in numbers)


@pytest.mark.parametrize(
    ("lengths", "percent", "expected"),
    [
        ((7,), 50, 7),
        ((7,), 95, 7),
        ((3, 1, 2, 4), 50, 2),
        ((3, 1, 2, 4), 75, 3),
        ((3, 1, 2, 4), 76, 4),
        (range(1, 101), 85, 85),
        (range(1, 21), 95, 19),
    ],
)
def test_a_percentile_is_the_nearest_rank(lengths, percent, expected):
    assert days(*lengths).percentile_days(percent) == expected


def test_of_nothing_there_is_no_percentile_and_no_bar():
    assert days().percentile(85) is None
    assert days().percentile_days(85) is None
    assert days().histogram == []


def test_a_bar_holds_what_took_up_to_its_end():
    bars = [(bar.over, bar.upto, bar.cards) for bar in days(0, 0.2, 1, 1.01, 3).histogram]
    assert bars == [(0, 1, 3), (1, 2, 1), (2, 3, 1)]


@pytest.mark.parametrize(
    ("longest", "width", "number"),
    [(20, 1, 20), (20.1, 2, 11), (41, 3, 14), (100, 5, 20), (7300, 365, 20), (9000, 450, 20)],
)
def test_bars_are_as_narrow_as_twenty_of_them_can_be(longest, width, number):
    bars = days(longest).histogram
    assert (bars[0].upto, len(bars), bars[-1].cards) == (width, number, 1)
