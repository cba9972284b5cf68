"""Making, renaming and deleting a conversation: only ever one's own."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistant.models import MAX_TITLE, Conversation
from core.acting import acting
from core.exceptions import RuleViolation, check_version
from workspaces.models import User


class ConversationGone(RuleViolation):
    """There is no such conversation of this person, or not any more."""

    status = 404
    code = "not_found"
    message = _("The conversation was deleted in the meantime.")


def conversation_create(*, actor: User, title: str = "") -> Conversation:
    """Begin a conversation. Without a title, the first message gives it one."""
    with acting(actor, "conversation.created"):
        conversation = Conversation(user=actor, title=_clean_title(title))
        conversation.save(force_insert=True)
    return conversation


def conversation_update(
    *, conversation: Conversation, actor: User, title: str, expected_version: int | None = None
) -> Conversation:
    """Give it another title."""
    with acting(actor, "conversation.updated"):
        conversation = conversation_lock(conversation, actor)
        check_version(conversation, expected_version)
        conversation.title = _clean_title(title)
        conversation.save(update_fields=["title"])
    return conversation


def conversation_delete(
    *, conversation: Conversation, actor: User, expected_version: int | None = None
) -> None:
    """Delete it with all that was said in it, for good."""
    with acting(actor, "conversation.deleted"):
        conversation = conversation_lock(conversation, actor)
        check_version(conversation, expected_version)
        Conversation.objects.filter(pk=conversation.pk)._raw_delete("default")


def conversation_lock(conversation: Conversation, actor: User) -> Conversation:
    """The conversation as it is now that it is locked; refused where it isn't the person's own."""
    locked = (
        Conversation.objects.visible_to(actor)
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=conversation.pk)
        .first()
    )
    if locked is None:
        raise ConversationGone()
    return locked


def _clean_title(title: str) -> str:
    title = title.strip()
    if len(title) > MAX_TITLE:
        raise ValidationError({"title": _("A title has at most 200 characters.")})
    return title
