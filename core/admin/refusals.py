"""What a service refuses, put beside the field of the form that asked for it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError
from django.forms import BaseForm
from django.utils.text import capfirst

from core.db.errors import explain
from core.exceptions import RuleViolation

# Everything else is a bug, and is meant to be seen as one.
REFUSALS = (RuleViolation, ValidationError, IntegrityError, DataError)

Messages = dict[str, list[str]]


class Refused(Exception):
    """A write that the form's own validation let through, and the service didn't.

    `prefix` says which form of the page is meant (None: the main one).
    """

    def __init__(self, error: Exception, prefix: str | None = None) -> None:
        self.error = error
        self.prefix = prefix
        super().__init__(str(error))


def messages_of(error: Exception) -> Messages:
    """The messages of a refusal by field; under `__all__` what belongs to no field."""
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            return {field: list(texts) for field, texts in error.message_dict.items()}
        return {NON_FIELD_ERRORS: list(error.messages)}
    if isinstance(error, (IntegrityError, DataError)):
        broken = explain(error)
        return {broken.field or NON_FIELD_ERRORS: [str(broken.message)]}
    if isinstance(error, RuleViolation):
        return {error.field or NON_FIELD_ERRORS: [str(error.detail)]}
    raise error


def sentences_of(error: Exception) -> list[str]:
    """A refusal where there is no form to put it into: in a list, on a deletion page."""
    return [text for texts in messages_of(error).values() for text in texts]


def add_to_form(form: BaseForm, messages: Messages, aliases: dict[str, str]) -> None:
    """Add `messages` to a form; `aliases` maps a service's field names to the form's."""
    for name, texts in messages.items():
        field = aliases.get(name, name)
        field = field if field in form.fields else field.removesuffix("_id")
        for text in texts:
            if field in form.fields and not form.fields[field].widget.is_hidden:
                form.add_error(field, text)
            elif name == NON_FIELD_ERRORS:
                form.add_error(None, text)
            else:
                form.add_error(None, f"{capfirst(name.replace('_', ' '))}: {text}")


def values_of(form: Any, names: list[str]) -> dict[str, Any]:
    """The cleaned values of the named fields."""
    return {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
