"""The generated OpenAPI document keeps its word: requests made out of it, answers held against it.

schemathesis makes requests for every operation, valid ones and invalid ones, and checks that each
answer has a status, a content type, headers and a body that the document describes. Half of the
requests carry ids that exist, since made-up ones rarely come further than "there is no such row".
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import CacheConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.operations import CASES, NAMES, document, operations, path_of, with_id
from tests.factories.workspaces import PASSWORD

EXAMPLES = 10
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NOBODY = {"Accept-Encoding": "identity"}
OPERATIONS = {name: (method, path) for name, method, path, _described in operations()}
AS_MADE = hypothesis_settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@cache
def strict_document() -> dict[str, Any]:
    """The document, where an answer may have no members but those described.

    Clients are left free to meet new members; the tests aren't.
    """
    strict = copy.deepcopy(document())
    for name, schema in strict["components"]["schemas"].items():
        if "properties" in schema and name != "Problem":
            schema.setdefault("additionalProperties", False)
    return strict


@cache
def operation_of(name: str) -> Any:
    """schemathesis's reading of an operation, called through the application in process."""
    method, path = OPERATIONS[name]
    schema = _loaded()
    return schema[path][method.upper()]


@cache
def _loaded() -> Any:
    config = SchemathesisConfig(cache=CacheConfig(enabled=False))
    schema = schemathesis.openapi.from_dict(strict_document(), config=config)
    schema.app = WSGIHandler()
    return schema


@contextmanager
def connection_kept() -> Iterator[None]:
    """At both its ends a request closes connections, also this test's with its transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def undone(request: Any, headers: dict[str, str]) -> Any:
    """The answer to a schemathesis case, whose writes are taken back."""
    with connection_kept(), transaction.atomic():
        response = request.call(headers=headers)
        transaction.set_rollback(True)
    return response


def with_own_ids(name: str, body: Any, ids: dict[str, str]) -> Any:
    """`body` with ids that exist wherever it has one."""
    for place, kind in CASES[name].body_ids.items():
        head, _dot, _rest = place.partition(".")
        if isinstance(body, dict) and head in body:
            try:
                body = with_id(body, place, ids[kind])
            except (KeyError, IndexError, TypeError):
                continue  # nothing stands at this place
    return body


def ids_of_path(name: str, ids: dict[str, str]) -> dict[str, str]:
    return {parameter: ids[kind] for parameter, kind in CASES[name].path.items()}


@pytest.fixture
def served(settings):
    """The application answers to the host name that schemathesis uses."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]


@pytest.fixture
def signed_in(served, own, client_of):
    """`signed_in(username)`: the headers of a request by that person, signed in for real."""

    def headers(username: str) -> dict[str, str]:
        answer = client_of(None).post(
            "/api/v1/auth/token/", {"username": username, "password": PASSWORD}, format="json"
        )
        return {"Authorization": f"Bearer {answer.json()['access']}", **NOBODY}

    return headers


def walk(name: str, ids: dict[str, str], headers: dict[str, str]) -> set[int]:
    """Make requests for an operation and hold the answers against the document."""
    operation = operation_of(name)
    valid, invalid = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    real = ids_of_path(name, ids)
    statuses: set[int] = set()

    @AS_MADE
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=valid, path_parameters=real),
            operation.as_strategy(generation_mode=valid),
            operation.as_strategy(generation_mode=invalid, path_parameters=real),
            operation.as_strategy(generation_mode=invalid),
        ),
        own_ids=st.booleans(),
    )
    def each(case: Any, own_ids: bool) -> None:
        if own_ids:
            case.body = with_own_ids(name, case.body, ids)
        response = undone(case, headers)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    each()
    return statuses


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_answers_are_as_documented(name, own, secrets, signed_in):
    assert walk(name, {**own, **secrets}, signed_in("admin"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_answers_to_callers_unknown_are_as_documented(name, served, own, secrets):
    statuses = walk(name, {**own, **secrets}, NOBODY)
    if not CASES[name].public:
        assert statuses <= {400, 401, 404}


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_the_allowed_answer_is_as_documented(name, own, secrets, signed_in):
    ids = {**own, **secrets}
    case = CASES[name]
    body = {"body": case.body(ids), "media_type": "application/json"} if case.body else {}
    method = OPERATIONS[name][0]
    filters = {parameter: ids[kind] for parameter, kind in case.filters.items()}
    query = {**case.query, **(filters if method != "get" else {})}
    request = operation_of(name).Case(
        path_parameters=ids_of_path(name, ids),
        query=query,
        headers={},
        **body,
    )
    # Of a workspace's only admin the account can't be deleted.
    who = "member" if name == "POST users/me/delete/" else "admin"
    headers = NOBODY if case.public else signed_in(who)
    response = undone(request, headers)
    assert response.status_code == case.status, response.content
    assert response.request.url.endswith(path_of(name, ids)) or query
    request.validate_response(response, checks=CHECKS)


def test_the_document_is_valid_and_made_without_a_warning(tmp_path, capfd):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", "--fail-on-warn", "--validate", file=str(made))
    assert made.read_text().startswith("openapi: 3.1")
    said = capfd.readouterr()
    assert "Warning" not in said.err + said.out


def schemas_in(part: Any, place: str = "") -> Any:
    """(place, schema) of every JSON Schema in the document."""
    if isinstance(part, dict):
        for name, child in part.items():
            inner = f"{place}/{name}"
            if name == "schema" or place == "/components/schemas":
                yield inner, child
            else:
                yield from schemas_in(child, inner)
    elif isinstance(part, list):
        for index, child in enumerate(part):
            yield from schemas_in(child, f"{place}/{index}")


def members_in(part: Any) -> Any:
    """Every name of a member anywhere in the document, examples and properties aside."""
    if isinstance(part, dict):
        for name, child in part.items():
            yield name
            inner = child.values() if name == "properties" else [child]
            for each in inner:
                yield from members_in(each)
    elif isinstance(part, list):
        for child in part:
            yield from members_in(child)


def test_every_schema_is_one_of_openapi_3_1():
    found = list(schemas_in(document()))
    assert len(found) > 100
    for _place, schema in found:
        Draft202012Validator.check_schema(schema)
    # OpenAPI 3.0's word, which says nothing in 3.1.
    assert "nullable" not in set(members_in(document()))


def test_every_reference_leads_somewhere():
    def references(part: Any) -> Any:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for child in part.values():
                yield from references(child)
        elif isinstance(part, list):
            for child in part:
                yield from references(child)

    for reference in set(references(document())):
        target: Any = document()
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_every_operation_is_described():
    assert not [name for name in document()["components"]["schemas"] if name.startswith("_")]
    ids = [described["operationId"] for *_rest, described in operations()]
    assert len(ids) == len(set(ids))
    for name, _method, _path, described in operations():
        assert described.get("summary"), name
        assert described.get("description"), name
