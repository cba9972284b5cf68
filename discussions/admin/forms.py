"""The forms of channels: projects that take something in, and people of the right workspace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from core.admin.forms import TasklyModelForm
from discussions.models import Channel, ChannelMember


class ChannelForm(TasklyModelForm):
    """A channel; a new one's project is chosen from those that take things in."""

    projects: models.QuerySet

    class Meta:
        model = Channel
        fields = ("project", "name", "description", "is_private")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "project" in self.fields:
            self.fields["project"].queryset = self.projects
            self.fields["project"].empty_label = None if self.projects.count() == 1 else "—"


class NewMemberForm(forms.ModelForm):
    """Somebody who isn't in the channel yet."""

    class Meta:
        model = ChannelMember
        fields = ("user",)
