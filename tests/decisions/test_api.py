"""Transcripts, decisions, their search and their graph over REST."""

import itertools

import pytest

from decisions.graph import MAX_NODES
from decisions.models import Decision, DecisionRelationship, Transcript
from tests.factories import (
    DecisionFactory,
    DecisionRelationshipFactory,
    ProjectFactory,
    TranscriptFactory,
)

pytestmark = pytest.mark.django_db

DECISIONS = "/api/v1/decisions/"
TRANSCRIPTS = "/api/v1/transcripts/"
RELATIONSHIPS = "/api/v1/decision-relationships/"
DELETED = "2026-11-01T00:00:00Z"


def titles(answer):
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


# Decisions
# ---------


def test_a_decision_as_it_is_answered(as_director, project, transcript, director, watch):
    made = as_director.post(
        DECISIONS,
        {
            "project": str(project.pk),
            "transcript": str(transcript.pk),
            "title": "Use Go",
            "statement": "We use Go.",
            "rationale": "  It is fast.",
            "status": "accepted",
            "confidence": 0.5,
            "impacts": ["Learning"],
            "consensus": {"for": ["Ada"]},
            "decided_at": "2026-11-02T09:00:00Z",
        },
        format="json",
    )
    assert made.status_code == 201, made.content
    answer = made.json()
    kept = {name: answer.pop(name) for name in ("id", "created_at", "updated_at")}
    assert answer == {
        "workspace": str(project.workspace_id),
        "project": str(project.pk),
        "transcript": str(transcript.pk),
        "title": "Use Go",
        "statement": "We use Go.",
        "rationale": "  It is fast.",
        "status": "accepted",
        "confidence": 0.5,
        "impacts": ["Learning"],
        "consensus": {"for": ["Ada"]},
        "anomalies": [],
        "created_by": str(director.pk),
        "decided_by": str(director.pk),
        "decided_at": "2026-11-02T09:00:00Z",
        "deleted_at": None,
        "version": 1,
    }
    assert made["Location"].endswith(f"{DECISIONS}{kept['id']}/")
    entry = watch.only()
    assert (entry.action, entry.source, entry.project_id) == (
        "decision.created",
        "api",
        project.pk,
    )
    read = as_director.get(f"{DECISIONS}{kept['id']}/")
    assert read.json() == {**answer, **kept}
    assert read["ETag"] == made["ETag"]


def test_a_whole_decision_can_be_sent_back(as_contributor, decision):
    whole = as_contributor.get(f"{DECISIONS}{decision.pk}/").json()
    answer = as_contributor.patch(
        f"{DECISIONS}{decision.pk}/", {**whole, "title": "New"}, format="json"
    )
    assert answer.status_code == 200, answer.content
    assert answer.json()["title"] == "New"


