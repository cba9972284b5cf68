"""Repositories, their pull requests, the cards that these carry out, and what was taken in once."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cards.models import Card, CardPart, of_its_card
from core.db.constraints import CASCADE, ForeignKeyConstraint
from core.db.errors import TriggerRule
from core.db.indexes import Index
from core.encryption import EncryptedField
from core.models import BaseModel
from integrations.querysets import PullRequestQuerySet, RepositoryQuerySet
from workspaces.models import InWorkspace, Workspace
from workspaces.querysets import TenantQuerySet

FULL_NAME = r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$"
HTTPS = r"^https://[^[:space:]]+$"


class GitRepository(BaseModel):
    """A repository on GitHub that a workspace works in.

    Two workspaces may tie the same repository, each with its pull requests and secret: otherwise
    the first would keep it from everybody else, and "taken already" would tell who has it. GitHub's
    number names it for life; the name may change there, and go to another repository.
    """

    workspace = models.ForeignKey(
        Workspace,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("workspace"),
    )
    github_id = models.BigIntegerField(
        _("number on GitHub"),
        validators=[MinValueValidator(1)],
        help_text=_("The “id” that GitHub's API gives the repository. It never changes."),
    )
    full_name = models.CharField(
        _("name"),
        max_length=200,
        validators=[
            RegexValidator(FULL_NAME, _("A repository is called owner/name.")),
        ],
        help_text=_("owner/name"),
    )
    default_branch = models.CharField(
        _("default branch"), max_length=255, default="main", db_default="main"
    )
    private = models.BooleanField(_("private"), default=False, db_default=False)
    last_synced_at = models.DateTimeField(_("last synchronised"), null=True, editable=False)
    webhook_secret = EncryptedField(_("webhook secret"), null=True)

    objects = RepositoryQuerySet.as_manager()

    trigger_rules = (
        TriggerRule(
            "git_repositories_workspace_id_unchanging",
            "workspace",
            _("A repository never changes its workspace."),
        ),
        TriggerRule(
            "git_repositories_github_id_unchanging",
            "github_id",
            _("A repository's number on GitHub never changes."),
        ),
    )

    class Meta:
        db_table = "git_repositories"
        verbose_name = _("repository")
        verbose_name_plural = _("repositories")
        indexes = [
            # The repositories of a workspace by name, which is how people look for them.
            Index(
                fields=["workspace", "full_name", "id"], name="git_repositories_workspace_name_idx"
            ),
            # All repositories that somebody may see, in order of creation.
            models.Index(fields=["workspace", "id"], name="git_repositories_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id", "workspace"], name="git_repositories_id_workspace_key"
            ),
            models.UniqueConstraint(
                fields=["workspace", "github_id"],
                name="git_repositories_github_id_unique",
                violation_error_message=_("The workspace has this repository already."),
            ),
            models.CheckConstraint(
                condition=Q(github_id__gt=0),
                name="git_repositories_github_id_positive",
                violation_error_message=_("A repository's number is more than 0."),
            ),
            models.CheckConstraint(
                condition=Q(full_name__regex=FULL_NAME),
                name="git_repositories_full_name_valid",
                violation_error_message=_("A repository is called owner/name."),
            ),
            models.CheckConstraint(
                condition=Q(default_branch__regex=r"[^[:space:]]"),
                name="git_repositories_default_branch_given",
                violation_error_message=_("A repository has a default branch."),
            ),
            ForeignKeyConstraint(
                fields=["workspace"],
                to="workspaces.Workspace",
                on_delete=CASCADE,
                name="git_repositories_workspace_fk",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def has_webhook_secret(self) -> bool:
        return self.webhook_secret is not None


class PullRequestState(models.TextChoices):
    """Where a pull request stands; a draft is open, but nobody is asked to look at it yet."""

    OPEN = "open", _("Open")
    DRAFT = "draft", _("Draft")
    MERGED = "merged", _("Merged")
    CLOSED = "closed", _("Closed")


class PullRequest(InWorkspace):
    """A pull request as GitHub last told of it. Nobody changes it here.

    `author` is the name on GitHub, empty where the account is gone.
    """

    class Checks(models.TextChoices):
        NONE = "none", _("None")
        PENDING = "pending", _("Running")
        SUCCESS = "success", _("Passed")
        FAILURE = "failure", _("Failed")
        ERROR = "error", _("Error")

    class Review(models.TextChoices):
        NONE = "none", _("None")
        REVIEW_REQUIRED = "review_required", _("Wanted")
        CHANGES_REQUESTED = "changes_requested", _("Changes requested")
        APPROVED = "approved", _("Approved")

    repository = models.ForeignKey(
        GitRepository,
        on_delete=models.CASCADE,
        related_name="pull_requests",
        db_constraint=False,
        db_index=False,
        verbose_name=_("repository"),
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=PullRequestState.choices)
    author = models.CharField(
        _("author"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
    )
    head = models.CharField(_("branch"), max_length=255)
    base = models.CharField(_("into"), max_length=255)
    url = models.CharField(_("address"), max_length=500)
    check_status = models.CharField(
        _("checks"),
        max_length=20,
        choices=Checks.choices,
        default=Checks.NONE,
        db_default=Checks.NONE,
    )
    review_status = models.CharField(
        _("review"),
        max_length=20,
        choices=Review.choices,
        default=Review.NONE,
        db_default=Review.NONE,
    )
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True)
    updated_on_github_at = models.DateTimeField(_("updated on GitHub"))

    objects = PullRequestQuerySet.as_manager()

    class Meta:
        db_table = "pull_requests"
        verbose_name = _("pull request")
        verbose_name_plural = _("pull requests")
        indexes = [
            # The pull requests that somebody may see, the latest news first.
            Index(
                fields=["workspace", "updated_on_github_at", "id"],
                name="pull_requests_workspace_updated_on_github_idx",
            ),
            # What changed here lately: `updated_since`.
            Index(fields=["workspace", "updated_at", "id"], name="pull_requests_updated_idx"),
            # All pull requests that somebody may see, in order of arrival.
            models.Index(fields=["workspace", "id"], name="pull_requests_workspace_idx"),
            # Whose pull requests they are.
            models.Index(fields=["workspace", "author", "id"], name="pull_requests_author_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id", "workspace", "state"], name="pull_requests_id_workspace_state_key"
            ),
            models.UniqueConstraint(
                fields=["repository", "number"],
                name="pull_requests_number_unique",
                violation_error_message=_("The repository has a pull request of this number."),
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="pull_requests_number_positive"),
            models.CheckConstraint(
                condition=Q(title__regex=r"[^[:space:]]"),
                name="pull_requests_title_given",
                violation_error_message=_("A pull request has a title."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed", "merged", "draft"]),
                name="pull_requests_state_valid",
            ),
            models.CheckConstraint(
                condition=Q(head__regex=r"[^[:space:]]"),
                name="pull_requests_head_given",
                violation_error_message=_("A pull request comes from a branch."),
            ),
            models.CheckConstraint(
                condition=Q(base__regex=r"[^[:space:]]"),
                name="pull_requests_base_given",
                violation_error_message=_("A pull request goes into a branch."),
            ),
            models.CheckConstraint(
                # It becomes a link on our pages.
                condition=Q(url__regex=HTTPS),
                name="pull_requests_url_https",
                violation_error_message=_("Enter an https:// address."),
            ),
            models.CheckConstraint(
                condition=Q(check_status__in=["none", "pending", "success", "failure", "error"]),
                name="pull_requests_check_status_valid",
            ),
            models.CheckConstraint(
                condition=Q(
                    review_status__in=["none", "review_required", "changes_requested", "approved"]
                ),
                name="pull_requests_review_status_valid",
            ),
            models.CheckConstraint(
                condition=(Q(closed_at__isnull=True) | ~Q(state__in=["open", "draft"]))
                & (Q(closed_at__isnull=False) | ~Q(state__in=["closed", "merged"])),
                name="pull_requests_closed_at_agrees",
                violation_error_message=_("Closed ones have a time of closing, open ones none."),
            ),
            models.CheckConstraint(
                condition=Q(merged_at__isnull=False, state="merged")
                | (Q(merged_at__isnull=True) & ~Q(state="merged")),
                name="pull_requests_merged_at_agrees",
                violation_error_message=_("Merged ones have a time of merging, others none."),
            ),
            ForeignKeyConstraint(
                fields=["repository", "workspace"],
                to="integrations.GitRepository",
                to_fields=["id", "workspace"],
                on_delete=CASCADE,
                name="pull_requests_repository_fk",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"


class CardPullRequest(CardPart):
    """A pull request that carries out a card.

    `state` is the pull request's own, carried along by the foreign key: so what a drawn card shows
    of it lies beside the card's id, and each change of it has an entry in the card's board's log,
    from which the board's ETag and its followers know.
    """

    kept_by_database: ClassVar[tuple[str, ...]] = ("state",)

    card = models.ForeignKey(
        Card,
        on_delete=models.CASCADE,
        related_name="card_pull_requests",
        db_constraint=False,
        db_index=False,
        verbose_name=_("card"),
    )
    pull_request = models.ForeignKey(
        PullRequest,
        on_delete=models.CASCADE,
        related_name="card_pull_requests",
        db_constraint=False,
        db_index=False,
        verbose_name=_("pull request"),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=PullRequestState.choices,
        db_default=PullRequestState.OPEN,
        editable=False,
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        db_table = "card_pull_requests"
        verbose_name = _("linked pull request")
        verbose_name_plural = _("linked pull requests")
        indexes = [
            # The cards of a pull request, and what follows its state.
            Index(
                fields=["pull_request", "workspace", "state"],
                name="card_pull_requests_pull_request_idx",
            ),
            # All links of a board and of a workspace: what goes with them.
            Index(fields=["board"], name="card_pull_requests_board_idx"),
            Index(fields=["workspace"], name="card_pull_requests_workspace_idx"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "pull_request"],
                name="card_pull_requests_unique",
                violation_error_message=_("The card has this pull request already."),
            ),
            # The board follows the card to where it is moved, the state the pull request.
            of_its_card("card_pull_requests_card_fk"),
            ForeignKeyConstraint(
                fields=["pull_request", "workspace", "state"],
                to="integrations.PullRequest",
                to_fields=["id", "workspace", "state"],
                on_delete=CASCADE,
                on_update=CASCADE,
                name="card_pull_requests_pull_request_fk",
                violation_error_message=_(
                    "A card's pull requests are of repositories of its own workspace."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pull_request_id} for {self.card_id}"


class ProcessedMessage(models.Model):
    """What came in once and is never taken in again. Technical: see `integrations.once`."""

    message_id = models.CharField(max_length=100, primary_key=True)
    processed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "processed_messages"
        verbose_name = _("processed message")
        verbose_name_plural = _("processed messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(message_id__regex=r"^[a-z_]+:[[:graph:]]+$"),
                name="processed_messages_id_names_its_source",
                violation_error_message=_("A message's id begins with its source."),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
