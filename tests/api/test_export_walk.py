"""Every list of the document can be taken out whole: the rows of its pages, and nobody else's.

A list is an operation that answers with pages. One that can't be exported fails here, so that a
new route takes part at once.
"""

import csv
import io
import json

import pytest

from core.api import exports
from core.exports import plain
from tests.api.operations import CASES, call, document, operations

PAGES = {"next", "previous", "results"}


def answers_of(described):
    """The contents of an operation's 200, by media type."""
    return described["responses"].get("200", {}).get("content", {})


def schema_of(contents):
    schema = contents.get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


LISTS = [
    name
    for name, method, _path, described in operations()
    if method == "get" and set(schema_of(answers_of(described)).get("properties", ())) >= PAGES
]
DESCRIBED = {name: described for name, _method, _path, described in operations()}
# What belongs to a person, of whom the tenant's is `admin`.
PERSONAL = {"conversation"}
ALLOWED = [
    (name, who)
    for name in LISTS
    for who in ("admin", "member_of_both")
    if who == "admin"
    or not (CASES[name].admin_only or PERSONAL.intersection(CASES[name].path.values()))
]
WITHIN = [name for name in LISTS if CASES[name].path]


def test_there_are_lists():
    assert len(LISTS) >= 8


@pytest.mark.parametrize("name", LISTS)
def test_every_list_offers_its_files(name):
    contents = answers_of(DESCRIBED[name])
    assert {"application/json", "text/csv", "application/x-ndjson"} <= set(contents)
    parameters = {each["name"]: each for each in DESCRIBED[name]["parameters"]}
    assert parameters["format"]["schema"]["enum"] == ["csv", "json", "ndjson"]


def test_nothing_but_lists_offers_files():
    offering = [
        name for name, described in DESCRIBED.items() if "text/csv" in answers_of(described)
    ]
    assert offering == LISTS


def rows_of_pages(client, name, ids):
    """All rows of the list, page after page, two at a time."""
    response = call(client, name, ids, query={"page_size": "2"})
    rows = []
    while True:
        assert response.status_code == 200, response.content
        rows += response.json()["results"]
        if response.json()["next"] is None:
            return rows
        response = client.get(response.json()["next"])


def exported(client, name, ids, form):
    response = call(client, name, ids, query={"format": form})
    assert response.status_code == 200, response.content
    assert response["Content-Disposition"].endswith(f'.{form}"')
    return b"".join(response.streaming_content).decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "who"), ALLOWED)
def test_files_have_the_rows_of_the_pages(name, who, own, foreign, request, client_of, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 3)
    client = client_of(request.getfixturevalue(who))
    pages = rows_of_pages(client, name, own)
    lines = exported(client, name, own, "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == pages
    table = list(csv.reader(io.StringIO(exported(client, name, own, "csv"), newline="")))
    assert len(table) == len(pages) + 1
    for row, cells in zip(pages, table[1:], strict=True):
        assert table[0] == list(row)
        for value, cell in zip(row.values(), cells, strict=True):
            # A decimal is a text in JSON and a number here: only then is there no apostrophe.
            assert cell in (str(plain(value)), str(value))


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["outsider", "operator"])
@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("name", [name for name in LISTS if not CASES[name].path])
def test_no_file_has_anything_of_another_tenant(name, form, who, own, request, client_of):
    text = exported(client_of(request.getfixturevalue(who)), name, own, form)
    assert [kind for kind, identifier in own.items() if identifier in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("who", [None, "outsider", "operator"])
@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("name", WITHIN)
def test_lists_within_another_tenant_are_refused(name, form, who, own, request, client_of):
    person = None if who is None else request.getfixturevalue(who)
    response = call(client_of(person), name, own, query={"format": form})
    assert response.status_code == (401 if who is None else 404)
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "ndjson"])
@pytest.mark.parametrize("name", LISTS)
def test_nobody_is_told_to_sign_in(name, form, own, client_of):
    assert call(client_of(None), name, own, query={"format": form}).status_code == 401
