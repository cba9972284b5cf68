"""What texts name, and the preview over REST: members are marked, cards linked that one may see."""

import pytest
from django.urls import reverse

from cards.models import Card
from cards.references import References, cards_named_in, people_by_name
from tests.factories import CardFactory

MARKDOWN = "/api/v1/markdown/"

pytestmark = pytest.mark.django_db


def preview(client, text, **more):
    response = client.post(MARKDOWN, {"text": text, **more}, format="json")
    assert response.status_code == 200, response.json()
    return response.json()["html"]


def test_members_are_marked_and_others_are_text(as_member, workspace, outsider):
    html = preview(as_member, "@Admin, @outsider and @member!", workspace=str(workspace.pk))

    assert '<span class="mention" title="Ada Admin">@Admin</span>,' in html
    assert '<span class="mention mention-me" title="Max Member">@member</span>!' in html
    assert " @outsider " in html


def test_without_a_workspace_nobody_is_mentioned(as_member):
    assert preview(as_member, "@admin") == "<p>@admin</p>\n"


def test_cards_that_the_reader_may_see_are_links(as_member, card, other_card):
    html = preview(as_member, "ACME-1, acme-1, ACME-99, ACME-1-x, xACME-1 and OTHER-1")

    address = reverse("admin:cards_card_change", args=[card.pk])
    assert html.count("<a ") == 1
    assert f'<a class="card-reference" title="Write the log" href="{address}"' in html


def test_a_closed_card_looks_closed(as_member, board):
    CardFactory(board=board, column_id=board.columns[3]["id"])

    assert 'class="card-reference is-closed"' in preview(as_member, "ACME-1")


def test_numbers_past_every_card_are_text(as_member, card):
    assert preview(as_member, "ACME-9999999999") == "<p>ACME-9999999999</p>\n"


def test_another_tenants_workspace_is_refused(as_outsider, workspace):
    response = as_outsider.post(
        MARKDOWN, {"text": "@admin", "workspace": str(workspace.pk)}, format="json"
    )

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["workspace"]


@pytest.mark.parametrize("text", ["x" * 65_537, None, 5, ["a"]])
def test_what_is_no_text_or_too_long_is_refused(as_member, text):
    assert as_member.post(MARKDOWN, {"text": text}, format="json").status_code == 400


def test_nobody_is_refused(client_of):
    assert client_of(None).post(MARKDOWN, {"text": "x"}, format="json").status_code == 401


def test_a_page_of_texts_takes_one_query_for_all_their_cards(
    django_assert_num_queries, member, board
):
    cards = [CardFactory(board=board) for _ in range(40)]
    texts = [f"**ACME-{each.number}** and ACME-{each.number}" for each in cards]

    with django_assert_num_queries(1):
        named = cards_named_in(texts, Card.objects.visible_to(member))

    assert named.keys() == {f"ACME-{each.number}" for each in cards}


def test_texts_that_name_no_card_take_none(django_assert_num_queries, member):
    with django_assert_num_queries(0):
        assert cards_named_in(["utf-8 and COVID-x"], Card.objects.visible_to(member)) == {}


def test_a_name_ends_where_the_username_does(member):
    references = References(people=people_by_name([member]))

    assert [(mark.start, mark.end) for mark in references.marks("(@member's) x@member @member.")] \
        == [(1, 8), (21, 28)]  # fmt: skip
