"""Several people at the same moment: real threads, each with a connection of its own."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from boards.models import Board
from boards.services import board_create, board_update
from core.exceptions import Forbidden
from projects.models import Feature, Project, ProjectMember, Release
from projects.services import (
    ProjectArchived,
    ProjectMemberGone,
    feature_create,
    project_archive,
    project_enter,
    project_lock,
    project_member_remove,
    project_member_update,
    release_create,
)
from tests.factories import ProjectMemberFactory, UserFactory
from tests.workspaces.together import Together, together, wait_until_waiting
from workspaces.models import WorkspaceMember

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


@pytest.fixture
def directors(project, workspace):
    """Two of them, and nobody else."""
    return [
        ProjectMemberFactory(
            project=project, user=UserFactory(username=f"director-{number}"), role="director"
        )
        for number in (1, 2)
    ]


def demoting(member, by):
    return lambda: project_member_update(member=member, role="contributor", actor=by)


def removing(member, by):
    return lambda: project_member_remove(member=member, actor=by)


@pytest.mark.parametrize("act", [demoting, removing])
def test_of_two_directors_who_take_each_others_role_one_is_refused(project, directors, act):
    one, other = directors
    for _round in range(ROUNDS):
        outcomes = together(act(other, one.user), act(one, other.user))

        refused = [each for each in outcomes if isinstance(each, Exception)]
        assert [type(each) for each in refused] == [Forbidden]
        left = ProjectMember.objects.filter(project=project, role="director")
        assert left.count() == 1
        ProjectMember.objects.filter(project=project).delete()
        for member in directors:
            member._state.adding = True
            member.role = "director"
            member.save(force_insert=True)


def test_a_role_that_is_being_taken_counts_for_whoever_waits(project, directors):
    """The second reads the role after the lock: a check before it alone would let both pass."""
    one, other = directors
    with transaction.atomic():
        project_lock(project.pk)
        waiting = Together(demoting(one, other.user))
        wait_until_waiting(1)
        ProjectMember.objects.filter(pk=other.pk).update(role="contributor")

    assert [type(each) for each in waiting.wait()] == [Forbidden]
    one.refresh_from_db()
    assert one.role == "director"


@pytest.mark.parametrize("act", [demoting, removing])
def test_a_role_that_ends_with_its_membership_meanwhile_is_gone(project, directors, act):
    one, other = directors
    with transaction.atomic():
        WorkspaceMember.objects.get(user=other.user).delete()
        waiting = Together(act(other, one.user))
        wait_until_waiting(1)

    assert [type(each) for each in waiting.wait()] == [ProjectMemberGone]


def makers(project, workspace, actor, board):
    return {
        "feature": lambda: feature_create(actor=actor, project=project, name="New"),
        "release": lambda: release_create(actor=actor, project=project, version="1.0"),
        "board": lambda: board_create(
            actor=actor, workspace=workspace, name="New", project=project
        ),
        "board that comes": lambda: board_update(
            board=board, actor=actor, changes={"project": project}
        ),
    }


CHILDREN = ("feature", "release", "board", "board that comes")


@pytest.fixture
def make(project, workspace, member, board):
    made = makers(project, workspace, member, board)
    return made.__getitem__


def inside(project):
    return (
        Feature.objects.filter(project=project).count()
        + Release.objects.filter(project=project).count()
        + Board.objects.filter(project=project).count()
    )


@pytest.mark.parametrize("child", CHILDREN)
def test_what_is_made_while_the_project_is_archived_waits_and_is_refused(
    project, director, make, child
):
    with transaction.atomic():
        project_archive(project=project, actor=director)
        making = Together(lambda: make(child)())
        wait_until_waiting(1)

    (outcome,) = making.wait()
    assert isinstance(outcome, ProjectArchived)
    assert inside(project) == 0


@pytest.mark.parametrize("child", CHILDREN)
def test_archiving_waits_for_what_is_being_made(project, director, make, child):
    with transaction.atomic():
        make(child)()
        archiving = Together(lambda: project_archive(project=project, actor=director))
        wait_until_waiting(1)
        # Nobody sees the project archived without what was made before.
        assert Project.objects.get(pk=project.pk).archived_at is None

    (archived,) = archiving.wait()
    assert archived.archived_at is not None
    assert inside(project) == 1


@pytest.mark.parametrize("child", CHILDREN)
def test_at_the_same_moment_either_comes_first(project, director, make, child):
    """Archived means that nothing comes in afterwards, whoever won."""
    for _round in range(ROUNDS):
        made, archived = together(
            make(child), lambda: project_archive(project=project, actor=director)
        )
        assert archived.archived_at is not None
        if isinstance(made, Exception):
            assert isinstance(made, ProjectArchived)
            assert inside(project) == 0
        else:
            assert inside(project) == 1
        Feature.objects.all().delete()
        Release.objects.all().delete()
        Project.objects.filter(pk=project.pk).update(archived_at=None)
        Board.objects.filter(project=project).update(project=None)


INSERTS = {
    "features": "INSERT INTO features (id, workspace_id, project_id, name) "
    "VALUES (gen_random_uuid(), %(workspace)s, %(project)s, 'New')",
    "releases": "INSERT INTO releases (id, workspace_id, project_id, version) "
    "VALUES (gen_random_uuid(), %(workspace)s, %(project)s, '1.0')",
    "boards": "UPDATE boards SET project_id = %(project)s WHERE id = %(board)s",
}


@pytest.mark.parametrize("table", INSERTS)
def test_raw_sql_meets_the_database_in_the_same_way(project, director, board, table):
    values = {"workspace": project.workspace_id, "project": project.pk, "board": board.pk}

    def insert():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERTS[table], values)

    with transaction.atomic():
        project_archive(project=project, actor=director)
        making = Together(insert)
        wait_until_waiting(1)

    (outcome,) = making.wait()
    assert isinstance(outcome, IntegrityError)
    assert outcome.__cause__.diag.constraint_name == f"{table}_project_open"
    assert inside(project) == 0


def test_people_who_make_things_at_once_do_not_wait_for_each_other(project, member, architect):
    entered, leave = threading.Event(), threading.Event()

    def stay():
        with transaction.atomic():
            project_enter(project.pk, architect)
            entered.set()
            assert leave.wait(120)

    staying = Together(stay)
    assert entered.wait(120)
    feature_create(actor=member, project=project, name="Made meanwhile")
    leave.set()

    assert staying.wait() == [None]
    assert Feature.objects.get().name == "Made meanwhile"


def test_many_makers_and_one_archiver_end_without_an_error(project, director, member):
    def make(number):
        return lambda: feature_create(actor=member, project=project, name=f"Feature {number}")

    outcomes = together(
        *(make(number) for number in range(12)),
        lambda: project_archive(project=project, actor=director),
    )

    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert {type(each) for each in refused} <= {ProjectArchived}
    assert Feature.objects.count() == 12 - len(refused)


def test_an_observer_of_this_moment_does_not_write(project, director, member):
    """Whoever is made an observer while writing waits: the role is read after the lock."""
    role = ProjectMemberFactory(project=project, user=member, role="contributor")
    with transaction.atomic():
        project_member_update(member=role, role="observer", actor=director)
        making = Together(lambda: feature_create(actor=member, project=project, name="New"))
        wait_until_waiting(1)

    (outcome,) = making.wait()
    assert isinstance(outcome, Forbidden)
    assert not Feature.objects.exists()
