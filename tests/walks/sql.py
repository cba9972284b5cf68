"""Raw SQL that writes a row as it should be, but for what a test changes about it."""

from collections.abc import Callable

NOBODY = "'00000000-0000-7000-8000-000000000000'"


def inserting(defaults: dict[str, dict[str, str]]) -> Callable[..., str]:
    """`insert(table, **changed)` for tables whose columns have these values."""

    def insert(table: str, **changed: str) -> str:
        values = defaults[table] | changed
        return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"

    return insert


def update(table: str, assignment: str, row: str = "") -> str:
    """`row` is the name of the row among the things; by default the table's in the singular."""
    return f"UPDATE {table} SET {assignment} WHERE id = %({row or table[:-1]})s"
