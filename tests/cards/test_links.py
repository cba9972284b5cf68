"""Links between cards: of one workspace, once, and without loops."""

import pytest
from django.db import IntegrityError, connection, transaction

from cards.models import CardLink
from cards.services import LinkLoop, card_link_create
from core.identifiers import uuid7
from tests.cards.test_concurrency import at_once
from tests.factories import BoardFactory, CardFactory, CardLinkFactory

LINKS = "/api/v1/card-links/"


@pytest.fixture
def three(board):
    return [CardFactory(board=board, title=title) for title in "ABC"]


def link(client, source, target, kind="blocks"):
    body = {"source": str(source.pk), "target": str(target.pk), "kind": kind}
    return client.post(LINKS, body, format="json")


def test_cards_are_linked_and_found_from_either_end(three, workspace, as_member, watch):
    first, second, third = three
    response = link(as_member, first, second)
    assert response.status_code == 201
    body = response.json()
    assert (body["source_key"], body["target_key"], body["kind"]) == (
        f"{workspace.key}-{first.number}", f"{workspace.key}-{second.number}", "blocks",
    )  # fmt: skip
    assert watch.actions() == [("card_link.created", "card_link")]
    for card in (first, second):
        found = as_member.get(f"{LINKS}?card={card.pk}").json()["results"]
        assert [each["id"] for each in found] == [body["id"]]
    assert as_member.get(f"{LINKS}?card={third.pk}").json()["results"] == []
    assert as_member.delete(f"{LINKS}{body['id']}/").status_code == 204
    assert watch.actions()[-1] == ("card_link.deleted", "card_link")


@pytest.mark.parametrize("kind", ["blocks", "parent_of"])
def test_a_loop_is_refused(kind, three, as_member, watch):
    first, second, third = three
    assert link(as_member, first, second, kind).status_code == 201
    assert link(as_member, second, third, kind).status_code == 201
    watch.restart()
    response = link(as_member, third, first, kind)
    assert (response.status_code, response.json()["code"]) == (409, "link_loop")
    assert list(response.json()["errors"]) == ["target"]
    assert watch.actions() == []


def test_kinds_do_not_meddle_with_each_other(three, as_member):
    first, second, _third = three
    assert link(as_member, first, second, "blocks").status_code == 201
    assert link(as_member, second, first, "parent_of").status_code == 201
    assert link(as_member, first, second, "relates_to").status_code == 201
    assert link(as_member, second, first, "duplicates").status_code == 201
    assert link(as_member, first, second, "duplicates").status_code == 201


def test_cards_are_linked_alike_once(three, as_member):
    first, second, _third = three
    assert link(as_member, first, second).status_code == 201
    again = link(as_member, first, second)
    assert (again.status_code, again.json()["code"]) == (409, "linked_already")
    assert link(as_member, first, second, "relates_to").status_code == 201
    # What relates to another is related to by it.
    assert link(as_member, second, first, "relates_to").status_code == 409


def test_a_card_is_not_linked_to_itself(three, as_member):
    response = link(as_member, three[0], three[0])
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["target"]


def test_two_workspaces_are_not_linked(three, other_card, member_of_both, client_of, watch):
    watch.restart()
    response = link(client_of(member_of_both), three[0], other_card)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["target"]
    assert watch.actions() == []


def test_a_link_stays_when_its_cards_go_to_another_board(three, workspace, as_member):
    first, second, _third = three
    tie = CardLinkFactory(source=first, target=second)
    other = BoardFactory(workspace=workspace)
    for card in (second, first):
        moved = as_member.post(
            f"/api/v1/cards/{card.pk}/move/",
            {"board_id": str(other.pk), "column_id": other.columns[0]["id"]},
            format="json",
        )
        assert moved.status_code == 200
    tie.refresh_from_db()
    assert (tie.board_id, tie.target_board_id) == (other.pk, other.pk)


def test_a_link_goes_with_either_card(three):
    first, second, third = three
    CardLinkFactory(source=first, target=second)
    CardLinkFactory(source=second, target=third)
    second.delete()
    assert not CardLink.objects.exists()


def test_an_observer_links_nothing(three, project, observer, client_of, watch):
    board = three[0].board
    board.project = project
    board.save(update_fields=["project"])
    tie = CardLinkFactory(source=three[0], target=three[1])
    watch.restart()
    assert link(client_of(observer), three[1], three[2]).status_code == 403
    assert client_of(observer).delete(f"{LINKS}{tie.pk}/").status_code == 403
    assert watch.actions() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["blocks", "parent_of"])
def test_two_halves_of_a_circle_at_once_end_with_one_refused(kind, three, member):
    for _round in range(10):
        CardLink.objects.all().delete()
        halves = list(zip(three, [*three[1:], three[0]], strict=True))
        answers = at_once(
            [
                lambda source=source, target=target: card_link_create(
                    actor=member, source=source, target=target, kind=kind
                )
                for source, target in halves
            ]
        )
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert [type(answer) for answer in refused] == [LinkLoop]
        assert CardLink.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_raw_sql_makes_no_circle_either(three):
    def insert(source, target):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO card_links (id, workspace_id, board_id, source_id, target_id, "
                "target_board_id, kind) VALUES (%s, %s, %s, %s, %s, %s, 'blocks')",
                [uuid7(), source.workspace_id, source.board_id, source.pk, target.pk,
                 target.board_id],
            )  # fmt: skip

    first, second, _third = three
    answers = at_once([lambda: insert(first, second), lambda: insert(second, first)])
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert [type(answer) for answer in refused] == [IntegrityError]
    assert refused[0].__cause__.diag.constraint_name == "card_links_no_loop"
