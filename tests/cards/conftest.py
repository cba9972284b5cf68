"""Who calls, where cards go, and what came of it in the log."""

import pytest

from cards.models import Card
from tests.factories import BoardFactory, CardFactory
from tests.watching import Watch

CARDS = "/api/v1/cards/"


@pytest.fixture(autouse=True)
def _no_rate_limits(settings, tmp_path):
    settings.TASKLY_RATE_FILE = str(tmp_path / "requests")
    settings.TASKLY_RATE_USER = 0
    settings.TASKLY_RATE_ANONYMOUS = 0


@pytest.fixture
def as_admin(client_of, admin, workspace):
    return client_of(admin)


@pytest.fixture
def as_member(client_of, member, workspace):
    return client_of(member)


@pytest.fixture
def as_outsider(client_of, outsider, other_workspace):
    return client_of(outsider)


@pytest.fixture
def columns(board):
    """The ids of the board's columns: To Do, In Progress, In Review, Done."""
    return [column["id"] for column in board.columns]


@pytest.fixture
def fill(board):
    """`fill(column_id, "A", "B")`: cards of these titles, in this order, in a column."""

    def filled(column_id, *titles, on=None, **values):
        return [
            CardFactory(board=on or board, column_id=column_id, title=title, **values)
            for title in titles
        ]

    return filled


@pytest.fixture
def order_of():
    """`order_of(column_id)`: the titles in a column, in order."""

    def titles(column_id):
        cards = Card.objects.filter(column_id=column_id).order_by("position")
        return list(cards.values_list("title", flat=True))

    return titles


@pytest.fixture
def limit(board):
    """`limit(column, 2)`: give a column (by its place) a limit of cards."""

    def limited(place, amount):
        board.columns[place]["wip_limit"] = amount
        board.save()

    return limited


@pytest.fixture
def watch(db):
    """The log from the first use on: name it last in a test's arguments, or `restart()` it."""
    return Watch()


@pytest.fixture
def make_board(db):
    """`make_board(workspace)`: another board there."""
    return lambda workspace: BoardFactory(workspace=workspace)
