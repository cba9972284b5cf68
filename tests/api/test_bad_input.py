"""Bad input of every class, in every field and parameter: an error that names it, never a 5xx.

The fields are those of the generated OpenAPI document, so that a new one is tried at once. Each
value is written as raw JSON into an otherwise valid body.
"""

import itertools
import json
from urllib.parse import quote

import pytest
from django.db import transaction

from core.models import EventLog
from tests.api.operations import CASES, NAMES, call, document, operations, path_of

MARK = "@@bad@@"
ALWAYS_BAD = {
    "NUL": r'"a\u0000b"',
    "lone surrogate": r'"a\ud800b"',
    "swapped surrogates": r'"\udc00\ud800"',
    "not a number": "NaN",
    "infinity": "-Infinity",
    "beyond doubles": "1e400",
    "beyond 64 bits": "9223372036854775808",
    "a thousand digits": "9" * 1000,
    "deep list": "[" * 1000 + "]" * 1000,
    "deep object": '{"a":' * 1000 + "1" + "}" * 1000,
    "NUL in a key": r'{"a\u0000": 1}',
    "surrogate in a key": r'{"\udfff": 1}',
    "ten thousand spaces": json.dumps(" " * 10_000 + "x" * 1_100_000),
}
BAD_FOR_MOST = {
    "null": "null",
    "true": "true",
    "zero": "0",
    "minus one": "-1",
    "fraction": "1.5",
    "a 32-bit number too large": "2147483648",
    "empty text": '""',
    "spaces": '"   "',
    "empty list": "[]",
    "empty object": "{}",
    "list of null": "[null]",
    "list of lists": "[[]]",
    "numeral": '"1"',
    "word": '"nonsense"',
    "almost a UUID": '"01a200c0-e55d-7b56-b38a-e21e1299818"',
    "UUID of Arabic digits": json.dumps("\u0660" * 8 + "-0000-0000-0000-" + "0" * 12),
    "day 30 of February": '"2026-02-30"',
    "year 0": '"0000-01-01"',
    "year 10000": '"10000-01-01"',
    "offset beyond a day": '"2026-01-01T00:00:00+99:99"',
    "offset at the edge of time": '"0001-01-01T00:00:00+15:59"',
    "formula": '"=1+1"',
    "markup": '"<script>alert(1)</script>"',
    "right-to-left override": json.dumps("\u202eabc"),
    "emoji": json.dumps("🏳️‍🌈" * 100),
    "regular expression": '"(((((a*)*)*)*)*)*$"',
    "tsquery": json.dumps("& | ! <-> :* ' \\"),
    "percent": '"%s %(x)s {0} %"',
    "control characters": r'"\u0001\u001b\u007f"',
    "line breaks": r'"a\r\nb"',
}
BAD_QUERIES = {
    "NUL": "%00",
    "bad UTF-8": "%ff%fe",
    "surrogate": "%ed%a0%80",
    "empty": "",
    "huge number": "9" * 400,
    "2**63": str(2**63),
    "negative": "-1",
    "fraction": "1.5",
    "exponent": "1e400",
    "word": "nonsense",
    "offset": quote("2026-01-01T00:00:00+99:99"),
    "year 0": "0000-00-00",
    "unbalanced": quote("((((\"'\\"),
    "long": "x" * 5_000,
    "comma": ",,,",
    "percent": "%25s%25(x)s",
}


def places_of(schema, place="", depth=0):
    """Every dotted place of a body that can be written to."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for option in (*schema.get("oneOf", ()), *schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from places_of(option, place, depth)
    if "items" in schema:
        yield from places_of(schema["items"], f"{place}.0", depth + 1)
    for name, child in schema.get("properties", {}).items():
        inner = f"{place}.{name}" if place else name
        yield inner
        yield from places_of(child, inner, depth + 1)


def _places():
    for name, _method, _path, described in operations():
        content = described.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is not None:
            for place in dict.fromkeys(places_of(schema)):
                yield name, place


PLACES = list(_places())
PARAMETERS = [
    (name, each["name"])
    for name, _method, _path, described in operations()
    for each in described.get("parameters", ())
    if each["in"] == "query"
]


def with_mark(body, place):
    """The body with the mark at a place, the way there made where it isn't in the valid body."""
    head, _dot, rest = place.partition(".")
    if head.isdigit():
        inner = body[0] if isinstance(body, list) and body else {}
        return [with_mark(inner, rest) if rest else MARK]
    copy = dict(body) if isinstance(body, dict) else {}
    copy[head] = with_mark(copy.get(head), rest) if rest else MARK
    return copy


