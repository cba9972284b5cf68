"""The container files, checked without a container engine.

`compose-spec.json` beside this file is the Compose Specification's own schema (Apache-2.0), as
the Python package check-jsonschema 0.39.0 carries it. The commands in the file are run as they
stand by `test_the_containers_commands_are_there`, as far as they don't need the network between
containers.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
REQUIRED = re.compile(r"\$\{(SECRET_KEY|POSTGRES_PASSWORD):\?[^}]+\}")
NOT_FOR_OPERATORS = {"TASKLY_SERVING", "TASKLY_ENV_FILE"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    return loaded


def test_the_file_fits_the_compose_specification(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(compose)


def test_the_schema_would_see_a_fault(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    broken = {**compose, "services": {"web": {"image": "x", "portz": []}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(broken)


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (CHECKOUT / "docker-compose.yml").read_text()
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if name in ("SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_URL"):
                assert REQUIRED.search(value), name
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert not re.search(rf"\$\{{{name}(:?-|\}})", text)


def test_migrations_are_a_step_of_their_own_that_the_server_waits_for(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    assert services["migrate"]["command"][1:3] == ["manage.py", "migrate"]
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["web"]["depends_on"]["migrate"] == {
        "condition": "service_completed_successfully"
    }


def test_data_lies_on_a_named_volume_and_both_servers_have_health_checks(
    compose: dict[str, Any],
) -> None:
    (mount,) = compose["services"]["database"]["volumes"]
    assert mount.split(":") == ["database", "/var/lib/postgresql/data"]
    assert "database" in compose["volumes"]
    assert "pgvector" in compose["services"]["database"]["image"]
    for name in ("database", "web"):
        assert compose["services"][name]["healthcheck"]["test"][0] == "CMD"


def test_nothing_is_open_to_other_machines_by_itself(compose: dict[str, Any]) -> None:
    assert "ports" not in compose["services"]["database"]
    assert compose["services"]["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]
    assert compose["services"]["web"]["environment"]["DEBUG"] == "0"


def test_the_containers_commands_are_there(compose: dict[str, Any]) -> None:
    """Each command is asked for its help; the health check says that no server is there."""
    for name in ("migrate", "web"):
        command = [*compose["services"][name]["command"], "--help"]
        ended = run(command)
        assert ended.returncode == 0, ended.stderr
    ended = run(compose["services"]["web"]["healthcheck"]["test"][1:], PORT="1")
    assert ended.returncode == 1
    assert "refused" in ended.stdout


def test_the_image_runs_as_nobody_special_and_takes_no_secret_in() -> None:
    text = (CHECKOUT / "Dockerfile").read_text()
    final = text.split("FROM ")[-1]
    assert re.findall(r"^USER (\S+)", final, re.MULTILINE) == ["taskly"]
    assert "--require-hashes" in text
    assert "SECRET_KEY" not in text
    ignored = (CHECKOUT / ".dockerignore").read_text().split()
    assert {".env", ".git", ".taskly", ".venv"} <= set(ignored)


def variables_read() -> set[str]:
    """The names of all variables that the code reads."""
    pattern = re.compile(
        r"env\.(?:text|flag|whole|choice|words|folder|origin|secrets?|postgres|reader\.str)"
        r"\(\s*\"([A-Z_]+)\"|os\.environ\.get\(\"(TASKLY_[A-Z_]+)\""
    )
    return {
        name
        for path in (CHECKOUT / "config").rglob("*.py")
        for found in pattern.finditer(path.read_text())
        for name in found.groups()
        if name
    } - NOT_FOR_OPERATORS


@pytest.mark.parametrize("document", [".env.example", "docs/operations.md"])
def test_every_variable_is_documented_and_every_documented_one_is_read(document: str) -> None:
    text = (CHECKOUT / document).read_text()
    assert {name for name in variables_read() if not re.search(rf"\b{name}\b", text)} == set()
    if document == ".env.example":
        told = set(re.findall(r"^# ([A-Z][A-Z_]+)=", text, re.MULTILINE))
        beginning = (CHECKOUT / "config/serve/beginning.py").read_text()
        known = variables_read() | set(re.findall(r"\"(TASKLY_[A-Z_]+)\"", beginning))
        assert told - known == {"POSTGRES_PASSWORD"}


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """A container's command, with this Python in the place of the container's."""
    assert command[0] == "python"
    return subprocess.run(
        [sys.executable, *command[1:]],
        cwd=CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "SECRET_KEY": "x" * 3 + "-dQ8w_Lz7" * 6, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
