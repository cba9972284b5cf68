"""Filters of a board that people keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.models import Board
from cards.models import SavedFilter
from core.acting import acting
from core.exceptions import Forbidden, RuleViolation, check_version
from projects.rights import require_contributor
from workspaces.models import User
from workspaces.rights import is_admin


class SavedFilterGone(RuleViolation):
    code = "saved_filter_gone"
    message = _("The filter was deleted in the meantime.")


def saved_filter_create(
    *, actor: User, board: Board, name: str, query: str, shared: bool = False
) -> SavedFilter:
    with acting(actor, "saved_filter.created"):
        if shared:
            _require_may_share(actor, board)
        saved = SavedFilter(
            workspace_id=board.workspace_id,
            board=board,
            user=actor,
            name=_named(name),
            query=query,
            shared=shared,
        )
        saved.save(force_insert=True)
    return saved


def saved_filter_update(
    *,
    saved: SavedFilter,
    actor: User,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> SavedFilter:
    """Change one's own filter; what isn't named in `changes` stays.

    Who only observes may keep filters for themselves, and take back what they shared.
    """
    with acting(actor, "saved_filter.updated"):
        saved = _lock(saved, actor)
        if saved.user_id != actor.pk:
            raise Forbidden(_("Only its owner may change a filter."))
        check_version(saved, expected_version)
        for name in ("name", "query", "shared"):
            if name in changes:
                setattr(saved, name, changes[name])
        if saved.shared:
            _require_may_share(actor, saved.board)
        saved.name = _named(saved.name)
        if changes:
            saved.save(update_fields=list(changes))
    return saved


def saved_filter_delete(
    *, saved: SavedFilter, actor: User, expected_version: int | None = None
) -> None:
    """Delete one's own filter, or as an admin one that somebody shares."""
    with acting(actor, "saved_filter.deleted"):
        saved = _lock(saved, actor)
        if saved.user_id != actor.pk and not is_admin(actor, saved.workspace_id):
            raise Forbidden(_("Only its owner may delete a filter."))
        check_version(saved, expected_version)
        SavedFilter.objects.filter(pk=saved.pk)._raw_delete("default")


def _require_may_share(actor: User, board: Board) -> None:
    """What everybody on the board finds there is written by those who may write there."""
    if board.project_id is not None:
        require_contributor(actor, board.project_id, board.workspace_id)


def _lock(saved: SavedFilter, actor: User) -> SavedFilter:
    """The filter as it is now that it is locked, where `actor` still sees it."""
    found = (
        SavedFilter.objects.visible_to(actor)
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=saved.pk)
        .first()
    )
    if found is None:
        raise SavedFilterGone()
    return found


def _named(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise ValidationError({"name": _("A filter has a name of 1 to 100 characters.")})
    return name
