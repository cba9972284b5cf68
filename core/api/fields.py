"""Serializer fields that take exactly what they say, and ids that the caller may see.

DRF's own are generous: a number for a text, `"yes"` for true, an integer for a UUID, digits of
other scripts for a decimal. Each such kindness is one more spelling that somebody has to know
about, and some of them end as a 500. These take the one spelling that the schema names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.hygiene import fault_of
from core.api.rendering import to_json
from core.api.visible import visible_row

CANONICAL_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII
)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATETIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII
)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
MAX_OFFSET = timedelta(hours=15, minutes=59)
# What `many=True` means for the list; the rest is about each id.
LIST_OPTIONS = (
    "read_only",
    "write_only",
    "required",
    "default",
    "allow_null",
    "allow_empty",
    "source",
    "label",
    "help_text",
)
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**31), 2**31 - 1


def parse_uuid(value: object) -> UUID | None:
    """A UUID from its canonical text, and from nothing else."""
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and CANONICAL_UUID.fullmatch(value):
        return UUID(value)
    return None


def parse_moment(value: str) -> datetime | None:
    """A moment with an offset, in UTC; None for what is none, or leaves the years 1 to 9999."""
    if not _DATETIME.fullmatch(value):
        return None
    try:
        moment = parse_datetime(value.replace(",", "."))
        if moment is None or abs(moment.utcoffset() or timedelta()) > MAX_OFFSET:
            return None
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class StrictCharField(serializers.CharField):
    """A text that is one; trimmed unless the domain wants its spaces (`trim_whitespace=False`)."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        fault = fault_of(data)
        if fault is not None:
            raise serializers.ValidationError(fault, code="invalid")
        return super().to_internal_value(data)


class StrictURLField(StrictCharField):
    """An https address. It is kept and shown, never asked by this server."""

    default_error_messages = {"https": _("Enter an https:// address.")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text and not re.fullmatch(r"https://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", text):
            self.fail("https")
        return text


class StrictIntegerField(serializers.IntegerField):
    """A whole JSON number within its column's range (32 bits unless told otherwise)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", SMALLEST_INTEGER)
        kwargs.setdefault("max_value", LARGEST_INTEGER)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        if isinstance(data, float) and not data.is_integer():
            self.fail("invalid")
        return int(data)


class StrictBigIntegerField(StrictIntegerField):
    """A whole JSON number within 64 bits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", -(2**63))
        kwargs.setdefault("max_value", 2**63 - 1)
        super().__init__(**kwargs)


class StrictBooleanField(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:
        if isinstance(data, bool):
            return data
        return self.fail("invalid", input=data)


class StrictChoiceField(serializers.ChoiceField):
    """One of the named texts."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or fault_of(data) is not None:
            self.fail("invalid_choice", input="")
        return super().to_internal_value(data)


class StrictUUIDField(serializers.UUIDField):
    """A UUID in its canonical form."""

    def to_internal_value(self, data: Any) -> UUID:
        identifier = parse_uuid(data)
        if identifier is None:
            self.fail("invalid", value="")
        return identifier


class StrictDateField(serializers.DateField):
    """YYYY-MM-DD."""

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not DATE.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class StrictDateTimeField(serializers.DateTimeField):
    """A moment in ISO 8601 with its offset from UTC, which is what it becomes."""

    default_error_messages = {
        "moment": _("Enter a moment in ISO 8601 with an offset, such as 2026-11-22T09:30:00Z."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        moment = parse_moment(value) if isinstance(value, str) else None
        if moment is None:
            self.fail("moment")
        return moment


class StrictDecimalField(serializers.DecimalField):
    """A decimal number, as a JSON number or (exactly) as a text of plain digits."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("invalid")
        if isinstance(data, str) and not _DECIMAL.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictJSONField(serializers.JSONField):
    """A JSON value bounded in bytes and depth; an object unless `any_value`."""

    default_error_messages = {
        "object": _("This has to be an object."),
        "too_deep": _("This is nested more than {limit} deep."),
        "too_large": _("This may have at most {limit} bytes."),
    }

    def __init__(
        self,
        *,
        max_depth: int = 8,
        max_bytes: int = 65_536,
        any_value: bool = False,
        **kwargs: Any,
    ) -> None:
        self.max_depth = max_depth
        self.max_bytes = max_bytes
        self.any_value = any_value
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not self.any_value and not isinstance(data, dict):
            self.fail("object")
        if _depth(data, self.max_depth) > self.max_depth:
            self.fail("too_deep", limit=self.max_depth)
        if len(to_json(data)) > self.max_bytes:
            self.fail("too_large", limit=self.max_bytes)
        return data


def _depth(value: Any, limit: int) -> int:
    """How deep `value` is nested, counted no further than one past `limit`."""
    if limit < 0 or not isinstance(value, dict | list):
        return 0
    members: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(member, limit - 1) for member in members), default=0)


