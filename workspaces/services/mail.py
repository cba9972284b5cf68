"""Mail to people: written in their words, sent once the transaction has committed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from workspaces.models import User


def mail_send(
    *, to: str, template: str, context: dict[str, Any], reader: User | None = None
) -> None:
    """Send `workspaces/mail/<template>.txt`, whose first line is the subject, after the commit.

    It speaks the language that its reader chose; where they chose none or have no account, that
    of the request. A mail server that is down is logged and undoes nothing: the invitation can be
    sent again.
    """
    language = (reader.language if reader is not None else "") or translation.get_language()
    with translation.override(language):
        text = render_to_string(
            f"workspaces/mail/{template}.txt", {**context, "address": settings.TASKLY_BASE_URL}
        )
    subject, _newline, body = text.strip().partition("\n")
    # A name that somebody chose stands in the subject: no line of a header may come of it.
    message = EmailMessage(subject=" ".join(subject.split()), body=body.lstrip("\n"), to=[to])
    transaction.on_commit(message.send, robust=True)
