"""Linking cards of a workspace."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext_lazy as _

from cards.models import Card, CardLink
from cards.services.rules import cards_lock
from core.acting import acting
from core.exceptions import RuleViolation
from workspaces.models import User


class LinkLoop(RuleViolation):
    """Blocking, and being the parent, never lead back to where they began."""

    code = "link_loop"
    message = _("The cards would lead back to where they began.")


class LinkedAlready(RuleViolation):
    code = "linked_already"
    message = _("The cards are linked like this already.")


class LinkGone(RuleViolation):
    code = "link_gone"
    message = _("The link was deleted in the meantime.")


_LEADS_BACK = """
WITH RECURSIVE reached (id) AS (
    SELECT %(target)s::uuid
     UNION
    SELECT l.target_id FROM reached
      JOIN card_links l ON l.source_id = reached.id AND l.kind = %(kind)s)
SELECT EXISTS (SELECT FROM reached WHERE id = %(source)s)
"""


def card_link_create(*, actor: User | None, source: Card, target: Card, kind: str) -> CardLink:
    """`source` blocks, relates to, duplicates or becomes the parent of `target`."""
    with acting(actor, "card_link.created"):
        if source.pk == target.pk:
            raise ValidationError({"target": _("A card isn't linked to itself.")})
        if source.workspace_id != target.workspace_id:
            raise ValidationError({"target": _("Cards of one workspace can be linked.")})
        cards, _boards = cards_lock([source, target], actor)
        source, target = cards[source.pk], cards[target.pk]
        present = CardLink.objects.filter(source=source, target=target, kind=kind)
        if kind == CardLink.Kind.RELATES_TO:
            # It has no direction.
            present |= CardLink.objects.filter(source=target, target=source, kind=kind)
        if present.exists():
            raise LinkedAlready(field="target")
        if kind in (CardLink.Kind.BLOCKS, CardLink.Kind.PARENT_OF):
            _refuse_loop(source, target, kind)
        link = CardLink(
            workspace_id=source.workspace_id,
            board_id=source.board_id,
            target_board_id=target.board_id,
            source=source,
            target=target,
            kind=kind,
        )
        link.save(force_insert=True)
    return link


def card_link_delete(*, link: CardLink, actor: User | None) -> None:
    with acting(actor, "card_link.deleted"):
        cards_lock([link.source, link.target], actor)
        if not CardLink.objects.filter(pk=link.pk)._raw_delete("default"):
            raise LinkGone()


def _refuse_loop(source: Card, target: Card, kind: str) -> None:
    """Name a loop before the database does, which holds the rule against those at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(_LEADS_BACK, {"source": source.pk, "target": target.pk, "kind": kind})
        row = cursor.fetchone()
    if row is not None and row[0]:
        raise LinkLoop(field="target")
