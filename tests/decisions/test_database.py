"""Vectors and indexes: exact on vectors made by hand, and used on ten thousand rows."""

import math

import pytest
from django.db import DataError, connection, transaction
from django.utils import timezone
from pgvector.django import CosineDistance, L2Distance, MaxInnerProduct

from core.db.copying import copy_instances
from decisions.models import DIMENSIONS, Decision
from decisions.search import find
from tests.factories import DecisionFactory, ProjectFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db

ROWS = 10_000


def vector(*beginning):
    """A vector of 384 numbers that begins so and goes on with zeros."""
    return [*map(float, beginning), *[0.0] * (DIMENSIONS - len(beginning))]


@pytest.fixture
def three(project):
    """East, north, and twice as far to the north-east."""
    return {
        name: DecisionFactory(project=project, title=name, embedding=vector(*numbers))
        for name, numbers in {"east": (1, 0), "north": (0, 1), "north-east": (2, 2)}.items()
    }


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (CosineDistance, {"east": 0, "north": 1, "north-east": 1 - math.sqrt(0.5)}),
        (L2Distance, {"east": 0, "north": math.sqrt(2), "north-east": math.sqrt(5)}),
        # Negative, so that the largest product is the least distance.
        (MaxInnerProduct, {"east": -1, "north": 0, "north-east": -2}),
    ],
)
def test_distances_are_exact_on_vectors_made_by_hand(three, distance, expected):
    found = Decision.objects.annotate(distance=distance("embedding", vector(1, 0)))
    assert {each.title: each.distance for each in found} == pytest.approx(expected, abs=1e-6)
    order = [each.title for each in found.order_by("distance")]
    assert order == sorted(expected, key=expected.__getitem__)


def test_a_vector_comes_back_as_it_went_in(three):
    assert Decision.objects.get(title="north-east").embedding == vector(2, 2)
    assert DecisionFactory().embedding is None


def test_a_vector_has_so_many_numbers_and_no_others(project):
    for wrong in ([1.0] * 383, [1.0] * 385, []):
        with pytest.raises(DataError, match="dimension"), transaction.atomic():
            DecisionFactory(project=project, embedding=wrong)
    with pytest.raises(DataError, match="NaN not allowed"), transaction.atomic():
        DecisionFactory(project=project, embedding=[math.nan] * DIMENSIONS)


def plan(queryset):
    """How PostgreSQL answers a queryset, as text."""
    return queryset.explain()


@pytest.fixture
def many(project):
    """Ten thousand decisions: one of a hundred is live, with a meaning of its own."""
    elsewhere = ProjectFactory(workspace=project.workspace)
    deleted_at = timezone.now()
    copy_instances(
        Decision(
            workspace_id=project.workspace_id,
            project_id=(project if number % 2 else elsewhere).pk,
            title=f"Decision {number}",
            statement="the plan of the year" if number % 100 else f"a rare thing {number}",
            embedding=[math.sin(number * place) for place in range(1, DIMENSIONS + 1)],
            deleted_at=deleted_at if number % 100 else None,
        )
        for number in range(1, ROWS + 1)
    )
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ANALYZE decisions")


def test_indexes_are_used_on_ten_thousand_rows(many, project, admin):
    # What is nearest in meaning, by the index over vectors.
    wanted = [math.sin(4_000 * place) for place in range(1, DIMENSIONS + 1)]
    nearest = Decision.objects.order_by(CosineDistance("embedding", wanted))
    assert "Index Scan using decisions_embedding_idx" in plan(nearest[:10])
    with connection.cursor() as cursor:
        # The index is built by chance and finds what is near: widely enough, the nearest.
        cursor.execute("SET LOCAL hnsw.ef_search = 1000")
    assert nearest.first().title == "Decision 4000"
    # The lists leave the deleted out by partial indexes, which are a hundredth of the others.
    live = Decision.objects.live().without_embedding()
    of_project = live.filter(project_id=project.pk).order_by("id")
    assert "decisions_project_live_idx" in plan(of_project[:50])
    of_workspace = Decision.objects.visible_to(admin).live().order_by("id")
    assert "decisions_live_idx" in plan(of_workspace[:50])
    assert "Filter: (deleted_at" not in plan(of_project[:50]) + plan(of_workspace[:50])
    # And so do searches.
    assert "decisions_search_idx" in plan(live.search("rare"))
    assert "decisions_search_idx" in plan(find(live, "rare thing")[:20])
    assert live.search("rare").count() == ROWS // 100
    assert live.search("plan of the year").count() == 0
    # A project's register, by status and time.
    register = Decision.objects.without_embedding().filter(
        project_id=project.pk, status="accepted", decided_at__gte=timezone.now()
    )
    assert "decisions_project_status_decided_at_idx" in plan(register)


def test_what_a_workspace_loses_its_decisions_go_with(project):
    DecisionFactory(project=project, embedding=vector(1))
    stays = DecisionFactory(project=ProjectFactory(workspace=WorkspaceFactory()))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM projects WHERE id = %s", [project.pk])
    assert list(Decision.objects.values_list("pk", flat=True)) == [stays.pk]
