"""Every error is a problem document that says what happened, and under which id it is logged."""

import re

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from boards.models import Board
from core.exceptions import Forbidden, RuleViolation
from core.models import IdempotencyRecord
from tests.core.api.addresses import Breaks

BOARDS = "/api/v1/boards/"
BREAKS = "/api/v1/breaks/"


def caused(error, sqlstate):
    """`error` as Django raises it, over psycopg's with this state."""
    cause = psycopg.errors.lookup(sqlstate)()
    cause.sqlstate = sqlstate
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (exceptions.ParseError(), 400, "parse_error"),
        (exceptions.ValidationError({"name": ["Bad."]}), 400, "invalid"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.AuthenticationFailed(), 401, "authentication_failed"),
        (exceptions.PermissionDenied(), 403, "permission_denied"),
        (PermissionDenied(), 403, "permission_denied"),
        (Forbidden(), 403, "forbidden"),
        (exceptions.NotFound(), 404, "not_found"),
        (Http404(), 404, "not_found"),
        (exceptions.NotAcceptable(), 406, "not_acceptable"),
        (RuleViolation(), 409, "rule_violation"),
        (RequestDataTooBig(), 413, "too_large"),
        (exceptions.UnsupportedMediaType("x/y"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=3), 429, "throttled"),
        (SuspiciousOperation(), 400, "parse_error"),
        (DjangoValidationError("Bad."), 400, "invalid"),
        (caused(OperationalError(), "40P01"), 503, "busy"),
        (caused(OperationalError(), "55P03"), 503, "busy"),
        (caused(OperationalError(), "57P01"), 503, "unavailable"),
        (InterfaceError("connection already closed"), 503, "unavailable"),
        (psycopg.OperationalError("pool timeout"), 503, "unavailable"),
    ],
)
def test_every_kind_of_error_has_its_status_and_code(as_member, monkeypatch, error, status, code):
    monkeypatch.setattr(Breaks, "error", error)

    answer = as_member.post(BREAKS, {})

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"urn:taskly:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer["X-Request-ID"]
    assert answer.has_header("Retry-After") == (status in (429, 503))


def test_a_bug_is_a_500_that_says_nothing_but_its_id(as_member, monkeypatch):
    monkeypatch.setattr(Breaks, "error", RuntimeError("secret detail"))
    as_member.raise_request_exception = False

    answer = as_member.post(BREAKS, {})

    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "secret" not in answer.content.decode()
    assert answer.json()["request_id"] == answer["X-Request-ID"]


def test_a_service_names_the_field(as_member, monkeypatch):
    monkeypatch.setattr(
        Breaks, "error", DjangoValidationError({"name": "Taken.", "__all__": ["No"]})
    )

    answer = as_member.post(BREAKS, {})

    assert answer.json()["errors"] == {"name": ["Taken."], "non_field_errors": ["No"]}
    assert "name" in answer.json()["detail"]


def test_a_rule_brings_its_own_members_but_none_of_the_documents(as_member, monkeypatch):
    monkeypatch.setattr(
        Breaks, "error", RuleViolation("Full.", field="column_id", order=[1], status=1)
    )

    problem = as_member.post(BREAKS, {}).json()

    assert problem["errors"] == {"column_id": ["Full."]}
    assert problem["order"] == [1]
    assert problem["status"] == 409


def test_a_broken_constraint_names_its_field(as_member, workspace, monkeypatch):
    def write(request):
        Board.objects.create(workspace=workspace, name="   ")

    monkeypatch.setattr(Breaks, "error", staticmethod(write))

    answer = as_member.post(BREAKS, {})

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"name": ["A board has a name."]}


def test_a_value_that_a_column_cannot_hold_is_a_400(as_member, monkeypatch):
    def write(request):
        IdempotencyRecord.objects.create(scope="x" * 65, request_hash="", status=1, body=b"")

    monkeypatch.setattr(Breaks, "error", staticmethod(write))

    assert as_member.post(BREAKS, {}).status_code == 400
    monkeypatch.setattr(Breaks, "error", caused(DataError(), "22021"))
    assert as_member.post(BREAKS, {}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/", 404),
        ("get", "/api/v1/nothing/", 404),
        ("post", "/api/v1/nothing/", 404),
        ("delete", "/api/v2/", 404),
        ("put", BOARDS, 405),
        ("delete", BOARDS, 405),
        ("trace", BOARDS, 405),
    ],
)
def test_what_no_route_answers_is_a_problem_too(as_member, method, path, status):
    answer = as_member.generic(method.upper(), path)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.has_header("Allow") == (status == 405) or status == 404


def test_an_address_without_its_slash_leads_to_the_right_one(as_member, board):
    read = as_member.get(f"{BOARDS}{board.pk}?x=%2F")
    write = as_member.post("/api/v1/boards", {})

    assert read.status_code == 301
    assert read["Location"] == f"{BOARDS}{board.pk}/?x=%2F"
    assert write.status_code == 404
    assert "slash" in write.json()["detail"]
    assert as_member.get("/api/v1/nothing").status_code == 404


def test_an_answer_that_the_caller_does_not_take_is_a_406(as_member):
    answer = as_member.get(BOARDS, headers={"Accept": "application/xml"})

    assert answer.status_code == 406
    assert answer.json()["code"] == "not_acceptable"


def test_a_session_needs_its_csrf_token(member, workspace):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)

    answer = client.post(BOARDS, "{}", content_type="application/json")

    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


def test_a_request_id_is_taken_over_when_it_is_harmless(as_member):
    kept = as_member.get(BOARDS, headers={"X-Request-ID": "trace-1234.abc"})
    replaced = as_member.get(BOARDS, headers={"X-Request-ID": 'bad"\\n{id}'})

    assert kept["X-Request-ID"] == "trace-1234.abc"
    assert re.fullmatch(r"[0-9a-f-]{36}", replaced["X-Request-ID"])


def test_an_error_outside_the_api_is_a_page(client, db):
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
