"""Serializers that refuse what they don't know, by name.

A field that is silently ignored is a client's change that silently doesn't happen: a misspelled
`due_dat`, or a `completed_at` that only the server sets. Unknown fields are refused; read-only
ones may come back as they were sent out (a client that PATCHes the whole object it has read), and
are refused as soon as they differ.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import SkipField
from rest_framework.validators import UniqueValidator

from core.api import fields
from core.api.hygiene import printable
from core.api.rendering import to_json

UNKNOWN_FIELD = _("There is no such field.")
READ_ONLY = _("This is set by the server and cannot be changed.")


_TEMPLATES: dict[type, dict[str, serializers.Field]] = {}


def _may_be_absent(field: serializers.Field) -> bool:
    return not field.required and field.default is serializers.empty


class StrictMixin:
    """What makes a serializer strict; `present` is the answer that read-only fields compare to."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """The fields that this body needs: those it names, and those that must or would be set.

        Building all of a card's twenty, for a PATCH that names one, takes longer than the write.
        """
        templates = _TEMPLATES.get(type(self))
        if templates is None:
            templates = _TEMPLATES[type(self)] = super().get_fields()
        data = getattr(self, "initial_data", None)
        if not isinstance(data, Mapping):
            return copy.deepcopy(templates)
        return {
            name: copy.deepcopy(field)
            for name, field in templates.items()
            if name in data or not (self.partial or field.read_only or _may_be_absent(field))
        }

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            errors = self._faults_of_names(data)
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                raise serializers.ValidationError({**errors, **error.detail}) from error
            raise
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def _faults_of_names(self, data: Mapping[str, Any]) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        for name, value in data.items():
            field = self.fields.get(name)
            if field is None:
                errors[printable(str(name))] = [UNKNOWN_FIELD]
            elif field.read_only and not self._is_present(field, value):
                errors[name] = [READ_ONLY]
        return errors

    def _is_present(self, field: serializers.Field, value: Any) -> bool:
        """Whether a read-only field was sent with the value that it has anyway."""
        if self.instance is None or isinstance(self.instance, list | models.QuerySet):
            return False
        try:
            attribute = field.get_attribute(self.instance)
        except (SkipField, AttributeError, KeyError):
            return False
        shown = None if attribute is None else field.to_representation(attribute)
        # Compared as the JSON that a client has seen: "2026-11-22T00:00:00Z", not a datetime.
        return bool(orjson.loads(to_json(shown)) == value)


class StrictSerializer(StrictMixin, serializers.Serializer):
    """The base of bodies that name their fields themselves."""


class StrictModelSerializer(StrictMixin, serializers.ModelSerializer):
    """The base of bodies that take their fields' limits from a model's columns.

    DRF's uniqueness validators are left out: they look across all tenants (and so tell who has
    what elsewhere), cost a query each, and decide nothing that the database's own constraint
    doesn't decide without a race.
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: fields.StrictCharField,
        models.TextField: fields.StrictCharField,
        models.SlugField: fields.StrictCharField,
        models.IntegerField: fields.StrictIntegerField,
        models.BigIntegerField: fields.StrictBigIntegerField,
        models.SmallIntegerField: fields.StrictIntegerField,
        models.PositiveIntegerField: fields.StrictIntegerField,
        models.PositiveSmallIntegerField: fields.StrictIntegerField,
        models.BooleanField: fields.StrictBooleanField,
        models.UUIDField: fields.StrictUUIDField,
        models.DateField: fields.StrictDateField,
        models.DateTimeField: fields.StrictDateTimeField,
        models.DecimalField: fields.StrictDecimalField,
        models.JSONField: fields.StrictJSONField,
    }
    serializer_choice_field = fields.StrictChoiceField
    serializer_related_field = fields.ScopedRelatedField

    def get_validators(self) -> list[Any]:
        return []

    def build_standard_field(self, field_name: str, model_field: models.Field) -> tuple[Any, Any]:
        field_class, options = super().build_standard_field(field_name, model_field)
        validators = options.get("validators")
        if validators is not None:
            options["validators"] = [
                each for each in validators if not isinstance(each, UniqueValidator)
            ]
        if field_class is fields.StrictJSONField:
            options.pop("encoder", None)
            options.pop("decoder", None)
        return field_class, options

    def build_relational_field(self, field_name: str, relation_info: Any) -> tuple[Any, Any]:
        field_class, options = super().build_relational_field(field_name, relation_info)
        options.pop("view_name", None)
        options.pop("validators", None)
        return field_class, options


class EmptySerializer(StrictSerializer):
    """The body of an action that takes none."""
