"""The forms that start and complete a sprint, for a browser without script as well."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from boards.models import Sprint

BACKLOG, NEW = "backlog", "new"


class StartForm(forms.Form):
    """Nothing to say but yes; the version is what the person saw."""

    row_version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CompleteForm(StartForm):
    """Where the open cards go: the backlog, a sprint that isn't completed, or a new one."""

    to = forms.ChoiceField(label=_("Open cards go to"), widget=forms.RadioSelect, initial=BACKLOG)
    name = forms.CharField(label=_("Name of the new sprint"), max_length=100, required=False)
    start_date = _day(_("It starts on"))
    end_date = _day(_("It ends on"))

    def __init__(self, sprint: Sprint, others: list[Sprint], *args: Any, **kwargs: Any) -> None:
        span = sprint.end_date - sprint.start_date
        start = sprint.end_date + datetime.timedelta(days=1)
        initial = {
            "row_version": sprint.row_version,
            "to": str(others[0].pk) if others else BACKLOG,
            "start_date": start,
            "end_date": start + span,
        }
        super().__init__(*args, **{"label_suffix": "", "initial": initial, **kwargs})
        self.others = {str(other.pk): other for other in others}
        self.fields["to"].choices = [
            *((pk, other.name) for pk, other in self.others.items()),
            (NEW, _g("A new sprint")),
            (BACKLOG, _g("The backlog")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("to") == NEW:
            for name in ("name", "start_date", "end_date"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A new sprint has a name, a start and an end."))
        return cleaned
