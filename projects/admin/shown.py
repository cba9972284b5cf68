"""How statuses of projects, releases and features look in lists and on pages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from core.admin.chips import chip
from projects.models import Feature, Project, Release

PROJECT_COLOURS = {"planned": "", "active": "green", "on_hold": "amber", "completed": "blue"}
RELEASE_COLOURS = {"planned": "", "in_progress": "blue", "released": "green", "cancelled": "red"}
FEATURE_COLOURS = {
    "backlog": "",
    "planned": "accent",
    "in_progress": "blue",
    "blocked": "amber",
    "done": "green",
    "cancelled": "red",
}


def project_status(project: Project) -> SafeString:
    return chip(project.get_status_display(), PROJECT_COLOURS[project.status])


def release_status(release: Release) -> SafeString:
    return chip(release.get_status_display(), RELEASE_COLOURS[release.status])


def feature_status(feature: Feature) -> SafeString:
    return chip(feature.get_status_display(), FEATURE_COLOURS[feature.status])


def short(row: Project | Release | None) -> str:
    """A name for a column of a list, in which the row's own name is what one reads."""
    return "—" if row is None else Truncator(str(row)).chars(60)


def link(site: str, kind: str, row: Project | Release | Feature | None) -> SafeString | str:
    """To the page of a project, release or feature, by its name."""
    if row is None:
        return "—"
    address = reverse(f"{site}:projects_{kind}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, row)
