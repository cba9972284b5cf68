"""A POST that is sent again isn't done again: the Idempotency-Key header.

The effect and the stored answer are one transaction. That is what makes this hold when a worker is
killed: either both are there, or neither, and the key is free again. While it is being worked on,
the key is held by an advisory lock of that same transaction, which goes with its connection,
however that ends; so there is no marker that somebody would have to clear away.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.renderers import RawJSON
from core.api.rendering import to_json
from core.api.throttling import client_address
from core.exceptions import RuleViolation
from core.models import IdempotencyRecord

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
# Advisory locks in two halves: this one says what the other is about. The log's bound counts only
# locks of the undivided kind, so that the two never meet.
LOCK_CLASS = 0x49444D50
PURGE_AT_MOST = 20
KEPT_HEADERS = ("Location", "ETag")

_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


class InProgress(RuleViolation):
    """The first request with this key hasn't been answered yet."""

    code = "idempotency_in_progress"
    message = _("A request with this Idempotency-Key is being worked on. Try again in a moment.")


class KeyReused(RuleViolation):
    """The key was used for something else."""

    status = 422
    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was used with another body.")


class CredentialShown(RuleViolation):
    """The answer showed a credential, so it was not kept."""

    code = "credential_shown_once"
    message = _(
        "This was done, and its answer showed a credential, which is shown once and not kept."
    )


@dataclass(frozen=True)
class Claim:
    """One key of one caller at one address, and what was asked."""

    scope: str
    request_hash: str

    @property
    def lock_number(self) -> int:
        """The lock's second half: a signed 32-bit number."""
        return int.from_bytes(bytes.fromhex(self.scope[:8]), "big", signed=True)


def read_key(request: Request) -> str | None:
    """The header's value; malformed is a 400 that names it."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("This has to be 1 to 255 visible ASCII characters.")]})
    return str(key)


def claim_of(request: Request, key: str) -> Claim:
    """What the request's key stands for: within its caller, its method and its address."""
    user = request.user
    caller = f"user:{user.pk}" if user.is_authenticated else client_address(request._request)
    parts = (caller, request.method, request._request.get_full_path(), key)
    scope = hashlib.sha256(to_json(parts)).hexdigest()
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    body = request._request.body
    return Claim(scope, hashlib.sha256(to_json([media_type]) + body).hexdigest())


def is_final(status: int) -> bool:
    """Whether a repeat should get this answer again, rather than another try."""
    return status < 500 and status not in (401, 429)


def once(
    claim: Claim,
    work: Callable[[], Response],
    *,
    shows_credential: bool,
) -> Response:
    """Do `work` and keep its answer, or give the answer that is kept.

    `work` answers refusals as responses (they are kept as well) and raises only what isn't final;
    then nothing of it remains.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, claim.lock_number]
            )
            if not cursor.fetchone()[0]:
                raise InProgress()
        now = timezone.now()
        record = IdempotencyRecord.objects.filter(scope=claim.scope).first()
        if record is not None and record.created_at > now - KEPT_FOR:
            return _replay(record, claim)
        response = _undone_if_refused(work)
        if is_final(response.status_code):
            _keep(claim, response, withheld=shows_credential and response.status_code < 400)
        return response


class _Refused(Exception):
    """Carries the answer of a refused request out of its savepoint."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


def _undone_if_refused(work: Callable[[], Response]) -> Response:
    """The answer of `work`, in a savepoint: a refused request leaves nothing but its answer."""
    try:
        with transaction.atomic():
            response = work()
            if response.status_code >= 400:
                raise _Refused(response)
    except _Refused as refused:
        return refused.response
    return response


def _keep(claim: Claim, response: Response, *, withheld: bool) -> None:
    if isinstance(response.data, RawJSON):
        body = response.data.body
    else:
        body = b"" if response.data is None else to_json(response.data)
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    _purge()
    IdempotencyRecord.objects.update_or_create(
        scope=claim.scope,
        defaults={
            "request_hash": claim.request_hash,
            "created_at": timezone.now(),
            "status": response.status_code,
            "headers": {} if withheld else headers,
            "body": b"" if withheld else body,
            "withheld": withheld,
        },
    )


def _replay(record: IdempotencyRecord, claim: Claim) -> Response:
    if record.request_hash != claim.request_hash:
        raise KeyReused()
    if record.withheld:
        raise CredentialShown()
    body = bytes(record.body)
    response = Response(
        RawJSON(body) if body else None, status=record.status, headers=record.headers or None
    )
    response["Idempotency-Replayed"] = "true"
    response.exception = record.status >= 400
    return response


def _purge() -> None:
    """Drop a few records that are out of date: each write clears more than it adds.

    Rows that another request is clearing are passed over, so no one waits for this.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM idempotency_records WHERE scope IN (SELECT scope FROM idempotency_records"
            " WHERE created_at < %s ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)",
            [timezone.now() - KEPT_FOR, PURGE_AT_MOST],
        )
