"""What the page of a card shows, read in a number of queries that doesn't grow with its parts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from boards.models import ColumnCategory
from cards.models import Card, CardLink, ChecklistItem, Comment
from cards.querysets import CardQuerySet
from cards.references import References, cards_named_in, people_by_name
from core.api.versions import entity_tag
from core.clock import now
from projects.admin.rights import directs, observes
from workspaces.admin.rights import administers
from workspaces.models import User

COMMENTS = 50
MOST_COMMENTS = 1_000
MOST_LINKS = 500

RELATIONS = {
    ("blocks", False): ("blocked_by", _("Blocked by")),
    ("blocks", True): ("blocks", _("Blocks")),
    ("parent_of", False): ("child_of", _("Parent")),
    ("parent_of", True): ("parent_of", _("Children")),
    ("relates_to", True): ("relates_to", _("Relates to")),
    ("duplicates", True): ("duplicates", _("Duplicates")),
    ("duplicates", False): ("duplicated_by", _("Duplicated by")),
}
"""How a link looks from one of its ends: by its kind, and whether it leads from here."""


@dataclass(frozen=True)
class ShownComment:
    comment: Comment
    html: SafeString
    tag: str
    may_edit: bool
    may_delete: bool


@dataclass
class ShownChecklist:
    name: str
    items: list[ChecklistItem] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(item.done_at is not None for item in self.items)


@dataclass(frozen=True)
class ShownLink:
    link: CardLink
    card: Card
    is_closed: bool
    column: dict[str, Any]


@dataclass
class ShownRelation:
    key: str
    name: str
    links: list[ShownLink] = field(default_factory=list)


class ShownCard:
    """A card with what hangs on it, as one person may see it.

    `tag` names what is shown, for asking later whether it is still that.
    """

    def __init__(
        self,
        card: Card,
        request: HttpRequest,
        rows: CardQuerySet,
        comments: int = COMMENTS,
        tag: str | None = None,
    ) -> None:
        self.card = card
        self.tag = tag
        self.request = request
        self.rows = rows
        self.most_comments = max(1, min(comments, MOST_COMMENTS))
        self.key = f"{card.workspace.key}-{card.number}"

    # Who reads it, and what they may do.

    @cached_property
    def members(self) -> list[User]:
        people = User.objects.present().filter(memberships__workspace=self.card.workspace_id)
        return list(people.order_by("full_name", "username"))

    @property
    def person(self) -> User:
        return self.request.user

    @cached_property
    def may_write(self) -> bool:
        """Whether the page's controls work: they call the API, which knows members alone."""
        observing = observes(self.request, self.card.board.project_id)
        return not observing and any(member.pk == self.person.pk for member in self.members)

    @property
    def may_edit_form(self) -> bool:
        """Whether the form is theirs: operators write through it alone."""
        return not observes(self.request, self.card.board.project_id)

    @cached_property
    def moderates(self) -> bool:
        """Whether they may take anybody's comment back."""
        project = self.card.board.project
        if project is None:
            return administers(self.request, self.card.workspace_id)
        return directs(self.request, project)

    # What it is.

    @cached_property
    def column(self) -> dict[str, Any]:
        return _column_of(self.card)

    @property
    def labels(self) -> list[dict[str, str]]:
        return list(self.card.metadata.get("labels") or ())

    @property
    def criteria(self) -> str:
        return self.card.metadata.get("acceptance_criteria") or ""

    @cached_property
    def assignees(self) -> list[User]:
        return [each.user for each in self.card.card_assignees.all()]

    @property
    def hours(self) -> float | None:
        """The estimate without zeros that nobody wrote."""
        return None if self.card.estimated_hours is None else float(self.card.estimated_hours)

    @property
    def is_overdue(self) -> bool:
        card = self.card
        is_open = card.completed_at is None and card.archived_at is None
        return is_open and card.due_date is not None and card.due_date < localdate(now())

    # What hangs on it.

    @cached_property
    def _comments(self) -> list[Comment]:
        rows = Comment.objects.filter(card=self.card).select_related("author")
        return list(rows.order_by("-id")[: self.most_comments + 1])

    @property
    def more_comments(self) -> int:
        """How many are to be asked for to see earlier ones; 0 where there are none."""
        there = len(self._comments) > self.most_comments < MOST_COMMENTS
        return self.most_comments + COMMENTS if there else 0

    @cached_property
    def checklists(self) -> list[ShownChecklist]:
        """By name, in the order of their first items."""
        found: dict[str, ShownChecklist] = {}
        items = ChecklistItem.objects.filter(card=self.card).select_related("done_by")
        for item in items.order_by("position"):
            found.setdefault(item.checklist, ShownChecklist(item.checklist)).items.append(item)
        return list(found.values())

    @cached_property
    def relations(self) -> list[ShownRelation]:
        """Links to and from the card, as far as the cards at their other ends may be seen."""
        relations = {each: ShownRelation(key, str(name)) for each, (key, name) in RELATIONS.items()}
        ends = Q(source=self.card, target__in=self.rows) | Q(target=self.card, source__in=self.rows)
        links = CardLink.objects.filter(ends).select_related(
            "workspace", "source__board", "target__board"
        )
        for link in links.order_by("id")[:MOST_LINKS]:
            leads_away = link.source_id == self.card.pk
            other = link.target if leads_away else link.source
            is_closed = bool(other.completed_at or other.archived_at)
            shown = ShownLink(link, other, is_closed, _column_of(other))
            direction = leads_away or link.kind == CardLink.Kind.RELATES_TO
            relations[link.kind, direction].links.append(shown)
        return [relation for relation in relations.values() if relation.links]

    @property
    def blockers(self) -> list[ShownLink]:
        """Open cards that keep this one from going on, while it is open itself."""
        if self.card.completed_at or self.card.archived_at:
            return []
        return [
            link
            for relation in self.relations
            if relation.key == "blocked_by"
            for link in relation.links
            if not link.is_closed
        ]

    # Its texts.

    @cached_property
    def _references(self) -> References:
        texts = [self.card.description, self.criteria]
        texts += [each.content for each in self._comments if each.deleted_at is None]
        return References(
            people=people_by_name(self.members),
            cards=cards_named_in(texts, self.rows),
            me=self.person.username.lower(),
        )

    @cached_property
    def description_html(self) -> SafeString:
        return self._references.rendered(self.card.description)

    @cached_property
    def criteria_html(self) -> SafeString:
        return self._references.rendered(self.criteria)

    @cached_property
    def comments(self) -> list[ShownComment]:
        """The newest ones in order of time. Of a deleted one only that it was there."""
        shown = []
        for comment in reversed(self._comments[: self.most_comments]):
            present = comment.deleted_at is None
            own = comment.author_id == self.person.pk
            shown.append(
                ShownComment(
                    comment,
                    self._references.rendered(comment.content) if present else SafeString(),
                    entity_tag(comment.pk, comment.version),
                    may_edit=present and own and self.may_write,
                    may_delete=present and self.may_write and (own or self.moderates),
                )
            )
        return shown

    def rendered_alone(self, text: str) -> SafeString:
        """A further text of the card's, with the people whom it names."""
        return References(people=people_by_name(self.members)).rendered(text)

    # What its script is told.

    @property
    def data(self) -> dict[str, Any]:
        """The card as the API answers it, as far as the page's script needs it, and addresses."""
        card, site = self.card, "admin:cards_card"
        return {
            "card": {
                "id": card.pk,
                "key": self.key,
                "version": card.version,
                "board": card.board_id,
                "column_id": card.column_id,
                "title": card.title,
                "description": card.description,
                "metadata": {"labels": self.labels, "acceptance_criteria": self.criteria},
                "priority": card.priority,
                "story_points": card.story_points,
                "estimated_hours": (
                    None if card.estimated_hours is None else str(card.estimated_hours)
                ),
                "due_date": card.due_date,
                "sprint": card.sprint_id,
                "feature": card.feature_id,
                "assignees": [person.pk for person in self.assignees],
                "archived_at": card.archived_at,
            },
            "tag": self.tag,
            "workspace": card.workspace_id,
            "workspace_key": card.workspace.key,
            "me": self.person.pk,
            "token": get_token(self.request),
            "may": {
                "write": self.may_write,
                "administer": administers(self.request, card.workspace_id),
            },
            "urls": {
                "page": reverse(f"{site}_change", args=[card.pk]),
                "panel": reverse(f"{site}_panel", args=[card.pk]),
                "choices": reverse(f"{site}_choices", args=[card.pk]),
                "history": reverse(f"{site}_history", args=[card.pk]),
                "cards": reverse(f"{site}_change", args=[uuid.UUID(int=0)]),
                "board": reverse("admin:boards_board_board", args=[card.board_id]),
            },
        }


def _column_of(card: Card) -> dict[str, Any]:
    """The column that the card stands in, with the word for its category."""
    column = next(each for each in card.board.columns if each["id"] == str(card.column_id))
    return {**column, "state": ColumnCategory(column["category"]).label}
