"""A transcript that is delivered: taken in once, kept whole, refused by name."""

import json

import pytest
from django.utils import timezone

from core.models import EventLog, IdempotencyRecord
from decisions.models import Transcript
from integrations.models import ProcessedMessage
from projects.services import project_archive, project_unarchive
from tests.factories import ProjectFactory
from tests.integrations.conftest import MEETING
from tests.watching import signed

pytestmark = pytest.mark.django_db

MIB = 1024 * 1024


def kept():
    return Transcript.objects.count(), ProcessedMessage.objects.count()


def test_a_delivered_transcript_is_kept(signed_project, deliver, watch):
    answer = deliver(signed_project)

    transcript = Transcript.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"id": str(transcript.pk)})
    assert answer["Content-Type"] == "application/json"
    assert transcript.project == signed_project
    assert transcript.workspace_id == signed_project.workspace_id
    assert transcript.webhook_id == MEETING["webhook_id"]
    assert transcript.title == "Planning of the release"
    assert transcript.source == "Zoom"
    assert transcript.occurred_at.isoformat() == "2026-11-20T10:00:00+00:00"
    assert transcript.participants == MEETING["participants"]
    assert transcript.content == MEETING["content"]
    assert signed(watch.only()) == ("transcript.delivered", None, "import")


def test_the_sender_may_leave_out_all_but_id_and_title(signed_project, deliver):
    before = timezone.now()

    assert deliver(signed_project, {"webhook_id": "1", "title": "T"}).status_code == 201

    transcript = Transcript.objects.get()
    assert before <= transcript.occurred_at <= timezone.now()
    assert (transcript.source, transcript.participants, transcript.content) == ("", [], "")


def test_a_repeat_gets_the_same_transcript_and_changes_nothing(signed_project, deliver, watch):
    first = deliver(signed_project)
    watch.restart()

    again = deliver(signed_project)
    other = deliver(signed_project, {**MEETING, "title": "Another title", "content": "changed"})

    assert (again.status_code, again.json()) == (200, first.json())
    assert (other.status_code, other.json()) == (200, first.json())
    assert Transcript.objects.get().title == MEETING["title"]
    assert kept() == (1, 1)
    assert watch.entries() == []


def test_an_id_of_another_project_is_another_delivery(signed_project, deliver):
    second = ProjectFactory(
        workspace=signed_project.workspace, webhook_secret=signed_project.webhook_secret
    )

    assert deliver(signed_project).status_code == 201
    assert deliver(second).status_code == 201
    assert kept() == (2, 2)


def test_one_that_people_kept_by_this_id_counts_as_delivered(signed_project, deliver, as_member):
    made = as_member.post(
        "/api/v1/transcripts/",
        {
            "project": str(signed_project.pk),
            "title": "By hand",
            "occurred_at": "2026-11-20T10:00:00Z",
            "webhook_id": MEETING["webhook_id"],
        },
        format="json",
    )
    assert made.status_code == 201

    answer = deliver(signed_project)

    assert (answer.status_code, answer.json()) == (200, {"id": made.json()["id"]})
    assert kept()[0] == 1


def test_a_transcript_that_was_deleted_does_not_come_back(signed_project, deliver):
    deliver(signed_project)
    Transcript.objects.all().delete()

    answer = deliver(signed_project)

    assert (answer.status_code, answer.json()) == (200, {"id": None})
    assert kept() == (0, 1)


def test_an_archived_project_takes_it_in_once_it_is_back(signed_project, deliver, watch):
    project_archive(project=signed_project, actor=None)
    watch.restart()

    refused = deliver(signed_project)

    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "project_archived"
    assert kept() == (0, 0)
    assert watch.entries() == []

    project_unarchive(project=signed_project, actor=None)
    assert deliver(signed_project).status_code == 201
    assert kept() == (1, 1)


def test_a_repeat_is_answered_also_when_the_project_is_archived(signed_project, deliver):
    first = deliver(signed_project)
    project_archive(project=signed_project, actor=None)

    again = deliver(signed_project)

    assert (again.status_code, again.json()) == (200, first.json())


def test_what_fails_in_the_middle_can_be_delivered_again(signed_project, deliver):
    # The database refuses an email that the API lets through to it: after the id was noted.
    broken = {**MEETING, "participants": [{"name": "Ada", "email": "nowhere"}]}

    assert deliver(signed_project, broken).status_code == 400
    assert kept() == (0, 0)
    assert deliver(signed_project).status_code == 201


def test_an_idempotency_key_is_no_door_past_the_signature(signed_project, deliver):
    key = {"HTTP_IDEMPOTENCY_KEY": "meeting-1"}

    assert deliver(signed_project, **key).status_code == 201
    assert deliver(signed_project, signature=None, **key).status_code == 401
    assert not IdempotencyRecord.objects.exists()


def test_the_sender_may_accept_whatever_it_says(signed_project, deliver):
    answer = deliver(signed_project, HTTP_ACCEPT="text/html")

    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json"


# What is wrong with a body.

