"""Transcripts and decisions in the web pages: read by all, written by right, through services."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.admin.drawing import MOST_NODES, drawn
from decisions.models import Decision, DecisionRelationship, Transcript
from tests.factories import DecisionFactory, DecisionRelationshipFactory, TranscriptFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:decisions_decision_changelist")
TRANSCRIPTS = reverse("admin:decisions_transcript_changelist")
HOSTILE = "<script>alert(1)</script>"
NO_ROWS = {
    "relationships-TOTAL_FORMS": "0",
    "relationships-INITIAL_FORMS": "0",
}


def page_of(row):
    return reverse(f"admin:decisions_{type(row).__name__.lower()}_change", args=[row.pk])


def action_of(decision, name):
    return reverse("admin:decisions_decision_do", args=[decision.pk, name])


@pytest.fixture
def signed_in(client, people):
    def browser(who):
        client.force_login(people[who])
        return client

    return browser


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(decision, **changed):
    return {
        "title": decision.title,
        "statement": decision.statement,
        "rationale": decision.rationale,
        "transcript": decision.transcript_id or "",
        "confidence": "" if decision.confidence is None else decision.confidence,
        "impacts": "\n".join(decision.impacts),
        "anomalies": "\n".join(decision.anomalies),
        "status": decision.status,
        "decided_by": decision.decided_by_id or "",
        "decided_at": "",
        "row_version": decision.version,
        **NO_ROWS,
        **changed,
    }


# The list
# --------


def test_the_list_shows_status_and_confidence_and_leaves_deleted_out(signed_in, project, accepted):
    Decision.objects.filter(pk=accepted.pk).update(confidence=0.875)
    DecisionFactory(project=project, title="Gone away", deleted_at="2026-11-01T00:00:00Z")
    listed = text_of(signed_in("observer").get(LIST))
    assert "Ship weekly" in listed
    assert '<span class="chip chip-green">Accepted</span>' in listed
    assert "88%" in listed
    assert "Gone away" not in listed
    assert "Gone away" in text_of(signed_in("observer").get(f"{LIST}?state=deleted"))


def test_the_list_is_searched_by_words_in_all_their_forms(signed_in, project, decision):
    DecisionFactory(project=project, title="Другое", rationale="Мы приняли решения")
    browser = signed_in("member")
    assert "Другое" in text_of(browser.get(LIST, {"q": "решение"}))
    assert decision.title not in text_of(browser.get(LIST, {"q": "решение"}))


def test_the_list_costs_the_same_with_many_rows(signed_in, project, architect):
    browser = signed_in("member")

    def taken():
        with CaptureQueriesContext(connection) as captured:
            text_of(browser.get(LIST))
        return len(captured)

    DecisionFactory(project=project, decided_by=architect)
    taken()
    few = taken()
    DecisionFactory.create_batch(20, project=project, decided_by=architect)
    assert taken() == few


@pytest.mark.parametrize(
    ("action", "status"), [("accept", "accepted"), ("reject", "rejected"), ("remove", None)]
)
def test_many_are_decided_at_once_and_as_one_action(
    signed_in, project, decision, action, status, watch
):
    other = DecisionFactory(project=project)
    watch.restart()
    chosen = {"action": action, "_selected_action": [decision.pk, other.pk]}
    assert signed_in("architect").post(LIST, chosen).status_code == 302
    for row in Decision.objects.filter(pk__in=[decision.pk, other.pk]):
        assert row.status == (status or "proposed")
        assert (row.deleted_at is None) is (status is not None)
    assert len({entry.action_id for entry in watch.entries()}) == 1


def test_where_one_may_not_be_decided_none_is(signed_in, project, decision, contributor, watch):
    own = DecisionFactory(project=project, created_by=contributor)
    watch.restart()
    chosen = {"action": "remove", "_selected_action": [own.pk, decision.pk]}
    answer = signed_in("contributor").post(LIST, chosen, follow=True)
    assert "Only directors and architects of the project may do this." in text_of(answer)
    assert watch.entries() == []


# A decision's page
# -----------------


def test_the_page_reads_well(signed_in, project, accepted, transcript):
    Decision.objects.filter(pk=accepted.pk).update(
        statement="We ship on Tuesdays.",
        rationale=f"Because. {HOSTILE}",
        confidence=0.9,
        transcript=transcript,
        impacts=["More releases", {"per_week": 1, HOSTILE: [HOSTILE]}],
        consensus={"level": "strong", "against": []},
        anomalies=[],
    )
    old, gone = (
        DecisionFactory(project=project, title="Ship monthly"),
        DecisionFactory(project=project, title="Gone away", deleted_at="2026-11-01T00:00:00Z"),
    )
    needs = DecisionFactory(project=project, title=f"Test every day {HOSTILE}")
    DecisionRelationshipFactory(source=accepted, target=old, kind="supersedes")
    DecisionRelationshipFactory(source=needs, target=accepted, kind="depends_on")
    DecisionRelationshipFactory(source=gone, target=accepted, kind="relates_to")
    page = text_of(signed_in("observer").get(page_of(accepted)))
    for said in (
        "We ship on Tuesdays.",
        "Confidence 90%",
        "Decided by Architect of Apollo on Nov. 1, 2026",
        "<li>More releases</li>",
        "<dt>Level</dt><dd>strong</dd>",
        "<dt>Supersedes</dt>",
        "<dt>Needed by</dt>",
        "Kick-off",
    ):
        assert said in page, said
    assert page.count('class="graph-node') == 3
    assert "Gone away" not in page
    assert HOSTILE not in page
    assert "Anomalies" not in page
    # An observer is offered nothing to do.
    assert '<form method="post" action="/admin/decisions' not in page
    assert 'class="editing"' not in page


@pytest.mark.parametrize(
    ("who", "proposal", "own", "taken", "gone"),
    [
        ("admin", {"accept", "reject", "remove"}, {"accept", "reject", "remove"},
         {"reject", "remove"}, {"restore"}),
        ("architect", {"accept", "reject", "remove"}, {"accept", "reject", "remove"},
         {"reject", "remove"}, {"restore"}),
        ("contributor", set(), {"remove"}, set(), set()),
        ("member", set(), set(), set(), set()),
        ("observer", set(), set(), set(), set()),
        ("operator", {"accept", "reject", "remove"}, {"accept", "reject", "remove"},
         {"reject", "remove"}, {"restore"}),
    ],
)  # fmt: skip
def test_each_is_offered_what_they_may_do(
    signed_in, project, decision, accepted, contributor, who, proposal, own, taken, gone
):
    mine = DecisionFactory(project=project, created_by=contributor)
    deleted = DecisionFactory(project=project, deleted_at="2026-11-01T00:00:00Z")
    browser = signed_in(who)
    for row, expected in ((decision, proposal), (mine, own), (accepted, taken), (deleted, gone)):
        page = text_of(browser.get(page_of(row)))
        offered = {
            name
            for name in ("accept", "reject", "remove", "restore")
            if action_of(row, name) in page
        }
        assert offered == expected
        for name in {"accept", "reject", "remove", "restore"} - expected:
            assert browser.post(action_of(row, name)).status_code == 403
            assert Decision.objects.get(pk=row.pk).version == 1
        # A form is there for those whom the service lets change it.
        may_edit = (
            row is not deleted
            and who != "observer"
            and (row.status == "proposed" or who in ("admin", "architect", "operator"))
        )
        assert ('class="editing"' in page) is may_edit


def test_accepting_from_the_page(signed_in, decision, architect):
    answer = signed_in("architect").post(action_of(decision, "accept"), follow=True)
    assert "1 decision accepted." in text_of(answer)
    now = Decision.objects.get(pk=decision.pk)
    assert (now.status, now.decided_by) == ("accepted", architect)


def test_a_contributor_edits_a_proposal_and_not_its_status(signed_in, decision):
    page = text_of(signed_in("contributor").get(page_of(decision)))
    assert 'name="statement"' in page
    assert 'name="status"' not in page
    sent = form_of(decision, statement="We do.", impacts="Faster\n\n Cheaper ", status="accepted")
    answer = signed_in("contributor").post(page_of(decision), sent)
    assert answer.url == page_of(decision)
    now = Decision.objects.get(pk=decision.pk)
    assert (now.statement, now.impacts, now.status) == (
        "We do.",
        ["Faster", "Cheaper"],
        "proposed",
    )


def test_a_stale_form_is_told_what_changed(signed_in, decision, watch):
    sent = form_of(decision, statement="Mine")
    Decision.objects.filter(pk=decision.pk).update(statement="Theirs")
    page = text_of(signed_in("architect").post(page_of(decision), sent))
    assert "Somebody changed this in the meantime." in page
    assert 'class="reading"' not in page
    assert Decision.objects.get(pk=decision.pk).statement == "Theirs"


def test_what_is_no_list_of_texts_is_shown_and_not_typed(signed_in, decision):
    Decision.objects.filter(pk=decision.pk).update(impacts={"area": "costs"}, anomalies=["One"])
    page = text_of(signed_in("architect").get(page_of(decision)))
    assert 'name="impacts"' not in page
    assert 'name="anomalies"' in page


def test_a_decision_is_made_in_the_web_pages(signed_in, project, architect, transcript):
    sent = {
        "project": project.pk,
        "title": "Use Go",
        "transcript": transcript.pk,
        "impacts": "Learning",
        "status": "accepted",
    }
    answer = signed_in("architect").post(reverse("admin:decisions_decision_add"), sent)
    made = Decision.objects.get(title="Use Go")
    assert answer.url == page_of(made)
    assert (made.status, made.decided_by, made.impacts) == ("accepted", architect, ["Learning"])
    add = reverse("admin:decisions_decision_add")
    assert 'name="status"' not in text_of(signed_in("contributor").get(add))


def row(number, **values):
    return {f"relationships-{number}-{name}": value for name, value in values.items()}


def test_relationships_are_recorded_and_removed_in_rows(signed_in, project, decision, accepted):
    kept = DecisionRelationshipFactory(source=decision, target=accepted, kind="relates_to")
    first = row(0, id=kept.pk, source=decision.pk, kind="relates_to", target=accepted.pk)
    second = row(1, id="", source=decision.pk, kind="supersedes", target=accepted.pk)
    counts = {"relationships-TOTAL_FORMS": "2", "relationships-INITIAL_FORMS": "1"}
    sent = form_of(decision, **counts, **first, **second)
    assert signed_in("architect").post(page_of(decision), sent).status_code == 302
    kinds = DecisionRelationship.objects.filter(source=decision).values_list("kind", flat=True)
    assert set(kinds) == {"relates_to", "supersedes"}
    assert Decision.objects.get(pk=accepted.pk).status == "superseded"

    decision.refresh_from_db()
    counts = {"relationships-TOTAL_FORMS": "1", "relationships-INITIAL_FORMS": "1"}
    sent = form_of(decision, **counts, **first, **row(0, DELETE="on"))
    assert signed_in("architect").post(page_of(decision), sent).status_code == 302
    assert not DecisionRelationship.objects.filter(pk=kept.pk).exists()


def test_a_row_that_closes_a_circle_is_refused_beside_it(signed_in, decision, accepted):
    DecisionRelationshipFactory(source=accepted, target=decision, kind="depends_on")
    counts = {"relationships-TOTAL_FORMS": "1", "relationships-INITIAL_FORMS": "0"}
    new = row(0, id="", source=decision.pk, kind="depends_on", target=accepted.pk)
    sent = form_of(decision, title="Not saved", **counts, **new)
    page = text_of(signed_in("architect").post(page_of(decision), sent))
    assert "The decisions would lead back to where they began." in page
    assert Decision.objects.get(pk=decision.pk).title == "Use PostgreSQL"


def test_another_tenants_decisions_are_no_choice(signed_in, decision, other_project, people):
    foreign = DecisionFactory(project=other_project, title="Foreign decision")
    assert signed_in("architect").get(page_of(foreign)).status_code == 302
    assert "Foreign decision" not in text_of(signed_in("architect").get(page_of(decision)))
    assert "Foreign decision" not in text_of(signed_in("architect").get(LIST))
    assert "Foreign decision" in text_of(signed_in("operator").get(LIST))


# Transcripts
# -----------


def test_a_transcripts_page_shows_people_words_and_decisions(signed_in, project, transcript):
    Transcript.objects.filter(pk=transcript.pk).update(
        participants=[{"name": "Ada Lovelace", "email": "ada@example.com", "role": "chair"}],
        content=f"Ada: {HOSTILE}",
    )
    DecisionFactory(project=project, transcript=transcript, title="Count on it")
    DecisionFactory(
        project=project, transcript=transcript, title="Gone", deleted_at="2026-11-01T00:00:00Z"
    )
    page = text_of(signed_in("observer").get(page_of(transcript)))
    for said in ("Ada Lovelace", "mailto:ada@example.com", "chair", ">AL<", "Count on it"):
        assert said in page, said
    assert HOSTILE not in page
    assert "Gone" not in page
    listed = text_of(signed_in("observer").get(TRANSCRIPTS))
    assert "Kick-off" in listed


def test_a_transcript_is_made_and_corrected_in_the_web_pages(signed_in, project):
    sent = {
        "project": project.pk,
        "title": "Kick-off",
        "occurred_at": "2026-11-02T09:00:00",
        "participants": "Ada Admin <ada@example.com>, chair\nMax\nEve, customer",
        "content": "  Ada: hello.",
    }
    add = reverse("admin:decisions_transcript_add")
    assert signed_in("contributor").post(add, sent).status_code == 302
    made = Transcript.objects.get()
    assert made.participants == [
        {"name": "Ada Admin", "email": "ada@example.com", "role": "chair"},
        {"name": "Max"},
        {"name": "Eve", "role": "customer"},
    ]
    assert made.content == "  Ada: hello."
    # Sent as it is shown, nothing is changed.
    page = text_of(signed_in("contributor").get(page_of(made)))
    assert "Ada Admin &lt;ada@example.com&gt;, chair" in page
    again = {**sent, "row_version": made.version, "title": "Start", "source": ""}
    assert signed_in("contributor").post(page_of(made), again).status_code == 302
    now = Transcript.objects.get()
    assert (now.title, now.version, now.participants) == ("Start", 2, made.participants)


@pytest.mark.parametrize("line", ["<ada@example.com>", "Ada <nowhere>", "Ada <>"])
def test_a_line_that_is_no_person_is_refused(signed_in, project, line):
    sent = {
        "project": project.pk,
        "title": "Kick-off",
        "occurred_at": "2026-11-02T09:00:00",
        "participants": line,
    }
    answer = signed_in("contributor").post(reverse("admin:decisions_transcript_add"), sent)
    assert "errorlist" in text_of(answer)
    assert not Transcript.objects.exists()


def test_only_those_who_decide_delete_transcripts(signed_in, project):
    transcript = TranscriptFactory(project=project)
    delete = reverse("admin:decisions_transcript_delete", args=[transcript.pk])
    assert signed_in("contributor").post(delete, {"post": "yes"}).status_code == 403
    assert signed_in("architect").post(delete, {"post": "yes"}).status_code == 302
    assert not Transcript.objects.exists()


# The drawing
# -----------


def graph(nodes, edges):
    return {
        "root": "0",
        "nodes": [
            {"id": str(number), "title": f"Decision {number}", "status": "proposed", "depth": 1}
            for number in range(nodes)
        ],
        "edges": [
            {"id": "", "source": str(source), "target": str(target), "kind": "depends_on"}
            for source, target in edges
        ],
    }


def test_what_it_bears_on_stands_right_of_it_and_what_bears_on_it_left():
    drawing = drawn(graph(4, [(0, 1), (2, 0), (1, 3)]))
    places = {node.id: node.x for node in drawing.nodes}
    assert places["2"] < places["0"] < places["1"] < places["3"]
    assert drawing.width > max(places.values())
    assert len(drawing.edges) == 3


def test_nothing_is_drawn_of_a_lone_decision_and_not_all_of_very_many():
    assert drawn(graph(1, [])) is None
    drawing = drawn(graph(MOST_NODES + 5, [(0, number) for number in range(1, MOST_NODES + 5)]))
    assert (len(drawing.nodes), drawing.left_out) == (MOST_NODES, 5)
    # Reached only through a decision that isn't drawn.
    lone = drawn(graph(3, [(0, 1)]))
    assert len({(node.x, node.y) for node in lone.nodes}) == 3
