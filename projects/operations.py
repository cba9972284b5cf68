"""A migration operation for what every table of a project's things needs."""

from __future__ import annotations

from core.db.operations import TriggerOperation


class InOpenProject(TriggerOperation):
    """No new row, and none moved, into an archived project: the trigger `<table>_project_open`.

    It reads the project under FOR SHARE, so that archiving it waits for the row's commit, and the
    row's maker for the archiving: neither can pass the other.
    """

    def describe(self) -> str:
        return f"Refuse {self.model_name} in archived projects"

    def _up(self, table: str) -> list[str]:
        name = f"{table}_project_open"
        return [
            f'CREATE TRIGGER "{name}" BEFORE INSERT OR UPDATE OF project_id ON "{table}" '
            "FOR EACH ROW WHEN (NEW.project_id IS NOT NULL) "
            "EXECUTE FUNCTION taskly_project_open()",
            f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
        ]

    def _down(self, table: str) -> list[str]:
        return [f'DROP TRIGGER IF EXISTS "{table}_project_open" ON "{table}"']
