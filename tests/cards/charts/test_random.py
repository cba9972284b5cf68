"""Random weeks of three boards: the log, played again, tells what the tables showed at the time.

While the weeks are told, the tables are looked at after every step and at the end of every day; the
charts are asked when all is over, and have only the log. Nothing of `cards.charts` takes part in
the looking, so that no mistake of theirs is made twice.
"""

from __future__ import annotations

import datetime
import random
from collections import Counter
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from boards.models import Board, Sprint
from boards.services import (
    board_create,
    board_delete,
    column_add,
    column_update,
    sprint_create,
    sprint_delete,
)
from cards import services
from cards.charts import Amount, burndown, flow, velocity
from cards.models import Card
from core.clock import backdated
from core.exceptions import RuleViolation
from tests.core.connections import in_the_owners_role

pytestmark = pytest.mark.django_db

DAYS = 14
STEPS_A_DAY = 7
FIRST = datetime.date(2026, 3, 1)
"""On the 8th of March New York's day has 23 hours."""
WORK = {"in_progress", "in_review"}
CATEGORIES = ("todo", "in_progress", "in_review", "done")
DAY = datetime.timedelta(days=1)


@dataclass
class Seen:
    """What was done for good on which board, as the tables showed it after each step."""

    completed_at: datetime.datetime
    board: object
    points: int
    began: datetime.datetime | None


@dataclass
class Told:
    """What the tables showed at the ends of days, and what became of the cards in between."""

    columns: dict[tuple, Counter] = field(default_factory=dict)
    """By board and day: cards, points and categories by column."""
    sprints: dict[tuple, tuple] = field(default_factory=dict)
    """By sprint and day: scope, remaining and completed."""
    endings: dict[object, tuple] = field(default_factory=dict)
    """The same of a sprint, right before it was completed, with the day."""
    began: dict[object, datetime.datetime] = field(default_factory=dict)
    done: dict[object, Seen] = field(default_factory=dict)


def rows():
    """All cards, with what their columns mean now."""
    return Card.objects.select_related("column").order_by("number")


def counts(card):
    return card.completed_at is not None or card.archived_at is None


def amount(cards):
    return Amount(len(cards), sum(card.story_points or 0 for card in cards))


def held(sprint_id):
    """What counts in a sprint now."""
    inside = [card for card in rows().filter(sprint=sprint_id) if counts(card)]
    done = [card for card in inside if card.completed_at is not None]
    left = [card for card in inside if card.completed_at is None]
    return amount(inside), amount(left), amount(done)


