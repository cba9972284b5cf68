"""Every operation of the API's own document, and what is needed to call each for real.

The walks over all operations (tenancy, bad input, query counts) read them from the generated
OpenAPI document, so that a new route takes part in them at once; `CASES` says how to call it, and
a route without a case fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

Ids = dict[str, str]
"""The ids of one tenant, by kind: workspace, board, column, card, sprint, user, …"""

DATES = {"start_date": "2026-12-01", "end_date": "2026-12-14"}


@dataclass(frozen=True)
class Case:
    """How to call an operation.

    `path` names the kind of each id in the address, `body` builds a valid body, `body_ids` are the
    places of ids in it (dotted) with their kinds, `filters` the query's. `alone` are places that
    by themselves say which tenant is meant: a member of both may name either there.
    """

    path: dict[str, str] = field(default_factory=dict)
    body: Callable[[Ids], Any] | None = None
    body_ids: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    other_ids: tuple[str, ...] = ()
    """Places of ids that can't stand beside the body's: the twins of some that are walked."""
    alone: tuple[str, ...] = ()
    status: int = 200
    public: bool = False
    """Answers callers who aren't signed in."""
    private: bool = False
    """About the caller's own things."""
    admin_only: bool = False


ME = Case(private=True)
WORKSPACE = {"id": "workspace"}
BOARD = {"id": "board"}
SPRINT = {"id": "sprint"}
CARD = {"id": "card"}
COLUMN = {"id": "board", "column_id": "column"}
IN_WORKSPACE = {"workspace_id": "workspace"}
MEMBER = {**IN_WORKSPACE, "member_id": "membership"}
INVITATION = {**IN_WORKSPACE, "invitation_id": "invitation"}
PASSWORD = "correct horse battery staple"


def _card(ids: Ids) -> dict[str, Any]:
    return {
        "board": ids["board"],
        "column_id": ids["column"],
        "title": "A card",
        "sprint": ids["sprint"],
        "assignees": [ids["user"]],
    }


def _move(ids: Ids) -> dict[str, Any]:
    return {
        "column_id": ids["column"],
        "before": ids["anchor"],
        "board_id": ids["board"],
        "sprint_id": ids["sprint"],
    }


def _bulk(ids: Ids) -> dict[str, Any]:
    return {
        "create": [_card(ids)],
        "change": [{"id": ids["card"], "sprint": ids["sprint"], "assignees": [ids["user"]]}],
        "move": [{"id": ids["card"], **_move(ids)}],
        "archive": [ids["card"]],
        "unarchive": [ids["archived"]],
    }


MOVE_IDS = {"column_id": "column", "before": "anchor", "board_id": "board", "sprint_id": "sprint"}
CARD_IDS = {"board": "board", "column_id": "column", "sprint": "sprint", "assignees.0": "user"}

