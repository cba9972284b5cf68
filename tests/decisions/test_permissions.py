"""Who may do what with transcripts, decisions and relationships: one table of role × operation."""

import pytest

from core.models import EventLog
from decisions.models import Decision, DecisionRelationship, Transcript
from tests.factories import DecisionFactory, DecisionRelationshipFactory, TranscriptFactory

pytestmark = pytest.mark.django_db

API = "/api/v1/"
MEETING = {"title": "New", "occurred_at": "2026-11-20T10:00:00Z"}

DECIDERS = ("admin", "director", "architect")
WRITERS = (*DECIDERS, "contributor", "member")
READERS = (*WRITERS, "observer")
STRANGERS = ("outsider", "operator")
# Their own proposal is the contributor's alone; `member` wrote none.
OWNERS = (*DECIDERS, "contributor")

# Operation: (method, address, body, who may, what they get). Others of the workspace get 403.
OPERATIONS = {
    "transcripts: see": ("get", "transcripts/{transcript}/", None, READERS, 200),
    "transcripts: change": ("patch", "transcripts/{transcript}/", MEETING, WRITERS, 200),
    "transcripts: delete": ("delete", "transcripts/{transcript}/", None, DECIDERS, 204),
    "decisions: see": ("get", "decisions/{proposed}/", None, READERS, 200),
    "decisions: see deleted": ("get", "decisions/{deleted}/", None, READERS, 200),
    "decisions: graph": ("get", "decisions/{proposed}/graph/", None, READERS, 200),
    "proposals: change": ("patch", "decisions/{proposed}/", {"title": "New"}, WRITERS, 200),
    "proposals: change own": ("patch", "decisions/{own}/", {"title": "New"}, WRITERS, 200),
    "proposals: accept": ("patch", "decisions/{proposed}/", {"status": "accepted"}, DECIDERS, 200),
    "proposals: accept own": ("patch", "decisions/{own}/", {"status": "accepted"}, DECIDERS, 200),
    "proposals: reject": ("patch", "decisions/{proposed}/", {"status": "rejected"}, DECIDERS, 200),
    "proposals: supersede": (
        "patch",
        "decisions/{proposed}/",
        {"status": "superseded"},
        DECIDERS,
        200,
    ),
    "proposals: say who decided": (
        "patch",
        "decisions/{proposed}/",
        {"decided_by": "{architect}"},
        DECIDERS,
        200,
    ),
    "proposals: say when": (
        "patch",
        "decisions/{proposed}/",
        {"decided_at": "2026-11-20T10:00:00Z"},
        DECIDERS,
        200,
    ),
    "proposals: delete": ("delete", "decisions/{proposed}/", None, DECIDERS, 204),
    "proposals: delete own": ("delete", "decisions/{own}/", None, OWNERS, 204),
    "proposals: restore own": ("post", "decisions/{own}/restore/", {}, OWNERS, 200),
    "decisions: change": ("patch", "decisions/{accepted}/", {"title": "New"}, DECIDERS, 200),
    "decisions: reopen": ("patch", "decisions/{accepted}/", {"status": "proposed"}, DECIDERS, 200),
    "decisions: delete": ("delete", "decisions/{accepted}/", None, DECIDERS, 204),
    "decisions: delete own": ("delete", "decisions/{own_accepted}/", None, DECIDERS, 204),
    "decisions: restore": ("post", "decisions/{deleted}/restore/", {}, DECIDERS, 200),
    "relationships: see": ("get", "decision-relationships/{related}/", None, READERS, 200),
    "relationships: remove": (
        "delete",
        "decision-relationships/{related}/",
        None,
        WRITERS,
        204,
    ),
    "relationships: remove superseding": (
        "delete",
        "decision-relationships/{superseding}/",
        None,
        DECIDERS,
        204,
    ),
}
# Here the project's things stand in the body: to strangers such ids are unknown, a 400.
IN_BODIES = {
    "transcripts: make": ("transcripts/", {"project": "{project}", **MEETING}, WRITERS),
    "decisions: propose": ("decisions/", {"project": "{project}", "title": "New"}, WRITERS),
    "decisions: record as accepted": (
        "decisions/",
        {"project": "{project}", "title": "New", "status": "accepted"},
        DECIDERS,
    ),
    "decisions: record who decided": (
        "decisions/",
        {"project": "{project}", "title": "New", "decided_by": "{architect}"},
        DECIDERS,
    ),
    "decisions: record when": (
        "decisions/",
        {"project": "{project}", "title": "New", "decided_at": "2026-11-20T10:00:00Z"},
        DECIDERS,
    ),
    **{
        f"relationships: {kind}": (
            "decision-relationships/",
            {"source": "{proposed}", "target": "{accepted}", "kind": kind},
            who,
        )
        for kind, who in {
            "supersedes": DECIDERS,
            "depends_on": WRITERS,
            "conflicts_with": WRITERS,
            "relates_to": WRITERS,
        }.items()
    },
    "relationships: supersede a proposal": (
        "decision-relationships/",
        {"source": "{accepted}", "target": "{proposed}", "kind": "supersedes"},
        DECIDERS,
    ),
    "relationships: supersede one's own": (
        "decision-relationships/",
        {"source": "{accepted}", "target": "{own}", "kind": "supersedes"},
        OWNERS,
    ),
}


