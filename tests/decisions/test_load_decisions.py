"""`manage.py load_decisions`: records out of a file, once, with each fault told by its place."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.models import EventLog
from decisions.loading.reader import BrokenFile, read
from decisions.models import Decision, DecisionRelationship, Transcript
from decisions.services import decision_delete, decision_update
from projects.services import project_archive
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "decisions_dev.json"
MEETING = {
    "id": "kick-off",
    "title": "Kick-off",
    "occurred_at": "2026-11-02T09:00:00Z",
    "source": "Zoom",
    "participants": [{"name": "Ada", "email": "ada@example.com"}],
    "content": "Ada: hello.",
}


def record(identifier, **more):
    return {"id": identifier, "title": f"Title {identifier}", "decision": "We do.", **more}


@pytest.fixture
def load(tmp_path, project):
    """`load({"corpus": …})`: what the command says to a file of that content."""

    def loaded(content, named=None, **options):
        path = tmp_path / "decisions.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        said = StringIO()
        call_command(
            "load_decisions", path, project=named or str(project.pk), stdout=said, **options
        )
        return said.getvalue().splitlines()

    return loaded


def state():
    models = (Transcript, Decision, DecisionRelationship)
    return [list(model.objects.order_by("id").values()) for model in models]


@pytest.mark.skipif(not REAL.exists(), reason="the shared data isn't here")
def test_the_real_records_come_in_once(load, project):
    content = REAL.read_bytes()
    assert load(content) == [
        "Loaded: decisions 98, transcripts 0, relationships 2.",
        "There already, and left as they are: 0.",
    ]
    of_project = Decision.objects.filter(project=project)
    assert of_project.count() == 98
    first = of_project.get(rationale__contains="JabRef/jabref docs/decisions/0000-")
    assert first.statement.startswith('Chosen option: "MADR 4.0.0", because')
    assert first.rationale.startswith("# Use Markdown Architectural Decision Records\n")
    assert first.rationale.endswith(
        "— JabRef/jabref docs/decisions/0000-use-markdown-architectural-decision-records.md, "
        "edbf3b13ad28 (MIT)"
    )
    assert (first.status, first.decided_at, first.created_by) == ("accepted", None, None)
    superseded = of_project.filter(status="superseded").order_by("title")
    assert [each.title for each in superseded] == [
        "Use `--input` Flag Consistently for Reading Input Files",
        "Use the ADR number as its unique ID",
    ]
    kinds = DecisionRelationship.objects.values_list("kind", "source__title")
    assert set(kinds) == {
        ("supersedes", "Allow a Positional Input File Argument for `jabkit` Commands"),
        ("supersedes", "Use the ADR slug as its unique ID"),
    }
    assert of_project.search("translations").exists()
    before, entries = state(), EventLog.objects.count()
    assert load(content) == [
        "Loaded: decisions 0, transcripts 0, relationships 0.",
        "There already, and left as they are: 100.",
    ]
    assert (state(), EventLog.objects.count()) == (before, entries)


@pytest.fixture
def made():
    """A file with all that one can have."""
    return {
        "about": "Made up.",
        "transcripts": [MEETING],
        "corpus": [
            record(
                "a",
                text="Because.",
                status="rejected",
                confidence=0.5,
                impacts=["More"],
                consensus={"level": "weak"},
                anomalies=["None"],
                decided_at="2026-11-02T10:00:00+01:00",
                transcript="kick-off",
            ),
            record("b", source="org/repo", path="adr/b.md", licence="MIT"),
            record(
                "c",
                source="org/repo",
                path="adr/c.md",
                text="Superseded by [B](b.md), supersedes [A](other/a.md).",
            ),
        ],
        "relationships": [{"source": "a", "target": "b", "kind": "depends_on"}],
        "queries": [],
    }


def test_all_that_a_file_can_have_comes_in(load, made, project):
    assert load(made)[0] == "Loaded: decisions 3, transcripts 1, relationships 2."
    meeting = Transcript.objects.get()
    assert (meeting.project, meeting.participants) == (project, MEETING["participants"])
    first, second, third = Decision.objects.order_by("title")
    assert (first.status, first.confidence, first.transcript) == ("rejected", 0.5, meeting)
    assert (first.impacts, first.consensus, first.anomalies) == (
        ["More"],
        {"level": "weak"},
        ["None"],
    )
    assert first.decided_at.isoformat() == "2026-11-02T09:00:00+00:00"
    assert second.rationale.strip() == "— org/repo adr/b.md (MIT)"
    assert third.status == "superseded"
    assert set(DecisionRelationship.objects.values_list("source", "target", "kind")) == {
        (first.pk, second.pk, "depends_on"),
        (second.pk, third.pk, "supersedes"),
    }
    assert set(EventLog.objects.filter(project_id=project.pk, source="import").values_list(
        "action", flat=True
    )) == {"decisions.loaded"}  # fmt: skip


def test_a_later_file_adds_what_came_since_and_leaves_peoples_changes(load, made):
    load(made)
    first, second, _third = Decision.objects.order_by("title")
    decision_update(decision=first, actor=None, changes={"title": "Ours"})
    decision_delete(decision=second, actor=None)
    made["corpus"].append(record("d"))
    made["relationships"].append({"source": "d", "target": "b", "kind": "relates_to"})
    assert load(made) == [
        "Loaded: decisions 1, transcripts 0, relationships 0.",
        "There already, and left as they are: 6.",
    ]
    assert Decision.objects.get(pk=first.pk).title == "Ours"
    assert Decision.objects.get(pk=second.pk).deleted_at is not None


def test_two_projects_take_the_same_file(load, made, project):
    other = ProjectFactory(workspace=project.workspace, name="Other")
    load(made)
    assert load(made, str(other.pk))[0].startswith("Loaded: decisions 3,")
    assert Decision.objects.count() == 6


def test_the_project_is_named_by_its_name_and_workspace(load, made, project, other_workspace):
    ProjectFactory(workspace=other_workspace, name="apollo")
    with pytest.raises(CommandError, match="Several workspaces have one"):
        load(made, "APOLLO")
    load(made, "APOLLO", workspace="acme")
    assert set(Decision.objects.values_list("project", flat=True)) == {project.pk}
    with pytest.raises(CommandError, match="There is no project Gemini"):
        load(made, "Gemini")


def test_an_archived_project_takes_none(load, made, project):
    project_archive(project=project, actor=None)
    with pytest.raises(CommandError, match="The project is archived"):
        load(made)
    assert not Decision.objects.exists()


def test_a_circle_in_the_file_leaves_nothing_behind(load, made):
    made["relationships"].append({"source": "b", "target": "a", "kind": "depends_on"})
    with pytest.raises(CommandError, match="would lead back"):
        load(made)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it isn't JSON"),
        (b"\xff", "it isn't JSON"),
        (b"[" * 100_000, "it isn't JSON"),
        ([], 'an object with a list "corpus" was expected'),
        ({"corpus": {}}, 'an object with a list "corpus" was expected'),
        ({"corpus": ["x"]}, "corpus[0]: an object was expected."),
        ({"corpus": [record("a"), {"id": "b"}]}, "corpus[1].title: a text was expected."),
        ({"corpus": [record(" ")]}, "corpus[0].id: it is empty."),
        ({"corpus": [record("a", title="x" * 301)]}, "corpus[0].title: it has more than 300"),
        ({"corpus": [record("a", decision="a\0b")]}, "corpus[0].decision: a text was expected."),
        ({"corpus": [record("a", decision="\ud800")]}, "corpus[0].decision: half of a character"),
        ({"corpus": [record("a", text="x" * 65_537)]}, "corpus[0].text: it has more than 65,536"),
        ({"corpus": [record("a", status="done")]}, "corpus[0].status: one of proposed, accepted"),
        ({"corpus": [record("a", confidence=2)]}, "corpus[0].confidence: a number from 0 to 1"),
        ({"corpus": [record("a", confidence="1")]}, "corpus[0].confidence: a number from 0 to 1"),
        ({"corpus": [record("a", impacts=1)]}, "corpus[0].impacts: an object or a list"),
        ({"corpus": [record("a", decided_at="2026")]}, "corpus[0].decided_at: expected a time"),
        ({"corpus": [record("a", decided_at="x")]}, "corpus[0].decided_at: expected a time"),
        ({"corpus": [record("a", transcript="t")]}, "corpus[0].transcript: there is no such"),
        ({"corpus": [record("a"), record("a")]}, "corpus[1].id: a is there twice."),
        ({"corpus": [], "transcripts": 1}, "transcripts: a list was expected."),
        ({"corpus": [], "transcripts": [{**MEETING, "occurred_at": None}]},
         "transcripts[0].occurred_at: expected a time"),
        ({"corpus": [], "transcripts": [{**MEETING, "participants": [{}]}]},
         "transcripts[0].participants[0].name: a text was expected."),
        ({"corpus": [], "transcripts": [{**MEETING, "participants": {}}]},
         "transcripts[0].participants: a list of at most 500 people"),
        ({"corpus": [record("a")], "relationships": [{"source": "a", "target": "z"}]},
         "relationships[0].target: there is no such record"),
        ({"corpus": [record("a")], "relationships": [{"source": "a", "target": "a"}]},
         "relationships[0].target: a decision bears on another one."),
        ({"corpus": [record("a"), record("b")],
          "relationships": [{"source": "a", "target": "b", "kind": "blocks"}]},
         "relationships[0].kind: one of supersedes"),
        ({"corpus": [record("a"), record("b")],
          "relationships": [{"source": "a", "target": "b"}]},
         "relationships[0].kind: say how they relate."),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)  # fmt: skip
def test_a_broken_file_changes_nothing_and_is_told_where(load, content, why):
    with pytest.raises(CommandError) as refused:
        load(content)
    assert "is broken, nothing was loaded. " in str(refused.value)
    assert why in str(refused.value)
    assert not Decision.objects.exists()


def test_a_file_that_cannot_be_read_is_told(tmp_path, project):
    with pytest.raises(CommandError, match="can't be read: No such file or directory"):
        call_command("load_decisions", tmp_path / "none.json", project=project.name)


def test_a_file_is_not_endless():
    with pytest.raises(BrokenFile, match="more than 32 MiB"):
        read(b" " * (32 * 1024 * 1024 + 1))