def test_a_stale_write_gets_the_present_state(as_director, decision):
    address = f"{DECISIONS}{decision.pk}/"
    tag = as_director.get(address)["ETag"]
    as_director.patch(address, {"title": "New"}, format="json")
    answer = as_director.patch(address, {"title": "Old"}, format="json", headers={"If-Match": tag})
    assert answer.status_code == 412
    assert answer.json()["current"]["title"] == "New"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"confidence": "0.5"}, "confidence"),
        ({"confidence": 1.5}, "confidence"),
        ({"confidence": -1}, "confidence"),
        ({"confidence": True}, "confidence"),
        ({"impacts": 5}, "impacts"),
        ({"impacts": None}, "impacts"),
        ({"anomalies": [["x" * 70_000]]}, "anomalies"),
        ({"consensus": [[[[[[[[[[]]]]]]]]]]}, "consensus"),
        ({"statement": "x" * 65_537}, "statement"),
        ({"deleted_at": DELETED}, "deleted_at"),
        ({"embedding": [1]}, "embedding"),
        ({"search": "x"}, "search"),
        ({"project": "00000000-0000-7000-8000-000000000000"}, "project"),
    ],
)
def test_what_cannot_be_is_refused_by_field(as_director, decision, body, field):
    answer = as_director.patch(f"{DECISIONS}{decision.pk}/", body, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {field}


def test_a_transcript_of_another_project_is_refused(as_director, project, decision):
    elsewhere = TranscriptFactory(project=ProjectFactory(workspace=project.workspace))
    body = {"transcript": str(elsewhere.pk)}
    answer = as_director.patch(f"{DECISIONS}{decision.pk}/", body, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"transcript"}


def test_deleting_takes_out_of_lists_and_restoring_brings_back(as_director, decision, watch):
    assert as_director.delete(f"{DECISIONS}{decision.pk}/").status_code == 204
    assert titles(as_director.get(DECISIONS)) == []
    assert titles(as_director.get(f"{DECISIONS}search/?q=postgresql")) == []
    assert titles(as_director.get(f"{DECISIONS}?deleted=false")) == []
    assert titles(as_director.get(f"{DECISIONS}?deleted=true")) == ["Use PostgreSQL"]
    alone = as_director.get(f"{DECISIONS}{decision.pk}/").json()
    assert alone["deleted_at"] is not None
    refused = as_director.patch(f"{DECISIONS}{decision.pk}/", {"title": "New"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "decision_deleted")
    back = as_director.post(f"{DECISIONS}{decision.pk}/restore/", {}, format="json")
    assert back.json()["deleted_at"] is None
    assert titles(as_director.get(DECISIONS)) == ["Use PostgreSQL"]
    assert [entry.action for entry in watch.entries()] == ["decision.deleted", "decision.restored"]


@pytest.fixture
def register(project, transcript, architect, contributor):
    """Four decisions that the filters tell apart."""
    return [
        DecisionFactory(project=project, **values)
        for values in (
            {"title": "A", "status": "accepted", "decided_at": "2026-10-01T00:00:00Z",
             "decided_by": architect, "confidence": 0.9},
            {"title": "B", "status": "rejected", "decided_at": "2026-11-01T00:00:00Z"},
            {"title": "C", "transcript": transcript, "confidence": 0.2,
             "created_by": contributor, "rationale": "Because of costs"},
            {"title": "D", "deleted_at": DELETED},
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "ABC"),
        ("project={project}", "ABC"),
        ("status=accepted", "A"),
        ("status=accepted,rejected", "AB"),
        ("transcript={transcript}", "C"),
        ("transcript=none", "AB"),
        ("decided_by={architect}", "A"),
        ("decided_by=none", "BC"),
        ("created_by=me", "C"),
        ("decided_after=2026-10-15T00:00:00Z", "B"),
        ("decided_before=2026-10-15T00:00:00Z", "A"),
        ("confidence_min=0.2", "AC"),
        ("confidence_min=0.21", "A"),
        ("confidence_min=1", ""),
        ("deleted=true", "D"),
        ("search=cost", "C"),
        ("updated_since=2100-01-01T00:00:00Z", ""),
        ("ordering=-decided_at", "BAC"),
        ("ordering=-title", "CBA"),
    ],
)
def test_the_list_is_filtered(
    client_of, contributor, register, project, transcript, architect, query, found
):
    filled = query.format(project=project.pk, transcript=transcript.pk, architect=architect.pk)
    assert "".join(titles(client_of(contributor).get(f"{DECISIONS}?{filled}"))) == found


@pytest.mark.parametrize("value", ["2", "1.1", "-0.1", "0,5", "NaN", "x", "0.", ""])
def test_a_confidence_that_is_none_is_refused(as_director, value):
    answer = as_director.get(f"{DECISIONS}?confidence_min={value}")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"confidence_min"}


# Search
# ------


def test_the_search_ranks_and_marks_what_it_finds(as_director, project):
    DecisionFactory(project=project, title="Other", rationale="It ships decisions of all kinds.")
    DecisionFactory(
        project=project, title="Decide in <b>writing</b>", statement="A decision is written down."
    )
    DecisionFactory(project=project, title="Decisions decide decisions", statement="Decided.")
    DecisionFactory(project=project, title="Unrelated")
    answer = as_director.get(f"{DECISIONS}search/?q=decision")
    assert titles(answer) == ["Decisions decide decisions", "Decide in <b>writing</b>", "Other"]
    best, second, last = answer.json()["results"]
    assert best["rank"] > second["rank"] > last["rank"] > 0
    assert best["title_html"] == "<mark>Decisions</mark> decide <mark>decisions</mark>"
    assert second["title_html"] == "Decide in &lt;b&gt;writing&lt;/b&gt;"
    assert "<mark>decision</mark> is written down" in second["excerpt_html"]
    assert "<mark>decisions</mark>" in last["excerpt_html"]


def test_the_search_knows_the_forms_of_russian_words(as_director, project):
    DecisionFactory(project=project, title="Приняты важные решения")
    [found] = as_director.get(f"{DECISIONS}search/", {"q": "решение"}).json()["results"]
    assert found["title_html"] == "Приняты важные <mark>решения</mark>"


def test_the_search_is_paged_in_its_order(as_director, project):
    for number in range(1, 8):
        DecisionFactory(project=project, title="word " * number + str(number))
    DecisionFactory.create_batch(3, project=project, title="word same")
    whole = titles(as_director.get(f"{DECISIONS}search/?q=word"))
    assert len(whole) == 10
    walked, address = [], f"{DECISIONS}search/?q=word&page_size=3"
    while address:
        answer = as_director.get(address)
        walked += titles(answer)
        address = answer.json()["next"]
    assert walked == whole


