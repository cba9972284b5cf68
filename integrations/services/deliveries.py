"""What is delivered from outside, signed by a secret that the receiver made: transcripts."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from core.acting import acting
from core.encryption import SecretUnreadable, decrypt, encrypt
from core.exceptions import RuleViolation
from decisions.models import Transcript
from decisions.services import transcript_create
from integrations.once import taken_in
from integrations.services.secrets import RANDOM_LENGTH
from projects.models import Project
from workspaces.services.secrets import random_text

SCHEME = "sha256="
TRANSCRIPT = "transcript"

log = structlog.get_logger(__name__)


class SignatureWrong(RuleViolation):
    """Whoever sent this doesn't hold the secret, or there is none: never said which."""

    status = 401
    code = "signature_wrong"
    message = _("The signature is missing or wrong.")


@dataclass(frozen=True)
class Delivery:
    """What became of a delivered transcript; None for one that was deleted here since."""

    transcript_id: uuid.UUID | None
    is_new: bool


@cache
def _nobodys_secret() -> bytes:
    """What is decrypted where there is no secret, so that this takes as long as where there is."""
    return encrypt(random_text(RANDOM_LENGTH))


@sensitive_variables()
def signature_of(secret: str, body: bytes) -> str:
    """What a delivery of `body` is signed with."""
    return SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@sensitive_variables()
def signed_project(*, project_id: uuid.UUID, body: bytes, signature: str) -> Project:
    """The project whose secret signed these bytes; SignatureWrong for everybody else.

    An unknown project, one without a secret, a wrong signature and a missing one go the same way
    to the same answer: one query, one decryption, one HMAC over the whole body, one comparison that
    takes as long wherever it fails.
    """
    project = Project.objects.filter(pk=project_id).first()
    kept = project.webhook_secret if project is not None else None
    try:
        secret = decrypt(_nobodys_secret() if kept is None else kept)
    except SecretUnreadable:
        # An operator took the key away: to the sender that is as if there were no secret.
        log.error("webhook_secret_unreadable", project_id=str(project_id))
        kept, secret = None, random_text(RANDOM_LENGTH)
    expected = signature_of(secret, body).encode()
    is_right = hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
    if project is None or kept is None or not is_right:
        raise SignatureWrong()
    return project


def transcript_deliver(
    *,
    project: Project,
    at: datetime.datetime,
    webhook_id: str,
    title: str,
    occurred_at: datetime.datetime | None = None,
    source: str = "",
    participants: Sequence[dict[str, Any]] = (),
    content: str = "",
) -> Delivery:
    """Take a transcript in, once for its webhook id, whatever else a repeat of it says.

    All of it is one transaction: what is refused (the project is archived) or fails leaves nothing
    behind, not even that it was here, and can be delivered again. Deleted here, it doesn't come
    back by being sent again.
    """
    with acting(None, "transcript.delivered"):
        repeated = taken_in(TRANSCRIPT, project.pk, webhook_id)
        # One that people made with this id counts as delivered.
        present = (
            Transcript.objects.filter(project=project, webhook_id=webhook_id)
            .values_list("pk", flat=True)
            .first()
        )
        if repeated or present is not None:
            return Delivery(present, is_new=False)
        made = transcript_create(
            actor=None,
            project=project,
            webhook_id=webhook_id,
            title=title,
            occurred_at=occurred_at or at,
            source=source,
            participants=list(participants),
            content=content,
        )
        return Delivery(made.pk, is_new=True)
