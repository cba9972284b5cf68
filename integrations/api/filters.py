"""What lists of repositories and pull requests can be asked for."""

from __future__ import annotations

from uuid import UUID

from core.api.filters import (
    BooleanFilter,
    ChoicesFilter,
    IdFilter,
    MomentFilter,
    SearchFilter,
    StrictFilterSet,
)
from integrations.models import PullRequest, PullRequestState
from integrations.querysets import PullRequestQuerySet


class RepositoryFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    private = BooleanFilter(field_name="private")
    search = SearchFilter(field_name="full_name", lookup_expr="icontains")


class PullRequestFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    repository = IdFilter(field_name="repository_id")
    card = IdFilter(method="by_card")
    state = ChoicesFilter(field_name="state", choices=PullRequestState.choices)
    check_status = ChoicesFilter(field_name="check_status", choices=PullRequest.Checks.choices)
    review_status = ChoicesFilter(field_name="review_status", choices=PullRequest.Review.choices)
    author = SearchFilter(field_name="author", lookup_expr="iexact")
    updated_since = MomentFilter(field_name="updated_at", lookup_expr="gte")
    search = SearchFilter(field_name="title", lookup_expr="icontains")

    def by_card(
        self, pull_requests: PullRequestQuerySet, name: str, value: UUID
    ) -> PullRequestQuerySet:
        """Those that carry out the card of this id."""
        return pull_requests.of_card(value)