BAD = {
    "nothing": ({}, ["title", "webhook_id"]),
    "no id": ({"title": "T"}, ["webhook_id"]),
    "an empty id": ({**MEETING, "webhook_id": " "}, ["webhook_id"]),
    "a long id": ({**MEETING, "webhook_id": "x" * 101}, ["webhook_id"]),
    "an id that is no text": ({**MEETING, "webhook_id": 7}, ["webhook_id"]),
    "no title": ({"webhook_id": "1"}, ["title"]),
    "a long title": ({**MEETING, "title": "x" * 301}, ["title"]),
    "an unknown field": ({**MEETING, "summary": "…", "projet": 1}, ["projet", "summary"]),
    "a day for a time": ({**MEETING, "occurred_at": "2026-11-20"}, ["occurred_at"]),
    "a time without offset": ({**MEETING, "occurred_at": "2026-11-20T10:00:00"}, ["occurred_at"]),
    "a time that is none": ({**MEETING, "occurred_at": "2026-13-40T25:61:00Z"}, ["occurred_at"]),
    "an offset too far": ({**MEETING, "occurred_at": "2026-11-20T10:00:00+25:00"}, ["occurred_at"]),
    "a time of year 0": ({**MEETING, "occurred_at": "0000-01-01T00:00:00Z"}, ["occurred_at"]),
    "a time before year 1": ({**MEETING, "occurred_at": "0001-01-01T00:00:00+10:00"},
                             ["occurred_at"]),
    "a null time": ({**MEETING, "occurred_at": None}, ["occurred_at"]),
    "no list": ({**MEETING, "participants": {"name": "Ada"}}, ["participants"]),
    "a text in the list": ({**MEETING, "participants": ["Ada"]}, ["participants"]),
    "nobody's email": ({**MEETING, "participants": [{"email": "a@b.example"}]}, ["participants"]),
    "more of somebody": ({**MEETING, "participants": [{"name": "A", "id": 1}]}, ["participants"]),
    "too many": ({**MEETING, "participants": [{"name": "A"}] * 501}, ["participants"]),
    "a long content": ({**MEETING, "content": "x" * 1_000_001}, ["content"]),
    "a null content": ({**MEETING, "content": None}, ["content"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named(name, signed_project, deliver):
    body, fields = BAD[name]

    answer = deliver(signed_project, body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert sorted(answer.json()["errors"]) == fields
    assert kept() == (0, 0)


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"meeting",
    "half of it": b'{"webhook_id": "1", "title',
    "a list": b"[]",
    "null": b"null",
    "NaN": b'{"webhook_id": "1", "title": "T", "content": NaN}',
    "a huge number": b'{"webhook_id": 1e400, "title": "T"}',
    "a huge integer": b'{"webhook_id": ' + b"9" * 5000 + b', "title": "T"}',
    "a NUL": b'{"webhook_id": "1\\u0000", "title": "T"}',
    "a NUL in a key": b'{"webhook_id": "1", "title": "T", "a\\u0000": 1}',
    "a lone surrogate": b'{"webhook_id": "1", "title": "\\ud800"}',
    "no UTF-8": b'{"webhook_id": "1", "title": "\xff"}',
    "a key twice": b'{"webhook_id": "1", "webhook_id": "2", "title": "T"}',
    "deep": b'{"webhook_id": "1", "title": "T", "participants": '
    + b"[" * 100_000 + b"]" * 100_000 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused(name, signed_project, deliver):
    answer = deliver(signed_project, UNREADABLE[name])

    assert answer.status_code == 400
    assert kept() == (0, 0)


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=utf-16", ""])
def test_what_is_no_json_by_its_type_is_refused(kind, signed_project, deliver):
    assert deliver(signed_project, content_type=kind).status_code == 415
    assert kept() == (0, 0)


def test_a_body_may_have_32_mib_and_no_byte_more(signed_project, deliver):
    filled = json.dumps(MEETING).encode()
    largest = filled + b" " * (32 * MIB - len(filled))

    assert deliver(signed_project, largest).status_code == 201
    over = deliver(signed_project, largest + b" ")
    assert (over.status_code, over.json()["code"]) == (413, "too_large")
    # Nothing of it was read, so nobody learns whether there is such a project.
    assert deliver(ProjectFactory.build().pk, largest + b" ").status_code == 413


def test_a_parameter_in_the_address_is_refused(signed_project, client_of):
    answer = client_of(None).post(f"/webhooks/transcripts/{signed_project.pk}/?secret=1", {})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["secret"])


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_it_is_posted_and_nothing_else(method, signed_project, client_of):
    answer = getattr(client_of(None), method)(f"/webhooks/transcripts/{signed_project.pk}/")

    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "transcripts/", "transcripts/7/", "nothing/", "transcripts"])
def test_there_is_nothing_else_beneath_webhooks(path, client_of):
    answer = client_of(None).post(f"/webhooks/{path}", {})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_signed_in_person_is_nobody_here(signed_project, client_of, admin):
    entries = EventLog.objects.count()

    answer = client_of(admin).post(f"/webhooks/transcripts/{signed_project.pk}/", MEETING)

    assert answer.status_code == 401
    assert EventLog.objects.count() == entries


def test_callers_are_counted_by_their_address(signed_project, deliver, settings):
    settings.TASKLY_RATE_ANONYMOUS = 2

    assert [deliver(signed_project).status_code for _time in range(3)] == [201, 200, 429]
    assert int(deliver(signed_project)["Retry-After"]) > 0
