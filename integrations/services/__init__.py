"""Every write of what comes from outside: repositories, pull requests, links, deliveries."""

from integrations.services.deliveries import (
    Delivery,
    SignatureWrong,
    signature_of,
    signed_project,
    transcript_deliver,
)
from integrations.services.links import card_link, card_unlink, link_named_cards
from integrations.services.pull_requests import pull_request_record
from integrations.services.repositories import (
    repository_create,
    repository_delete,
    repository_lock,
    repository_update,
)
from integrations.services.secrets import project_secret_make, repository_secret_make

__all__ = [
    "Delivery",
    "SignatureWrong",
    "card_link",
    "card_unlink",
    "link_named_cards",
    "project_secret_make",
    "pull_request_record",
    "repository_create",
    "repository_delete",
    "repository_lock",
    "repository_secret_make",
    "repository_update",
    "signature_of",
    "signed_project",
    "transcript_deliver",
]
