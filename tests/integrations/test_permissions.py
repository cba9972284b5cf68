"""Who may do what with repositories, pull requests, links and secrets: one table."""

import pytest

from core.models import EventLog
from tests.factories import (
    BoardFactory,
    CardFactory,
    CardPullRequestFactory,
    PullRequestFactory,
)

pytestmark = pytest.mark.django_db

API = "/api/v1/"
CALLERS = (
    "admin",
    "director",
    "architect",
    "contributor",
    "observer",
    "member",
    "member_of_both",
    "outsider",
    "operator",
    "nobody",
)
INSIDE = CALLERS[:7]

# Operation: (method, address, body, what is answered to those inside who are allowed, who is).
# Others inside are told that they may not; to everybody else the things aren't there.
WORKERS = ("admin", "director", "architect", "contributor", "member", "member_of_both")
OPERATIONS = {
    "repositories: see": ("get", "repositories/{repository}/", None, 200, INSIDE),
    "repositories: change": (
        "patch",
        "repositories/{repository}/",
        {"full_name": "acme/renamed"},
        200,
        ("admin",),
    ),
    "repositories: secret": (
        "post",
        "repositories/{repository}/webhook-secret/",
        {},
        200,
        ("admin",),
    ),
    "repositories: untie": ("delete", "repositories/{repository}/", None, 204, ("admin",)),
    "projects: secret": (
        "post",
        "projects/{project}/webhook-secret/",
        {},
        200,
        ("admin", "director"),
    ),
    "pull requests: see": ("get", "pull-requests/{linked}/", None, 200, INSIDE),
    "cards: see their pull requests": ("get", "cards/{card}/pull-requests/", None, 200, INSIDE),
    "cards: link": (
        "post",
        "cards/{card}/pull-requests/",
        {"pull_request": "{unlinked}"},
        201,
        WORKERS,
    ),
    "cards: unlink": ("delete", "cards/{card}/pull-requests/{linked}/", None, 204, WORKERS),
    "cards: link on a board without project": (
        "post",
        "cards/{free_card}/pull-requests/",
        {"pull_request": "{unlinked}"},
        201,
        INSIDE,
    ),
}


@pytest.fixture
def people(admin, director, architect, contributor, observer, member, member_of_both, outsider,
           operator, other_workspace):  # fmt: skip
    found = (admin, director, architect, contributor, observer, member, member_of_both, outsider,
             operator, None)  # fmt: skip
    return dict(zip(CALLERS, found, strict=True))


@pytest.fixture
def ids(workspace, project, repository):
    board = BoardFactory(workspace=workspace, project=project)
    card = CardFactory(board=board)
    linked = PullRequestFactory(repository=repository)
    CardPullRequestFactory(card=card, pull_request=linked)
    return {
        "workspace": workspace.pk,
        "project": project.pk,
        "repository": repository.pk,
        "card": card.pk,
        "free_card": CardFactory(board=BoardFactory(workspace=workspace)).pk,
        "linked": linked.pk,
        "unlinked": PullRequestFactory(repository=repository).pk,
    }


def call(client, name, ids):
    method, address, body, _status, _who = OPERATIONS[name]
    filled = body and {key: value.format(**ids) for key, value in body.items()}
    arguments = [] if method == "get" else [filled]
    return getattr(client, method)(API + address.format(**ids), *arguments)


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("name", OPERATIONS)
def test_who_may_do_what(name, who, people, ids, client_of):
    _method, _address, _body, status, allowed = OPERATIONS[name]
    expected = status
    if who == "nobody":
        expected = 401
    elif who not in INSIDE:
        expected = 404
    elif who not in allowed:
        expected = 403
    entries = EventLog.objects.count()

    answer = call(client_of(people[who]), name, ids)

    assert answer.status_code == expected, answer.content
    if expected >= 400:
        assert EventLog.objects.count() == entries


@pytest.mark.parametrize("who", CALLERS)
def test_who_may_tie_a_repository(who, people, ids, client_of):
    body = {"workspace": str(ids["workspace"]), "github_id": 1, "full_name": "acme/new"}
    expected = {"admin": 201, "outsider": 400, "operator": 400, "nobody": 401}.get(who, 403)
    entries = EventLog.objects.count()

    answer = client_of(people[who]).post(f"{API}repositories/", body)

    assert answer.status_code == expected
    assert (EventLog.objects.count() == entries) == (expected >= 400)


@pytest.mark.parametrize("name", ["repositories", "pull-requests"])
@pytest.mark.parametrize("who", ["outsider", "operator"])
def test_lists_show_nothing_of_another_workspace(who, name, people, ids, client_of):
    client = client_of(people[who])

    assert client.get(f"{API}{name}/").json()["results"] == []
    for parameter in ("workspace", "repository", "card"):
        if name == "repositories" and parameter != "workspace":
            continue
        query = f"{API}{name}/?{parameter}={ids[parameter]}"
        assert client.get(query).json()["results"] == []


def test_who_was_removed_is_out_at_once(people, ids, client_of, workspace):
    client = client_of(people["member"])
    workspace.memberships.filter(user=people["member"]).delete()

    for name in ("repositories: see", "pull requests: see", "cards: see their pull requests"):
        assert call(client, name, ids).status_code == 404
