"""Transcripts, decisions and how they relate."""

from django.utils import timezone

from tests.factories import (
    DecisionFactory,
    DecisionRelationshipFactory,
    ProjectFactory,
    TranscriptFactory,
    UserFactory,
)
from tests.walks.case import Case, Ids
from tests.walks.sql import NOBODY, inserting, update

TRANSCRIPT = {"id": "transcript"}
DECISION = {"id": "decision"}
RELATIONSHIP = {"id": "relationship"}
MEETING = {"title": "New", "occurred_at": "2026-11-20T10:00:00Z", "content": "Hello."}


def _decision(ids: Ids) -> dict:
    return {
        "project": ids["project"],
        "title": "New",
        "statement": "We do.",
        "transcript": ids["transcript"],
    }


CASES = {
    # Transcripts
    "GET transcripts/": Case(filters={"workspace": "workspace", "project": "project"}),
    "POST transcripts/": Case(
        body=lambda ids: {
            "project": ids["project"],
            **MEETING,
            "webhook_id": "delivery-7",
            "participants": [{"name": "Ada", "email": "ada@example.com", "role": "chair"}],
        },
        body_ids={"project": "project"},
        alone=("project",),
        status=201,
    ),
    "GET transcripts/{id}/": Case(path=TRANSCRIPT),
    "PATCH transcripts/{id}/": Case(path=TRANSCRIPT, body=lambda ids: {**MEETING}),
    "DELETE transcripts/{id}/": Case(path=TRANSCRIPT, status=204, admin_only=True),
    # Decisions: `admin` is the workspace's, and nobody else decides.
    "GET decisions/": Case(
        filters={
            "workspace": "workspace",
            "project": "project",
            "transcript": "transcript",
            "decided_by": "user",
            "created_by": "user",
        }
    ),
    "POST decisions/": Case(
        body=_decision,
        body_ids={"project": "project", "transcript": "transcript"},
        other_ids=("decided_by",),
        status=201,
    ),
    "GET decisions/{id}/": Case(path=DECISION),
    "PATCH decisions/{id}/": Case(
        path=DECISION,
        body=lambda ids: {
            "title": "New",
            "status": "accepted",
            "transcript": ids["transcript"],
            "decided_by": ids["user"],
        },
        body_ids={"transcript": "transcript", "decided_by": "user"},
        admin_only=True,
    ),
    "DELETE decisions/{id}/": Case(path=DECISION, status=204, admin_only=True),
    "POST decisions/{id}/restore/": Case(
        path={"id": "deleted_decision"}, body=lambda ids: {}, admin_only=True
    ),
    "GET decisions/{id}/graph/": Case(path=DECISION),
    "GET decisions/search/": Case(
        query={"q": "decision"}, filters={"workspace": "workspace", "project": "project"}
    ),
    # Relationships
    "GET decision-relationships/": Case(
        filters={
            "workspace": "workspace",
            "project": "project",
            "decision": "decision",
            "source": "decision",
            "target": "other_decision",
        }
    ),
    "POST decision-relationships/": Case(
        body=lambda ids: {
            "source": ids["decision"],
            "target": ids["other_decision"],
            "kind": "relates_to",
        },
        body_ids={"source": "decision", "target": "other_decision"},
        status=201,
    ),
    "GET decision-relationships/{id}/": Case(path=RELATIONSHIP),
    "DELETE decision-relationships/{id}/": Case(path=RELATIONSHIP, status=204),
}

READS = {
    "GET transcripts/": 1,
    "GET transcripts/{id}/": 1,
    "GET decisions/": 1,
    "GET decisions/{id}/": 1,
    "GET decisions/{id}/graph/": 1,
    "GET decisions/search/": 1,
    "GET decision-relationships/": 1,
    "GET decision-relationships/{id}/": 1,
}


def tenant(ids, workspace, person):
    of = {"project_id": ids["project"], "workspace": workspace}
    transcript = TranscriptFactory(**of)
    decision = DecisionFactory(**of, transcript=transcript)
    other = DecisionFactory(**of)
    relationship = DecisionRelationshipFactory(**of, source=decision, target=other)
    return {
        "transcript": transcript.pk,
        "decision": decision.pk,
        "other_decision": other.pk,
        "deleted_decision": DecisionFactory(**of, deleted_at=timezone.now()).pk,
        "relationship": relationship.pk,
    }


