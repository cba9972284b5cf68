"""First pages that are compiled once: the same answers, each to the caller who may see them."""

import pytest

from core.api import plans
from tests.core.api.addresses import CardViewSet
from tests.factories import CardFactory, SprintFactory

CARDS = "/api/v1/cards/"


@pytest.fixture(autouse=True)
def no_plans(monkeypatch):
    monkeypatch.setattr(plans, "_plans", {})


@pytest.fixture
def cards(board, other_board, admin, member):
    """Three cards of the workspace, two of the other one."""
    sprint = SprintFactory(board=board)
    CardFactory(board=board, title="a", sprint=sprint, priority="high")
    CardFactory(board=board, title="b", created_by=member)
    CardFactory(board=board, title="c", priority="urgent")
    CardFactory(board=other_board, title="x", priority="high")
    CardFactory(board=other_board, title="y")
    return sprint


def titles(client, **parameters):
    answer = client.get(CARDS, parameters)
    assert answer.status_code == 200, answer.json()
    return [row["title"] for row in answer.json()["results"]]


def test_each_caller_sees_their_own_by_the_same_plan(
    client_of, cards, member, outsider, member_of_both, operator
):
    for _twice in range(2):
        assert titles(client_of(member)) == ["a", "b", "c"]
        assert titles(client_of(outsider)) == ["x", "y"]
        assert titles(client_of(member_of_both)) == ["a", "b", "c", "x", "y"]
        assert titles(client_of(operator)) == []
    assert len(plans._plans) == 1


def test_an_id_of_another_tenant_finds_nothing_by_the_same_plan(
    client_of, cards, member, outsider, other_board
):
    theirs = other_board.cards.first()

    assert titles(client_of(member), sprint=str(cards.pk)) == ["a"]
    assert titles(client_of(outsider), sprint=str(cards.pk)) == []
    assert titles(client_of(member), creator=str(theirs.created_by_id)) == []
    assert titles(client_of(outsider), creator=str(theirs.created_by_id)) == ["x", "y"]
    assert len(plans._plans) == 2


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"ordering": "-title"},
        {"ordering": "due_date,-priority", "page_size": "2"},
        {"priority": "high,urgent"},
        {"sprint": "none"},
        {"creator": "me"},
        {"points": "3"},
        {"due_before": "2026-01-01"},
    ],
)
def test_the_long_way_and_the_short_one_answer_alike(
    as_member, cards, parameters, monkeypatch, django_assert_num_queries
):
    with django_assert_num_queries(1):
        first = as_member.get(CARDS, parameters).json()
    with django_assert_num_queries(1):
        second = as_member.get(CARDS, parameters).json()
    monkeypatch.setattr(CardViewSet, "compiled_lists", False)
    long_way = as_member.get(CARDS, parameters).json()

    assert first["results"] == second["results"] == long_way["results"]
    assert (first["next"] is None) == (long_way["next"] is None)
    if first["next"]:
        rest = as_member.get(first["next"]).json()["results"]
        assert rest == as_member.get(long_way["next"]).json()["results"]


def test_a_wrong_value_is_refused_however_often_it_is_sent(as_member, cards):
    for _twice in range(2):
        for name in ("priority", "sprint", "page_size", "ordering"):
            answer = as_member.get(CARDS, {name: "wrong"})
            assert answer.status_code == 400
            assert list(answer.json()["errors"]) == [name]
    assert not plans._plans


def test_the_plans_do_not_grow_without_end(as_member, cards, monkeypatch):
    monkeypatch.setattr(plans, "MOST_PLANS", 5)
    for size in range(1, 20):
        titles(as_member, page_size=str(size))

    assert len(plans._plans) <= 5
