"""What apps above add to the start page and the navigation, registered in their admin modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class HomePanel:
    """One part of the start page.

    `context` answers what `template` reads (beside the page's own context), in a number of queries
    that doesn't grow with the rows, or None where the panel has nothing to do on this person's
    page. Panels stand in their `order`; those `aside` form the narrow column.
    """

    order: int
    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]
    aside: bool = False


@dataclass(frozen=True)
class MenuLink:
    """A single thing in the navigation; `note` says more of it to who can't see where it stands."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class ShownPanel:
    """A panel with what it shows on one person's page."""

    template: str
    context: dict[str, Any]
    aside: bool


def shown(panels: list[HomePanel], request: HttpRequest) -> list[ShownPanel]:
    """The panels that have something to do on this person's page, in their order."""
    found = []
    for panel in sorted(panels, key=lambda panel: panel.order):
        context = panel.context(request)
        if context is not None:
            found.append(ShownPanel(panel.template, context, panel.aside))
    return found