def test_the_search_is_cut_down_to_a_project_and_a_status(as_director, project, accepted):
    DecisionFactory(
        project=ProjectFactory(workspace=project.workspace), title="Ship elsewhere weekly"
    )
    search = f"{DECISIONS}search/?q=weekly"
    assert len(titles(as_director.get(search))) == 2
    assert titles(as_director.get(f"{search}&project={project.pk}")) == ["Ship weekly"]
    assert titles(as_director.get(f"{search}&status=accepted")) == ["Ship weekly"]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", f"?q={'x' * 501}", "?word=x"])
def test_a_search_for_nothing_is_refused(as_director, query):
    assert as_director.get(f"{DECISIONS}search/{query}").status_code == 400


@pytest.mark.parametrize("query", ["the", '"', "-", "& | !", "((("])
def test_a_search_for_no_word_finds_nothing(as_director, decision, query):
    assert titles(as_director.get(f"{DECISIONS}search/", {"q": query})) == []


# Relationships
# -------------


def test_superseding_over_the_api(as_director, decision, accepted):
    body = {"source": str(decision.pk), "target": str(accepted.pk), "kind": "supersedes"}
    made = as_director.post(RELATIONSHIPS, body, format="json")
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in body} == body
    now = as_director.get(f"{DECISIONS}{accepted.pk}/").json()
    assert (now["status"], now["version"]) == ("superseded", 2)
    again = as_director.post(RELATIONSHIPS, body, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "relationship_known")
    back = {"source": str(accepted.pk), "target": str(decision.pk), "kind": "supersedes"}
    loop = as_director.post(RELATIONSHIPS, back, format="json")
    assert (loop.status_code, loop.json()["code"]) == (409, "relationship_loop")
    assert set(loop.json()["errors"]) == {"target"}
    assert as_director.delete(made["Location"]).status_code == 204
    assert not DecisionRelationship.objects.exists()


def test_the_list_of_relationships_is_filtered(as_director, project, decision, accepted):
    first = DecisionRelationshipFactory(source=decision, target=accepted)
    second = DecisionRelationshipFactory(source=accepted, target=decision, kind="relates_to")
    gone = DecisionFactory(project=project, deleted_at=DELETED)
    DecisionRelationshipFactory(source=decision, target=gone)

    def found(query):
        rows = as_director.get(f"{RELATIONSHIPS}?{query}").json()["results"]
        return {row["id"] for row in rows}

    both = {str(first.pk), str(second.pk)}
    assert found("") == found(f"decision={decision.pk}") == both
    assert found(f"source={decision.pk}") == found("kind=depends_on") == {str(first.pk)}
    assert found(f"target={decision.pk}") == {str(second.pk)}
    assert found(f"decision={gone.pk}") == set()


# The graph
# ---------


@pytest.fixture
def chain(project):
    """Six decisions, each depending on the next."""
    decisions = [DecisionFactory(project=project, title=str(number)) for number in range(6)]
    for source, target in itertools.pairwise(decisions):
        DecisionRelationshipFactory(source=source, target=target)
    return decisions


@pytest.mark.parametrize(
    ("query", "depths"),
    [
        ("", {"0": 2, "1": 1, "2": 0, "3": 1, "4": 2}),
        ("?depth=1", {"1": 1, "2": 0, "3": 1}),
        ("?depth=5", {"0": 2, "1": 1, "2": 0, "3": 1, "4": 2, "5": 3}),
    ],
)
def test_the_graph_goes_so_far_in_both_directions(as_director, chain, query, depths):
    answer = as_director.get(f"{DECISIONS}{chain[2].pk}/graph/{query}")
    graph = answer.json()
    assert (graph["root"], graph["truncated"]) == (str(chain[2].pk), False)
    assert {node["title"]: node["depth"] for node in graph["nodes"]} == depths
    titles_of = {node["id"]: node["title"] for node in graph["nodes"]}
    edges = {(titles_of[edge["source"]], titles_of[edge["target"]]) for edge in graph["edges"]}
    assert edges == {(str(n), str(n + 1)) for n in range(5) if {str(n), str(n + 1)} <= set(depths)}
    assert {edge["kind"] for edge in graph["edges"]} == {"depends_on"}