class Weeks:
    """Two weeks in which anything may happen to three boards."""

    def __init__(self, seed, workspace, person, zone):
        self.dice = random.Random(seed)
        self.workspace, self.person, self.zone = workspace, person, zone
        self.told = Told()
        self.names = 0

    def tell(self):
        for number in range(DAYS):
            day = FIRST + number * DAY
            for moment in self.moments(day):
                self.moment = moment
                with backdated(moment):
                    if number == 0 and not Board.objects.filter(workspace=self.workspace).exists():
                        self.open()
                self.step()
            self.look(day)
        return self.told

    def moments(self, day):
        """Moments of a day in order: its very beginning among them, and some twice."""
        begin = self.midnight(day)
        length = self.midnight(day + DAY) - begin
        seconds = sorted(
            self.dice.randrange(int(length.total_seconds())) for _each in range(STEPS_A_DAY - 2)
        )
        offsets = [0, *seconds, seconds[-1]]
        return [begin + datetime.timedelta(seconds=each) for each in offsets]

    def midnight(self, day):
        at = datetime.datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return at.astimezone(datetime.UTC)

    def open(self):
        for name in ("Product", "Support", "Passing"):
            board_create(actor=self.person, workspace=self.workspace, name=name)

    def step(self):
        """Something happens, or is refused; then the tables are looked at."""
        kinds = {
            self.make: 8, self.estimate: 4, self.schedule: 8, self.move: 12, self.send: 4,
            self.archive: 2, self.unarchive: 2, self.delete: 2, self.recategorise: 2,
            self.remove_column: 1, self.add_column: 1, self.plan: 4, self.start: 5,
            self.complete: 3, self.forget_sprint: 1, self.change_past_services: 2,
            self.close_board: 1,
        }  # fmt: skip
        [happen] = self.dice.choices(list(kinds), list(kinds.values()))
        try:
            with backdated(self.moment):
                happen()
        except (RuleViolation, ValidationError):
            pass
        self.look_at_cards()

    # What happens.

    def one(self, found):
        """One of these rows, or a refusal where there is none."""
        found = list(found)
        if not found:
            raise ValidationError("nothing to choose from")
        return self.dice.choice(found)

    def board(self):
        return self.one(Board.objects.order_by("created_at", "id"))

    def card(self, **conditions):
        return self.one(Card.objects.filter(**conditions).order_by("number"))

    def column(self, board):
        return self.dice.choice(board.columns)["id"]

    def sprint(self, **conditions):
        return self.one(Sprint.objects.filter(**conditions).order_by("created_at", "id"))

    def points(self):
        return self.dice.choice([None, 0, 1, 2, 3, 5, 8])

    def make(self):
        board = self.board()
        services.card_create(
            actor=self.person,
            board=board,
            title="A card",
            column_id=self.column(board),
            story_points=self.points(),
            sprint=self.dice.choice([None, *board.sprints.order_by("created_at", "id")]),
        )

    def estimate(self):
        self.change(self.card(), story_points=self.points())

    def schedule(self):
        card = self.card()
        sprints = Sprint.objects.filter(board=card.board_id).order_by("created_at", "id")
        self.change(card, sprint=self.dice.choice([None, *sprints]))

    def change(self, card, **changes):
        services.card_update(card=card, actor=self.person, changes=changes)

    def move(self):
        card = self.card()
        services.card_move(card=card, actor=self.person, column_id=self.column(card.board))

    def send(self):
        card, board = self.card(), self.board()
        services.card_move(card=card, actor=self.person, board=board, column_id=self.column(board))

    def archive(self):
        services.card_archive(card=self.card(archived_at=None), actor=self.person)

    def unarchive(self):
        services.card_unarchive(card=self.card(archived_at__isnull=False), actor=self.person)

    def delete(self):
        services.card_delete(card=self.card(), actor=self.person)

    def recategorise(self):
        board = self.board()
        column_update(
            board=board,
            actor=self.person,
            column_id=self.column(board),
            category=self.dice.choice(CATEGORIES),
        )

    def remove_column(self):
        board = self.board()
        services.column_remove(
            board=board,
            actor=self.person,
            column_id=self.column(board),
            move_cards_to=self.column(board),
        )

    def add_column(self):
        self.names += 1
        column_add(
            board=self.board(),
            actor=self.person,
            name=f"Column {self.names}",
            category=self.dice.choice(CATEGORIES),
            position=0,
        )

    def plan(self):
        self.names += 1
        day = self.moment.date()
        sprint_create(
            actor=self.person,
            board=self.board(),
            name=f"Sprint {self.names}",
            start_date=day,
            end_date=day + self.dice.randrange(6) * DAY,
        )

    def start(self):
        services.sprint_start(
            sprint=self.sprint(status="planned"), actor=self.person, at=self.moment
        )

    def complete(self):
        sprint = self.sprint(status="active")
        others = Sprint.objects.filter(board=sprint.board_id, status="planned")
        ending = (self.moment.astimezone(self.zone).date(), held(sprint.pk))
        services.sprint_complete(
            sprint=sprint,
            actor=self.person,
            at=self.moment,
            carry_over_to=self.dice.choice([None, *others.order_by("created_at", "id")]),
        )
        self.told.endings[sprint.pk] = ending

    def forget_sprint(self):
        sprint_delete(sprint=self.sprint(), actor=self.person)

    def change_past_services(self):
        """Several cards at once by an UPDATE that no service knows of."""
        some = Card.objects.filter(number__in=self.dice.sample(range(1, 40), 8))
        if self.dice.random() < 0.5:
            some.update(story_points=self.points())
        else:
            some.filter(archived_at=None).update(archived_at=self.moment)

    def close_board(self):
        board_delete(board=self.one(Board.objects.filter(name="Passing")), actor=self.person)

    # What the tables show.

    def look_at_cards(self):
        """Whose work has begun, what is done where, and what is so no more."""
        cards = {card.pk: card for card in rows()}
        for gone in self.told.done.keys() - cards.keys():
            del self.told.done[gone]
        for pk, card in cards.items():
            before = self.told.done.get(pk)
            if card.completed_at is None:
                self.told.done.pop(pk, None)
            elif before is None or before.completed_at != card.completed_at:
                began = self.told.began.get(pk)
                self.told.done[pk] = Seen(
                    card.completed_at, card.board_id, card.story_points or 0, began
                )
            if card.column.category in WORK:
                self.told.began.setdefault(pk, self.moment)

    def look(self, day):
        """Where all stands at the end of a day."""
        found = {}
        for board in Board.objects.all():
            found[board.pk] = self.told.columns[board.pk, day] = Counter()
        for card in rows():
            if counts(card):
                points = card.story_points or 0
                column = str(card.column_id)
                found[card.board_id] += Counter({
                    ("cards", column): 1,
                    ("points", column): points,
                    ("category", card.column.category): 1,
                })  # fmt: skip
        for sprint in Sprint.objects.filter(status="active"):
            self.told.sprints[sprint.pk, day] = held(sprint.pk)


