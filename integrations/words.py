"""How the log tells of repositories, pull requests and what they carry out."""

from __future__ import annotations

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.history.words import Named, Words
from integrations.models import CardPullRequest, GitRepository, PullRequest

ACTIONS = {
    "git_repository.created": Words(one=(_("%(actor)s tied %(it)s to the workspace"),)),
    "git_repository.deleted": Words(one=(_("%(actor)s untied %(it)s"),)),
    "git_repository.webhook_secret_made": Words(
        one=(_("%(actor)s made a new webhook secret for %(it)s"),)
    ),
    "pull_request.recorded": Words(
        one=(
            _("GitHub told of %(it)s: %(before_state)s → %(after_state)s"),
            _("GitHub told of %(it)s (%(changes)s)"),
            _("GitHub told of %(it)s"),
        )
    ),
    "pull_request.linked": Words(
        of="card_pull_request",
        one=(_("%(actor)s linked %(pull_request_id)s to %(card_id)s"),),
        many=(
            ngettext_lazy(
                "%(actor)s linked %(pull_request_id)s to %(count)s card",
                "%(actor)s linked %(pull_request_id)s to %(count)s cards",
                "count",
            ),
        ),
    ),
    "pull_request.unlinked": Words(
        of="card_pull_request",
        one=(_("%(actor)s took %(pull_request_id)s off %(card_id)s"),),
    ),
    "card_pull_request.created": Words(one=(_("%(pull_request_id)s names %(card_id)s"),)),
    "card_pull_request.updated": Words(
        one=(
            _("%(it)s: %(before_state)s → %(after_state)s"),
            _("%(it)s followed its card to another board"),
        )
    ),
    "card_pull_request.deleted": Words(
        one=(_("%(pull_request_id)s went with %(card_id)s or its repository"),)
    ),
}


def _reference(path: str = "") -> tuple[object, ...]:
    """`acme/product#7`, of what `path` leads to."""
    return (
        f"{path}repository__full_name",
        Value("#"),
        Cast(f"{path}number", CharField()),
    )


NAMES = {
    GitRepository: Named(text="full_name", quoted=False, logged="full_name"),
    PullRequest: Named(
        text=Concat(*_reference(), output_field=CharField()),
        note="title",
        quoted=False,
        logged="title",
    ),
    # An entry of a link that changed has neither of its two ends.
    CardPullRequest: Named(
        text=Concat(
            *_reference("pull_request__"),
            Value(" · "),
            "card__workspace__key",
            Value("-"),
            Cast("card__number", CharField()),
            output_field=CharField(),
        ),
        quoted=False,
        logged="state",
    ),
}

# What follows from the state, and when GitHub counted the change that is told.
UNTOLD = {
    ("pull_request", "closed_at"),
    ("pull_request", "merged_at"),
    ("pull_request", "updated_on_github_at"),
}