def undone(work):
    """The answer of `work`, whose writes are taken back, and how many entries it made."""
    with transaction.atomic():
        before = EventLog.objects.count()
        response = work()
        made = EventLog.objects.count() - before
        transaction.set_rollback(True)
    return response, made


@pytest.fixture
def caller_of(admin, client_of):
    """`caller_of(operation)`: the workspace's admin, or nobody where nobody has to sign in."""

    def made(name):
        client = client_of(None if CASES[name].public else admin)
        client.raise_request_exception = False
        return client

    return made


def check(response, made, what, places):
    assert response.status_code < 500, (what, response.content[:500])
    if response.status_code < 400:
        return
    assert made == 0, what
    problem = response.json()
    assert problem["status"] == response.status_code
    assert response["Content-Type"] == "application/problem+json"
    if response.status_code == 400 and problem.get("code") == "invalid":
        named = json.dumps(problem["errors"])
        assert any(place in named for place in places), (what, problem)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "place"), PLACES, ids=lambda each: str(each))
def test_a_bad_value_in_a_field_is_refused_by_name(name, place, own, secrets, caller_of):
    ids = {**own, **secrets}
    case = CASES[name]
    template = json.dumps(with_mark(case.body(ids) if case.body else {}, place))
    method = name.split(" ", 1)[0].lower()
    for what, raw in itertools.chain(ALWAYS_BAD.items(), BAD_FOR_MOST.items()):
        text = template.replace(f'"{MARK}"', raw)
        response, made = undone(
            lambda text=text: getattr(caller_of(name), method)(
                path_of(name, ids), data=text, content_type="application/json"
            )
        )
        check(response, made, (what, place), {*place.split("."), "non_field_errors"})
        if what in ALWAYS_BAD:
            assert 400 <= response.status_code < 500, (what, place, response.content[:300])


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "parameter"), PARAMETERS, ids=lambda each: str(each))
def test_a_bad_value_of_a_parameter_is_refused_by_name(name, parameter, own, secrets, caller_of):
    ids = {**own, **secrets}
    for what, value in BAD_QUERIES.items():
        response, made = undone(
            lambda value=value: call(caller_of(name), name, ids, query={parameter: value})
        )
        check(response, made, (what, parameter), {parameter})
        if what in ("NUL", "bad UTF-8", "surrogate"):
            assert response.status_code == 400, (what, parameter)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if CASES[name].body is not None])
def test_a_body_that_is_none_is_refused(name, own, secrets, caller_of):
    ids = {**own, **secrets}
    method = name.split(" ", 1)[0].lower()
    bodies = {
        "nothing at all": (b"", "application/json"),
        "half an object": (b'{"name": ', "application/json"),
        "a list": (b"[]", "application/json"),
        "a text": (b'"x"', "application/json"),
        "null": (b"null", "application/json"),
        "the same name twice": (b'{"name": 1, "name": 2}', "application/json"),
        "bad UTF-8": (b'{"name": "\xff\xfe"}', "application/json"),
        "UTF-16": ('{"name": "x"}'.encode("utf-16"), "application/json"),
        "a form": (b"name=x", "application/x-www-form-urlencoded"),
        "XML": (b"<a/>", "application/xml"),
        "an unknown field": (b'{"no_such_field": 1}', "application/json"),
    }
    for what, (body, content_type) in bodies.items():
        response, made = undone(
            lambda body=body, content_type=content_type: getattr(caller_of(name), method)(
                path_of(name, ids), data=body, content_type=content_type
            )
        )
        if what == "nothing at all" and response.status_code < 300:
            continue  # as an empty object, where no field is required
        assert 400 <= response.status_code < 500, (what, response.content[:300])
        assert made == 0, what
        assert response.json()["status"] == response.status_code
        if what == "an unknown field":
            assert "no_such_field" in response.json()["errors"], response.content


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if CASES[name].path])
def test_junk_in_the_address_is_not_found(name, own, caller_of):
    for junk in ("%00", "x", "-1", "%ff", "..%2f", "a" * 3000, "01a200c0e55d7b56b38ae21e1299818b"):
        for kind in set(CASES[name].path.values()) - {"label"}:
            response = call(caller_of(name), name, {**own, kind: junk})
            assert response.status_code in (400, 404), (junk, response.content[:300])
            assert response.json()["status"] == response.status_code
