"""What the web pages tell of a card's past."""

import pytest
from django.urls import reverse

from cards.services import card_create, card_move, card_update

pytestmark = pytest.mark.django_db


def test_a_move_names_the_columns(client, board, member):
    card = card_create(actor=member, board=board, title="Told")
    card_move(card=card, actor=member, column_id=board.columns[3]["id"])
    client.force_login(member)
    page = client.get(reverse("admin:cards_card_history", args=[card.pk])).content.decode()
    key = f"{card.workspace.key}-{card.number}"
    link = f'<a href="/admin/cards/card/{card.pk}/change/">{key}</a>'
    columns = "from <bdi>To Do</bdi> to <bdi>Done</bdi>"
    assert f"<strong>Max Member</strong> moved {link} {columns}" in page
    assert "something you may not see" not in page


def test_an_assignment_names_the_card_and_the_person(client, board, admin, member):
    card = card_create(actor=member, board=board, title="Told")
    card_update(card=card, actor=member, changes={"assignees": [admin]})
    client.force_login(admin)
    page = client.get(reverse("admin:index")).content.decode()
    link = f'<a href="/admin/cards/card/{card.pk}/change/">ACME-1</a>'
    assert f"<strong>Max Member</strong> assigned <bdi>Ada Admin</bdi> to {link}" in page
