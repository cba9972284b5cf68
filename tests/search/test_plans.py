"""How PostgreSQL goes about a search: by the indexes, and past what other tenants wrote."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.db.roles import APP_ROLE
from search.finding import LOOKED_AT, Question, find
from tests.factories import BoardFactory, ChannelFactory, ProjectFactory

pytestmark = pytest.mark.django_db

NUMBER = 10_000
ROWS = {
    "cards": """
        INSERT INTO cards (id, workspace_id, board_id, column_id, number, position, title,
                           description, metadata, created_by_id)
        SELECT gen_random_uuid(), %(workspace)s, %(board)s, %(column)s, n, n * 10,
               {words}, 'text', '{{"labels": []}}', %(person)s FROM {series}""",
    "features": """
        INSERT INTO features (id, workspace_id, project_id, name)
        SELECT gen_random_uuid(), %(workspace)s, %(project)s, {words} FROM {series}""",
    "messages": """
        INSERT INTO messages (id, workspace_id, project_id, channel_id, author_id, content)
        SELECT gen_random_uuid(), %(workspace)s, %(project)s, %(channel)s, %(person)s, {words}
          FROM {series}""",
    "decisions": """
        INSERT INTO decisions (id, workspace_id, project_id, title, statement)
        SELECT gen_random_uuid(), %(workspace)s, %(project)s, {words}, 'text' FROM {series}""",
}


def fill(workspace, number):
    """`number` rows of each kind: every one has "common", every hundredth "rare"."""
    project = ProjectFactory(workspace=workspace)
    board = BoardFactory(workspace=workspace)
    values = {
        "workspace": workspace.pk,
        "project": project.pk,
        "board": board.pk,
        "column": board.columns[0]["id"],
        "channel": ChannelFactory(project=project).pk,
        "person": workspace.created_by_id,
        "number": number,
    }
    words = "CASE WHEN n %% 100 = 0 THEN 'common rare ' ELSE 'common ' END || n"
    with connection.cursor() as cursor:
        for statement in ROWS.values():
            series = "generate_series(1, %(number)s) AS n"
            cursor.execute(statement.format(words=words, series=series), values)
        # Only who owns a table may count its rows; PostgreSQL would else take it for an empty one.
        cursor.execute("RESET ROLE")
        cursor.execute(f"ANALYZE {', '.join(ROWS)}")
        cursor.execute(f"SET ROLE {APP_ROLE}")


def plan_of(text, person):
    """The plan, with what was done, of a search."""
    with CaptureQueriesContext(connection) as queries:
        find(Question(text), person, size=50)
    assert len(queries) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON, TIMING OFF) {queries[0]['sql']}")
        found = cursor.fetchone()[0]
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


@pytest.mark.parametrize("text", ["rare", "common", "common rare", "rare or common", "-rare"])
def test_every_kind_is_found_by_its_index(text, workspace, member):
    fill(workspace, NUMBER)
    plan = list(nodes(plan_of(text, member)))
    used = {node["Index Name"] for node in plan if "Index Name" in node}
    assert {f"{table}_search_in_workspace_idx" for table in ROWS} <= used
    scanned = {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
    assert scanned.isdisjoint(ROWS)


def test_what_other_tenants_wrote_is_not_read(workspace, other_workspace, member, outsider):
    fill(workspace, 50)
    fill(other_workspace, NUMBER)
    plan = list(nodes(plan_of("common", member)))
    read = [
        node["Actual Rows"] * node["Actual Loops"]
        for node in plan
        if node.get("Index Name", "").endswith("_search_in_workspace_idx")
    ]
    assert read == [50] * len(ROWS)


def test_a_search_reads_as_much_where_others_have_ten_times_as_much(
    workspace, other_workspace, member, outsider
):
    def blocks(text):
        plan_of(text, member)  # what waits to come into the index is read once
        plan = plan_of(text, member)
        return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

    fill(workspace, NUMBER // 10)
    few = {text: blocks(text) for text in ("common", "rare")}
    fill(other_workspace, NUMBER)
    many = {text: blocks(text) for text in few}
    assert all(many[text] <= 1.2 * few[text] + 50 for text in few), (few, many)


def test_no_more_than_the_newest_are_weighed(workspace, member):
    fill(workspace, NUMBER)
    plan = list(nodes(plan_of("common", member)))
    limits = [node["Actual Rows"] for node in plan if node["Node Type"] == "Limit"]
    assert sorted(limits)[-len(ROWS) :] == [LOOKED_AT] * len(ROWS)


def test_excerpts_are_made_for_the_page_alone(workspace, member):
    fill(workspace, 200)
    results = find(Question("common"), member, size=7)
    assert len(results) == 7
    assert all(re.search("<mark>common</mark>", row["title_html"] + row["excerpt_html"])
               for row in results)  # fmt: skip
