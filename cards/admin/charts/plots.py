"""Charts as shapes: lines, areas, bars and points in an SVG that fits any width.

Across, everything is a share of the width, so that a picture fits a phone without its texts
shrinking; upwards, it is in pixels. Numbers become text here: a template would write them with the
language's comma, which no SVG understands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

HEIGHT = 220
HEAD = 12
"""Room above the highest value, for the upper half of its label."""
WIDE = 1000
"""How wide lines and areas believe to be; they are stretched to the width there is."""
MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on a scale; one with a class of `spare` is left out where there is little room."""

    at: str
    label: str
    spare: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A line or an area: `kind` is its class, `points` as polylines have them."""

    kind: str
    points: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """An upright bar."""

    kind: str
    x: str
    y: str
    width: str
    height: str
    pattern: str = ""
    label: str = ""
    middle: str = ""
    label_y: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line that says where something lies; its text stands on the side with room."""

    x: str
    label: str
    y: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class Level:
    """A line across that says how high something lies; its text stands at one of its ends."""

    y: str
    label: str
    text_y: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One thing at its place, which tells of itself and leads to its page; without one, to none."""

    x: str
    y: str
    told: str
    address: str


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the picture that tells its numbers to whoever points at it."""

    x: str
    width: str
    told: str


@dataclass(frozen=True, slots=True)
class Key:
    """A line of the legend: what is drawn how."""

    kind: str
    label: str
    pattern: str = ""
    form: str = "line"


@dataclass(slots=True)
class Plot:
    """A whole picture; `label` says in words what is to be seen."""

    label: str
    scale: list[Tick] = field(default_factory=list)
    below: list[Tick] = field(default_factory=list)
    areas: list[Shape] = field(default_factory=list)
    lines: list[Shape] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    legend: list[Key] = field(default_factory=list)
    caption: str = ""

    height = HEIGHT + HEAD
    whole = HEIGHT + HEAD + 28
    text_below = HEIGHT + HEAD + 19
    wide = WIDE
    many = 400
    """From so many points on they are drawn smaller."""

    @property
    def radius(self) -> int:
        return 5 if len(self.points) < self.many else 3


class Scale:
    """Values upwards, from 0 to a round number above the highest."""

    def __init__(self, highest: float) -> None:
        self.step = _round_step(highest)
        steps = max(1, -(-highest // self.step))
        self.top = steps * self.step

    def y(self, value: float) -> float:
        return HEAD + HEIGHT * (1 - value / self.top)

    def ticks(self) -> list[Tick]:
        count = round(self.top / self.step)
        return [
            Tick(_number(self.y(each * self.step)), str(round(each * self.step)))
            for each in range(count + 1)
        ]


def _round_step(highest: float) -> int:
    """1, 2 or 5 times a power of ten: at most five steps lead to the highest value."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * 5 >= highest:
                return factor * power
        power *= 10


def line(kind: str, scale: Scale, places: Sequence[float], values: Sequence[float]) -> Shape:
    """A line through values at places from 0 to 1."""
    return Shape(kind, _points(scale, places, values))


def area(
    kind: str,
    scale: Scale,
    places: Sequence[float],
    lower: Sequence[float],
    upper: Sequence[float],
    pattern: str,
) -> Shape:
    """What lies between two lines."""
    there = _points(scale, places, upper)
    back = _points(scale, places[::-1], lower[::-1])
    return Shape(kind, f"{there} {back}", pattern)


def bar(
    kind: str, scale: Scale, left: float, width: float, value: float, label: str, pattern: str = ""
) -> Bar:
    """A bar from the ground; `left` and `width` are shares of the whole width."""
    y = scale.y(value)
    return Bar(
        kind=kind,
        x=percent(left),
        y=_number(y),
        width=percent(width),
        height=_number(HEIGHT + HEAD - y),
        pattern=pattern,
        label=label,
        middle=percent(left + width / 2),
        label_y=_number(max(10, y - 4)),
    )


def level(scale: Scale, value: float, label: str, *, is_left: bool) -> Level:
    y = scale.y(value)
    return Level(_number(y), label, _number(max(HEAD, y - 5)), is_left)


def point(scale: Scale, place: float, value: float, told: str, address: str) -> Point:
    return Point(percent(place), _number(scale.y(value)), told, address)


def below(places: Sequence[float], labels: Sequence[str], number: int | None = None) -> list[Tick]:
    """Labels along the ground: as many as there is room for, every other one a spare."""
    every = max(1, -(-len(labels) // (number or MOST_LABELS)))
    shown = [
        (place, label)
        for index, (place, label) in enumerate(zip(places, labels, strict=True))
        if index % every == 0
    ]
    spare = "spare-early" if len(shown) > MOST_LABELS * 0.7 else "spare"
    return [
        Tick(percent(place), label, spare if index % 2 else "")
        for index, (place, label) in enumerate(shown)
    ]


def percent(share: float) -> str:
    """A share of the width."""
    return f"{_number(share * 100)}%"


def _points(scale: Scale, places: Sequence[float], values: Sequence[float]) -> str:
    return " ".join(
        f"{_number(place * WIDE)},{_number(scale.y(value))}"
        for place, value in zip(places, values, strict=True)
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
