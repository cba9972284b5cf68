"""A POST that is sent again isn't done again."""

import datetime
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone
from rest_framework.test import APIClient

from boards.models import Board
from core.api import idempotency
from core.api.idempotency import Claim
from core.db.roles import as_owner
from core.models import EventLog, IdempotencyRecord
from tests.core.api.addresses import BoardViewSet, Breaks

BOARDS = "/api/v1/boards/"
BREAKS = "/api/v1/breaks/"


def post(client, body, key="key-1", address=BOARDS):
    return client.post(address, body, headers={"Idempotency-Key": key})


@pytest.fixture
def body(workspace):
    return {"workspace": str(workspace.pk), "name": "Once"}


def test_a_repeat_gets_the_stored_answer(as_member, body):
    first = post(as_member, body)
    second = post(as_member, body)

    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert first["ETag"] == second["ETag"]
    assert second["Idempotency-Replayed"] == "true"
    assert Board.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(as_member, body):
    post(as_member, body)

    answer = post(as_member, {**body, "name": "Other"})

    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert Board.objects.count() == 1


def test_a_key_belongs_to_its_caller_and_its_address(as_member, client_of, admin, body):
    post(as_member, body)
    post(client_of(admin), body)
    elsewhere = post(as_member, {}, address=f"{BOARDS}large/")

    assert elsewhere.status_code == 200
    assert Board.objects.count() == 2


def test_a_refusal_is_a_final_answer_too_and_leaves_nothing(as_member, body, monkeypatch):
    refused = post(as_member, {**body, "name": "full"})
    monkeypatch.setattr(BoardViewSet, "create_one", None)
    again = post(as_member, {**body, "name": "full"})

    assert refused.status_code == again.status_code == 409
    assert refused.json()["code"] == "board_full"
    assert refused.json()["limit"] == 3
    assert again["Content-Type"] == "application/problem+json"
    assert refused.content == again.content
    assert not Board.objects.exists()


@pytest.mark.parametrize("error", [RuntimeError("bug"), ConnectionError("reset")])
def test_what_is_not_final_is_not_stored(as_member, error, monkeypatch):
    monkeypatch.setattr(Breaks, "error", error)
    as_member.raise_request_exception = False

    assert post(as_member, {}, address=BREAKS).status_code == 500
    assert not IdempotencyRecord.objects.exists()


def test_nobody_signed_in_is_not_a_final_answer(client_of, body):
    assert post(client_of(None), body).status_code == 401
    assert not IdempotencyRecord.objects.exists()


def test_an_answer_with_a_credential_is_never_kept(as_member, board):
    address = f"{BOARDS}{board.pk}/secret/"

    first = post(as_member, {}, address=address)
    again = post(as_member, {}, address=address)

    assert first.json() == {"secret": "shown once"}
    assert first["Cache-Control"] == "no-store"
    assert again.status_code == 409
    assert again.json()["code"] == "credential_shown_once"
    assert bytes(IdempotencyRecord.objects.get().body) == b""


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "tab\there", "ключ"])
def test_a_key_that_is_none_is_refused(as_member, body, key):
    answer = post(as_member, body, key)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]
    assert not Board.objects.exists()


def test_after_a_day_a_key_is_free_again_and_old_answers_go(as_member, body):
    post(as_member, body)
    post(as_member, {**body, "name": "Another"}, key="key-2")
    IdempotencyRecord.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))

    answer = post(as_member, {**body, "name": "New"})

    assert answer.status_code == 201
    assert IdempotencyRecord.objects.count() == 1


def test_a_record_makes_no_log_entry(as_member, body):
    post(as_member, body)

    assert set(EventLog.objects.filter(entity_id=Board.objects.get().pk).values_list("action")) == {
        ("board.created",)
    }
    assert not EventLog.objects.filter(entity_type__contains="idempotency").exists()


def in_threads(count, work):
    """`work(number)` in as many threads at once; what each of them returned."""
    barrier = threading.Barrier(count)
    results = [None] * count

    def run(number):
        try:
            barrier.wait(120)
            results[number] = work(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def signed_in(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


@pytest.mark.django_db(transaction=True)
def test_sixteen_equal_posts_at_once_make_one(member, body):
    answers = in_threads(16, lambda _number: post(signed_in(member), body))

    assert Board.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert made == {str(Board.objects.get().pk)}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "idempotency_in_progress"
    assert post(signed_in(member), body).json()["id"] in made


@pytest.mark.django_db(transaction=True)
def test_sixteen_equal_posts_without_a_key_make_sixteen(member, body):
    in_threads(16, lambda _number: signed_in(member).post(BOARDS, body))

    assert Board.objects.count() == 16


@pytest.mark.django_db(transaction=True)
def test_a_key_is_free_again_when_the_worker_that_held_it_dies(member, body, monkeypatch):
    """A killed worker is a lost connection to the database: here the connection is ended."""
    begun, go_on = threading.Event(), threading.Event()
    backends = []

    def stop_in_the_middle(view, **values):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backends.append(cursor.fetchone()[0])
        begun.set()
        go_on.wait(120)
        return Board.objects.create(**values)

    with monkeypatch.context() as patched:
        patched.setattr(BoardViewSet, "create_one", stop_in_the_middle)
        worker = threading.Thread(
            target=in_threads, args=(1, lambda _: post(signed_in(member), body))
        )
        worker.start()
        assert begun.wait(120)
        held = post(signed_in(member), body)
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", backends)
        go_on.set()
        worker.join(30)
    freed = post(signed_in(member), body)

    assert held.status_code == 409
    assert freed.status_code == 201
    assert Board.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_key_of_a_request_does_not_hold_the_log_back(member, body):
    claim = Claim("ab" * 32, "cd" * 32)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(%s, %s)", [idempotency.LOCK_CLASS, claim.lock_number]
        )
        try:
            cursor.execute("SELECT event_log_bound()")
            before = cursor.fetchone()[0]
            signed_in(member).post(BOARDS, body)
            cursor.execute("SELECT event_log_bound()")
            assert cursor.fetchone()[0] > before
        finally:
            cursor.execute("SELECT pg_advisory_unlock_all()")