@pytest.fixture
def ids(project, people):
    """One of everything that the placeholders of the tables stand for."""
    of = {"project": project}
    proposed, accepted, old = (
        DecisionFactory(**of, status=status) for status in ("proposed", "accepted", "superseded")
    )
    mine = {**of, "created_by": people["contributor"]}
    made = {
        "project": project,
        "architect": people["architect"],
        "transcript": TranscriptFactory(**of),
        "proposed": proposed,
        "accepted": accepted,
        "own": DecisionFactory(**mine),
        "own_accepted": DecisionFactory(**mine, status="accepted"),
        "deleted": DecisionFactory(**of, deleted_at="2026-11-01T00:00:00Z"),
        "related": DecisionRelationshipFactory(source=accepted, target=old),
        "superseding": DecisionRelationshipFactory(source=accepted, target=old, kind="supersedes"),
    }
    return {f"{{{name}}}": str(each.pk) for name, each in made.items()}


def filled(value, ids):
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    for name, identifier in ids.items():
        value = value.replace(name, identifier) if isinstance(value, str) else value
    return value


def state():
    return (
        [list(model.objects.order_by("id").values()) for model in (Transcript, Decision)],
        list(DecisionRelationship.objects.order_by("id").values()),
        EventLog.objects.count(),
    )


def expected_of(who, may, allowed, unknown):
    if who == "nobody":
        return 401
    if who in STRANGERS:
        return unknown
    return allowed if who in may else 403


CALLERS = (*READERS, *STRANGERS, "nobody")


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_may_do_what_to_what_is_there(client_of, people, ids, other_workspace, who, operation):
    method, path, body, may, allowed = OPERATIONS[operation]
    before = state()
    client = client_of(people.get(who))
    answer = getattr(client, method)(API + filled(path, ids), filled(body, ids), format="json")
    assert answer.status_code == expected_of(who, may, allowed, 404), answer.content
    if answer.status_code >= 400:
        assert state() == before


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("operation", IN_BODIES)
def test_who_may_bring_what_in(client_of, people, ids, other_workspace, who, operation):
    path, body, may = IN_BODIES[operation]
    before = state()
    answer = client_of(people.get(who)).post(API + path, filled(body, ids), format="json")
    assert answer.status_code == expected_of(who, may, 201, 400), answer.content
    if answer.status_code >= 400:
        assert state() == before


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize(
    "collection",
    ["transcripts/", "decisions/", "decisions/search/?q=decision", "decision-relationships/"],
)
def test_who_sees_what_in_lists(client_of, people, ids, other_workspace, who, collection):
    answer = client_of(people.get(who)).get(API + collection)
    if who == "nobody":
        assert answer.status_code == 401
    else:
        assert answer.status_code == 200
        assert bool(answer.json()["results"]) is (who in READERS)
