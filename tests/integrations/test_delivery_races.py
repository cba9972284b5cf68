"""Deliveries over real HTTP, many at once, while people archive and rotate."""

import http.client
import itertools
import json
from urllib.parse import urlsplit

import pytest
from django.db import connection

from decisions.models import Transcript
from integrations.models import ProcessedMessage
from integrations.services import project_secret_make, signature_of
from projects.services import project_archive, project_unarchive
from tests.integrations.conftest import MEETING, SECRET, address_of
from tests.workspaces.together import together

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 16


@pytest.fixture
def send(live_server):
    """`send(project, body, secret)`: the status and the answer of a delivery over a socket."""
    place = urlsplit(live_server.url)

    def sent(project, body=MEETING, secret=SECRET):
        payload = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Taskly-Signature-256": signature_of(secret, payload),
        }
        connected = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        try:
            connected.request("POST", address_of(project.pk), payload, headers)
            answer = connected.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connected.close()

    return sent


def test_sixteen_equal_deliveries_at_once_make_one_transcript(send, signed_project):
    for number in range(3):
        body = {**MEETING, "webhook_id": f"meeting-{number}"}
        outcomes = together(*[lambda body=body: send(signed_project, body)] * AT_ONCE)

        assert sorted(status for status, _answer in outcomes) == [200] * 15 + [201], outcomes
        made = Transcript.objects.get(webhook_id=f"meeting-{number}")
        assert {answer["id"] for _status, answer in outcomes} == {str(made.pk)}
    assert ProcessedMessage.objects.count() == 3


def test_deliveries_that_differ_do_not_wait_for_each_other(send, signed_project):
    works = [
        lambda number=number: send(signed_project, {**MEETING, "webhook_id": str(number)})
        for number in range(AT_ONCE)
    ]

    assert {status for status, _answer in together(*works)} == {201}
    assert Transcript.objects.count() == AT_ONCE


def test_a_project_archived_meanwhile_has_taken_in_what_it_answered(send, signed_project):
    for number in range(3):
        works = [
            lambda name=name: send(signed_project, {**MEETING, "webhook_id": name})
            for name in (f"{number}.{each}" for each in range(8))
        ]
        *outcomes, archived = together(
            *works, lambda: project_archive(project=signed_project, actor=None)
        )

        assert archived.archived_at is not None
        statuses = [status for status, _answer in outcomes]
        assert set(statuses) <= {201, 409}
        kept = Transcript.objects.filter(webhook_id__startswith=f"{number}.")
        assert kept.count() == statuses.count(201)
        project_unarchive(project=signed_project, actor=None)
        again = [work()[0] for work in works]
        assert sorted(again) == sorted(200 if status == 201 else 201 for status in statuses)


def test_a_secret_rotated_while_deliveries_come(send, signed_project):
    """Each is signed right or wrong as of one moment: 201, 200 or 401, and nothing else."""
    secrets = [SECRET]
    numbers = itertools.count()

    def rotate():
        for _time in range(5):
            secrets.append(project_secret_make(project=signed_project, actor=None)[1])
        return

    def deliver_some():
        return [
            send(signed_project, {**MEETING, "webhook_id": f"w{next(numbers)}"}, secrets[-1])[0]
            for _time in range(10)
        ]

    _rotated, *outcomes = together(rotate, *[deliver_some] * 6)

    statuses = [status for each in outcomes for status in each]
    assert set(statuses) <= {201, 401}
    assert Transcript.objects.count() == statuses.count(201)
    assert send(signed_project, MEETING, secrets[-1])[0] == 201
    assert send(signed_project, MEETING, secrets[0])[0] == 401


def test_a_server_without_its_database_says_so_and_takes_it_in_later(send, signed_project):
    """Where the database ends every connection, the sender is told to come again."""
    assert send(signed_project)[0] == 201
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            # The server's own autovacuum may be at work here, which only a superuser may end.
            " AND backend_type = 'client backend'"
        )
    statuses = [
        send(signed_project, {**MEETING, "webhook_id": "later"})[0] for _attempt in range(3)
    ]

    assert set(statuses) <= {200, 201, 503}
    assert statuses[-1] in (200, 201)
    assert Transcript.objects.filter(webhook_id="later").count() == 1