def grow(number, ids, workspace, people):
    of = {"project_id": ids["project"], "workspace": workspace}
    for _time in range(number):
        decision = DecisionFactory(
            **of,
            transcript=TranscriptFactory(**of),
            created_by=people[0],
            decided_by=people[0],
        )
        DecisionRelationshipFactory(**of, source_id=ids["decision"], target=decision)
        DecisionRelationshipFactory(
            **of, source=decision, target_id=ids["other_decision"], kind="relates_to"
        )


def fill(card):
    project = ProjectFactory(workspace=card.workspace)
    decision = DecisionFactory(
        project=project,
        transcript=TranscriptFactory(project=project, webhook_id="delivery"),
        embedding=[0.5] * 384,
        created_by=card.created_by,
        decided_by=card.created_by,
    )
    DecisionRelationshipFactory(source=decision)


DEFAULTS = {
    "transcripts": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "title": "'New'",
        "occurred_at": "now()",
    },
    "decisions": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "title": "'New'",
    },
    "decision_relationships": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "project_id": "%(project)s",
        "source_id": "%(third_decision)s",
        "target_id": "%(decision)s",
        "kind": "'relates_to'",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below. `decision` depends on `second_decision`, that on a third."""
    project = cast["project"]
    transcript = TranscriptFactory(project=project, webhook_id="delivery-1")
    decision, second, third = (DecisionFactory(project=project) for _time in range(3))
    relationship = DecisionRelationshipFactory(source=decision, target=second)
    DecisionRelationshipFactory(source=second, target=third)
    DecisionRelationshipFactory(source=decision, target=second, kind="supersedes")
    author = UserFactory(username="scribe")
    return {
        "transcript": transcript.pk,
        "other_transcript": TranscriptFactory(project=cast["other_project"]).pk,
        "decision": decision.pk,
        "second_decision": second.pk,
        "third_decision": third.pk,
        "lone_decision": DecisionFactory(project=project, created_by=author).pk,
        "other_decision": DecisionFactory(project=cast["other_project"]).pk,
        "decision_relationship": relationship.pk,
    }


UNCHANGING = {
    ("transcripts", "project_id"),
    ("decisions", "project_id"),
    ("decision_relationships", "project_id"),
}


def participants(text):
    return update("transcripts", f"participants = '{text}'")


def relate(source, target, kind):
    return insert(
        "decision_relationships",
        source_id=f"%({source})s",
        target_id=f"%({target})s",
        kind=f"'{kind}'",
    )


BROKEN = [
    # Transcripts
    ("transcripts_pkey", "id", 409, insert("transcripts", id="%(transcript)s")),
    (
        "transcripts_webhook_id_unique",
        "webhook_id",
        409,
        insert("transcripts", webhook_id="'delivery-1'"),
    ),
    ("transcripts_title_trimmed", "title", 400, update("transcripts", "title = ''")),
    ("transcripts_title_trimmed", "title", 400, update("transcripts", "title = 'x '")),
    (
        "transcripts_content_length",
        "content",
        400,
        update("transcripts", "content = repeat('x', 1000001)"),
    ),
    *[
        ("transcripts_participants_valid", "participants", 400, participants(text))
        for text in (
            "{}",
            "null",
            '"Ada"',
            '["Ada"]',
            "[{}]",
            '[{"name": 5}]',
            '[{"name": ""}]',
            '[{"name": " Ada"}]',
            f'[{{"name": "{"x" * 201}"}}]',
            '[{"name": "Ada", "email": "nowhere"}]',
            '[{"name": "Ada", "email": null}]',
            f'[{{"name": "Ada", "email": "{"x" * 250}@b.com"}}]',
            '[{"name": "Ada", "role": ""}]',
            '[{"name": "Ada", "role": 1}]',
            f'[{{"name": "Ada", "role": "{"x" * 101}"}}]',
            '[{"name": "Ada", "phone": "1"}]',
        )
    ],
    (
        "transcripts_participants_valid",
        "participants",
        400,
        update(
            "transcripts",
            "participants = (SELECT jsonb_agg(jsonb_build_object('name', 'Ada')) "
            "FROM generate_series(1, 501))",
        ),
    ),
    ("transcripts_project_fk", "project", 400, insert("transcripts", project_id=NOBODY)),
    (
        "transcripts_project_fk",
        "project",
        400,
        insert("transcripts", project_id="%(other_project)s"),
    ),
    (
        "transcripts_project_open",
        "project",
        409,
        insert("transcripts", project_id="%(archived_project)s"),
    ),
    (
        "transcripts_project_id_unchanging",
        "project",
        400,
        update("transcripts", "project_id = %(second_project)s"),
    ),
    ("transcripts_id_unchanging", "id", 400, update("transcripts", f"id = {NOBODY}")),
    # Decisions
    ("decisions_pkey", "id", 409, insert("decisions", id="%(decision)s")),
    ("decisions_title_trimmed", "title", 400, update("decisions", "title = ' '")),
    (
        "decisions_statement_length",
        "statement",
        400,
        update("decisions", "statement = repeat('x', 65537)"),
    ),
    (
        "decisions_rationale_length",
        "rationale",
        400,
        update("decisions", "rationale = repeat('x', 65537)"),
    ),
    ("decisions_status_valid", "status", 400, update("decisions", "status = 'decided'")),
    *[
        ("decisions_confidence_range", "confidence", 400, update("decisions", f"confidence = {n}"))
        for n in ("-0.01", "1.01", "'NaN'", "'Infinity'", "'-Infinity'")
    ],
    *[
        (f"decisions_{name}_valid", name, 400, update("decisions", f"{name} = '{value}'"))
        for name in ("impacts", "consensus", "anomalies")
        for value in ("null", "1", '"text"', "true")
    ],
    ("decisions_project_fk", "project", 400, insert("decisions", project_id=NOBODY)),
    ("decisions_project_fk", "project", 400, insert("decisions", project_id="%(other_project)s")),
    (
        "decisions_project_open",
        "project",
        409,
        insert("decisions", project_id="%(archived_project)s"),
    ),
    (
        "decisions_project_id_unchanging",
        "project",
        400,
        update("decisions", "project_id = %(second_project)s"),
    ),
    ("decisions_transcript_fk", "transcript", 400, insert("decisions", transcript_id=NOBODY)),
    (
        "decisions_transcript_fk",
        "transcript",
        400,
        update("decisions", "transcript_id = %(other_transcript)s"),
    ),
    ("decisions_created_by_fk", "created_by", 400, insert("decisions", created_by_id=NOBODY)),
    ("decisions_decided_by_fk", "decided_by", 400, insert("decisions", decided_by_id=NOBODY)),
    ("decisions_id_unchanging", "id", 400, update("decisions", f"id = {NOBODY}", "lone_decision")),
    # Relationships
    (
        "decision_relationships_pkey",
        "id",
        409,
        insert("decision_relationships", id="%(decision_relationship)s"),
    ),
    (
        "decision_relationships_unique",
        "kind",
        409,
        relate("decision", "second_decision", "depends_on"),
    ),
    (
        "decision_relationships_not_itself",
        "source",
        400,
        relate("decision", "decision", "relates_to"),
    ),
    (
        "decision_relationships_kind_valid",
        "kind",
        400,
        relate("third_decision", "decision", "blocks"),
    ),
    # Circles: of two, of three, of a kind by itself, and by a change of what is there.
    (
        "decision_relationships_no_loop",
        "target",
        409,
        relate("second_decision", "decision", "depends_on"),
    ),
    (
        "decision_relationships_no_loop",
        "target",
        409,
        relate("third_decision", "decision", "depends_on"),
    ),
    (
        "decision_relationships_no_loop",
        "target",
        409,
        relate("second_decision", "decision", "supersedes"),
    ),
    (
        "decision_relationships_no_loop",
        "target",
        409,
        "UPDATE decision_relationships SET source_id = %(third_decision)s, "
        "target_id = %(decision)s WHERE kind = 'depends_on' AND source_id = %(decision)s; "
        "UPDATE decision_relationships SET source_id = %(decision)s, "
        "target_id = %(second_decision)s WHERE kind = 'supersedes'; "
        + relate("decision", "second_decision", "depends_on"),
    ),
    *[
        (f"decision_relationships_{end}_fk", end, 400, statement)
        for end in ("source", "target")
        for statement in (
            insert("decision_relationships", **{f"{end}_id": NOBODY}),
            insert("decision_relationships", **{f"{end}_id": "%(other_decision)s"}),
        )
    ],
    (
        "decision_relationships_project_fk",
        "project",
        400,
        update("decision_relationships", f"workspace_id = {NOBODY}"),
    ),
    (
        "decision_relationships_project_open",
        "project",
        409,
        insert("decision_relationships", project_id="%(archived_project)s"),
    ),
    (
        "decision_relationships_project_id_unchanging",
        "project",
        400,
        update("decision_relationships", "project_id = %(second_project)s"),
    ),
    (
        "decision_relationships_id_unchanging",
        "id",
        400,
        update("decision_relationships", f"id = {NOBODY}"),
    ),
]  # fmt: skip

SPOKEN_FOR = {
    # Begin with the primary key; they are what other tables' keys refer to.
    "transcripts_id_project_key",
    "decisions_id_project_key",
}

GIN = {("decisions", "search")}
