"""How pull requests look in lists and on pages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.admin.chips import chip
from integrations.models import PullRequest, PullRequestState

STATE_COLOURS = {"open": "green", "draft": "", "merged": "accent", "closed": "red"}
CHECK_COLOURS = {"none": "", "pending": "amber", "success": "green", "failure": "red",
                 "error": "red"}  # fmt: skip
REVIEW_COLOURS = {"none": "", "review_required": "amber", "changes_requested": "red",
                  "approved": "green"}  # fmt: skip


def state(value: str) -> SafeString:
    return chip(str(PullRequestState(value).label), STATE_COLOURS[value], "git-pull-request")


def checks(pull_request: PullRequest) -> SafeString | str:
    if pull_request.check_status == PullRequest.Checks.NONE:
        return "—"
    shown = pull_request.get_check_status_display()
    return chip(shown, CHECK_COLOURS[pull_request.check_status])


def review(pull_request: PullRequest) -> SafeString | str:
    if pull_request.review_status == PullRequest.Review.NONE:
        return "—"
    shown = pull_request.get_review_status_display()
    return chip(shown, REVIEW_COLOURS[pull_request.review_status])


def link(site: str, pull_request: PullRequest) -> SafeString:
    """To the pull request's page, by its number and title."""
    address = reverse(f"{site}:integrations_pullrequest_change", args=[pull_request.pk])
    return format_html('<a href="{}">{}</a>', address, pull_request)


def on_github(url: str) -> SafeString:
    """To GitHub, which isn't told where one comes from."""
    return format_html(
        '<a href="{}" rel="noopener noreferrer external">{}</a>', url, _("Open on GitHub")
    )
