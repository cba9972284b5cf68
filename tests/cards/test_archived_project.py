"""A board of an archived project takes in no card, whichever way it comes and whoever is faster."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cards.models import Card
from cards.services import card_create, card_move, cards_bulk
from core.db.copying import copy_instances
from projects.models import Project
from projects.services import ProjectArchived, project_archive, project_unarchive
from tests.factories import BoardFactory, CardFactory
from tests.web import page, web
from tests.workspaces.together import Together, together, wait_until_waiting

CARDS = "/api/v1/cards/"
ROUNDS = 6


@pytest.fixture
def inside(workspace, project):
    """A board of the project with two cards."""
    board = BoardFactory(workspace=workspace, project=project)
    CardFactory.create_batch(2, board=board)
    return board


@pytest.fixture
def archived(project, director, inside):
    project_archive(project=project, actor=director)
    return inside


@pytest.mark.django_db
def test_no_card_is_made_there_or_brought_there(as_member, board, archived, watch):
    coming = CardFactory(board=board)
    there = {"board_id": str(archived.pk), "column_id": archived.columns[1]["id"]}
    made = {"board": str(archived.pk), "title": "New"}
    watch.restart()

    answers = [
        as_member.post(CARDS, made),
        as_member.post(f"{CARDS}bulk/", {"create": [made]}),
        as_member.post(f"{CARDS}{coming.pk}/move/", there),
        as_member.post(f"{CARDS}bulk/", {"move": [{"id": str(coming.pk), **there}]}),
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert {answer.json()["code"] for answer in answers} == {"project_archived"}
    assert [list(answer.json()["errors"]) for answer in answers] == [
        ["board"], ["create"], ["board_id"], ["move"],
    ]  # fmt: skip
    assert watch.actions() == []


@pytest.mark.django_db
def test_what_stands_there_is_changed_and_moved_as_before(as_member, board, archived, member):
    one, other = Card.objects.filter(board=archived).order_by("id")

    answers = [
        as_member.patch(f"{CARDS}{one.pk}/", {"title": "Changed"}),
        as_member.post(f"{CARDS}{one.pk}/move/", {"column_id": archived.columns[3]["id"]}),
        as_member.post(f"{CARDS}{one.pk}/archive/"),
        as_member.post(f"{CARDS}{one.pk}/unarchive/"),
        as_member.post(
            f"{CARDS}{other.pk}/move/",
            {"board_id": str(board.pk), "column_id": board.columns[0]["id"]},
        ),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5


@pytest.mark.django_db
def test_unarchived_it_takes_cards_in_again(as_member, archived, project, director):
    project_unarchive(project=project, actor=director)

    answer = as_member.post(CARDS, {"board": str(archived.pk), "title": "New"})

    assert answer.status_code == 201


@pytest.mark.django_db
def test_the_form_of_a_card_says_so(member, archived):
    address = f"{page('cards_card_add')}?board={archived.pk}"
    column = archived.columns[0]["id"]

    response = web(member).post(address, {"title": "New", "column": column, "priority": "none"})

    assert "The project is archived: unarchive it first." in response.content.decode()
    assert not Card.objects.filter(title="New").exists()


@pytest.mark.django_db
def test_its_boards_are_not_offered_for_a_new_card(member, board, archived):
    response = web(member).get(page("cards_card_add"))

    assert response.url == f"/admin/cards/card/add/?board={board.pk}"


def new_card(board):
    return CardFactory.build(
        workspace=board.workspace,
        board=board,
        column_id=board.columns[0]["id"],
        created_by=board.workspace.created_by,
        position=timezone.now().microsecond + 10**9,
        number=10**6,
    )


WAYS = {
    "one row": lambda board, coming: new_card(board).save(force_insert=True),
    "many": lambda board, coming: Card.objects.bulk_create([new_card(board)]),
    "copied": lambda board, coming: copy_instances([new_card(board)]),
    "moved": lambda board, coming: Card.objects.filter(pk=coming.pk).update(
        board=board, column=board.columns[0]["id"], position=10**9
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_the_database_refuses_it_from_everybody(board, archived, way):
    coming = CardFactory(board=board)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        WAYS[way](archived, coming)

    assert refused.value.__cause__.diag.constraint_name == "cards_project_open"
    assert Card.objects.filter(board=archived).count() == 2


@pytest.mark.django_db
def test_one_archived_project_among_many_boards_refuses_the_statement(workspace, archived):
    """Also where it isn't the first and not the last that is looked at."""
    others = BoardFactory.create_batch(4, workspace=workspace)
    rows = [new_card(each) for each in (*others[:2], archived, *others[2:])]
    for number, row in enumerate(rows):
        row.number += number

    with pytest.raises(IntegrityError), transaction.atomic():
        copy_instances(rows)

    assert Card.objects.count() == 2


def coming_in(board, target, actor):
    """The ways in which a card comes to `target`: made there, by a bulk, or moved from `board`."""
    card = CardFactory(board=board)
    column = target.columns[0]["id"]
    return {
        "made": lambda: card_create(actor=actor, board=target, title="New"),
        "bulk": lambda: cards_bulk(actor=actor, create=[{"board": target, "title": "New"}]),
        "moved": lambda: card_move(card=card, actor=actor, board=target, column_id=column),
    }


COMING = ("made", "bulk", "moved")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", COMING)
def test_a_card_that_comes_while_the_project_is_archived_waits_and_is_refused(
    board, inside, project, director, member, way
):
    work = coming_in(board, inside, member)[way]
    with transaction.atomic():
        project_archive(project=project, actor=director)
        coming = Together(work)
        wait_until_waiting(1)

    (outcome,) = coming.wait()
    assert isinstance(outcome, ProjectArchived)
    assert Card.objects.filter(board=inside).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", COMING)
def test_archiving_waits_for_a_card_that_is_coming_in(
    board, inside, project, director, member, way
):
    work = coming_in(board, inside, member)[way]
    with transaction.atomic():
        work()
        archiving = Together(lambda: project_archive(project=project, actor=director))
        wait_until_waiting(1)
        assert Project.objects.get(pk=project.pk).archived_at is None

    (archived,) = archiving.wait()
    assert archived.archived_at is not None
    assert Card.objects.filter(board=inside).count() == 3


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_either_comes_first_and_nobody_hears_of_a_deadlock(
    board, inside, project, director, member
):
    for _round in range(ROUNDS):
        ways = coming_in(board, inside, member)
        before = Card.objects.filter(board=inside).count()
        *came, archived = together(
            *ways.values(), lambda: project_archive(project=project, actor=director)
        )

        assert archived.archived_at is not None
        refused = [each for each in came if isinstance(each, Exception)]
        assert {type(each) for each in refused} <= {ProjectArchived}
        assert Card.objects.filter(board=inside).count() == before + len(came) - len(refused)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE projects SET archived_at = NULL")
