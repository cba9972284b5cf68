"""Forms of the admin: they carry the version that the person saw, and name every control."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField, construct_instance
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from core.admin.history import ShownLine, history_of
from core.admin.refusals import Refused, add_to_form, messages_of
from core.exceptions import StaleVersion

# Native pickers: they follow the person's language, work on phones, and need no script.
NATIVE_WIDGETS: dict[type[models.Field], dict[str, Any]] = {
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
    },
    models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    models.TimeField: {"widget": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")},
}


class RowForm(forms.ModelForm):
    """A form over a row that leaves the rules between fields and rows to the service.

    Django would try the model's constraints one by one before the service runs, and tell what is
    broken without naming a field; the service and the database name it.
    """

    def _post_clean(self) -> None:
        excluded = self._get_validation_exclusions()
        excluded |= {
            name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField)
        }
        try:
            construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
            self.instance.full_clean(
                exclude=excluded, validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            self._update_errors(error)


class TasklyModelForm(RowForm):
    """A form that knows what its writer saw: the version, and the log up to then.

    `refused` is what the service said to the same input a moment ago (base.py runs the page a
    second time then); it becomes errors of this form.
    """

    row_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    refused: ClassVar[Refused | None] = None
    since_seen: ClassVar[list[ShownLine]] = []
    aliases: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if not self.instance._state.adding:
            self.initial["row_version"] = getattr(self.instance, "row_version", None)
            if not self.is_bound:
                newest = history_of(self.instance).order_by().aggregate(Max("id"))["id__max"]
                self.initial["seen"] = newest

    def changed_fields(self) -> list[str]:
        """The fields that the person changed, without those that only the form needs."""
        return [name for name in self.changed_data if name not in ("row_version", "seen")]

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.refused is not None:
            if isinstance(self.refused.error, StaleVersion):
                self._say_what_changed(self.refused.error)
            else:
                add_to_form(self, messages_of(self.refused.error), self.aliases)

    def _say_what_changed(self, stale: StaleVersion) -> None:
        """Name what others did meanwhile; saving once more is then an informed choice."""
        self.add_error(None, str(stale.detail))
        for told in self.since_seen:
            for change in told.changes:
                self.add_error(
                    None,
                    _("%(field)s: “%(before)s” became “%(after)s” (%(who)s)")
                    % {
                        "field": change.label,
                        "before": change.before,
                        "after": change.after,
                        "who": told.actor,
                    },
                )
        self.add_error(
            None,
            _("Nothing was saved. Check your entries below, and save again if they are to stay."),
        )
        # From here on the person has seen the present state.
        data = self.data.copy()
        data[self.add_prefix("row_version")] = str(stale.instance.row_version)
        newest = history_of(stale.instance).order_by().aggregate(Max("id"))["id__max"]
        data[self.add_prefix("seen")] = "" if newest is None else str(newest)
        self.data = data


class TasklyInlineFormSet(BaseInlineFormSet):
    """Rows of a parent's page, each control of which says what it is and whose."""

    def __init__(
        self, *args: Any, inline: Any, refused: Refused | None = None, **kwargs: Any
    ) -> None:
        self.inline = inline
        self.refused = refused
        super().__init__(*args, **kwargs)

    def add_fields(self, form: forms.BaseForm, index: int | None) -> None:
        super().add_fields(form, index)
        whose = (
            self.inline.row_name(form.instance)
            if not form.instance._state.adding
            else _g("row %(number)s") % {"number": 1 + (index or 0)}
        )
        name_controls(form, whose)

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or self.refused is None:
            return
        for form in self.forms:
            if form.prefix == self.refused.prefix:
                add_to_form(form, messages_of(self.refused.error), {})


def name_controls(form: forms.BaseForm, whose: str) -> None:
    """Give controls that have no label of their own beside them a name: field and row."""
    for name, field in form.fields.items():
        if not field.widget.is_hidden:
            label = field.label or name.replace("_", " ")
            field.widget.attrs["aria-label"] = f"{label}: {whose}"


class TasklyChangeListForm(RowForm):
    """A row of a list with editable cells."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_controls(self, str(self.instance))