def test_the_graph_ends_at_what_is_deleted_and_at_circles(as_director, chain):
    Decision.objects.filter(pk=chain[3].pk).update(deleted_at=DELETED)
    DecisionRelationshipFactory(source=chain[2], target=chain[0], kind="relates_to")
    graph = as_director.get(f"{DECISIONS}{chain[1].pk}/graph/?depth=5").json()
    assert sorted(node["title"] for node in graph["nodes"]) == ["0", "1", "2"]
    assert len(graph["edges"]) == 3
    # It is shown itself to whoever asks about it, before restoring it.
    alone = as_director.get(f"{DECISIONS}{chain[3].pk}/graph/?depth=1").json()
    assert [node["title"] for node in alone["nodes"]] == ["3", "2", "4"]


def test_a_lone_decision_is_a_graph_of_one(as_director, decision):
    graph = as_director.get(f"{DECISIONS}{decision.pk}/graph/").json()
    assert [node["id"] for node in graph["nodes"]] == [str(decision.pk)]
    assert graph["edges"] == []


def test_a_large_graph_is_cut_and_says_so(as_director, project, decision):
    others = DecisionFactory.create_batch(MAX_NODES + 20, project=project)
    for index, other in enumerate(others):
        ends = (decision, other) if index % 2 else (other, decision)
        DecisionRelationshipFactory(source=ends[0], target=ends[1])
    graph = as_director.get(f"{DECISIONS}{decision.pk}/graph/?depth=5").json()
    assert (len(graph["nodes"]), graph["truncated"]) == (MAX_NODES, True)
    assert graph["nodes"][0]["id"] == str(decision.pk)
    known = {node["id"] for node in graph["nodes"]}
    assert {edge["source"] for edge in graph["edges"]} <= known


@pytest.mark.parametrize("depth", ["0", "6", "-1", "two", "", "1.0", "01"])
def test_a_depth_that_is_none_is_refused(as_director, decision, depth):
    answer = as_director.get(f"{DECISIONS}{decision.pk}/graph/?depth={depth}")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"depth"}


# Transcripts
# -----------


def test_a_transcript_as_it_is_answered(as_contributor, project):
    body = {
        "project": str(project.pk),
        "title": "Kick-off",
        "webhook_id": "delivery-7",
        "source": "Zoom",
        "occurred_at": "2026-11-02T09:00:00Z",
        "participants": [{"name": "Ada", "email": "ada@example.com", "role": "chair"}],
        "content": "  Ada: hello.",
    }
    made = as_contributor.post(TRANSCRIPTS, body, format="json")
    assert made.status_code == 201, made.content
    assert {name: made.json()[name] for name in body} == body
    [listed] = as_contributor.get(TRANSCRIPTS).json()["results"]
    assert "content" not in listed
    assert {**listed, "content": body["content"]} == made.json()
    again = as_contributor.post(TRANSCRIPTS, body, format="json")
    assert (again.status_code, set(again.json()["errors"])) == (409, {"webhook_id"})
    assert Transcript.objects.count() == 1


@pytest.mark.parametrize(
    ("participants", "place"),
    [
        ([{}], "0"),
        ([{"role": "chair"}], "0"),
        ([{"name": ""}], "0"),
        ([{"name": "Ada", "email": "nowhere"}], "0"),
        ([{"name": "Ada", "phone": "1"}], "0"),
        (["Ada"], "0"),
        ({"name": "Ada"}, "non_field_errors"),
        ([{"name": "Ada"}] * 501, "non_field_errors"),
    ],
    ids=str,
)
def test_participants_are_people(as_contributor, transcript, participants, place):
    body = {"participants": participants}
    answer = as_contributor.patch(f"{TRANSCRIPTS}{transcript.pk}/", body, format="json")
    assert answer.status_code == 400
    assert place in answer.json()["errors"]["participants"]


def test_a_transcript_may_be_large_and_not_endless(as_contributor, transcript):
    address = f"{TRANSCRIPTS}{transcript.pk}/"
    million = as_contributor.patch(address, {"content": "ж" * 1_000_000}, format="json")
    assert million.status_code == 200
    more = as_contributor.patch(address, {"content": "ж" * 1_000_001}, format="json")
    assert (more.status_code, set(more.json()["errors"])) == (400, {"content"})


def test_transcripts_are_filtered(as_contributor, project):
    TranscriptFactory(project=project, title="Early", occurred_at="2026-10-01T00:00:00Z")
    TranscriptFactory(project=project, title="Late", occurred_at="2026-11-01T00:00:00Z")
    for query, found in {
        "occurred_after=2026-10-15T00:00:00Z": ["Late"],
        "occurred_before=2026-10-15T00:00:00Z": ["Early"],
        "search=ARL": ["Early"],
        "ordering=-occurred_at": ["Late", "Early"],
        f"project={project.pk}": ["Early", "Late"],
    }.items():
        assert titles(as_contributor.get(f"{TRANSCRIPTS}?{query}")) == found