@pytest.mark.parametrize(
    ("seed", "zone"),
    [(1, "UTC"), (2, "America/New_York"), (3, "Asia/Kolkata")],
)
def test_the_charts_tell_of_random_weeks_what_the_tables_showed(workspace, admin, seed, zone):
    Board.objects.all().delete()
    weeks = Weeks(seed, workspace, admin, ZoneInfo(zone))
    with in_the_owners_role():
        told = weeks.tell()
    later = weeks.midnight(FIRST + (DAYS + 1) * DAY)
    compared = Counter()
    for board in Board.objects.all():
        compare_flow(board, weeks, told, later, compared)
        compare_velocity(board, told, compared)
    for sprint in Sprint.objects.exclude(status="planned"):
        compare_burndown(sprint, weeks, told, later, compared)
    # Enough happened for the comparison to say something.
    assert min(compared[each] for each in ("sprints", "completions", "ageing")) >= 1, compared


def compare_flow(board, weeks, told, later, compared):
    last = FIRST + (DAYS - 1) * DAY
    chart = flow(board, first=FIRST, last=last, at=later, zone=weeks.zone)
    for day in chart.days:
        seen = told.columns[board.pk, day.date]
        shown = Counter()
        for column, cards, points in zip(chart.columns, day.cards, day.points, strict=True):
            shown += Counter({("cards", column.id): cards, ("points", column.id): points})
        shown += Counter({("category", name): number for name, number in day.categories.items()})
        # What is nought isn't there: adding Counters leaves it out.
        assert shown == seen + Counter(), (board.name, day.date)

    done = {str(pk): each for pk, each in told.done.items() if each.board == board.pk}
    end = weeks.midnight(last + DAY)
    assert {
        each.card: (each.completed_at, each.points, each.cycle) for each in chart.completions
    } == {
        pk: (each.completed_at, each.points, each.began and each.completed_at - each.began)
        for pk, each in done.items()
    }
    in_hand = {
        str(card.pk): end - told.began[card.pk]
        for card in rows().filter(board=board, archived_at=None)
        if card.column.category in WORK
    }
    assert {each.card: each.age for each in chart.ageing} == in_hand
    weekly = sum(week.completed.points for week in chart.throughput)
    assert weekly == sum(each.points for each in done.values())
    compared.update(completions=len(done), ageing=len(in_hand))


def compare_velocity(board, told, compared):
    over = Sprint.objects.filter(board=board, status="completed").order_by("completed_at", "id")
    assert sorted(
        (each.name, each.committed, each.completed) for each in velocity(board).sprints
    ) == sorted(
        (
            sprint.name,
            Amount(sprint.committed_cards, sprint.committed_points),
            Amount(sprint.completed_cards, sprint.completed_points),
        )
        for sprint in list(over)[-7:]
    )


def compare_burndown(sprint, weeks, told, later, compared):
    chart = burndown(sprint, at=later, zone=weeks.zone)
    ending = told.endings.get(sprint.pk)
    expected = {day: state for (pk, day), state in told.sprints.items() if pk == sprint.pk}
    if ending is not None:
        expected[ending[0]] = ending[1]
    last = FIRST + (DAYS - 1) * DAY
    shown = {
        day.date: (day.state.scope, day.state.remaining, day.state.completed)
        for day in chart.days
        if day.state is not None and day.date <= last
    }
    assert shown == expected, sprint.name
    assert (chart.committed.cards, chart.committed.points) == (
        sprint.committed_cards,
        sprint.committed_points,
    )
    # Each day follows from the one before by what is said to have changed.
    before = chart.start.scope
    for day in chart.days:
        if day.state is None:
            continue
        added, removed = day.changes.added, day.changes.removed
        assert day.state.scope == Amount(
            before.cards + added.cards - removed.cards,
            before.points + added.points - removed.points + day.changes.re_estimated,
        )
        before = day.state.scope
    compared["sprints"] += 1
