"""Every operation of the API's own document, and what is needed to call each for real.

The walks over all operations (tenancy, bad input, query counts) read them from the generated
OpenAPI document, so that a new route takes part in them at once; the modules of `tests.walks` say
how to call it, and a route without a case fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from tests.walks import gathered
from tests.walks.case import Case, Ids

CASES: dict[str, Case] = gathered("CASES", dict)


@cache
def document() -> dict[str, Any]:
    """The generated OpenAPI document."""
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(name, method, path, the document's words) of every operation."""
    for path, methods in sorted(document()["paths"].items()):
        for method, described in sorted(methods.items()):
            if method in ("get", "post", "put", "patch", "delete"):
                name = f"{method.upper()} {path.removeprefix('/api/v1/')}"
                yield name, method, path, described


NAMES = [name for name, *_rest in operations()]


def path_of(name: str, ids: Ids) -> str:
    """The address of an operation for the ids of a tenant."""
    address = name.split(" ", 1)[1]
    for parameter, kind in CASES[name].path.items():
        address = address.replace(f"{{{parameter}}}", ids[kind])
    return f"/api/v1/{address}"


def with_id(body: Any, place: str, identifier: str) -> Any:
    """`body` with another id at a dotted place."""
    head, _dot, rest = place.partition(".")
    key: Any = int(head) if head.isdigit() else head
    copy = list(body) if isinstance(body, list) else dict(body)
    copy[key] = with_id(copy[key], rest, identifier) if rest else identifier
    return copy


def call(client: Any, name: str, ids: Ids, body: Any = None, query: Ids | None = None) -> Any:
    """Call an operation the way its case says; `query` replaces the case's filters."""
    case = CASES[name]
    method = name.split(" ", 1)[0].lower()
    if body is None and case.body is not None:
        body = case.body(ids)
    address = path_of(name, ids)
    if query is None and method != "get":
        query = {parameter: ids[kind] for parameter, kind in case.filters.items()}
    query = {**case.query, **(query or {})}
    if query:
        address += "?" + "&".join(f"{key}={value}" for key, value in query.items())
    if method == "get":
        return client.get(address)
    return getattr(client, method)(address, body, format="json")


def ids_in_schema(schema: dict[str, Any], place: str = "") -> Iterator[str]:
    """The dotted places of ids (format uuid) in a body's schema, lists by index 0."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for option in (*schema.get("oneOf", ()), *schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from ids_in_schema(option, place)
    if schema.get("format") == "uuid" and not schema.get("readOnly"):
        yield place
    if "items" in schema:
        yield from ids_in_schema(schema["items"], f"{place}.0")
    for name, child in schema.get("properties", {}).items():
        if not child.get("readOnly"):
            yield from ids_in_schema(child, f"{place}.{name}" if place else name)
