"""The history of a card in the web pages: what changed, without names one may not see."""

import pytest

from cards.services import card_update
from tests.factories import UserFactory
from tests.web import page, web

pytestmark = pytest.mark.django_db


def test_the_history_tells_what_changed(member, admin, card):
    card_update(card=card, actor=admin, changes={"title": "Better", "priority": "high"})

    response = web(member).get(page("cards_card_history", card.pk))

    line = response.context["told"][0]
    assert line.sentence == (
        "Ada Admin changed ACME-1 (Title: Write the log → Better; Priority: None → High)"
    )
    assert [(change.label, change.before, change.after) for change in line.changes] == [
        ("Title", "Write the log", "Better"),
        ("Priority", "None", "High"),
    ]


def test_names_in_the_history_are_only_of_what_one_may_see(member, card):
    stranger = UserFactory(full_name="Secret Stranger")
    card_update(card=card, actor=None, changes={"title": "By the installation"})

    response = web(member).get(page("cards_card_history", card.pk))

    assert response.context["told"][0].actor == "Taskly"
    assert stranger.full_name not in response.content.decode()
