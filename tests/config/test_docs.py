"""The documents against the code: their links, their commands, the map, and what an app costs."""

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([CHECKOUT / "README.md", *(CHECKOUT / "docs").rglob("*.md")])
ADDING_AN_APP = CHECKOUT / "docs" / "adding-an-app.md"
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)\)")

each_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT))
)


def anchors(text: str) -> set[str]:
    """The headings of a document, as links name them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


@each_document
def test_every_link_leads_to_a_file_and_a_heading(path):
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", path.read_text()))
    for address in LINK.findall(prose):
        if address.startswith(("http://", "https://")):
            continue
        name, _, heading = address.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), address
        assert not heading or heading in anchors(target.read_text()), address


@each_document
def test_every_command_is_there(path):
    text = path.read_text()
    for name in re.findall(r"manage\.py ([a-z_]+)", text):
        assert name in get_commands(), name
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    for name in re.findall(r"(?:^|`|&& )make ([a-z-]+)", text, re.MULTILINE):
        assert name in targets, name
    for name in re.findall(r"python -m ([a-z.]+)", text):
        assert find_spec(name.rstrip(".")) is not None, name


def test_the_map_has_every_app_in_its_layer():
    text = (CHECKOUT / "docs" / "architecture.md").read_text()
    (drawn,) = re.findall(r"```\n(config .*?)```", text, re.DOTALL)
    rows = [row[:29].split("|") for row in drawn.splitlines() if row[0].isalpha()]
    shown = {name.strip() for row in rows for name in row if name.strip()}
    ours = {each.label for each in apps.get_app_configs() if Path(each.path).parent == CHECKOUT}
    assert shown == ours | {"config"}

    settings = (CHECKOUT / "pyproject.toml").read_text()
    (layers,) = re.findall(r"^layers = \[(.*?)\]", settings, re.MULTILINE | re.DOTALL)
    held = [set(re.findall(r"\w+", layer)) for layer in re.findall(r'"([^"]+)"', layers)]
    assert [{name.strip() for name in row} - {""} for row in rows] == held


def test_the_examples_of_a_new_app_can_be_read_and_name_what_there_is():
    blocks = re.findall(r"```python\n(.*?)```", ADDING_AN_APP.read_text(), re.DOTALL)
    imported = [
        (node.module, name.name)
        for block in blocks
        for node in ast.walk(ast.parse(block))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    ]
    assert len(imported) > 20
    for module, name in imported:
        assert hasattr(import_module(module), name), (module, name)


def test_the_operations_of_a_new_app_are_a_list_of_operations():
    """As a formatter left alone would turn lines of their own into tuples."""
    blocks = re.findall(r"```python\n(.*?)```", ADDING_AN_APP.read_text(), re.DOTALL)
    (migration,) = (block for block in blocks if "RunDeferred()" in block)
    (operations,) = (
        node.value for node in ast.parse(migration).body if isinstance(node, ast.Assign)
    )
    assert isinstance(operations, ast.List)
    assert all(isinstance(each, ast.Call) for each in operations.elts)


def test_the_lists_that_name_all_apps_are_the_ones_that_are_told():
    """Every file outside of the apps that lists them is named on the page of a new app."""
    page = ADDING_AN_APP.read_text()
    places = [
        path
        for folder in ("config", "tests", ".")
        for path in (CHECKOUT / folder).glob("*" if folder == "." else "**/*.py")
        if path.is_file() and path.suffix in (".py", ".toml")
    ]
    listing = {
        path.relative_to(CHECKOUT).as_posix()
        for path in places
        if re.search(r"^ +\"?discussions\"?(?:: \d)?,$", path.read_text(), re.MULTILINE)
    }
    assert listing
    assert [name for name in sorted(listing) if f"`{name}`" not in page] == []
