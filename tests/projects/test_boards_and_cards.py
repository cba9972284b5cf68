"""Boards of a project, and cards that carry features out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.models import Board
from boards.services import board_update
from cards.models import Card
from cards.services import card_update, cards_bulk
from core.exceptions import Forbidden
from projects.models import Feature
from projects.services import feature_create
from tests.factories import BoardFactory, CardFactory, FeatureFactory, ProjectFactory
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db

BOARDS = "/api/v1/boards/"
CARDS = "/api/v1/cards/"


def test_a_board_is_made_in_a_project(as_member, workspace, project, watch):
    answer = as_member.post(
        BOARDS, {"workspace": str(workspace.pk), "project": str(project.pk), "name": "Plans"}
    )

    assert answer.status_code == 201
    assert answer.json()["project"] == str(project.pk)
    assert watch.only().project_id == project.pk


def test_a_board_is_given_to_a_project_and_taken_out(as_member, project, board, watch):
    address = f"{BOARDS}{board.pk}/"

    given = as_member.patch(address, {"project": str(project.pk)})
    assert (given.status_code, given.json()["project"]) == (200, str(project.pk))
    assert given.json()["name"] == board.name
    assert watch.only().details["after"] == {"project_id": str(project.pk)}

    taken = as_member.patch(address, {"project": None, "name": "Free"})
    assert (taken.json()["project"], taken.json()["name"]) == (None, "Free")
    snapshot = as_member.get(f"{address}snapshot/").json()
    assert snapshot["board"]["project"] is None


def test_a_board_and_its_project_are_of_one_workspace(
    client_of, member_of_both, workspace, board, other_project, watch
):
    client = client_of(member_of_both)
    foreign = {"project": str(other_project.pk)}

    answers = [
        client.post(BOARDS, {"workspace": str(workspace.pk), "name": "Plans", **foreign}),
        client.patch(f"{BOARDS}{board.pk}/", foreign),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert [answer.json()["errors"] for answer in answers] == [
        {"project": ["A board's project is of its own workspace."]}
    ] * 2
    assert watch.entries() == []


def test_an_observer_neither_puts_a_board_into_the_project_nor_takes_one_out(
    as_observer, workspace, project, board, watch
):
    inside = BoardFactory(workspace=workspace, project=project)
    watch.restart()

    put = as_observer.patch(f"{BOARDS}{board.pk}/", {"project": str(project.pk)})
    taken = as_observer.patch(f"{BOARDS}{inside.pk}/", {"project": None})

    assert (put.status_code, taken.status_code) == (403, 403)
    assert watch.entries() == []


def test_an_observer_does_not_put_a_board_back_that_was_taken_out_meanwhile(
    observer, workspace, project
):
    seen = BoardFactory(workspace=workspace, project=project)
    Board.objects.filter(pk=seen.pk).update(project=None)

    with pytest.raises(Forbidden):
        board_update(board=seen, actor=observer, changes={"project": project})

    assert Board.objects.get(pk=seen.pk).project is None


def test_boards_are_filtered_by_project(as_member, workspace, project, board):
    inside = BoardFactory(workspace=workspace, project=project, name="Inside")

    def listed(**query):
        return [each["id"] for each in as_member.get(BOARDS, query).json()["results"]]

    assert listed(project=str(project.pk)) == [str(inside.pk)]
    assert listed(project="none") == [str(board.pk)]
    assert as_member.get(BOARDS, {"project": "x"}).status_code == 400


def test_a_card_carries_out_a_feature_of_its_workspace(as_member, board, project, watch):
    feature = FeatureFactory(project=project)
    watch.restart()

    card = as_member.post(
        CARDS, {"board": str(board.pk), "title": "New", "feature": str(feature.pk)}
    ).json()

    assert card["feature"] == str(feature.pk)
    assert watch.only().details["after"]["feature_id"] == str(feature.pk)
    address = f"{CARDS}{card['id']}/"
    assert as_member.patch(address, {"feature": None}).json()["feature"] is None
    assert as_member.patch(address, {"title": "Other"}).json()["feature"] is None


def test_a_feature_of_another_workspace_is_refused(
    client_of, member_of_both, board, card, other_project, watch
):
    foreign = {"feature": str(FeatureFactory(project=other_project).pk)}
    client = client_of(member_of_both)
    watch.restart()

    answers = [
        client.post(CARDS, {"board": str(board.pk), "title": "New", **foreign}),
        client.patch(f"{CARDS}{card.pk}/", foreign),
    ]
    bulk = client.post(f"{CARDS}bulk/", {"change": [{"id": str(card.pk), **foreign}]})

    assert [answer.status_code for answer in answers] == [400, 400]
    assert [list(answer.json()["errors"]) for answer in answers] == [["feature"]] * 2
    assert (bulk.status_code, list(bulk.json()["errors"]["change"]["0"])) == (400, ["feature"])
    assert watch.entries() == []


def test_a_card_keeps_its_feature_on_the_board_of_another_project(
    as_member, workspace, project, board
):
    feature = FeatureFactory(project=project)
    card = CardFactory(board=BoardFactory(workspace=workspace, project=project), feature=feature)
    board.project = ProjectFactory(workspace=workspace)
    board.save(update_fields=["project"])

    moved = as_member.post(
        f"{CARDS}{card.pk}/move/",
        {"board_id": str(board.pk), "column_id": board.columns[0]["id"]},
    )

    assert (moved.status_code, moved.json()["feature"]) == (200, str(feature.pk))


def test_cards_are_filtered_by_feature(as_member, board, project):
    feature = FeatureFactory(project=project)
    carrying = CardFactory(board=board, feature=feature)
    other = CardFactory(board=board)

    def listed(**query):
        return [each["id"] for each in as_member.get(CARDS, query).json()["results"]]

    assert listed(feature=str(feature.pk)) == [str(carrying.pk)]
    assert listed(feature="none") == [str(other.pk)]
    assert as_member.get(CARDS, {"feature": "x"}).status_code == 400


def test_a_bulk_gives_features(as_member, board, card, project):
    feature = str(FeatureFactory(project=project).pk)

    done = as_member.post(
        f"{CARDS}bulk/",
        {
            "create": [{"board": str(board.pk), "title": "New", "feature": feature}],
            "change": [{"id": str(card.pk), "feature": feature}],
        },
    )

    assert done.status_code == 200, done.content
    assert set(Card.objects.values_list("feature_id", flat=True).distinct()) == {
        Feature.objects.get().pk
    }


# What observers cost
# -------------------

WRITES = {
    "create": lambda client, card, board: client.post(
        CARDS, {"board": str(board.pk), "title": "New"}
    ),
    "edit": lambda client, card, board: client.patch(f"{CARDS}{card.pk}/", {"title": "Other"}),
    "move": lambda client, card, board: client.post(
        f"{CARDS}{card.pk}/move/", {"column_id": board.columns[1]["id"]}
    ),
    "archive": lambda client, card, board: client.post(f"{CARDS}{card.pk}/archive/"),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_board_with_a_project_costs_one_query_more(as_member, workspace, project, write):
    def taken(board):
        card = CardFactory(board=board)
        with CaptureQueriesContext(connection) as captured:
            answer = WRITES[write](as_member, card, board)
        assert answer.status_code in (200, 201)
        return len(captured)

    free, inside = (
        BoardFactory(workspace=workspace),
        BoardFactory(workspace=workspace, project=project),
    )
    taken(free), taken(inside)
    assert taken(inside) == taken(free) + 1


def test_a_bulk_over_many_projects_asks_for_the_roles_at_once(as_member, workspace):
    def body(projects):
        boards = [
            BoardFactory(workspace=workspace, project=project)
            for project in ProjectFactory.create_batch(projects, workspace=workspace)
        ]
        return {"archive": [str(CardFactory(board=board).pk) for board in boards]}

    def taken(projects):
        wanted = body(projects)
        with CaptureQueriesContext(connection) as captured:
            assert as_member.post(f"{CARDS}bulk/", wanted).status_code == 200
        return len(captured)

    taken(2)
    each = (taken(6) - taken(2)) / 4
    assert each == 1  # the card itself


def test_the_board_of_a_deleted_project_is_everybodys(as_observer, as_admin, workspace, project):
    board = BoardFactory(workspace=workspace, project=project)
    body = {"board": str(board.pk), "title": "New"}
    assert as_observer.post(CARDS, body).status_code == 403

    as_admin.delete(f"/api/v1/projects/{project.pk}/")

    assert as_observer.post(CARDS, body).status_code == 201
    assert Board.objects.get(pk=board.pk).project_id is None


# What is written by whoever was removed from the workspace after the view had let them in.
LATE = {
    "feature": lambda actor, project, cards: feature_create(
        actor=actor, project=project, name="New"
    ),
    "board": lambda actor, project, cards: board_update(
        board=cards[0].board, actor=actor, changes={"name": "Other"}
    ),
    "card": lambda actor, project, cards: card_update(
        card=cards[0], actor=actor, changes={"title": "Other"}
    ),
    "cards of two projects": lambda actor, project, cards: cards_bulk(actor=actor, archive=cards),
}


@pytest.mark.parametrize("write", LATE)
def test_whoever_was_removed_meanwhile_does_not_pass_for_a_contributor(
    observer, workspace, project, write, watch
):
    other = ProjectFactory(workspace=workspace)
    boards = [BoardFactory(workspace=workspace, project=each) for each in (project, other)]
    cards = [CardFactory(board=each) for each in boards]
    WorkspaceMember.objects.get(user=observer).delete()
    watch.restart()

    with pytest.raises(Forbidden):
        LATE[write](observer, project, cards)

    assert watch.actions() == []
