"""Ids of another tenant don't exist: every operation × every place of an id × who calls.

The operations are those of the generated OpenAPI document. One that has no case in
`tests/api/operations.py`, or that takes an id its case doesn't name, fails here.
"""

import json
import uuid

import pytest

from core.models import EventLog
from tests.api.operations import CASES, NAMES, call, ids_in_schema, operations, with_id
from tests.factories import MemberFactory, WorkspaceFactory

BODIES = [(name, place) for name in NAMES if name in CASES for place in CASES[name].body_ids]
PATHS = [(name, part) for name in NAMES if name in CASES for part in CASES[name].path]
FILTERS = [(name, filter_) for name in NAMES if name in CASES for filter_ in CASES[name].filters]
# What `own` has of these is the admin's, and nobody else's.
PERSONAL = {"token", "conversation", "inbox_item"}
UNKNOWN = {"label": "no-such-label", "event": str(2**53)}


def unknown_id(kind):
    return UNKNOWN.get(kind, str(uuid.uuid4()))


def said(response):
    """What an answer says, but for the ids of its request and of cards that it undid."""
    body = json.loads(response.content) if response.content else None
    if isinstance(body, dict):
        body.pop("request_id", None)
        body.pop("order", None)
    return response.status_code, body


def test_every_operation_has_a_case():
    assert set(NAMES) == set(CASES)


@pytest.mark.parametrize("name", NAMES)
def test_every_place_of_an_id_is_named(name):
    _name, _method, path, described = next(each for each in operations() if each[0] == name)
    parameters = {each["name"] for each in described.get("parameters", ()) if each["in"] == "path"}
    assert parameters == set(CASES[name].path), path
    content = described.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    places = set(CASES[name].body_ids) | set(CASES[name].other_ids)
    assert set(ids_in_schema(schema)) == places
    ids = {
        each["name"]
        for each in described.get("parameters", ())
        if each["in"] == "query" and each["schema"].get("format") == "uuid"
    }
    assert ids <= set(CASES[name].filters)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if not CASES[name].public])
def test_nobody_is_told_to_sign_in(name, own, client_of):
    entries = EventLog.objects.count()
    response = call(client_of(None), name, own)
    assert response.status_code == 401
    assert EventLog.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["admin", "member", "member_of_both"])
@pytest.mark.parametrize("name", NAMES)
def test_who_may_is_let(name, who, own, secrets, request, client_of, admin):
    person = request.getfixturevalue(who)
    case = CASES[name]
    if PERSONAL & set(case.path.values()):
        person = admin
    if "colleague" in case.body_ids.values() and person != admin:
        third = WorkspaceFactory(created_by=person)
        MemberFactory(workspace=third, user_id=own["colleague"])
    response = call(client_of(None if case.public else person), name, {**own, **secrets})
    expected = case.status
    if case.admin_only and person != admin and not leaves(name, who):
        expected = 403
    if name == "POST users/me/delete/" and person == admin:
        expected = 409  # the last admin of a workspace
    assert response.status_code == expected, response.content


def leaves(name, who):
    """Everybody may take their own membership away; `own` has the membership of `member`."""
    return name == "DELETE workspaces/{workspace_id}/members/{member_id}/" and who == "member"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["outsider", "operator"])
@pytest.mark.parametrize(("name", "part"), PATHS)
def test_a_foreign_id_in_the_address_is_unknown(name, part, who, own, request, client_of):
    person = request.getfixturevalue(who)
    entries = EventLog.objects.count()
    kind = CASES[name].path[part]
    seen = call(client_of(person), name, own)
    unknown = call(client_of(person), name, {**own, kind: unknown_id(kind)})
    assert seen.status_code == 404
    assert said(seen) == said(unknown)
    assert EventLog.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["admin", "member_of_both"])
@pytest.mark.parametrize(("name", "part"), [each for each in PATHS if len(CASES[each[0]].path) > 1])
def test_two_ids_of_an_address_belong_together(name, part, who, own, foreign, request, client_of):
    person = request.getfixturevalue(who)
    entries = EventLog.objects.count()
    kind = CASES[name].path[part]
    response = call(client_of(person), name, {**own, kind: foreign[kind]})
    # A member of both is told that invitations are the admins' before the id is looked at.
    expected = (403, 404) if CASES[name].admin_only and person.username != "admin" else (404,)
    assert response.status_code in expected
    assert EventLog.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "place"), BODIES)
def test_a_foreign_id_in_a_body_is_unknown(name, place, own, foreign, admin, client_of):
    entries = EventLog.objects.count()
    kind = CASES[name].body_ids[place]
    body = CASES[name].body(own)
    seen = call(client_of(admin), name, own, with_id(body, place, foreign[kind]))
    unknown = call(client_of(admin), name, own, with_id(body, place, unknown_id(kind)))
    assert seen.status_code in (400, 409)
    assert said(seen) == said(unknown)
    assert place.split(".")[0] in json.dumps(said(seen)[1]["errors"])
    assert EventLog.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "place"), [each for each in BODIES if each[1] not in CASES[each[0]].alone]
)
def test_a_member_of_both_mixes_no_two_tenants(
    name, place, own, foreign, member_of_both, client_of
):
    entries = EventLog.objects.count()
    kind = CASES[name].body_ids[place]
    body = with_id(CASES[name].body(own), place, foreign[kind])
    response = call(client_of(member_of_both), name, own, body)
    expected = (403,) if CASES[name].admin_only else (400, 409)
    assert response.status_code in expected, response.content
    assert EventLog.objects.count() == entries


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["outsider", "operator"])
@pytest.mark.parametrize(
    ("name", "filter_"), [each for each in FILTERS if each[0].startswith("GET")]
)
def test_a_foreign_id_in_a_filter_finds_nothing(name, filter_, who, own, request, client_of):
    person = request.getfixturevalue(who)
    kind = CASES[name].filters[filter_]
    client = client_of(person)
    seen = call(client, name, own, query={filter_: own[kind]})
    unknown = call(client, name, own, query={filter_: unknown_id(kind)})
    assert said(seen) == said(unknown)
    assert seen.status_code == 404 if CASES[name].path else seen.json()["results"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["outsider", "operator"])
@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.startswith("GET") and not CASES[name].path]
)
def test_lists_show_nothing_of_another_tenant(name, who, own, request, client_of):
    person = request.getfixturevalue(who)
    text = call(client_of(person), name, own).content.decode()
    # The id of an entry is a number, which may stand anywhere.
    written = {**own, "event": f'"id":{own["event"]},'}
    shown = [kind for kind, identifier in written.items() if identifier in text]
    assert shown == []
