"""Taking records into a project: all of them or none, and those that are there only once.

Every row's id follows from the project and the record's own, so that loading a file again finds
what is there: what people changed since stays as it is, and what they deleted stays deleted.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from core.acting import acting
from core.identifiers import uuid7_of
from decisions.loading.reader import Records
from decisions.models import Decision, DecisionRelationship, Transcript
from decisions.services.decisions import create_on_entered
from decisions.services.relationships import create_on_locked
from decisions.services.transcripts import create_on_entered as create_transcript
from projects.models import Project
from projects.services import ProjectArchived, project_lock

Status = Decision.Status


@dataclass
class LoadReport:
    """How many rows came in, and how many were there."""

    transcripts: int = 0
    decisions: int = 0
    relationships: int = 0
    known: int = 0

    def lines(self) -> list[str]:
        return [
            f"Loaded: decisions {self.decisions}, transcripts {self.transcripts}, "
            f"relationships {self.relationships}.",
            f"There already, and left as they are: {self.known}.",
        ]


def identifier_of(project_id: uuid.UUID, kind: str, *names: str) -> uuid.UUID:
    """The id of what a record becomes in a project: always the same."""
    digest = hashlib.sha256("\0".join((str(project_id), kind, *names)).encode()).digest()
    # Of the project's own moment: rows of one load lie together.
    return uuid7_of(project_id.int >> 80, int.from_bytes(digest[:10], "big"))


def records_load(*, records: Records, project: Project) -> LoadReport:
    """Take in what isn't there yet. Who supersedes another marks it superseded, as always."""
    report = LoadReport()
    with acting(None, "decisions.loaded"):
        # Two loads of one file at once: the second waits here, and finds the first one's rows.
        project = project_lock(project.pk)
        if project.archived_at is not None:
            raise ProjectArchived()
        _load_transcripts(records, project, report)
        _load_decisions(records, project, report)
        _load_relationships(records, project, report)
    return report


def _load_transcripts(records: Records, project: Project, report: LoadReport) -> None:
    wanted = {identifier_of(project.pk, "transcript", r.id): r for r in records.transcripts}
    present = set(
        Transcript.objects.filter(project=project, pk__in=wanted).values_list("pk", flat=True)
    )
    report.known += len(present)
    for identifier, record in wanted.items():
        if identifier not in present:
            create_transcript(
                project=project,
                identifier=identifier,
                title=record.title,
                occurred_at=record.occurred_at,
                source=record.source,
                participants=record.participants,
                content=record.content,
            )
            report.transcripts += 1


def _load_decisions(records: Records, project: Project, report: LoadReport) -> None:
    wanted = {identifier_of(project.pk, "decision", r.id): r for r in records.decisions}
    present = set(
        Decision.objects.filter(project=project, pk__in=wanted).values_list("pk", flat=True)
    )
    report.known += len(present)
    meetings = Transcript.objects.without_content().in_bulk(
        {identifier_of(project.pk, "transcript", r.id) for r in records.transcripts}
    )
    for identifier, record in wanted.items():
        if identifier in present:
            continue
        meeting = None
        if record.transcript is not None:
            meeting = meetings[identifier_of(project.pk, "transcript", record.transcript)]
        create_on_entered(
            actor=None,
            project=project,
            identifier=identifier,
            title=record.title,
            statement=record.statement,
            rationale=record.rationale,
            # A record of a decision is of one that was taken, unless it says otherwise.
            status=record.status or Status.ACCEPTED,
            confidence=record.confidence,
            impacts=record.impacts,
            consensus=record.consensus,
            anomalies=record.anomalies,
            decided_at=record.decided_at,
            transcript=meeting,
        )
        report.decisions += 1


def _load_relationships(records: Records, project: Project, report: LoadReport) -> None:
    of = {r.id: identifier_of(project.pk, "decision", r.id) for r in records.decisions}
    rows = Decision.objects.without_embedding().in_bulk(of.values())
    present = set(
        DecisionRelationship.objects.filter(project=project).values_list(
            "source_id", "target_id", "kind"
        )
    )
    for record in records.relationships:
        source, target = rows[of[record.source]], rows[of[record.target]]
        if (source.pk, target.pk, record.kind) in present:
            report.known += 1
        elif source.deleted_at is None and target.deleted_at is None:
            create_on_locked(
                actor=None,
                source=source,
                target=target,
                kind=record.kind,
                identifier=identifier_of(
                    project.pk, "relationship", record.source, record.target, record.kind
                ),
            )
            report.relationships += 1
