"""Transcripts: taken in, corrected, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.exceptions import RuleViolation, check_version
from decisions.models import MAX_CONTENT, MAX_PARTICIPANTS, Transcript
from decisions.services.rules import clean_title
from projects.models import Project
from projects.rights import require_contributor, require_decider
from projects.services import project_enter, project_lock
from workspaces.models import User

CHANGEABLE = ("title", "source", "occurred_at", "participants", "content")


class TranscriptGone(RuleViolation):
    """The transcript was deleted between being looked up and being locked."""

    code = "transcript_gone"
    message = _("The transcript was deleted in the meantime.")


def transcript_create(
    *,
    actor: User | None,
    project: Project,
    title: str,
    occurred_at: datetime,
    webhook_id: str = "",
    source: str = "",
    participants: Sequence[Mapping[str, str]] = (),
    content: str = "",
) -> Transcript:
    """Keep what was said in a meeting. A `webhook_id` that the project has already is refused."""
    with acting(actor, "transcript.created"):
        project = project_enter(project.pk, actor)
        return create_on_entered(
            project=project,
            title=title,
            webhook_id=webhook_id,
            source=source,
            occurred_at=occurred_at,
            participants=participants,
            content=content,
        )


def create_on_entered(
    *, project: Project, identifier: uuid.UUID | None = None, **values: Any
) -> Transcript:
    """What `transcript_create` does once the project is entered."""
    transcript = Transcript(workspace_id=project.workspace_id, project=project, **values)
    if identifier is not None:
        transcript.id = identifier
    _complete(transcript)
    transcript.save(force_insert=True)
    return transcript


def transcript_update(
    *,
    transcript: Transcript,
    actor: User | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Transcript:
    """Change what `changes` names; everything else stays."""
    with acting(actor, "transcript.updated"):
        project = project_lock(transcript.project_id)
        require_contributor(actor, project.pk, project.workspace_id)
        transcript = _locked(transcript)
        check_version(transcript, expected_version)
        changed = [name for name in CHANGEABLE if name in changes]
        for name in changed:
            setattr(transcript, name, changes[name])
        _complete(transcript)
        if changed:
            transcript.save(update_fields=changed)
    return transcript


def transcript_delete(
    *, transcript: Transcript, actor: User | None, expected_version: int | None = None
) -> None:
    """Delete a transcript for good; the decisions taken from it stay without one.

    It can't be brought back, so that those do it who decide.
    """
    with acting(actor, "transcript.deleted"):
        project = project_lock(transcript.project_id)
        require_decider(actor, project.pk, project.workspace_id)
        transcript = _locked(transcript)
        check_version(transcript, expected_version)
        Transcript.objects.filter(pk=transcript.pk)._raw_delete("default")


def _locked(transcript: Transcript) -> Transcript:
    found = Transcript.objects.select_for_update(no_key=True).filter(pk=transcript.pk).first()
    if found is None:
        raise TranscriptGone()
    return found


def _complete(transcript: Transcript) -> None:
    """Trim what people wrote, and refuse by field what the database would refuse as well."""
    transcript.title = clean_title(transcript.title)
    transcript.source = transcript.source.strip()
    transcript.webhook_id = transcript.webhook_id.strip()
    transcript.participants = _participants(transcript.participants)
    if len(transcript.content) > MAX_CONTENT:
        raise ValidationError({"content": _("A transcript has at most 1,000,000 characters.")})


def _participants(given: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Those who took part, trimmed; what isn't known of them is left out."""
    if len(given) > MAX_PARTICIPANTS:
        raise ValidationError({"participants": _("A transcript has at most 500 participants.")})
    return [
        {name: person[name].strip() for name in ("name", "email", "role") if person.get(name)}
        for person in given
    ]
