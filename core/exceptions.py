"""What a service raises when it refuses, told apart from what is a bug.

A refusal is a class beside its service, derived from these; one handler turns it into the
API's problem document, and the admin into a message beside the field. What is wrong with one
field of the input is Django's `ValidationError({"field": "…"})`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from core.models import BaseModel


class RuleViolation(Exception):
    """A rule of the domain says no: HTTP 409 with a code that clients can rely on."""

    status = 409
    code = "rule_violation"
    message: str | _StrPromise = _("This is not allowed.")

    def __init__(
        self,
        detail: str | _StrPromise | None = None,
        *,
        field: str | None = None,
        **extra: Any,
    ) -> None:
        self.detail = detail if detail is not None else self.message
        self.field = field
        self.extra = extra
        super().__init__(str(self.detail))


class Forbidden(RuleViolation):
    """The caller may see the thing, but may not do this to it: HTTP 403."""

    status = 403
    code = "forbidden"
    message = _("You do not have the right to do this.")


class StaleVersion(RuleViolation):
    """The writer had an older version in mind than the database holds: HTTP 412."""

    status = 412
    code = "stale_version"
    message = _("Somebody changed this in the meantime.")

    def __init__(self, instance: BaseModel) -> None:
        super().__init__()
        self.instance = instance


def check_version(instance: BaseModel, expected_version: int | None) -> None:
    """Refuse when the locked `instance` is not the version that the writer saw."""
    if expected_version is not None and instance.row_version != expected_version:
        raise StaleVersion(instance)
