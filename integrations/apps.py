"""What integrations adds to answers of the apps below."""

from __future__ import annotations

from django.apps import AppConfig

from cards.snapshot import CardPart, register_card_part

# Of a card's pull requests the one that most wants somebody: an open one, then a draft.
PULL_REQUESTS = CardPart(
    name="pulls",
    rows="""SELECT card_id, count(*) AS number,
                   CASE WHEN bool_or(state = 'open') THEN 'open'
                        WHEN bool_or(state = 'draft') THEN 'draft'
                        WHEN bool_or(state = 'merged') THEN 'merged' ELSE 'closed' END AS state
              FROM card_pull_requests WHERE board_id = %(board)s GROUP BY card_id""",
    members={
        "pull_requests": ("coalesce(pulls.number, 0)", {"type": "integer", "minimum": 0}),
        "pull_request_state": (
            "pulls.state",
            {"type": ["string", "null"], "enum": ["open", "draft", "merged", "closed", None]},
        ),
    },
    tables={"card_pull_request": "card_pull_requests"},
)


class IntegrationsConfig(AppConfig):
    """Integrations, the app."""

    name = "integrations"

    def ready(self) -> None:
        register_card_part(PULL_REQUESTS)
