"""Scenes of deciding: meetings with their transcripts, decisions, and how they bear on others."""

from __future__ import annotations

from functools import partial

from decisions.services import (
    decision_create,
    decision_delete,
    decision_update,
    relationship_create,
    transcript_create,
)
from samples.demo.content.shapes import DemoDecision, DemoTranscript
from samples.demo.story import Stage, Story

MEETING_MINUTES = 35


def tell_transcript(story: Story, content: DemoTranscript) -> None:
    story.after(content.when, MEETING_MINUTES, partial(_keep, story, content))


def tell(story: Story, content: DemoDecision) -> None:
    story.at(content.made, partial(_propose, content))
    for when, who, status in content.steps:
        story.at(when, partial(_decide, content, who, status))
    for when, who, kind, target in content.ties:
        story.at(when, partial(_tie, content, who, kind, target))
    if content.deleted is not None:
        when, who = content.deleted
        story.at(when, partial(_delete, content, who))


def _keep(story: Story, content: DemoTranscript, stage: Stage) -> None:
    stage.transcripts[content.title] = transcript_create(
        actor=stage.people[content.by],
        project=stage.projects[content.project],
        title=content.title,
        source=content.source,
        occurred_at=story.calendar.moment(content.when),
        participants=content.participants,
        content=content.content,
    )


def _propose(content: DemoDecision, stage: Stage) -> None:
    stage.decisions[content.title] = decision_create(
        actor=stage.people[content.by],
        project=stage.projects[content.project],
        title=content.title,
        statement=content.statement,
        rationale=content.rationale,
        transcript=stage.transcripts[content.transcript] if content.transcript else None,
        confidence=content.confidence,
        impacts=list(content.impacts),
        consensus=content.consensus,
        anomalies=list(content.anomalies),
    )


def _decide(content: DemoDecision, who: str, status: str, stage: Stage) -> None:
    decision_update(
        decision=stage.decisions[content.title],
        actor=stage.people[who],
        changes={"status": status},
    )


def _tie(content: DemoDecision, who: str, kind: str, target: str, stage: Stage) -> None:
    relationship_create(
        actor=stage.people[who],
        source=stage.decisions[content.title],
        target=stage.decisions[target],
        kind=kind,
    )


def _delete(content: DemoDecision, who: str, stage: Stage) -> None:
    decision_delete(decision=stage.decisions[content.title], actor=stage.people[who])
