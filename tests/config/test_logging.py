"""Log lines: their form, the request's id, and never a secret."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from django.db import connection

from config.logging import REDACTED, logging_settings, without_secrets

SECRETS = [
    "taskly_pat_9sK2mVxLq8RtYw3ZbN7cD4fG",
    "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoiMSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg",
    "postgres://owner:hunter2-Wg7@db/taskly",
    "Authorization: Bearer abcdef0123456789",
    "password=hunter2-Wg7 for alice",
]


@contextmanager
def captured(form: str = "json") -> Iterator[io.StringIO]:
    """The project's own handler, writing into memory."""
    stream = io.StringIO()
    settings = logging_settings(level="INFO", form=form)
    formatter = settings["formatters"]["lines"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was logged, a mapping a line."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_the_requests_id() -> None:
    with captured() as stream, structlog.contextvars.bound_contextvars(request_id="r-17"):
        structlog.get_logger("taskly.test").info("card_moved", card="ACME-42")
    (line,) = lines(stream)
    assert line["event"] == "card_moved"
    assert line["card"] == "ACME-42"
    assert line["request_id"] == "r-17"
    assert line["level"] == "info"
    assert line["logger"] == "taskly.test"
    assert line["timestamp"].endswith("Z")


def test_lines_of_libraries_look_the_same() -> None:
    with captured() as stream, structlog.contextvars.bound_contextvars(request_id="r-18"):
        logging.getLogger("some.library").warning("took %d seconds", 3, extra={"attempt": 2})
    (line,) = lines(stream)
    assert (line["event"], line["attempt"], line["request_id"]) == ("took 3 seconds", 2, "r-18")


def test_an_error_tells_its_traceback_without_the_values_of_variables() -> None:
    with captured() as stream:
        try:
            hidden = "".join(reversed("6789"))
            raise RuntimeError(len(hidden))
        except RuntimeError:
            logging.getLogger("taskly.test").exception("failed")
    (line,) = lines(stream)
    assert "RuntimeError: 4" in line["exception"]
    assert "9876" not in stream.getvalue()


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_taken_out_of_any_text(secret: str) -> None:
    with captured() as stream:
        logging.getLogger("taskly.test").error("it said %s", secret)
        structlog.get_logger("taskly.test").info(secret, deep=[{"note": secret}])
    assert REDACTED in stream.getvalue()
    for part in ("9sK2mVxLq8", "c2lnbmF0dXJl", "hunter2", "abcdef0123456789"):
        assert part not in stream.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password1",
        "Authorization",
        "HTTP_COOKIE",
        "token",
        "refresh_token",
        "SECRET_KEY",
        "api_key",
        "csrfmiddlewaretoken",
        "sessionid",
        "session_key",
        "github_access_token",
        "DATABASE_URL",
        "client_secret",
        "signature",
    ],
)
def test_a_secret_is_taken_out_by_its_name(name: str) -> None:
    assert without_secrets({"a": [{name: "hunter2"}]}) == {"a": [{name: REDACTED}]}
    with captured() as stream:
        structlog.get_logger("taskly.test").info("event", **{name: "hunter2"})
    assert "hunter2" not in stream.getvalue()


def test_what_is_no_secret_stays() -> None:
    said = {"card": "ACME-42", "count": 3, "author": "alice", "password": ""}
    assert without_secrets(said) == said
    assert without_secrets(b"\x00\x01") == "<2 bytes>"


def test_a_bottomless_structure_ends() -> None:
    deep: dict[str, Any] = {}
    deep["deeper"] = deep
    assert REDACTED in json.dumps(without_secrets(deep))


def test_the_console_form_has_no_secret_either() -> None:
    with captured("console") as stream:
        structlog.get_logger("taskly.test").info("event", password="hunter2", card="ACME-1")
    assert "hunter2" not in stream.getvalue()
    assert "ACME-1" in stream.getvalue()


@pytest.mark.django_db
def test_a_slow_query_is_told_without_its_parameters(settings) -> None:
    with captured() as stream, connection.cursor() as cursor:
        settings.TASKLY_SLOW_QUERY_MS = 20
        cursor.execute("SELECT pg_sleep(%s), %s", [0.05, "hunter2"])
        # So much that no machine is ever too busy.
        settings.TASKLY_SLOW_QUERY_MS = 600_000
        cursor.execute("SELECT 1")
    (line,) = [line for line in lines(stream) if line["event"] == "slow_query"]
    assert line["sql"] == "SELECT pg_sleep(%s), %s"
    assert line["ms"] >= 50
    assert "hunter2" not in stream.getvalue()


@pytest.mark.django_db
def test_no_query_is_slow_where_that_is_switched_off(settings) -> None:
    settings.TASKLY_SLOW_QUERY_MS = 0
    with captured() as stream, connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.02)")
    assert "slow_query" not in stream.getvalue()