class ScopedLookup:
    """The rows of one model that the caller may see, found by id, each query's find remembered.

    The memory lies in the serializer's context, so that `remember` can look the ids of a bulk
    body up in one query before its five hundred cards ask for them one by one.
    """

    def __init__(self, model: type[Model], context: dict[str, Any]) -> None:
        self.model = model
        self.user = context["request"].user
        self._known: dict[UUID, Model | None] = context.setdefault("scoped_rows", {}).setdefault(
            model, {}
        )

    def queryset(self) -> QuerySet[Any]:
        """Every row that the caller may see."""
        manager: Any = self.model._default_manager
        rows: QuerySet[Any] = manager.visible_to(self.user)
        return rows

    def remember(self, identifiers: Iterable[UUID]) -> None:
        """Look up all of `identifiers` that aren't known yet, in one query."""
        missing = {each for each in identifiers if each not in self._known}
        if len(missing) == 1:
            (identifier,) = missing
            self._known[identifier] = visible_row(self.model, identifier, self.user)
        elif missing:
            found = {row.pk: row for row in self.queryset().filter(pk__in=missing)}
            for identifier in missing:
                self._known[identifier] = found.get(identifier)

    def get(self, identifier: UUID) -> Model | None:
        """The row, or None where there is none or the caller may not see it."""
        self.remember([identifier])
        return self._known[identifier]


class ScopedRelatedField(serializers.RelatedField):
    """The id of a row of `model` that the caller may see.

    One that doesn't exist and one that belongs to another tenant get the same sentence, by the
    same query: otherwise the field would be an oracle for which ids exist elsewhere.
    """

    default_error_messages = {
        "malformed": _("This has to be a UUID."),
        "unknown": _("There is nothing with this id."),
    }

    def __init__(self, model: type[Model] | None = None, **kwargs: Any) -> None:
        self.model = model
        if not kwargs.get("read_only") and "queryset" not in kwargs and model is not None:
            kwargs["queryset"] = model._default_manager.none()
        super().__init__(**kwargs)
        if self.model is None and self.queryset is not None:
            self.model = self.queryset.model

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> ScopedManyRelatedField:
        """`many=True`: the list field below, around one of these."""
        max_length = kwargs.pop("max_length", 100)
        names = (
            "read_only",
            "required",
            "default",
            "allow_null",
            "allow_empty",
            "source",
            "help_text",
            "label",
            "write_only",
        )
        for_list = {name: kwargs[name] for name in names if name in kwargs}
        for_child = {
            name: value for name, value in kwargs.items() if name not in for_list and name != "many"
        }
        if kwargs.get("read_only"):
            for_child["read_only"] = True
        return ScopedManyRelatedField(
            child_relation=cls(*args, **for_child), max_length=max_length, **for_list
        )

    def use_pk_only_optimization(self) -> bool:
        return True

    def lookup(self) -> ScopedLookup:
        """What this field looks ids up with."""
        if self.model is None:
            raise TypeError(f"{self.field_name}: a writable related field needs a model")
        return ScopedLookup(self.model, self.context)

    def get_queryset(self) -> QuerySet[Any]:
        return self.lookup().queryset()

    def get_choices(self, cutoff: int | None = None) -> dict[str, str]:
        """None: a page or an OPTIONS answer that listed them would be a directory of the tenant."""
        return {}

    def to_internal_value(self, data: Any) -> Model:
        identifier = parse_uuid(data)
        if identifier is None:
            self.fail("malformed")
        row = self.lookup().get(identifier)
        if row is None:
            self.fail("unknown")
        return row

    def to_representation(self, value: Any) -> Any:
        return value.pk


class ScopedManyRelatedField(serializers.ManyRelatedField):
    """A list of ids, looked up in one query whatever its length."""

    default_error_messages = {
        "twice": _("This id is given twice."),
        "too_long": _("There may be at most {limit} ids."),
    }

    def __init__(self, child_relation: ScopedRelatedField, max_length: int, **kwargs: Any) -> None:
        self.max_length = max_length
        super().__init__(child_relation=child_relation, **kwargs)

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        return dictionary.get(self.field_name, serializers.empty)

    def to_internal_value(self, data: Any) -> list[Model]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if not self.allow_empty and not data:
            self.fail("empty")
        if len(data) > self.max_length:
            self.fail("too_long", limit=self.max_length)
        child = self.child_relation
        identifiers = [parse_uuid(each) for each in data]
        lookup = child.lookup()
        lookup.remember(each for each in identifiers if each is not None)
        rows: list[Model] = []
        errors: dict[str, list[Any]] = {}
        seen: set[UUID] = set()
        for index, identifier in enumerate(identifiers):
            if identifier is None:
                errors[str(index)] = [child.error_messages["malformed"]]
            elif identifier in seen:
                errors[str(index)] = [self.error_messages["twice"]]
            elif (row := lookup.get(identifier)) is None:
                errors[str(index)] = [child.error_messages["unknown"]]
            else:
                seen.add(identifier)
                rows.append(row)
        if errors:
            raise serializers.ValidationError(errors)
        return rows
