"""The shape of the code: who may refer to whom, and what no app has."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from cards import __file__ as _cards
from core.models import BaseModel

ROOT = Path(_cards).parent.parent

# From the bottom; foreign keys, like imports, only go down. Apps of one rank don't know each other.
RANKS = {
    "core": 0,
    "workspaces": 1,
    "projects": 2,
    "boards": 3,
    "cards": 4,
    "discussions": 5,
    "decisions": 5,
    "activity": 6,
    "search": 6,
    "integrations": 7,
    "assistant": 7,
    "samples": 8,
    "config": 9,
}
PACKAGES = [name for name in RANKS if (ROOT / name).is_dir()]
SOURCES = sorted(
    path
    for name in PACKAGES
    for path in (ROOT / name).rglob("*.py")
    if "__pycache__" not in path.parts
)
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if "__pycache__" not in path.parts)
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "selectors.py", "signals.py"}
LONGEST = 500

MODELS = [model for model in apps.get_models() if model._meta.app_label in RANKS]


def named(path):
    return str(path.relative_to(ROOT))


def trees(paths):
    for path in paths:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_every_app_of_ours_has_a_rank():
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    assert ours <= set(RANKS)
    assert MODELS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_only_go_down(model):
    rank = RANKS[model._meta.app_label]
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model:
            target = field.related_model._meta.app_label
            assert target == model._meta.app_label or RANKS[target] < rank, field


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_model_has_a_table_by_name_and_no_order_of_its_own(model):
    assert model._meta.db_table != f"{model._meta.app_label}_{model._meta.model_name}"
    assert not model._meta.ordering


def test_nothing_is_saved_but_by_django():
    overriding = [
        f"{named(path)}: {each.name}.{method.name}"
        for path, tree in trees(SOURCES)
        for each in ast.walk(tree)
        if isinstance(each, ast.ClassDef)
        for method in each.body
        if isinstance(method, ast.FunctionDef) and method.name in ("save", "delete")
        and "models" in (*path.parts, path.stem)
    ]  # fmt: skip
    assert overriding == []
    assert not [model for model in MODELS if "save" in vars(model) or "delete" in vars(model)]
    assert "save" not in vars(BaseModel)


def test_nothing_listens_to_signals():
    listening = [
        named(path)
        for path, tree in trees(SOURCES)
        for each in ast.walk(tree)
        if (isinstance(each, ast.ImportFrom) and (each.module or "").endswith("signals"))
        or (isinstance(each, ast.ImportFrom) and each.module == "django.dispatch")
        or (isinstance(each, ast.Import) and any("signals" in name.name for name in each.names))
    ]
    assert listening == []


def test_no_file_has_a_name_that_says_nothing():
    assert [named(path) for path in SOURCES + TESTS if path.name in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("paths", [SOURCES, TESTS], ids=["sources", "tests"])
def test_files_are_short(paths):
    long = {
        named(path): length
        for path in paths
        if "migrations" not in path.parts
        and (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_every_file_says_what_it_is():
    silent = [
        named(path)
        for path, tree in trees(SOURCES + TESTS)
        if "migrations" not in path.parts and tree.body and not ast.get_docstring(tree)
    ]
    assert silent == []
