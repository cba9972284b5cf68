"""Whose delivery it is: the signature over the very bytes, and nothing said to anybody else."""

import hashlib
import hmac
import json
import statistics
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.encryption import encrypt
from core.models import EventLog
from decisions.models import Transcript
from integrations.models import ProcessedMessage
from integrations.services import signature_of
from projects.models import Project
from tests.factories import ProjectFactory
from tests.integrations.conftest import MEETING, SECRET

pytestmark = pytest.mark.django_db

BODY = json.dumps(MEETING).encode()
RIGHT = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
TAMPERED = {
    "none": None,
    "empty": "",
    "only the scheme": "sha256=",
    "without the scheme": RIGHT,
    "another scheme": f"sha1={RIGHT}",
    "scheme in capitals": f"SHA256={RIGHT}",
    "digits in capitals": f"sha256={RIGHT.upper()}",
    "first digit": f"sha256={'0' if RIGHT[0] != '0' else '1'}{RIGHT[1:]}",
    "last digit": f"sha256={RIGHT[:-1]}{'0' if RIGHT[-1] != '0' else '1'}",
    "one digit less": f"sha256={RIGHT[:-1]}",
    "one digit more": f"sha256={RIGHT}0",
    "zeros": f"sha256={'0' * 64}",
    "twice": f"sha256={RIGHT}, sha256={RIGHT}",
    "letters of other scripts": "sha256=ё" + RIGHT[1:],
    "endless": "sha256=" + "a" * 10_000,
    "of another body": signature_of(SECRET, BODY + b" "),
    "of nothing": signature_of(SECRET, b""),
    "by another secret": signature_of("taskly_whs_another", BODY),
    "by no secret": signature_of("", BODY),
    "a hash without a key": "sha256=" + hashlib.sha256(BODY).hexdigest(),
}


def said(response):
    """The whole answer, but for what names the request."""
    body = response.json()
    assert body.pop("request_id")
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    return response.status_code, body, headers


def nothing_was_kept():
    return not Transcript.objects.exists() and not ProcessedMessage.objects.exists()


@pytest.fixture
def secretless(workspace):
    return ProjectFactory(workspace=workspace, name="Without a secret")


def test_the_signature_is_the_one_that_the_documentation_tells(signed_project, deliver):
    assert deliver(signed_project, BODY, signature=f"sha256={RIGHT}").status_code == 201


@pytest.mark.parametrize("name", [name for name in TAMPERED if name != "empty"])
def test_a_wrong_signature_is_refused_and_nothing_is_kept(name, signed_project, deliver):
    entries = EventLog.objects.count()

    answer = deliver(signed_project, BODY, signature=TAMPERED[name])

    assert (answer.status_code, answer.json()["code"]) == (401, "signature_wrong")
    assert answer["Content-Type"] == "application/problem+json"
    assert nothing_was_kept()
    assert EventLog.objects.count() == entries


@pytest.mark.parametrize("body", [BODY + b"\n", BODY[1:], BODY.replace(b"Zoom", b"zoom"), b""])
def test_a_body_changed_on_its_way_is_refused(body, signed_project, deliver):
    assert deliver(signed_project, body, signature=f"sha256={RIGHT}").status_code == 401
    assert nothing_was_kept()


def test_nothing_is_parsed_before_the_signature_is_right(signed_project, deliver):
    for body in (b"not JSON", b'{"title": NaN}', b"\xff\xfe"):
        assert deliver(signed_project, body, signature="sha256=00").status_code == 401
        assert deliver(signed_project, body).status_code == 400
    wrong = deliver(signed_project, BODY, signature="sha256=00", content_type="text/plain")
    assert wrong.status_code == 401


def test_it_is_never_said_whether_there_is_such_a_project(
    signed_project, secretless, other_project, deliver
):
    unknown = ProjectFactory.build().pk

    answers = [
        said(deliver(project, BODY, signature=signature))
        for project in (signed_project, secretless, other_project, unknown)
        for signature in ("sha256=00", None)
    ]
    answers += [said(deliver(project, BODY)) for project in (secretless, other_project, unknown)]

    assert len(answers) == 11
    assert all(answer == answers[0] for answer in answers)
    assert nothing_was_kept()


def test_the_secret_of_one_project_signs_nothing_for_another(signed_project, workspace, deliver):
    second = ProjectFactory(workspace=workspace, webhook_secret=encrypt("taskly_whs_second"))

    assert deliver(second, secret=SECRET).status_code == 401
    assert deliver(signed_project, secret="taskly_whs_second").status_code == 401
    assert deliver(second, secret="taskly_whs_second").status_code == 201


def test_a_secret_that_no_key_decrypts_is_none(signed_project, deliver, settings):
    settings.TASKLY_ENCRYPTION_KEYS = ["A" * 43 + "="]

    assert deliver(signed_project).status_code == 401


def test_whoever_guesses_learns_nothing_from_the_work_that_is_done(
    signed_project, secretless, deliver
):
    unknown = ProjectFactory.build().pk
    asked = {}
    for name, project in {"there": signed_project, "bare": secretless, "unknown": unknown}.items():
        with CaptureQueriesContext(connection) as queries:
            deliver(project, BODY, signature="sha256=00")
        asked[name] = [query["sql"].split("WHERE")[0] for query in queries]

    assert asked["there"] == asked["bare"] == asked["unknown"]
    assert len(asked["there"]) == 1


def test_whoever_guesses_learns_nothing_from_the_time_it_takes(signed_project, secretless, deliver):
    """Medians in turn; what a missing secret would save (an HMAC of 8 MiB) is most of it.

    Of the thread's own time, which nobody else's work is part of.
    """
    body = BODY + b" " * (8 * 1024 * 1024)
    cases = {"there": signed_project, "bare": secretless, "unknown": ProjectFactory.build().pk}
    taken = {name: [] for name in cases}
    for _round in range(11):
        for name, project in cases.items():
            begun = time.thread_time()
            deliver(project, body, signature="sha256=00")
            taken[name].append(time.thread_time() - begun)

    medians = {name: statistics.median(times) for name, times in taken.items()}
    assert max(medians.values()) < 1.5 * min(medians.values())


def test_a_new_secret_ends_the_one_before(signed_project, deliver, as_admin):
    answer = as_admin.post(f"/api/v1/projects/{signed_project.pk}/webhook-secret/", {})
    secret = answer.json()["webhook_secret"]

    assert deliver(signed_project).status_code == 401
    assert deliver(signed_project, secret=secret).status_code == 201
    assert Project.objects.get().webhook_secret != signed_project.webhook_secret
