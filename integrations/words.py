"""How the log tells of repositories and pull requests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.history.words import Named, Words
from integrations.models import GitRepository

ACTIONS = {
    "git_repository.webhook_secret_made": Words(
        one=(_("%(actor)s made a new secret for the deliveries of %(it)s"),)
    ),
    "pull_request.recorded": Words(
        one=(_("%(actor)s recorded %(it)s"),), many=(_("%(actor)s recorded %(count)s %(kinds)s"),)
    ),
    "pull_request.linked": Words(
        of="card_pull_request",
        one=(_("%(actor)s linked %(pull_request_id)s to %(card_id)s"),),
    ),
    "pull_request.unlinked": Words(
        of="card_pull_request",
        one=(_("%(actor)s took the link of %(pull_request_id)s to %(card_id)s away"),),
    ),
    "card_pull_request.created": Words(
        one=(_("%(actor)s linked %(pull_request_id)s to %(card_id)s"),)
    ),
    "card_pull_request.deleted": Words(
        one=(_("%(actor)s took the link of %(pull_request_id)s to %(card_id)s away"),)
    ),
}

NAMES = {GitRepository: Named(text="full_name", logged="full_name")}
