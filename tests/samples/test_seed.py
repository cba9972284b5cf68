"""`manage.py seed`: large installations that are plausible, the same for a seed, and logged."""

import io
import statistics
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Max, Min, Q

from boards.models import Board, Sprint
from cards.models import Card, CardAssignee
from core.models import EventLog
from core.progress import Progress
from samples.seeding.figures import KANBAN, TRACKER, Lengths
from samples.seeding.rows import CHUNK, Shape, batches
from tests.factories import UserFactory
from tests.watching import all_tables
from workspaces.models import User, Workspace, WorkspaceMember

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def seed(db):
    def carry_out(cards, **options):
        out = io.StringIO()
        call_command("seed", cards=cards, stdout=out, stderr=io.StringIO(), **options)
        return out.getvalue().splitlines()

    return carry_out


def test_the_same_seed_makes_the_same_rows():
    first, second = (list(batches(Shape.of(700, seed=7), UNTIL)) for _each in range(2))
    assert first == second
    other = list(batches(Shape.of(700, seed=8), UNTIL))
    ids = [{row[0] for batch in made for row in batch.rows} for made in (first, other)]
    assert len(ids[0]) == sum(len(batch.rows) for batch in first)
    assert not ids[0] & ids[1]


def test_no_batch_has_more_cards_than_fit_in_memory():
    made = list(batches(Shape.of(CHUNK + 5, boards=1), UNTIL))
    assert [len(batch.rows) for batch in made if batch.table == "cards"] == [CHUNK, 5]


def test_what_was_asked_for_is_there(seed):
    said = seed(300, boards=6, workspaces=2)
    assert (Card.objects.count(), Board.objects.count(), Workspace.objects.count()) == (300, 6, 2)
    assert said == [
        f"{User.objects.count():>10} users",
        "         2 workspaces",
        f"{WorkspaceMember.objects.count():>10} workspace_members",
        "         6 boards",
        f"{Sprint.objects.count():>10} sprints",
        "       300 cards",
        f"{CardAssignee.objects.count():>10} card_assignees",
    ]


@pytest.mark.parametrize(
    ("asked", "shape"),
    [
        ({"cards": 0}, (1, 1)),
        ({"cards": 100}, (1, 1)),
        ({"cards": 10_000}, (20, 2)),
        ({"cards": 1_000_000}, (2_000, 200)),
        ({"cards": 100, "workspaces": 3}, (3, 3)),
        ({"cards": 100, "boards": 40}, (40, 4)),
    ],
)
def test_the_shape_follows_the_number_of_cards(asked, shape):
    made = Shape.of(**asked)
    assert (made.boards, made.workspaces) == shape
    amounts = list(made.amounts())
    assert len(amounts) == made.workspaces
    assert sum(map(len, amounts)) == made.boards
    assert sum(map(sum, amounts)) == asked["cards"]


