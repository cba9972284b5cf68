"""How to call one operation of the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Ids = dict[str, str]
"""The ids of one tenant, by kind: workspace, board, column, card, sprint, user, …"""


@dataclass(frozen=True)
class Case:
    """How to call an operation.

    `path` names the kind of each id in the address, `body` builds a valid body, `body_ids` are the
    places of ids in it (dotted) with their kinds, `filters` the query's. `alone` are places that
    by themselves say which tenant is meant: a member of both may name either there.
    """

    path: dict[str, str] = field(default_factory=dict)
    body: Callable[[Ids], Any] | None = None
    body_ids: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    """What the address line can't do without."""
    other_ids: tuple[str, ...] = ()
    """Places of ids that can't stand beside the body's: the twins of some that are walked."""
    alone: tuple[str, ...] = ()
    status: int = 200
    public: bool = False
    """Answers callers who aren't signed in."""
    private: bool = False
    """About the caller's own things."""
    admin_only: bool = False


ME = Case(private=True)
