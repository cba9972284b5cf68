"""Requests that no client means: bad input everywhere at once, and no answer is a fault of ours.

Each draws a real operation and bends some of it: method, address, query, headers and body. The
draws are the same in every run.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client

from core.models import EventLog, IdempotencyRecord
from tests.api.operations import CASES, NAMES, document, operations, path_of
from tests.api.test_bad_input import ALWAYS_BAD, BAD_FOR_MOST, BAD_QUERIES

# The whole trial is TASKLY_TEST_REQUESTS=50000; the first rounds of it are enough for every day.
REQUESTS = int(os.environ.get("TASKLY_TEST_REQUESTS", "2000"))
PER_ROUND = 100
METHODS = ["get", "post", "patch", "delete", "put", "head", "options", "trace", "PROPFIND", "x"]
TEXTS = [
    "",
    " ",
    "*",
    ",",
    '"',
    '""',
    'W/""',
    '"a", W/"b"',
    '"unclosed',
    "\x7f",
    "\x00",
    "\r\nX-Injected: 1",
    "é",
    "\xff",
    "日本",
    "0",
    "-1",
    "9" * 400,
    "a" * 9_000,
    "%s%n",
    "null",
    "../../etc/passwd",
    "=1+1",
    "' OR 1=1 --",
    "(((((a*)*)*)*)*$",
    "\u202e",
]
HEADERS = {
    "If-Match": TEXTS,
    "If-None-Match": TEXTS,
    "Idempotency-Key": [*TEXTS, "the-same"],
    "Accept": [
        *TEXTS,
        "text/html",
        "application/json; version=\xff",
        "application/json;q=nan",
        "application/xml",
        "*/*;q=0",
        "image/*",
        "a/b/c",
        ";;;",
    ],
    "Content-Type": [
        *TEXTS,
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/json; charset=\x00",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/merge-patch+json",
    ],
    # None that is larger than the body: a server hands on what came, the tests' client refuses.
    "Content-Length": ["-1", "x", "9" * 30, "0", "1e3", "\u0661"],
    "Content-Encoding": ["gzip", "br", "nonsense"],
    "Range": [*TEXTS, "bytes=0-", "bytes=-1", "bytes=5-1", "bytes=0-0,0-0,0-0", "rows=0-1"],
    "Accept-Encoding": [*TEXTS, "gzip;q=0", "gzip;q=x", "identity;q=0", "*;q=0", "br, gzip"],
    "Accept-Language": [*TEXTS, "ru", "xx-" + "y" * 500, "ru;q=9"],
    "Authorization": [
        *TEXTS,
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer taskly_pat_",
        "Bearer taskly_pat_\xff",
        "Basic Og==",
        "Basic \xff",
    ],
    "Cookie": [*TEXTS, "sessionid=x", "sessionid=\x00", "csrftoken=x; sessionid=" + "y" * 5_000],
    "Origin": [*TEXTS, "null", "https://example.com", "http://[::1"],
    "Referer": [*TEXTS, "http://[", "https://example.com/\xff"],
    "X-Request-ID": TEXTS,
    "X-Forwarded-For": [*TEXTS, "::", "1.2.3.4, x", "999.999.999.999"],
    "X-HTTP-Method-Override": ["DELETE", "x"],
}
ADDRESSES = ["%00", "%ff", "%ed%a0%80", "x", "-1", "..", "%2e%2e%2f", "%2f", "%0a", "a" * 3000, ""]
VALUES = [*ALWAYS_BAD.values(), *BAD_FOR_MOST.values()]
PARAMETERS = sorted(
    {
        each["name"]
        for _name, _method, _path, described in operations()
        for each in described.get("parameters", ())
        if each["in"] == "query"
    }
)
MEMBERS = sorted(
    {
        member
        for name, schema in document()["components"]["schemas"].items()
        if name.endswith("Request")
        for member in schema.get("properties", {})
    }
)


def bent_address(draw: random.Random, name: str, ids: dict[str, str]) -> str:
    """The operation's address, perhaps with junk for an id or with parameters."""
    if draw.random() < 0.2:
        ids = {**ids, draw.choice(sorted(ids)): draw.choice(ADDRESSES)}
    address = path_of(name, ids)
    if draw.random() < 0.1:
        address = address.rstrip("/") + draw.choice(["", "//", "/./", "/%00", ".json"])
    pairs = []
    for _time in range(draw.choice([0, 0, 0, 0, 1, 1, 2, 5])):
        value = draw.choice([*BAD_QUERIES.values(), quote(draw.choice(TEXTS)), *ids.values()])
        pairs.append(f"{draw.choice([*PARAMETERS, 'format', 'x', '%00', '', '%ff'])}={value}")
    return address + ("?" + draw.choice("&&;").join(pairs) if pairs else "")


