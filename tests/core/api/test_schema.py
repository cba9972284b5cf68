"""The OpenAPI document: valid, complete, and the same for everybody."""

import re
from collections import Counter

import pytest
from django.utils.translation import override
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from core.api import docs

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(autouse=True)
def no_document_yet(monkeypatch):
    monkeypatch.setattr(docs, "_documents", {})


@pytest.fixture
def document(db):
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def test_it_is_valid(document):
    validate_schema(document)


def test_every_operation_names_every_status_that_it_can_answer(document):
    for path, method, operation in operations(document):
        statuses = set(operation["responses"])
        assert {"400", "401", "403", "404", "406", "429", "503"} <= statuses, (path, method)
        if method != "get":
            assert {"409", "411", "413"} <= statuses, (path, method)
        if method == "post":
            assert {"415", "422"} <= statuses, (path, method)


def test_every_reference_leads_somewhere(document):
    def references(value):
        if isinstance(value, dict):
            for name, member in value.items():
                if name == "$ref":
                    yield member
                else:
                    yield from references(member)
        elif isinstance(value, list):
            for member in value:
                yield from references(member)

    for reference in set(references(document)):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def test_headers_that_steer_a_request_are_named(document):
    def headers(path, method):
        parameters = document["paths"][path][method].get("parameters", [])
        return {each["name"] for each in parameters if each["in"] == "header"}

    row = next(path for path in document["paths"] if re.fullmatch(r"/api/v1/boards/{id}/", path))
    assert headers("/api/v1/boards/", "post") == {"Idempotency-Key"}
    assert headers(row, "get") == {"If-None-Match"}
    assert headers(row, "patch") == headers(row, "delete") == {"If-Match"}


def test_a_list_is_a_page(document):
    answer = document["paths"]["/api/v1/boards/"]["get"]["responses"]["200"]
    reference = answer["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    page = document["components"]["schemas"][reference]

    assert set(page["properties"]) == {"next", "previous", "results"}


def test_everybody_is_shown_the_same_and_it_is_made_once(client, as_member, db, monkeypatch):
    first = client.get("/api/schema/")
    monkeypatch.setattr(docs.SchemaView, "generator_class", None)
    second = as_member.get("/api/schema/")

    assert first.status_code == second.status_code == 200
    assert first.content == second.content


def test_it_comes_as_yaml_too(client, db):
    answer = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi"})

    assert answer.content.startswith(b"openapi: 3.1.0")


def test_operations_are_told_apart_by_what_they_are_called(settings, db):
    settings.ROOT_URLCONF = "config.urls"
    with GENERATOR_STATS.silence(), override("ru"):
        document = SchemaGenerator(urlconf="config.urls").get_schema(request=None, public=True)
    card = document["paths"]["/api/v1/cards/{id}/"]
    assert card["get"]["summary"] == "Read one card."
    assert card["patch"]["summary"] == "Change one card."
    assert card["delete"]["summary"] == "Delete one card."
    assert document["paths"]["/api/v1/cards/"]["get"]["summary"] == "List cards."

    summaries = Counter(operation["summary"] for _, _, operation in operations(document))
    assert [summary for summary, times in summaries.items() if times > 1] == []
    assert [summary for summary in summaries if not summary.isascii()] == []


def test_the_product_s_own_document_has_no_warning(settings, db):
    settings.ROOT_URLCONF = "config.urls"
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        SchemaGenerator(urlconf="config.urls").get_schema(request=None, public=True)

    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
