"""Deliveries from outside: signed, bounded, answered like the API, and no part of its addresses."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from core.acting import coming_from
from core.api import fields
from core.api.edge import LARGE_BODY_LIMIT, TasklyView
from core.api.renderers import JSONRenderer
from core.api.retry import retrying
from core.api.serializers import StrictSerializer
from decisions.models import MAX_CONTENT, MAX_PARTICIPANTS, MAX_TITLE
from integrations.services.deliveries import (
    SignatureWrong,
    signed_project,
    transcript_deliver,
)

SIGNATURE = "X-Taskly-Signature-256"

log = structlog.get_logger(__name__)


class ParticipantSerializer(StrictSerializer):
    """Somebody who took part."""

    name = fields.StrictCharField(max_length=200)
    email = fields.StrictCharField(max_length=255, required=False)
    role = fields.StrictCharField(max_length=100, required=False)


class TranscriptDeliverySerializer(StrictSerializer):
    """A delivered transcript; left out, `occurred_at` is the moment of its arrival."""

    webhook_id = fields.StrictCharField(max_length=100)
    title = fields.StrictCharField(max_length=MAX_TITLE)
    source = fields.StrictCharField(max_length=100, allow_blank=True, required=False)
    occurred_at = fields.StrictDateTimeField(required=False)
    participants = ParticipantSerializer(many=True, max_length=MAX_PARTICIPANTS, required=False)
    content = fields.StrictCharField(
        max_length=MAX_CONTENT, allow_blank=True, trim_whitespace=False, required=False
    )


class TranscriptDeliveryView(TasklyView):
    """Takes in what a meeting tool sends about a project.

    Who sends it is told by the signature alone, which is held against the bytes as they came before
    anything is parsed. So nobody is signed in here, callers are counted by their address, and the
    sender's own id for the delivery does what an Idempotency-Key does elsewhere: a stored answer
    would go to whoever repeats the key, signed or not.
    """

    schema = None
    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    http_method_names: ClassVar = ["post"]
    body_limits: ClassVar = {"post": LARGE_BODY_LIMIT}
    is_an_address = False

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """JSON, whatever the sender says it accepts: it reads no more than the status."""
        return super().perform_content_negotiation(request, force=True)

    def _answer(self, handler: Callable[..., HttpResponseBase]) -> HttpResponseBase:
        return retrying(lambda: handler(self.request, *self.args, **self.kwargs))

    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        """201 with the new transcript's id, 200 with that of the one which came before."""
        delivered: HttpRequest = request._request
        try:
            project = signed_project(
                project_id=project_id,
                body=delivered.body,
                signature=delivered.headers.get(SIGNATURE, ""),
            )
        except SignatureWrong:
            log.warning("delivery_refused", project_id=str(project_id))
            raise
        serializer = TranscriptDeliverySerializer(data=request.data, context={"view": self})
        serializer.is_valid(raise_exception=True)
        with coming_from("import"):
            done = transcript_deliver(
                project=project, at=timezone.now(), **serializer.validated_data
            )
        return Response({"id": done.transcript_id}, status=201 if done.is_new else 200)
