"""Two halves of a circle at the same moment: one is recorded, the other refused. Real threads."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import IntegrityError, connection, connections

from core.db.errors import explain
from decisions.models import Decision, DecisionRelationship
from decisions.services import (
    RelationshipLoop,
    decision_accept,
    decision_reject,
    relationship_create,
)
from tests.core.connections import as_app
from tests.factories import DecisionFactory, ProjectFactory

pytestmark = pytest.mark.django_db(transaction=True)

LOOPLESS = ["supersedes", "depends_on"]
ROUNDS = 5
INSERT = """
INSERT INTO decision_relationships (id, workspace_id, project_id, source_id, target_id, kind)
VALUES (gen_random_uuid(), %(workspace)s, %(project)s, %(source)s, %(target)s, %(kind)s)
"""


@pytest.fixture
def ring(workspace):
    """`ring(3)`: decisions of one project, and the pairs that make a circle of them."""

    def made(size):
        project = ProjectFactory(workspace=workspace)
        decisions = [DecisionFactory(project=project) for _time in range(size)]
        return list(zip(decisions, [*decisions[1:], decisions[0]], strict=True))

    return made


def at_once(works):
    """What each of `works` answers or raises, all begun at the same moment."""
    barrier = threading.Barrier(len(works))

    def run(work):
        try:
            barrier.wait(timeout=120)
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def row(source, target, kind):
    return {
        "workspace": source.workspace_id,
        "project": source.project_id,
        "source": source.pk,
        "target": target.pk,
        "kind": kind,
    }


def kept():
    return DecisionRelationship.objects.count()


@pytest.mark.parametrize("kind", LOOPLESS)
@pytest.mark.parametrize("size", [2, 3])
def test_of_a_circle_by_the_service_exactly_one_is_refused(ring, size, kind):
    for _round in range(ROUNDS):
        before = kept()
        pairs = ring(size)
        ended = at_once(
            [
                lambda source=source, target=target: relationship_create(
                    actor=None, source=source, target=target, kind=kind
                )
                for source, target in pairs
            ]
        )
        refused = [each for each in ended if isinstance(each, Exception)]
        assert [type(each) for each in refused] == [RelationshipLoop], ended
        assert kept() - before == size - 1


@pytest.mark.parametrize("kind", LOOPLESS)
@pytest.mark.parametrize("size", [2, 3])
def test_of_a_circle_by_raw_sql_exactly_one_is_refused(ring, size, kind):
    def insert(source, target):
        with as_app() as direct:
            direct.execute(INSERT, row(source, target, kind))

    for _round in range(ROUNDS):
        before = kept()
        ended = at_once(
            [lambda pair=pair: insert(*pair) for pair in ring(size)],
        )
        [refused] = [each for each in ended if isinstance(each, Exception)]
        assert isinstance(refused, psycopg.errors.CheckViolation), ended
        assert refused.diag.constraint_name == "decision_relationships_no_loop"
        assert kept() - before == size - 1


@pytest.mark.parametrize("size", [2, 3])
def test_a_half_that_is_not_committed_yet_is_waited_for(ring, size):
    """In this order, whatever the machine does: insert, insert elsewhere, commit."""
    *first, last = ring(size)
    with as_app() as one:
        with one.transaction():
            for source, target in first:
                one.execute(INSERT, row(source, target, "depends_on"))
            refusals = []

            def close_the_circle():
                try:
                    with as_app() as other, other.transaction():
                        other.execute(INSERT, row(*last, "depends_on"))
                except psycopg.Error as error:
                    refusals.append(error)
                finally:
                    connections.close_all()

            thread = threading.Thread(target=close_the_circle)
            thread.start()
            thread.join(timeout=0.5)
            assert thread.is_alive()
        thread.join()
    assert [type(each) for each in refusals] == [psycopg.errors.CheckViolation]


def test_a_half_that_is_taken_back_stands_in_nobodys_way(ring):
    (source, target), (_again, _first) = ring(2)
    with as_app() as direct:
        with direct.transaction(force_rollback=True):
            direct.execute(INSERT, row(source, target, "depends_on"))
        direct.execute(INSERT, row(target, source, "depends_on"))
    assert kept() == 1


def test_a_service_and_raw_sql_make_no_circle_between_them(ring):
    def insert(source, target):
        with as_app() as direct:
            direct.execute(INSERT, row(source, target, "supersedes"))

    for _round in range(ROUNDS):
        before = kept()
        one, other = ring(2)
        ended = at_once(
            [
                lambda one=one: relationship_create(
                    actor=None, source=one[0], target=one[1], kind="supersedes"
                ),
                lambda other=other: insert(*other),
            ]
        )
        assert len([each for each in ended if isinstance(each, Exception)]) == 1, ended
        assert kept() - before == 1


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_who_keeps_to_an_older_picture_is_refused(ring, level):
    (source, target), back = ring(2)
    with as_app() as one, as_app() as other, one.transaction(force_rollback=True):
        one.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        one.execute("SELECT count(*) FROM decision_relationships")
        other.execute(INSERT, row(source, target, "depends_on"))
        with pytest.raises(psycopg.errors.ActiveSqlTransaction):
            one.execute(INSERT, row(*back, "depends_on"))
    assert kept() == 1


def test_the_check_can_wait_for_the_commit_and_sees_what_became_of_the_rows(ring):
    pairs = ring(2)
    with as_app() as direct:
        with direct.transaction(force_rollback=True):
            direct.execute("SET CONSTRAINTS ALL DEFERRED")
            for pair in pairs:
                direct.execute(INSERT, row(*pair, "depends_on"))
            with pytest.raises(psycopg.errors.CheckViolation):
                direct.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert kept() == 0
        with direct.transaction():
            direct.execute("SET CONSTRAINTS ALL DEFERRED")
            for pair in pairs:
                direct.execute(INSERT, row(*pair, "depends_on"))
            direct.execute(
                "DELETE FROM decision_relationships WHERE source_id = %s", [pairs[0][0].pk]
            )
    assert kept() == 1


def test_one_statement_makes_no_circle_either(ring):
    with as_app() as direct, pytest.raises(psycopg.errors.CheckViolation):
        direct.execute(
            "INSERT INTO decision_relationships "
            "(id, workspace_id, project_id, source_id, target_id, kind) "
            "SELECT gen_random_uuid(), a.workspace_id, a.project_id, a.id, b.id, 'depends_on' "
            "FROM decisions a JOIN decisions b ON b.id <> a.id WHERE a.project_id = %s",
            [ring(3)[0][0].project_id],
        )
    assert kept() == 0


def test_a_circle_cannot_be_made_by_changing_what_is_there(ring):
    first, second, third = ring(3)
    with as_app() as direct:
        for pair, kind in ((first, "depends_on"), (second, "depends_on"), (third, "relates_to")):
            direct.execute(INSERT, row(*pair, kind))
        for change in ("kind = 'depends_on'", "source_id = target_id, target_id = source_id"):
            statement = f"UPDATE decision_relationships SET {change}"
            if change.startswith("kind"):
                with pytest.raises(psycopg.errors.CheckViolation):
                    direct.execute(f"{statement} WHERE kind = 'relates_to'")
            else:
                # All of them turned round: as straight a line as before.
                direct.execute(statement)


def test_accepting_and_rejecting_at_once_end_in_one_of_the_two(project):
    for _round in range(ROUNDS):
        decision = DecisionFactory(project=project)
        ended = at_once(
            [
                lambda decision=decision: decision_accept(
                    decision=decision, actor=None, expected_version=1
                ),
                lambda decision=decision: decision_reject(
                    decision=decision, actor=None, expected_version=1
                ),
            ]
        )
        refused = [each for each in ended if isinstance(each, Exception)]
        assert [each.code for each in refused] == ["stale_version"]
        present = Decision.objects.get(pk=decision.pk)
        assert present.status in ("accepted", "rejected")
        assert present.version == 2


def test_a_refused_loop_is_told_by_field(ring):
    (source, target), (_source, _target) = ring(2)
    relationship_create(actor=None, source=source, target=target, kind="depends_on")
    with connection.cursor() as cursor, pytest.raises(IntegrityError) as refused:
        cursor.execute(INSERT, row(target, source, "depends_on"))
    told = explain(refused.value)
    assert (told.field, told.status) == ("target", 409)
    assert str(told.message) == "The decisions would lead back to where they began."
