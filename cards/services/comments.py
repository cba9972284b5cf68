"""Saying something about a card, changing it, taking it back."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cards.models import MAX_COMMENT, Card, Comment
from cards.services.rules import card_lock
from core.acting import acting
from core.clock import now
from core.exceptions import Forbidden, RuleViolation, check_version
from projects.rights import may_direct
from workspaces.mentions import members_named_in
from workspaces.models import User, WorkspaceMember
from workspaces.rights import is_admin


class CommentGone(RuleViolation):
    code = "comment_gone"
    message = _("The comment was deleted in the meantime.")


def comment_create(*, actor: User, card: Card, content: str) -> Comment:
    """Say something about a card. `@username` mentions members of the workspace."""
    with acting(actor, "comment.created"):
        card = card_lock(card, actor)
        content = _cleaned(content)
        comment = Comment(
            workspace_id=card.workspace_id,
            board_id=card.board_id,
            card=card,
            author=actor,
            content=content,
            mentions=_mentioned_in(content, card),
        )
        comment.save(force_insert=True)
    return comment


def comment_edit(
    *, comment: Comment, actor: User, content: str, expected_version: int | None = None
) -> Comment:
    """Change what one said oneself. What it was before is in the log."""
    with acting(actor, "comment.edited"):
        card, comment = _locked(comment, actor)
        if comment.author_id != actor.pk:
            raise Forbidden(_("Only its author may edit a comment."))
        check_version(comment, expected_version)
        content = _cleaned(content)
        if content != comment.content:
            comment.content = content
            comment.mentions = _mentioned_in(content, card)
            comment.edited_at = now()
            comment.save(update_fields=["content", "mentions", "edited_at"])
    return comment


def comment_delete(
    *, comment: Comment, actor: User | None, expected_version: int | None = None
) -> None:
    """Take a comment back: one's own, or as a director of the project or an admin anybody's."""
    with acting(actor, "comment.deleted"):
        card, comment = _locked(comment, actor)
        if actor is not None and comment.author_id != actor.pk and not _directs(actor, card):
            raise Forbidden(_("Only its author may delete a comment."))
        check_version(comment, expected_version)
        comment.deleted_at = now()
        comment.save(update_fields=["deleted_at"])


def _directs(actor: User, card: Card) -> bool:
    project_id = card.board.project_id
    if project_id is None:
        return is_admin(actor, card.workspace_id)
    return may_direct(actor, project_id, card.workspace_id)


def _locked(comment: Comment, actor: User | None) -> tuple[Card, Comment]:
    """The card and the comment as they are now that they are locked."""
    card = card_lock(comment.card, actor)
    found = (
        Comment.objects.select_for_update(no_key=True, of=("self",))
        .present()
        .filter(pk=comment.pk)
        .first()
    )
    if found is None:
        raise CommentGone()
    return card, found


def _mentioned_in(content: str, card: Card) -> list[uuid.UUID]:
    members = WorkspaceMember.objects.filter(workspace_id=card.workspace_id)
    return members_named_in(content, members)


def _cleaned(content: str) -> str:
    content = content.strip()
    if not 1 <= len(content) <= MAX_COMMENT:
        raise ValidationError({"content": _("A comment has 1 to 10,000 characters.")})
    return content
