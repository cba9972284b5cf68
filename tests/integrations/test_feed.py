"""What the feed tells of repositories, pull requests, links and deliveries."""

import pytest

from integrations.services import (
    card_link,
    card_unlink,
    project_secret_make,
    repository_create,
    repository_delete,
    repository_secret_make,
    repository_update,
)
from tests.factories import BoardFactory, CardFactory
from tests.integrations.test_pull_requests import news

# The feed reads what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

EVENTS = "/api/v1/events/"


@pytest.fixture
def sentences(as_member):
    """`sentences(**query)`: of what happened since the last time it was asked."""
    seen = [as_member.get(EVENTS).json()["results"]]

    def told(**query):
        known = {each["id"] for each in seen[0]}
        found = as_member.get(EVENTS, query).json()["results"]
        seen[0] = as_member.get(EVENTS).json()["results"]
        return [each["summary"] for each in found if each["id"] not in known]

    return told


def test_repositories_are_told_of(sentences, admin, workspace):
    made = repository_create(actor=admin, workspace=workspace, github_id=1, full_name="acme/app")
    assert sentences() == ["Ada Admin tied acme/app to the workspace"]
    repository_secret_make(repository=made, actor=admin)
    assert sentences() == ["Ada Admin made a new webhook secret for acme/app"]
    repository_update(repository=made, actor=admin, changes={"full_name": "acme/product"})
    assert sentences() == ["Ada Admin changed acme/product (Name: acme/app → acme/product)"]
    repository_delete(repository=made, actor=admin)
    assert sentences() == ["Ada Admin untied acme/product"]


def test_pull_requests_are_told_of(sentences, repository, card):
    sentences()
    news(repository)
    assert sentences() == ["GitHub told of acme/product#7"]
    news(repository, 1, title=f"ACME-{card.number}")
    linked, told = sentences()
    assert linked == "acme/product#7 names ACME-1"
    assert told == "GitHub told of acme/product#7 (Title: Count from one → ACME-1)"
    news(repository, 2, title=f"ACME-{card.number}", state="merged")
    assert sentences() == [
        "acme/product#7 · ACME-1: Open → Merged",
        "GitHub told of acme/product#7: Open → Merged",
    ]


def test_a_board_is_told_what_becomes_of_its_cards(sentences, repository, card):
    news(repository, title=f"ACME-{card.number}")
    sentences()

    news(repository, 1, title=f"ACME-{card.number}", state="merged")

    assert sentences(board=str(card.board_id)) == ["acme/product#7 · ACME-1: Open → Merged"]


def test_links_by_hand_are_told_of(sentences, member, repository, card):
    pull_request = news(repository)
    sentences()

    card_link(card=card, pull_request=pull_request, actor=member)
    assert sentences() == ["Max Member linked acme/product#7 to ACME-1"]
    card_unlink(card=card, pull_request=pull_request, actor=member)
    assert sentences() == ["Max Member took acme/product#7 off ACME-1"]


def test_a_delivery_is_told_of(sentences, admin, signed_project, deliver):
    sentences()
    deliver(signed_project)
    assert sentences() == ["transcript “Planning of the release” arrived"]
    project_secret_make(project=signed_project, actor=admin)
    assert sentences() == ["Ada Admin made a new secret for the transcripts of project “Apollo”"]


def test_nothing_is_told_to_another_workspace(as_outsider, repository, board):
    card = CardFactory(board=BoardFactory(workspace=board.workspace))
    news(repository, title=f"ACME-{card.number}")

    assert "acme" not in as_outsider.get(EVENTS).content.decode()
