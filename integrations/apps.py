"""What integrations adds to answers of the apps below."""

from __future__ import annotations

from django.apps import AppConfig

from cards.snapshot import CardPart, register_card_part

# Of a card's pull requests the one that most wants somebody: an open one, then a draft.
PULL_REQUESTS = CardPart(
    join="""LEFT JOIN LATERAL (
                      SELECT count(*) AS number,
                             CASE WHEN bool_or(link.state = 'open') THEN 'open'
                                  WHEN bool_or(link.state = 'draft') THEN 'draft'
                                  WHEN bool_or(link.state = 'merged') THEN 'merged'
                                  WHEN count(*) > 0 THEN 'closed' END AS state
                        FROM card_pull_requests link WHERE link.card_id = k.id
                  ) AS pulls ON true""",
    members={
        "pull_requests": ("pulls.number", {"type": "integer", "minimum": 0}),
        "pull_request_state": (
            "pulls.state",
            {"type": ["string", "null"], "enum": ["open", "draft", "merged", "closed", None]},
        ),
    },
)


class IntegrationsConfig(AppConfig):
    """Integrations, the app."""

    name = "integrations"

    def ready(self) -> None:
        register_card_part(PULL_REQUESTS)
