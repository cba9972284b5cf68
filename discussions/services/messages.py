"""Posting, editing and deleting messages."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.acting import acting
from core.clock import now
from core.exceptions import Forbidden, RuleViolation, check_version
from discussions.models import MAX_CONTENT, Channel, Message
from discussions.services.mentions import mentioned_in
from discussions.services.rules import channel_lock
from projects.rights import require_contributor, require_director
from projects.services import project_enter
from workspaces.models import User


class MessageGone(RuleViolation):
    code = "message_gone"
    message = _("The message was deleted in the meantime.")


def message_post(
    *, actor: User, channel: Channel, content: str, parent: Message | None = None
) -> Message:
    """Say something in a channel, or in the thread of `parent`.

    The project is only shared (`project_enter`), so that its channels don't wait for each other.
    """
    with acting(actor, "message.posted"):
        project_enter(channel.project_id, actor)
        channel = channel_lock(channel.pk, actor)
        content = _cleaned(content)
        message = Message(
            workspace_id=channel.workspace_id,
            project_id=channel.project_id,
            channel=channel,
            author=actor,
            content=content,
            parent_id=_thread(parent, channel),
            mentions=mentioned_in(content, channel),
        )
        message.save(force_insert=True)
    return message


def message_edit(
    *, message: Message, actor: User, content: str, expected_version: int | None = None
) -> Message:
    """Change what one said oneself. The people whom it mentions are looked up anew."""
    with acting(actor, "message.edited"):
        channel, message = _locked(message, actor)
        if message.author_id != actor.pk:
            raise Forbidden(_("Only its author may edit a message."))
        check_version(message, expected_version)
        content = _cleaned(content)
        if content != message.content:
            message.content = content
            message.mentions = mentioned_in(content, channel)
            message.is_edited = True
            message.edited_at = now()
            message.save(update_fields=["content", "mentions", "is_edited", "edited_at"])
    return message


def message_delete(
    *, message: Message, actor: User | None, expected_version: int | None = None
) -> None:
    """Take a message back: one's own, or, as a director of the project, anybody's.

    The row stays, for the thread that may hang on it; nobody is shown its text any more.
    """
    with acting(actor, "message.deleted"):
        channel, message = _locked(message, actor)
        if actor is None or message.author_id != actor.pk:
            require_director(actor, channel.project_id, channel.workspace_id)
        check_version(message, expected_version)
        message.deleted_at = now()
        message.save(update_fields=["deleted_at"])


def _locked(message: Message, actor: User | None) -> tuple[Channel, Message]:
    """The message as it is now that its channel and it are locked, where `actor` may write."""
    channel = channel_lock(message.channel_id, actor)
    require_contributor(actor, channel.project_id, channel.workspace_id)
    found = (
        Message.objects.select_for_update(no_key=True, of=("self",))
        .present()
        .filter(pk=message.pk)
        .first()
    )
    if found is None:
        raise MessageGone()
    return channel, found


def _thread(parent: Message | None, channel: Channel) -> uuid.UUID | None:
    """The message that the thread of `parent` hangs on.

    A deleted one that still has replies is a thread to go on with; one without is gone.
    """
    if parent is None:
        return None
    if parent.channel_id != channel.pk:
        raise ValidationError({"parent": _("This message is in another channel.")})
    if not Message.objects.standing().filter(pk=parent.pk).exists():
        raise MessageGone(field="parent")
    return parent.parent_id or parent.pk


def _cleaned(content: str) -> str:
    content = content.strip()
    if not 1 <= len(content) <= MAX_CONTENT:
        raise ValidationError({"content": _("A message has 1 to 10,000 characters.")})
    return content