def bent_body(draw: random.Random, name: str, ids: dict[str, str]) -> bytes:
    """The operation's body with some values replaced, or bytes that are none."""
    build = CASES[name].body
    body: Any = build(ids) if build is not None else {}
    marks: dict[str, str] = {}
    for index in range(draw.choice([0, 0, 1, 1, 1, 3])):
        inner = body
        while draw.random() < 0.5:
            deeper = inner if isinstance(inner, list) else list(inner.values())
            deeper = [each for each in deeper if isinstance(each, dict | list) and each]
            if not deeper:
                break
            inner = draw.choice(deeper)
        mark = f"@@{index}@@"
        marks[mark] = draw.choice(VALUES)
        if isinstance(inner, list):
            inner[draw.randrange(len(inner))] = mark
        else:
            inner[draw.choice([*inner, *MEMBERS])] = mark
    text = json.dumps(body)
    for mark, raw in marks.items():
        text = text.replace(f'"{mark}"', raw)
    raw_body = text.encode("utf-8", "surrogatepass")
    if draw.random() < 0.1:
        cut = draw.randrange(len(raw_body) + 1)
        raw_body = raw_body[:cut] + draw.choice([b"", b"\x00", b"\xff", b"}", b"[" * 5_000])
    return raw_body


def bent_headers(draw: random.Random) -> dict[str, str]:
    """A few headers with values that they can't, or can just, have; as a server hands them on."""
    names = draw.sample(sorted(HEADERS), draw.choice([0, 0, 1, 1, 2, 4]))
    chosen = {name: draw.choice(HEADERS[name]) for name in names}
    return {
        # WSGI hands bytes on as Latin-1; line breaks and NUL no server lets in.
        name: value.encode().decode("latin-1").replace("\r\n", " ").replace("\x00", "")
        for name, value in chosen.items()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("round_", range(REQUESTS // PER_ROUND))
def test_no_request_makes_a_fault(round_, own, secrets, client_of, admin):
    draw = random.Random(round_)
    ids = {**own, **secrets}
    signed_in = client_of(admin)
    nobody = Client(raise_request_exception=False)
    signed_in.raise_request_exception = False
    for number in range(PER_ROUND):
        name = draw.choice(NAMES)
        method = name.split(" ", 1)[0] if draw.random() < 0.8 else draw.choice(METHODS)
        address = bent_address(draw, name, ids)
        body = bent_body(draw, name, ids)
        headers = bent_headers(draw)
        content_type = headers.pop("Content-Type", "application/json")
        length = headers.pop("Content-Length", None)
        extra = {} if length is None else {"CONTENT_LENGTH": length}
        client = nobody if draw.random() < 0.2 else signed_in
        what = (number, method, address[:300], headers, content_type, extra, body[:500])
        with transaction.atomic():
            before = EventLog.objects.count()
            response = client.generic(
                method.upper(), address, body, content_type, headers=headers, **extra
            )
            made = EventLog.objects.count() - before
            transaction.set_rollback(True)
        assert response.status_code < 500, (what, response.content[:500])
        if response.status_code >= 400:
            assert made == 0, what
            if method.upper() != "HEAD" and "json" in response["Content-Type"]:
                assert response.json()["status"] == response.status_code, what


@pytest.mark.django_db
def test_what_nothing_answers_keeps_no_key_and_reads_no_endless_body(client_of, admin):
    client = client_of(admin)
    headers = {"Idempotency-Key": "one"}
    answer = client.generic(
        "POST", "/api/v1/nothing/", b"", headers=headers, CONTENT_LENGTH="nonsense"
    )
    assert answer.status_code == 404
    assert not IdempotencyRecord.objects.exists()
    endless = client.generic("PROPFIND", "/api/v1/users/me/", b"{}", CONTENT_LENGTH="9" * 30)
    assert endless.status_code == 413