def test_numbers_and_positions_are_what_the_services_would_have_given(seed):
    seed(400, boards=5, workspaces=2)
    for workspace in Workspace.objects.all():
        numbers = list(
            Card.objects.filter(workspace=workspace).order_by("id").values_list("number", flat=True)
        )
        assert numbers == list(range(1, len(numbers) + 1))
    for column_id in Card.objects.values_list("column_id", flat=True).distinct():
        positions = list(
            Card.objects.filter(column_id=column_id)
            .order_by("position")
            .values_list("position", flat=True)
        )
        assert positions == [65_536 * place for place in range(1, len(positions) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(last_number = (SELECT max(number) FROM cards c"
            " WHERE c.workspace_id = k.workspace_id)) FROM card_counters k"
        )
        assert cursor.fetchone() == (True,)


def test_every_row_has_its_entry_all_of_one_action(seed):
    before = EventLog.objects.count()
    seed(150)
    rows = Counter(
        {
            "user": User.objects.count(),
            "workspace": 1,
            "workspace_member": WorkspaceMember.objects.count(),
            "board": 1,
            "sprint": Sprint.objects.count(),
            "card": 150,
            "card_assignee": CardAssignee.objects.count(),
        }
    )
    entries = EventLog.objects.order_by("id")[before:]
    assert Counter(entry.entity_type for entry in entries) == +rows
    assert {(entry.action, entry.source, entry.actor_id) for entry in entries} == {
        ("installation.seeded", "command", None)
    }
    assert len({entry.action_id for entry in entries}) == 1


def test_the_team_is_plausible(seed):
    seed(600, boards=3)
    assert not CardAssignee.objects.exclude(
        user__memberships__workspace_id=F("workspace_id")
    ).exists()
    assert WorkspaceMember.objects.filter(role="admin").count() == 1
    assert Card.objects.filter(completed_at__lt=F("created_at")).count() == 0
    assert Card.objects.filter(archived_at__lt=F("created_at")).count() == 0
    assert Card.objects.filter(~Q(column__category="done"), completed_at__isnull=False).count() == 0
    moments = Card.objects.aggregate(Min("created_at"), Max("created_at"), Max("completed_at"))
    assert moments["created_at__min"] > datetime(2025, 5, 10, tzinfo=UTC)
    assert max(moments["created_at__max"], moments["completed_at__max"]) <= UNTIL
    assert set(Sprint.objects.values_list("status", flat=True)) <= {"planned"}
    boards = Board.objects.annotate(amount=Count("cards")).values_list("amount", flat=True)
    assert min(boards) > 0


def test_nobody_can_sign_in_as_one_of_them(seed):
    seed(10)
    assert not any(person.has_usable_password() for person in User.objects.all())
    assert not User.objects.filter(is_superuser=True).exists()


def test_who_joins_administers_all_of_it(seed):
    person = UserFactory(username="looker")
    seed(50, boards=4, workspaces=4, join=["Looker"])
    assert WorkspaceMember.objects.filter(user=person, role="admin").count() == 4


def test_two_seeds_live_side_by_side_but_one_only_once(seed):
    seed(20)
    seed(20, seed=2)
    before = all_tables()
    with pytest.raises(CommandError, match="sown here already"):
        seed(500)
    assert all_tables() == before
    assert Card.objects.count() == 40


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": 10_000}, "A seed is between 0 and 9999."),
        ({"seed": -1}, "A seed is between 0 and 9999."),
        ({"cards": -1}, "The number of cards is not negative."),
        ({"workspaces": 0}, "There are between 1 and 1000 workspaces."),
        ({"workspaces": 1_001}, "There are between 1 and 1000 workspaces."),
        ({"boards": 1, "workspaces": 2}, "Every workspace has at least one board."),
        ({"join": ["nobody"]}, "There is nobody called nobody."),
    ],
)
def test_what_cannot_be_is_refused(seed, options, message):
    with pytest.raises(CommandError) as refused:
        seed(**{"cards": 1, **options})
    assert str(refused.value) == message
    assert not Workspace.objects.exists()


def test_the_shapes_are_those_that_were_measured():
    titles, texts, labels, people = [], [], Counter(), 0
    for batch in batches(Shape.of(12_000, boards=200), UNTIL):
        assert len(batch.rows) <= CHUNK or batch.table == "card_assignees"
        if batch.table == "card_assignees":
            people += len(batch.rows)
        if batch.table == "cards":
            titles += [len(row[7]) for row in batch.rows]
            texts += [len(row[8]) for row in batch.rows]
            labels.update(row[9].count('"color"') for row in batch.rows)
    assert min(titles) >= 1
    assert max(titles) <= 350
    assert 43 <= statistics.median(titles) <= 49  # issues 52, Trello 31
    assert 0.24 <= texts.count(0) / len(texts) <= 0.30  # issues 0.10, Trello 0.60
    assert 8_000 <= max(texts) <= 20_003
    assert 0.48 <= labels[0] / 12_000 <= 0.56  # GitHub 0.57, Trello 0.47
    assert 0.40 <= people / 12_000 <= 0.46  # Trello 0.44


@pytest.mark.parametrize("lengths", [TRACKER.title, KANBAN.title, TRACKER.description])
def test_lengths_stay_between_the_least_and_the_greatest(lengths):
    class Fixed:
        def __init__(self, share):
            self.share = share

        def random(self):
            return self.share

    shares = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
    assert [lengths.draw(Fixed(share)) for share in shares] == list(lengths.values[:-1])
    assert lengths.draw(Fixed(0.999_999_999)) in range(
        lengths.values[-1] - 1, lengths.values[-1] + 1
    )


def test_a_distribution_that_begins_with_nothing_is_drawn_in_straight_lines():
    lengths = Lengths((0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10))

    class Half:
        def random(self):
            return 0.995

    assert lengths.draw(Half()) == 5


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_progress_bar_is_drawn_in_a_terminal():
    terminal = Terminal()
    progress = Progress(terminal, 4_000, "cards")
    progress.reach(2_000)
    progress.reach(2_001)
    progress.reach(4_000)
    progress.end()
    assert terminal.getvalue().split("\r") == [
        "",
        "[###############---------------]  50 %  2,000 of 4,000 cards",
        "[##############################] 100 %  4,000 of 4,000 cards\n",
    ]


@pytest.mark.parametrize(("stream", "total"), [(io.StringIO(), 10), (Terminal(), 0)])
def test_elsewhere_and_for_nothing_it_stays_silent(stream, total):
    progress = Progress(stream, total, "cards")
    progress.reach(total)
    progress.end()
    assert stream.getvalue() == ""
