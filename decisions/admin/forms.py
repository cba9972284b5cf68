"""The forms of transcripts, decisions and relationships, in words that people type."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.admin.forms import RowForm, TasklyModelForm
from decisions.models import MAX_CONTENT, MAX_TEXT, Decision, DecisionRelationship, Transcript
from projects.admin.forms import members_of

_PERSON = re.compile(r"(?P<name>[^<>,]+?)\s*(?:<(?P<email>[^<>]+)>)?\s*(?:,\s*(?P<role>.+))?")


def is_lines(value: Any) -> bool:
    """Whether a value is a list of plain texts, which can be typed a line each."""
    return isinstance(value, list) and all(
        isinstance(each, str) and "\n" not in each and each.strip() for each in value
    )


class LinesField(forms.CharField):
    """A list of texts, typed a line each."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=MAX_TEXT,
            widget=forms.Textarea(attrs={"rows": 3}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [line.strip() for line in (data or "").splitlines() if line.strip()] != (
            initial or []
        )


class PeopleField(LinesField):
    """Who took part, a person a line: `Ada Admin <ada@example.com>, chair`."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(
            person["name"]
            + (f" <{person['email']}>" if "email" in person else "")
            + (f", {person['role']}" if "role" in person else "")
            for person in value
        )

    def clean(self, value: Any) -> Any:
        return [self._person(line) for line in super().clean(value)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or []).splitlines(), data)

    @staticmethod
    def _person(line: str) -> dict[str, str]:
        found = _PERSON.fullmatch(line)
        if found is None:
            raise ValidationError(
                _("This isn't a person: %(line)s. Such as: Ada Admin <ada@example.com>, chair")
                % {"line": line}
            )
        if found["email"]:
            validate_email(found["email"])
        return {name: text for name, text in found.groupdict().items() if text}


class _OfProjectForm(TasklyModelForm):
    """A form of something in a project, chosen from the projects that take things in."""

    projects: models.QuerySet

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "project" in self.fields:
            self.fields["project"].queryset = self.projects
            self.fields["project"].empty_label = None if self.projects.count() == 1 else "—"


class TranscriptForm(_OfProjectForm):
    participants = PeopleField(
        label=_("Participants"),
        help_text=_("One a line, such as: Ada Admin <ada@example.com>, chair"),
    )
    content = forms.CharField(
        label=_("Content"),
        required=False,
        strip=False,
        max_length=MAX_CONTENT,
        widget=forms.Textarea(attrs={"rows": 16}),
    )

    class Meta:
        model = Transcript
        fields = ("project", "title", "source", "occurred_at", "participants", "content")


class DecisionForm(_OfProjectForm):
    """A decision. Its transcript and whoever decided belong to its project and workspace."""

    impacts = LinesField(label=_("Impacts"), help_text=_("One a line."))
    anomalies = LinesField(label=_("Anomalies"), help_text=_("One a line."))

    class Meta:
        model = Decision
        fields = (
            "project",
            "title",
            "statement",
            "rationale",
            "transcript",
            "confidence",
            "impacts",
            "anomalies",
            "status",
            "decided_by",
            "decided_at",
        )
        widgets = {
            "statement": forms.Textarea(attrs={"rows": 5}),
            "rationale": forms.Textarea(attrs={"rows": 10}),
            "confidence": forms.NumberInput(attrs={"min": 0, "max": 1, "step": "any"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        transcripts = Transcript.objects.without_content().order_by("-occurred_at", "id")
        if "project" in self.fields:
            projects = self.projects.order_by()
            workspaces = self.projects.order_by().values("workspace")
            transcripts = transcripts.filter(project__in=projects).select_related("project")
        else:
            workspaces = [self.instance.workspace_id]
            transcripts = transcripts.filter(project=self.instance.project_id)
        if "transcript" in self.fields:
            self.fields["transcript"].queryset = transcripts
            if "project" in self.fields:
                self.fields["transcript"].label_from_instance = _named_with_project
        if "decided_by" in self.fields:
            self.fields["decided_by"].queryset = members_of(workspaces)


class RelationshipForm(RowForm):
    """A relationship: recorded and removed, never changed."""

    class Meta:
        model = DecisionRelationship
        fields = ("kind", "target")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            for name in ("kind", "target"):
                self.fields[name].disabled = True
            self.fields["target"].queryset = Decision.objects.without_embedding().filter(
                pk=self.instance.target_id
            )


def _named_with_project(transcript: Transcript) -> str:
    return f"{transcript.project} · {transcript.title}"
