"""What the services decide: who accepted, what is superseded, what comes back."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import Forbidden
from decisions import services
from decisions.models import Decision
from projects.services import ProjectArchived, project_archive
from tests.factories import (
    DecisionFactory,
    DecisionRelationshipFactory,
    ProjectFactory,
    TranscriptFactory,
)

pytestmark = pytest.mark.django_db


def present(decision):
    return Decision.objects.get(pk=decision.pk)


def test_a_proposal_is_decided_by_nobody(project, contributor, watch):
    made = services.decision_create(actor=contributor, project=project, title="  Use Go ")
    assert (made.title, made.status) == ("Use Go", "proposed")
    assert (made.created_by, made.decided_by, made.decided_at) == (contributor, None, None)
    assert (made.impacts, made.consensus, made.anomalies) == ([], {}, [])
    assert watch.actions() == [("decision.created", "decision")]


def test_accepting_notes_who_and_when(decision, architect, watch):
    before = datetime.datetime.now(datetime.UTC)
    accepted = services.decision_accept(decision=decision, actor=architect)
    assert (accepted.status, accepted.decided_by) == ("accepted", architect)
    assert before <= accepted.decided_at <= datetime.datetime.now(datetime.UTC)
    entry = watch.only()
    assert entry.action == "decision.accepted"
    assert entry.details["before"] == {
        "status": "proposed",
        "decided_by_id": None,
        "decided_at": None,
    }


def test_accepting_keeps_what_the_decider_says(decision, architect, director):
    at = datetime.datetime(2026, 10, 1, 9, tzinfo=datetime.UTC)
    changes = {"status": "accepted", "decided_by": director, "decided_at": at}
    services.decision_update(decision=decision, actor=architect, changes=changes)
    assert (present(decision).decided_by, present(decision).decided_at) == (director, at)


def test_rejecting_leaves_who_decided_empty(decision, architect, watch):
    rejected = services.decision_reject(decision=decision, actor=architect)
    assert (rejected.status, rejected.decided_by) == ("rejected", None)
    assert watch.only().action == "decision.rejected"


def test_taking_a_decision_back_to_a_proposal_empties_who_decided(accepted, director):
    services.decision_update(decision=accepted, actor=director, changes={"status": "proposed"})
    now = present(accepted)
    assert (now.status, now.decided_by, now.decided_at) == ("proposed", None, None)


def test_a_decision_that_was_taken_can_be_recorded_by_those_who_decide(project, director):
    made = services.decision_create(
        actor=director, project=project, title="Use Go", status="accepted"
    )
    assert made.decided_by == director
    assert made.decided_at is not None


def test_an_operator_decides_without_being_a_member(project, decision, operator):
    made = services.decision_create(
        actor=operator, project=project, title="Use Go", status="accepted"
    )
    services.decision_accept(decision=decision, actor=operator)
    assert made.decided_by == present(decision).decided_by == operator


def test_a_command_decides_without_a_person(project):
    made = services.decision_create(actor=None, project=project, title="Use Go", status="accepted")
    assert (made.created_by, made.decided_by) == (None, None)


def test_sending_back_what_is_there_changes_nothing(accepted, contributor, decision, watch):
    same = {"status": "proposed", "decided_by": None, "title": decision.title}
    services.decision_update(decision=decision, actor=contributor, changes=same)
    assert watch.entries() == []
    with pytest.raises(Forbidden):
        services.decision_update(
            decision=accepted, actor=contributor, changes={"title": accepted.title}
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"statement": "x" * 65_537}, "statement"),
        ({"rationale": "x" * 65_537}, "rationale"),
        ({"confidence": 1.01}, "confidence"),
        ({"confidence": float("nan")}, "confidence"),
        ({"impacts": "many"}, "impacts"),
        ({"consensus": None}, "consensus"),
        ({"anomalies": ["x" * 70_000]}, "anomalies"),
        ({"impacts": ["\ud800"]}, "impacts"),
        ({"status": "done"}, "status"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_the_database_would_refuse_is_refused_by_field(decision, director, changes, field):
    with pytest.raises(ValidationError) as refused:
        services.decision_update(decision=decision, actor=director, changes=changes)
    assert set(refused.value.error_dict) == {field}


def test_a_stranger_decides_nothing(project, decision, director, outsider):
    with pytest.raises(ValidationError) as refused:
        services.decision_create(
            actor=director, project=project, title="Use Go", decided_by=outsider
        )
    assert set(refused.value.error_dict) == {"decided_by"}
    with pytest.raises(ValidationError) as refused:
        services.decision_update(
            decision=decision, actor=director, changes={"decided_by": outsider}
        )
    assert set(refused.value.error_dict) == {"decided_by"}


def test_a_transcript_belongs_to_the_same_project(project, decision, director):
    elsewhere = TranscriptFactory(project=ProjectFactory(workspace=project.workspace))
    with pytest.raises(ValidationError) as refused:
        services.decision_update(
            decision=decision, actor=director, changes={"transcript": elsewhere}
        )
    assert set(refused.value.error_dict) == {"transcript"}


# Deleted, restored
# -----------------


def test_a_deleted_decision_stays_and_comes_back_as_it_was(accepted, director, watch):
    services.decision_delete(decision=accepted, actor=director)
    assert present(accepted).deleted_at is not None
    services.decision_delete(decision=accepted, actor=director)
    services.decision_restore(decision=accepted, actor=director)
    services.decision_restore(decision=accepted, actor=director)
    now = present(accepted)
    assert (now.deleted_at, now.status, now.version) == (None, "accepted", 3)
    assert [entry.action for entry in watch.entries()] == ["decision.deleted", "decision.restored"]


def test_a_deleted_decision_is_restored_before_it_is_changed(decision, director):
    services.decision_delete(decision=decision, actor=director)
    with pytest.raises(services.DecisionDeleted):
        services.decision_update(decision=decision, actor=director, changes={"title": "New"})
    with pytest.raises(services.DecisionDeleted):
        services.decision_accept(decision=decision, actor=director)


@pytest.mark.parametrize("end", ["source", "target"])
def test_nothing_new_is_said_about_a_deleted_decision(project, decision, director, end):
    services.decision_delete(decision=decision, actor=director)
    other = DecisionFactory(project=project)
    ends = {"source": other, "target": other, end: decision}
    with pytest.raises(services.DecisionDeleted) as refused:
        services.relationship_create(actor=director, **ends, kind="relates_to")
    assert refused.value.field == end


# Superseded
# ----------


def test_what_supersedes_marks_the_other_one(project, decision, accepted, director, watch):
    made = services.relationship_create(
        actor=director, source=decision, target=accepted, kind="supersedes"
    )
    assert (made.workspace_id, made.project_id) == (project.workspace_id, project.pk)
    now = present(accepted)
    assert (now.status, now.decided_by_id) == ("superseded", accepted.decided_by_id)
    assert watch.actions() == [
        ("decision.superseded", "decision_relationship"),
        ("decision.superseded", "decision"),
    ]


def test_other_kinds_mark_nothing(decision, accepted, contributor, watch):
    for kind in ("depends_on", "conflicts_with", "relates_to"):
        services.relationship_create(actor=contributor, source=decision, target=accepted, kind=kind)
    assert present(accepted).status == "accepted"
    assert set(watch.actions()) == {("decision_relationship.created", "decision_relationship")}


def test_a_superseded_decision_stays_so_until_somebody_decides(decision, accepted, director):
    superseding = services.relationship_create(
        actor=director, source=decision, target=accepted, kind="supersedes"
    )
    with pytest.raises(services.StillSuperseded):
        services.decision_accept(decision=accepted, actor=director)
    services.relationship_delete(relationship=superseding, actor=director)
    assert present(accepted).status == "superseded"
    services.decision_accept(decision=accepted, actor=director)
    assert present(accepted).status == "accepted"
    with pytest.raises(services.RelationshipGone):
        services.relationship_delete(relationship=superseding, actor=director)


def test_what_a_deleted_decision_superseded_can_hold_again(decision, accepted, director):
    services.relationship_create(
        actor=director, source=decision, target=accepted, kind="supersedes"
    )
    services.decision_delete(decision=decision, actor=director)
    services.decision_accept(decision=accepted, actor=director)
    assert present(accepted).status == "accepted"


def test_a_contributor_supersedes_proposals_of_their_own_alone(project, contributor, member):
    own, others = (
        DecisionFactory(project=project, created_by=person) for person in (contributor, member)
    )
    source = DecisionFactory(project=project)
    services.relationship_create(actor=contributor, source=source, target=own, kind="supersedes")
    assert present(own).status == "superseded"
    with pytest.raises(Forbidden):
        services.relationship_create(
            actor=contributor, source=source, target=others, kind="supersedes"
        )
    assert present(others).status == "proposed"


# Relationships
# -------------


@pytest.mark.parametrize("kind", ["supersedes", "depends_on"])
def test_a_loop_is_refused_and_names_the_field(project, director, kind):
    first, second, third = (DecisionFactory(project=project) for _time in range(3))
    for source, target in ((first, second), (second, third)):
        services.relationship_create(actor=director, source=source, target=target, kind=kind)
    for target in (first, second):
        with pytest.raises(services.RelationshipLoop) as refused:
            services.relationship_create(actor=director, source=third, target=target, kind=kind)
        assert (refused.value.field, refused.value.code) == ("target", "relationship_loop")
    # Each kind by itself, and the other kinds as they like.
    other = {"supersedes": "depends_on", "depends_on": "supersedes"}[kind]
    services.relationship_create(actor=director, source=third, target=first, kind=other)
    services.relationship_create(actor=director, source=third, target=first, kind="relates_to")
    services.relationship_create(actor=director, source=first, target=third, kind="relates_to")


def test_a_loop_through_a_deleted_decision_is_one(project, director):
    first, second = (DecisionFactory(project=project) for _time in range(2))
    gone = DecisionFactory(project=project)
    DecisionRelationshipFactory(source=first, target=gone)
    DecisionRelationshipFactory(source=gone, target=second)
    services.decision_delete(decision=gone, actor=director)
    with pytest.raises(services.RelationshipLoop):
        services.relationship_create(actor=director, source=second, target=first, kind="depends_on")


def test_a_relationship_is_recorded_once(decision, accepted, director):
    said = {"source": decision, "target": accepted, "kind": "relates_to"}
    services.relationship_create(actor=director, **said)
    with pytest.raises(services.RelationshipKnown):
        services.relationship_create(actor=director, **said)


def test_a_decision_bears_on_another_one_of_its_project(project, decision, director):
    with pytest.raises(services.OnItself):
        services.relationship_create(
            actor=director, source=decision, target=decision, kind="relates_to"
        )
    elsewhere = DecisionFactory(project=ProjectFactory(workspace=project.workspace))
    with pytest.raises(services.ForeignDecision):
        services.relationship_create(
            actor=director, source=decision, target=elsewhere, kind="relates_to"
        )


# Transcripts, and archived projects
# ----------------------------------


def test_a_transcript_is_kept_trimmed(project, contributor, watch):
    made = services.transcript_create(
        actor=contributor,
        project=project,
        title=" Kick-off ",
        occurred_at=datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC),
        source=" Zoom ",
        participants=[{"name": " Ada ", "email": "ada@example.com", "role": ""}],
        content="Hello.",
    )
    assert (made.title, made.source) == ("Kick-off", "Zoom")
    assert made.participants == [{"name": "Ada", "email": "ada@example.com"}]
    entry = watch.only()
    assert (entry.action, entry.project_id) == ("transcript.created", project.pk)


def test_decisions_outlive_their_transcript(project, transcript, director):
    taken = DecisionFactory(project=project, transcript=transcript)
    services.transcript_delete(transcript=transcript, actor=director)
    assert present(taken).transcript_id is None
    with pytest.raises(services.TranscriptGone):
        services.transcript_update(transcript=transcript, actor=director, changes={"title": "New"})


def test_an_archived_project_takes_nothing_new_in_and_is_still_edited(
    project, decision, accepted, transcript, director
):
    project_archive(project=project, actor=director)
    at = datetime.datetime(2026, 11, 2, 9, tzinfo=datetime.UTC)
    with pytest.raises(ProjectArchived):
        services.decision_create(actor=director, project=project, title="New")
    with pytest.raises(ProjectArchived):
        services.transcript_create(actor=director, project=project, title="New", occurred_at=at)
    with pytest.raises(ProjectArchived):
        services.relationship_create(
            actor=director, source=decision, target=accepted, kind="relates_to"
        )
    services.decision_update(decision=decision, actor=director, changes={"title": "New"})
    services.transcript_update(transcript=transcript, actor=director, changes={"title": "New"})
    services.decision_delete(decision=decision, actor=director)
    services.decision_restore(decision=decision, actor=director)


def test_what_only_searches_read_is_no_change(decision, watch):
    Decision.objects.filter(pk=decision.pk).update(embedding=[0.25] * 384)
    assert watch.entries() == []
    assert present(decision).version == 1
    Decision.objects.filter(pk=decision.pk).update(embedding=[0.5] * 384, title="New")
    entry = watch.only()
    assert set(entry.details["after"]) == {"title"}
    Decision.objects.filter(pk=decision.pk)._raw_delete("default")
    gone = watch.entries()[-1]
    assert {"embedding", "search"}.isdisjoint(gone.details["before"])
