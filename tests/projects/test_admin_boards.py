"""Boards, sprints and cards in the web pages of those who work in a project or observe it."""

import pytest
from django.utils import timezone

from boards.models import Board
from cards.models import Card
from projects.models import Project
from tests.factories import (
    BoardFactory,
    CardFactory,
    FeatureFactory,
    ProjectFactory,
    SprintFactory,
)
from tests.web import filled, newest, page, plain_board, said, web

pytestmark = pytest.mark.django_db

CAST = ("admin", "director", "architect", "contributor", "observer", "member")


@pytest.fixture
def inside(workspace, project):
    """A card in a sprint of a board of the project."""
    board = BoardFactory(workspace=workspace, project=project, name="Inside")
    sprint = SprintFactory(board=board)
    feature = FeatureFactory(project=project, name="Dim by voice")
    metadata = {"labels": [{"id": "bug", "name": "Bug", "color": "#b42318"}]}
    return CardFactory(board=board, sprint=sprint, feature=feature, metadata=metadata)


@pytest.mark.parametrize("who", CAST)
def test_on_a_board_that_one_observes_nothing_is_offered(request, inside, who):
    browser = web(request.getfixturevalue(who))
    may = who != "observer"

    board = browser.get(plain_board(inside.board_id))
    text = board.content.decode()
    assert ("Add card" in text) is may
    assert ("board-move" in text) is may
    assert ("You observe this project" in text) is not may
    assert str(inside.board.project) in text
    for address in (
        page("boards_board_change", inside.board_id),
        page("boards_sprint_change", inside.sprint_id),
        page("cards_card_edit", inside.pk),
    ):
        response = browser.get(address)
        assert response.status_code == 200
        assert response.context["has_change_permission"] is may
        assert bool(response.context["page_buttons"]) is may or "sprint" in address
    assert browser.get(page("boards_board_columns", inside.board_id)).status_code == (
        200 if may else 403
    )


def test_an_observer_sees_the_whole_card(observer, inside):
    shown = web(observer).get(page("cards_card_change", inside.pk)).content.decode()

    for text in (inside.title, "To Do", "Bug", "Dim by voice", "ACME-1", "Inside"):
        assert text in shown


def test_what_an_observer_sends_anyway_changes_nothing(observer, inside):
    browser = web(observer)
    before = newest().pk

    answers = [
        browser.post(page("cards_card_change", inside.pk), {"title": "Mine"}),
        browser.post(page("cards_card_delete", inside.pk), {"post": "yes"}),
        browser.post(page("cards_card_do", inside.pk, "archive")),
        browser.post(page("boards_board_change", inside.board_id), {"name": "Mine"}),
        browser.post(page("boards_board_do", inside.board_id, "archive")),
        browser.get(page("cards_card_add"), {"board": inside.board_id}),
    ]
    moved = browser.post(
        page("boards_board_move", inside.board_id),
        {"card": inside.pk, "column": inside.board.columns[1]["id"]},
    )
    archived = browser.post(
        page("cards_card_changelist"), {"action": "archive", "_selected_action": [inside.pk]}
    )

    assert [answer.status_code for answer in answers[:5]] == [403] * 5
    # No board is left to choose, or another one is chosen first. (The navigation leads to it.)
    assert b"Inside" not in answers[5].content.partition(b"<main")[2]
    refusal = ["You observe this project: you may read, not write."]
    assert (said(moved), said(archived)[-1:]) == (refusal, refusal)
    assert newest().pk == before
    assert Card.objects.get().archived_at is None


def test_a_board_is_given_a_project_that_takes_it_in(observer, member, workspace, project, board):
    second = ProjectFactory(workspace=workspace, name="Second")
    ProjectFactory(workspace=workspace, name="Old", archived_at=timezone.now())
    address = page("boards_board_change", board.pk)

    def offered(person):
        form = web(person).get(address).context["adminform"].form
        return set(form.fields["project"].queryset)

    assert offered(member) == {project, second}
    assert offered(observer) == {second}
    browser = web(member)
    browser.post(address, filled(browser.get(address), project=str(project.pk)))
    board.refresh_from_db()
    assert (board.project, board.name) == (project, "Product")
    assert newest().action == "board.updated"


def test_a_board_keeps_its_archived_project(member, workspace, project):
    board = BoardFactory(workspace=workspace, project=project)
    Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())
    browser = web(member)
    address = page("boards_board_change", board.pk)

    response = browser.post(address, filled(browser.get(address), name="Renamed"))

    assert response.status_code == 302
    board = Board.objects.get(pk=board.pk)
    assert (board.name, board.project_id) == ("Renamed", project.pk)


def test_a_card_is_given_a_feature_that_is_to_be_done(member, inside, workspace, project):
    done = FeatureFactory(project=project, status="done")
    elsewhere = FeatureFactory(project=ProjectFactory(workspace=workspace, name="Second"))
    card = CardFactory(board=inside.board)
    free = CardFactory(board=BoardFactory(workspace=workspace))
    browser = web(member)

    def offered(each):
        form = browser.get(page("cards_card_edit", each.pk)).context["adminform"].form
        return set(form.fields["feature"].queryset)

    assert offered(card) == {inside.feature}
    assert offered(free) == {inside.feature, elsewhere}
    Card.objects.filter(pk=card.pk).update(feature=done)
    assert offered(card) == {inside.feature, done}

    address = page("cards_card_edit", free.pk)
    browser.post(address, filled(browser.get(address), feature=str(elsewhere.pk)))
    free.refresh_from_db()
    assert free.feature == elsewhere
    assert newest().action == "card.updated"