CASES: dict[str, Case] = {
    # People
    "GET users/": Case(filters={"workspace": "workspace"}),
    "GET users/{id}/": Case(path={"id": "user"}),
    "GET users/me/": ME,
    "PATCH users/me/": Case(private=True, body=lambda ids: {"full_name": "New Name"}),
    "POST users/me/password/": Case(
        private=True,
        status=204,
        body=lambda ids: {"current_password": PASSWORD, "new_password": "another good passphrase"},
    ),
    "POST users/me/delete/": Case(
        private=True, status=204, body=lambda ids: {"current_password": PASSWORD}
    ),
    "GET tokens/": ME,
    "POST tokens/": Case(private=True, status=201, body=lambda ids: {"name": "A token"}),
    "GET tokens/{id}/": Case(path={"id": "token"}),
    "DELETE tokens/{id}/": Case(path={"id": "token"}, status=204),
    # Signing in
    "POST auth/token/": Case(
        public=True, body=lambda ids: {"username": "admin", "password": PASSWORD}
    ),
    "POST auth/token/refresh/": Case(public=True, body=lambda ids: {"refresh": ids["refresh"]}),
    "POST auth/token/verify/": Case(public=True, body=lambda ids: {"token": ids["refresh"]}),
    "POST auth/token/revoke/": Case(
        public=True, status=204, body=lambda ids: {"refresh": ids["refresh"]}
    ),
    "POST auth/revoke-all/": Case(private=True, status=204),
    "POST auth/password-reset/": Case(
        public=True, status=204, body=lambda ids: {"email": "admin@example.com"}
    ),
    "POST auth/password-reset/confirm/": Case(
        public=True,
        status=204,
        body=lambda ids: {
            "uid": ids["reset_uid"],
            "token": ids["reset_token"],
            "new_password": "another good passphrase",
        },
    ),
    # Workspaces
    "GET workspaces/": Case(),
    "POST workspaces/": Case(
        private=True, status=201, body=lambda ids: {"name": "New", "key": "NEW"}
    ),
    "GET workspaces/{id}/": Case(path=WORKSPACE),
    "PATCH workspaces/{id}/": Case(
        path=WORKSPACE, body=lambda ids: {"name": "New"}, admin_only=True
    ),
    "DELETE workspaces/{id}/": Case(path=WORKSPACE, status=204, admin_only=True),
    "GET workspaces/{workspace_id}/members/": Case(path=IN_WORKSPACE, filters={"user": "user"}),
    "POST workspaces/{workspace_id}/members/": Case(
        path=IN_WORKSPACE,
        body=lambda ids: {"user": ids["colleague"]},
        body_ids={"user": "colleague"},
        status=201,
        admin_only=True,
    ),
    "GET workspaces/{workspace_id}/members/{member_id}/": Case(path=MEMBER),
    "PATCH workspaces/{workspace_id}/members/{member_id}/": Case(
        path=MEMBER, body=lambda ids: {"role": "admin"}, admin_only=True
    ),
    "DELETE workspaces/{workspace_id}/members/{member_id}/": Case(
        path=MEMBER, status=204, admin_only=True
    ),
    "GET workspaces/{workspace_id}/invitations/": Case(path=IN_WORKSPACE, admin_only=True),
    "POST workspaces/{workspace_id}/invitations/": Case(
        path=IN_WORKSPACE,
        body=lambda ids: {"email": "new@example.com"},
        status=201,
        admin_only=True,
    ),
    "GET workspaces/{workspace_id}/invitations/{invitation_id}/": Case(
        path=INVITATION, admin_only=True
    ),
    "DELETE workspaces/{workspace_id}/invitations/{invitation_id}/": Case(
        path=INVITATION, status=204, admin_only=True
    ),
    "POST invitations/accept/": Case(
        public=True,
        status=201,
        body=lambda ids: {
            "token": ids["invitation_token"],
            "username": "newcomer",
            "password": "another good passphrase",
        },
    ),
    # Boards
    "GET boards/": Case(filters={"workspace": "workspace"}),
    "POST boards/": Case(
        body=lambda ids: {"workspace": ids["workspace"], "name": "New"},
        body_ids={"workspace": "workspace"},
        alone=("workspace",),
        status=201,
    ),
    "GET boards/{id}/": Case(path=BOARD),
    "PATCH boards/{id}/": Case(path=BOARD, body=lambda ids: {"name": "New"}),
    "DELETE boards/{id}/": Case(path=BOARD, status=204, admin_only=True),
    "POST boards/{id}/archive/": Case(path=BOARD, body=lambda ids: {}),
    "POST boards/{id}/unarchive/": Case(path=BOARD, body=lambda ids: {}),
    "GET boards/{id}/snapshot/": Case(path=BOARD),
    "GET boards/{id}/labels/": Case(path=BOARD),
    "PATCH boards/{id}/labels/{label_id}/": Case(
        path={"id": "board", "label_id": "label"}, body=lambda ids: {"name": "Defect"}
    ),
    "POST boards/{id}/columns/": Case(path=BOARD, body=lambda ids: {"name": "QA"}, status=201),
    "PATCH boards/{id}/columns/{column_id}/": Case(path=COLUMN, body=lambda ids: {"name": "QA"}),
    "DELETE boards/{id}/columns/{column_id}/": Case(
        path=COLUMN, filters={"move_cards_to": "other_column"}
    ),
    # Sprints
    "GET sprints/": Case(filters={"workspace": "workspace", "board": "board"}),
    "POST sprints/": Case(
        body=lambda ids: {"board": ids["board"], "name": "New", **DATES},
        body_ids={"board": "board"},
        alone=("board",),
        status=201,
    ),
    "GET sprints/{id}/": Case(path=SPRINT),
    "PATCH sprints/{id}/": Case(path=SPRINT, body=lambda ids: {"name": "New"}),
    "DELETE sprints/{id}/": Case(path=SPRINT, status=204),
    # Cards
    "GET cards/": Case(
        filters={
            "workspace": "workspace",
            "board": "board",
            "column": "column",
            "sprint": "sprint",
            "assignee": "user",
            "label": "label",
        }
    ),
    "POST cards/": Case(body=_card, body_ids=CARD_IDS, status=201),
    "GET cards/{id}/": Case(path=CARD),
    "PATCH cards/{id}/": Case(
        path=CARD,
        body=lambda ids: {"sprint": ids["sprint"], "assignees": [ids["user"]]},
        body_ids={"sprint": "sprint", "assignees.0": "user"},
    ),
    "DELETE cards/{id}/": Case(path=CARD, status=204),
    "POST cards/{id}/move/": Case(path=CARD, body=_move, body_ids=MOVE_IDS, other_ids=("after",)),
    "POST cards/{id}/archive/": Case(path=CARD, body=lambda ids: {}),
    "POST cards/{id}/unarchive/": Case(path=CARD, body=lambda ids: {}),
    "POST cards/bulk/": Case(
        body=_bulk,
        body_ids={
            **{f"create.0.{place}": kind for place, kind in CARD_IDS.items()},
            "change.0.id": "card",
            "change.0.sprint": "sprint",
            "change.0.assignees.0": "user",
            "move.0.id": "card",
            **{f"move.0.{place}": kind for place, kind in MOVE_IDS.items()},
            "archive.0": "card",
            "unarchive.0": "archived",
        },
        other_ids=("move.0.after",),
        alone=("archive.0", "unarchive.0"),
    ),
}


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
