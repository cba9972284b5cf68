"""A request that lost against another transaction is run again, as a whole."""

import threading

import psycopg
import pytest
from django.db import OperationalError, connections, transaction
from rest_framework.response import Response

from boards.models import Board
from core.api.retry import TRIES, is_retryable, retrying
from tests.core.api.addresses import Breaks
from tests.factories import BoardFactory


def failure(sqlstate):
    error = OperationalError()
    error.__cause__ = psycopg.errors.lookup(sqlstate)()
    return error


class Failing:
    """Fails so many times, then answers."""

    def __init__(self, times, sqlstate="40P01"):
        self.times, self.sqlstate, self.calls = times, sqlstate, 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.times:
            raise failure(self.sqlstate)
        return "done"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_it_is_run_again_up_to_five_times(sqlstate):
    work = Failing(TRIES - 1, sqlstate)
    assert retrying(work) == "done"
    assert work.calls == TRIES

    hopeless = Failing(TRIES, sqlstate)
    with pytest.raises(OperationalError):
        retrying(hopeless)
    assert hopeless.calls == TRIES


@pytest.mark.django_db(transaction=True)
def test_other_failures_are_not_run_again():
    work = Failing(1, "55P03")

    with pytest.raises(OperationalError):
        retrying(work)
    assert work.calls == 1


def test_inside_a_transaction_nothing_is_run_again(db):
    work = Failing(1)

    with pytest.raises(OperationalError):
        retrying(work)
    assert work.calls == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", [None, "with-a-key"])
def test_two_requests_that_wait_for_each_other_both_succeed(
    client_of, member, workspace, monkeypatch, key
):
    boards = [BoardFactory(workspace=workspace, name="Board") for _ in range(2)]
    meeting = threading.Barrier(2)
    tries = []

    def write(request):
        """Change both boards, in the order that the body says; the first time, wait in between."""
        first, second = request.data["order"]
        tries.append(first)
        with transaction.atomic():
            Board.objects.filter(pk=boards[first].pk).update(name=f"by {first}")
            if tries.count(first) == 1:
                meeting.wait(120)
            Board.objects.filter(pk=boards[second].pk).update(name=f"by {first}")
        return Response({})

    monkeypatch.setattr(Breaks, "error", staticmethod(write))
    statuses = []

    def run(order):
        client = client_of(member)
        headers = {"Idempotency-Key": f"{key}-{order[0]}"} if key else {}
        try:
            answer = client.post("/api/v1/breaks/", {"order": order}, headers=headers)
            statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(order,)) for order in ([0, 1], [1, 0])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert statuses == [200, 200]
    assert len(tries) >= 3, "nobody lost, so nothing was tried"
    assert len(set(Board.objects.values_list("name", flat=True))) == 1


def test_only_lost_races_are_worth_another_try():
    assert is_retryable(failure("40001"))
    assert not is_retryable(failure("23505"))
    assert not is_retryable(ValueError())
