"""What an operation asks of the database doesn't grow with the rows that are there.

Every operation of the document is called with 4 rows of everything and with 40, and takes the same
number of queries both times. How many a reading one takes stands in `tests.walks`; one that isn't
there fails. What a bulk of cards takes grows by a fixed number for each card, if at all: `BULK`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from boards.models import Board
from cards.models import Card
from tests.api.operations import CASES, NAMES, call
from tests.factories import (
    CardFactory,
    MemberFactory,
)
from tests.walks import each, gathered
from workspaces import services
from workspaces.models import Workspace

FEW, MANY = 4, 40
READS = gathered("READS", dict)
# The most that a writing operation takes: rights, locks, rules, row, log, answer. It is a bulk that
# makes, changes, moves and archives.
WRITE = 31
# What each card of a bulk takes beside the first.
BULK = {"create": 5, "change": 5, "move": 2, "archive": 1, "unarchive": 1}
FILTERS = [
    (name, parameter)
    for name in NAMES
    if name in CASES and name.startswith("GET ")
    for parameter in CASES[name].filters
]


def grow(number: int, own: dict[str, str], people: list[Any]) -> None:
    """`number` more rows of everything that `people` see."""
    workspace = Workspace.objects.get(pk=own["workspace"])
    for more in each("grow"):
        more(number, own, workspace, people)


def queries_of(work: Callable[[], Any], status: int) -> int:
    """How many queries `work` takes, whose writes are taken back."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as captured:
            response = work()
        assert response.status_code == status, response.content
        transaction.set_rollback(True)
    return len(captured)


@pytest.fixture
def with_few_and_many(own, admin, member):
    """Runs something with 4 rows and with 40 of everything that `admin` and `member` see."""

    def both(count: Callable[[], dict[Any, int]]) -> dict[Any, int]:
        grow(FEW, own, [admin, member])
        count()  # what is prepared once for all requests
        few = count()
        grow(MANY - FEW, own, [admin, member])
        assert count() == few
        return few

    return both


def test_every_reading_operation_has_a_limit():
    assert set(READS) == {name for name in NAMES if name.startswith("GET ")}


@pytest.mark.django_db
def test_operations_cost_the_same_with_few_rows_and_with_many(
    own, secrets, with_few_and_many, admin, member, client_of
):
    def count() -> dict[Any, int]:
        taken = {}
        for name in NAMES:
            case = CASES[name]
            # Of a workspace's only admin the account can't be deleted.
            person = member if name == "POST users/me/delete/" else admin
            client = client_of(None if case.public else person)
            work = partial(call, client, name, {**own, **secrets})
            taken[name] = queries_of(work, case.status)
        return taken

    taken = with_few_and_many(count)
    assert {name: taken[name] for name in READS} == READS
    assert max(taken.values()) <= WRITE


@pytest.mark.django_db
def test_filters_cost_nothing_beside(own, with_few_and_many, admin, client_of):
    client = client_of(admin)

    def count() -> dict[Any, int]:
        taken = {}
        for name, parameter in FILTERS:
            query = {parameter: own[CASES[name].filters[parameter]]}
            taken[name, parameter] = queries_of(partial(call, client, name, own, None, query), 200)
        return taken

    taken = with_few_and_many(count)
    assert taken == {(name, parameter): READS[name] for name, parameter in FILTERS}


@pytest.mark.django_db
def test_an_access_token_costs_one_query(own, with_few_and_many, admin):
    _token, secret = services.token_create(user=admin, actor=admin, name="CI", at=timezone.now())
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}")
    work = partial(call, client, "GET cards/", own)

    def count() -> dict[str, int]:
        work()  # the first use of a minute is noted
        return {"GET cards/": queries_of(work, 200)}

    taken = with_few_and_many(count)
    assert taken == {"GET cards/": READS["GET cards/"] + 1}


def bulk_of(kind: str, cards: list[Any], own: dict[str, str], colleague: str) -> Any:
    """The body of a bulk that does one thing to all of `cards`."""
    ids = [str(card.pk) for card in cards]
    changes = {"sprint": own["sprint"], "priority": "high", "assignees": [own["user"], colleague]}
    new = {"board": own["board"], "title": "New", **changes}
    return {
        "create": [new] * len(ids),
        "change": [{"id": each, "title": "Other", **changes} for each in ids],
        "move": [{"id": each, "column_id": own["other_column"]} for each in ids],
        "archive": ids,
        "unarchive": ids,
    }[kind]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", BULK)
def test_a_bulk_costs_a_fixed_number_for_each_card(kind, own, workspace, admin, client_of):
    board = Board.objects.get(pk=own["board"])
    colleague = str(MemberFactory(workspace=workspace).user_id)
    cards = [CardFactory(board=board) for _time in range(MANY)]
    if kind == "unarchive":
        Card.objects.filter(pk__in=[card.pk for card in cards]).update(archived_at=timezone.now())
    client = client_of(admin)

    def taken(number: int) -> int:
        body = {kind: bulk_of(kind, cards[:number], own, colleague)}
        return queries_of(lambda: call(client, "POST cards/bulk/", own, body), 200)

    taken(1)
    alone = taken(1)
    each = (taken(FEW) - alone) / (FEW - 1)
    assert (taken(MANY) - alone) / (MANY - 1) == each
    assert each <= BULK[kind]
    assert alone <= WRITE
