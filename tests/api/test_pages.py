"""The browsable pages: what they give to begin a body with is what the address takes."""

import html
import re

import orjson
import pytest

from tests.api.operations import document, operations

COLLECTIONS = sorted(
    path
    for _name, method, path, _described in operations()
    if method == "get" and "{" not in path and "post" in document()["paths"][path]
)


def required(path):
    """The members that a body of the collection's POST can't do without."""
    content = document()["paths"][path]["post"]["requestBody"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return set(document()["components"]["schemas"][name].get("required", ()))


@pytest.mark.django_db
@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_collections_page_begins_with_all_that_a_new_row_needs(path, client, admin, workspace):
    client.force_login(admin)
    text = client.get(path, headers={"Accept": "text/html"}).content.decode()
    example = re.search(r"<textarea [^>]*>(.*?)</textarea>", text, re.DOTALL)[1]
    assert required(path) <= set(orjson.loads(html.unescape(example)))


def test_the_collections_are_walked():
    assert "/api/v1/cards/" in COLLECTIONS
    assert "project" in required("/api/v1/features/")
