"""Filters of lists that take their parameters at their word.

django-filter's own fields are lenient (a boolean that is neither is no filter at all, a date may
be written the American way), and a parameter that nobody knows is ignored: both answer a wrong
question with a page of right-looking rows. Here each is a 400 that names the parameter.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from core.api.fields import DATE, parse_moment, parse_uuid

NONE = "none"
ME = "me"
MAX_CHOICES = 50


class _TextField(forms.Field):
    """A form field whose value is the parameter's text, or None where it was left out."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        return None if value is None else self.parse(str(value))

    def parse(self, text: str) -> Any:
        """The value of a given parameter; ValidationError where it is none."""
        return text


class IdFormField(_TextField):
    """A UUID, or one of the field's words."""

    def __init__(self, *args: Any, words: Sequence[str] = (), **kwargs: Any) -> None:
        self.words = tuple(words)
        super().__init__(*args, **kwargs)

    def parse(self, text: str) -> UUID | str:
        if text in self.words:
            return text
        identifier = parse_uuid(text)
        if identifier is None:
            message = _("This has to be a UUID.")
            if self.words:
                words = ", ".join(f"“{word}”" for word in self.words)
                message = _("This has to be a UUID or one of: %(words)s.") % {"words": words}
            raise ValidationError(message)
        return identifier


class BooleanFormField(_TextField):
    """true or false."""

    def parse(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise ValidationError(_("This has to be true or false."))
        return text == "true"


class DateFormField(_TextField):
    """YYYY-MM-DD."""

    def parse(self, text: str) -> date:
        try:
            if DATE.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise ValidationError(_("This has to be a date: YYYY-MM-DD."))


class MomentFormField(_TextField):
    """ISO 8601 with an offset."""

    def parse(self, text: str) -> datetime:
        # A + that wasn't escaped arrives as a space: there is nothing else that it could mean.
        head, space, tail = text.rpartition(" ")
        moment = parse_moment(text) or (parse_moment(f"{head}+{tail}") if space else None)
        if moment is None:
            raise ValidationError(
                _("This has to be a moment with an offset, such as 2026-11-22T09:30:00Z.")
            )
        return moment


class WholeFormField(_TextField):
    """A whole number of 32 bits."""

    def parse(self, text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
            raise ValidationError(_("This has to be a whole number."))
        if not -(2**31) <= int(text) < 2**31:
            raise ValidationError(_("This number is too large."))
        return int(text)


class ChoicesFormField(_TextField):
    """One or several of the named texts, separated by commas."""

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.values = tuple(value for value, _label in choices)
        super().__init__(*args, **kwargs)

    def parse(self, text: str) -> list[str]:
        chosen = text.split(",")
        if len(chosen) > MAX_CHOICES or not set(chosen) <= set(self.values):
            names = ", ".join(self.values)
            raise ValidationError(_("Choose from: %(names)s.") % {"names": names})
        return chosen


class SearchFormField(_TextField):
    """Words to look for."""

    def parse(self, text: str) -> str:
        if not text.strip():
            raise ValidationError(_("There is nothing to look for."))
        if len(text) > 500:
            raise ValidationError(_("This is longer than 500 characters."))
        return text.strip()


class _Filter(django_filters.Filter):
    """A filter that lets False, 0 and every other given value through to the query."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return qs
        return self.get_method(qs)(**{f"{self.field_name}__{self.lookup_expr}": value})


class IdFilter(_Filter):
    """By the id of a related row: `IdFilter(field_name="sprint_id", none=True, me=False)`.

    It compares the column and looks nothing up: the list is of visible rows already, so an id of
    another tenant finds nothing, as an unknown one does. `none` stands for rows without, `me` for
    the caller.
    """

    field_class = IdFormField

    def __init__(self, *args: Any, none: bool = False, me: bool = False, **kwargs: Any) -> None:
        words = [word for word, allowed in ((NONE, none), (ME, me)) if allowed]
        super().__init__(*args, words=words, **kwargs)
        self.words = tuple(words)
        identifier = {"type": "string", "format": "uuid"}
        either = {"oneOf": [identifier, {"type": "string", "enum": words}]}
        extend_schema_field(either if words else identifier)(self)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value == NONE:
            return qs.filter(**{f"{self.field_name}__isnull": True})
        if value == ME:
            value = self.parent.request.user.pk
        return super().filter(qs, value)


@extend_schema_field(OpenApiTypes.BOOL)
class BooleanFilter(_Filter):
    """true or false."""

    field_class = BooleanFormField


@extend_schema_field(OpenApiTypes.DATE)
class DateFilter(_Filter):
    """A day."""

    field_class = DateFormField


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentFilter(_Filter):
    """A point in time."""

    field_class = MomentFormField


@extend_schema_field(OpenApiTypes.INT)
class WholeFilter(_Filter):
    """A whole number."""

    field_class = WholeFormField


class ChoicesFilter(_Filter):
    """One or several of `choices`, separated by commas."""

    field_class = ChoicesFormField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("lookup_expr", "in")
        super().__init__(*args, **kwargs)
        names = "|".join(str(value) for value, _label in kwargs["choices"])
        extend_schema_field({"type": "string", "pattern": f"^({names})(,({names}))*$"})(self)


@extend_schema_field(OpenApiTypes.STR)
class SearchFilter(_Filter):
    """Words; give `method=` for how they are looked for."""

    field_class = SearchFormField


class StrictFilterSet(FilterSet):
    """The base of every list's filters.

    Only the filters that are asked for are copied for a request: copying all of them, and making
    a form of them, takes longer than most lists' query.
    """

    def __init__(
        self,
        data: Any = None,
        queryset: QuerySet[Any] | None = None,
        *,
        request: Any = None,
        prefix: str | None = None,
    ) -> None:
        self.is_bound = data is not None
        self.data = {} if data is None else data
        self.queryset = queryset
        self.request = request
        self.form_prefix = prefix
        self.filters = {
            name: copy.deepcopy(each)
            for name, each in self.base_filters.items()
            if not self.is_bound or name in self.data
        }
        for each in self.filters.values():
            each.model = None if queryset is None else queryset.model
            each.parent = self

    def is_valid(self) -> bool:
        """Whether every given parameter can be used; one given twice can't."""
        if self.is_bound and hasattr(self.data, "getlist"):
            for name in self.filters:
                if len(self.data.getlist(name)) > 1:
                    self.form.add_error(name, _("This is given more than once."))
        return bool(super().is_valid())


class StrictFilterBackend(DjangoFilterBackend):
    """Filters a list by its view's `filterset_class`; never renders a form with choices in it."""

    raise_exception = True
    filterset_base = StrictFilterSet

    def filter_queryset(self, request: Any, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filterset = getattr(view, "filterset_class", None)
        if filterset is None or filterset.base_filters.keys().isdisjoint(request.query_params):
            return queryset
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered

    def to_html(self, request: Any, queryset: QuerySet[Any], view: Any) -> str:
        return ""
