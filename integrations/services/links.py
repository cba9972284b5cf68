"""Which pull requests carry out which cards: linked by hand, and by the keys they name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from boards.services import BoardGone
from cards.models import Card
from cards.querysets import MAX_NUMBER
from cards.services.rules import CardGone, card_lock, cards_lock
from core.acting import acting
from core.exceptions import RuleViolation
from integrations.models import CardPullRequest, PullRequest
from workspaces.models import User, Workspace

MAX_NAMED = 50
"""Of the cards that a pull request names the first so many: a text may be a list of all."""


class NotLinked(RuleViolation):
    code = "not_linked"
    message = _("The card doesn't have this pull request any more.")


def numbers_named(key: str, texts: Iterable[str]) -> list[int]:
    """The numbers of the cards of the workspace `key` that `texts` name, in order, each once.

    `ACME-42` in any case, where nothing runs on at either end: not in `XACME-42`, `ACME-421` or
    `ACME-42b`. A branch's `_` is an end, as in `acme-42_fix_login`.
    """
    named = re.compile(rf"(?<![^\W_]){re.escape(key)}-([1-9][0-9]{{0,9}})(?![^\W_])", re.IGNORECASE)
    found = (int(each) for text in texts for each in named.findall(text))
    return list(dict.fromkeys(number for number in found if number <= MAX_NUMBER))[:MAX_NAMED]


def cards_named(workspace: Workspace, texts: Iterable[str]) -> list[Card]:
    """The workspace's cards that `texts` name by their keys; keys of other workspaces name none."""
    numbers = numbers_named(workspace.key, texts)
    return list(Card.objects.filter(workspace=workspace, number__in=numbers)) if numbers else []


def cards_named_lock(workspace: Workspace, texts: Iterable[str]) -> list[Card]:
    """The same cards, locked after their boards; one that is deleted meanwhile is named no more.

    Nobody is asked whether they may write on those boards: whose pull request names a card is
    GitHub's to know, and it tells of people who aren't here.
    """
    kept = list(texts)
    while True:
        cards = cards_named(workspace, kept)
        try:
            return list(cards_lock(cards, None)[0].values()) if cards else []
        except (CardGone, BoardGone):
            continue


def card_link(*, card: Card, pull_request: PullRequest, actor: User | None) -> CardPullRequest:
    """Link a pull request to a card by hand; refused to who only observes the card's project."""
    with acting(actor, "pull_request.linked"):
        card = card_lock(card, actor)
        if pull_request.workspace_id != card.workspace_id:
            raise ValidationError(
                {
                    "pull_request": _(
                        "A card's pull requests are of repositories of its own workspace."
                    )
                }
            )
        link = CardPullRequest(
            workspace_id=card.workspace_id,
            board_id=card.board_id,
            card=card,
            pull_request=pull_request,
        )
        link.save(force_insert=True)
        return link


def card_unlink(*, card: Card, pull_request: PullRequest, actor: User | None) -> None:
    """Take a pull request off a card. One that goes on naming the card comes back with its next
    news: take the key out of its title, branch or text as well."""
    with acting(actor, "pull_request.unlinked"):
        card = card_lock(card, actor)
        links = CardPullRequest.objects.filter(card_id=card.pk, pull_request_id=pull_request.pk)
        if not links._raw_delete("default"):
            raise NotLinked()


def link_named_cards(
    *, pull_request: PullRequest, workspace: Workspace, actor: User | None, body: str = ""
) -> list[CardPullRequest]:
    """Link the cards that the title, the branch or `body` name, where they aren't yet."""
    with acting(actor, "pull_request.linked"):
        texts = (pull_request.title, pull_request.head, body)
        return link_locked(pull_request, cards_named_lock(workspace, texts))


def link_locked(pull_request: PullRequest, cards: Iterable[Card]) -> list[CardPullRequest]:
    """What `link_named_cards` does once the cards are locked."""
    present = set(
        CardPullRequest.objects.filter(pull_request_id=pull_request.pk).values_list(
            "card_id", flat=True
        )
    )
    coming = [
        CardPullRequest(
            workspace_id=card.workspace_id,
            board_id=card.board_id,
            card=card,
            pull_request=pull_request,
        )
        for card in sorted(cards, key=lambda card: card.pk)
        if card.pk not in present
    ]
    return CardPullRequest.objects.bulk_create(coming)
