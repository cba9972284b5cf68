"""Loading the demo: the fixtures, then a team and what it did in some weeks.

All of it goes through the services that everybody goes through, in the order in which it happened,
each scene at its own moment in the past. Only the database's owner tells of the past.
"""

from __future__ import annotations

import datetime

from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cards.models import Card
from core.clock import backdated
from core.exceptions import RuleViolation
from samples.demo import asking, coding, deciding, detailing, planning, talking, working
from samples.demo.calendar import Calendar
from samples.demo.content import talk_of_boards, talk_of_others
from samples.demo.content.code import PULL_REQUESTS, REPOSITORIES
from samples.demo.content.conversations import CONVERSATIONS
from samples.demo.content.decisions import DECISIONS, TRANSCRIPTS
from samples.demo.content.parts import CHECKLISTS, COMMENTS, LINKS
from samples.demo.content.product import PRODUCT
from samples.demo.content.projects import PROJECTS
from samples.demo.content.shapes import ADMIN, COLLEAGUES, MEMBER, WORKSPACE
from samples.demo.content.support import SUPPORT
from samples.demo.content.website import WEBSITE
from samples.demo.story import Stage, Story
from workspaces.models import User, Workspace
from workspaces.services.members import member_add
from workspaces.services.people import user_create
from workspaces.services.workspaces import workspace_create

BOARDS = (PRODUCT, WEBSITE, SUPPORT)
CHANNELS = (*talk_of_boards.CHANNELS, *talk_of_others.CHANNELS)
FIXTURES = {"TEST": ("demo",), "ALPHA": ("decisions", "planning", "conversations")}
"""The fixtures that bring the workspace of that key, and live in it."""

BEGIN = "-35 08:30"
TEAM = "-35 09:00"


class DemoInTheWay(RuleViolation):
    """Names that the demo needs belong to somebody else here."""

    code = "demo_in_the_way"
    message = _("There are people or workspaces here whose names the demo needs.")


def demo_load(*, today: datetime.date) -> int:
    """Load what of the demo isn't there yet; the number of cards that came. As the owner.

    People's changes to the demo are never overwritten: what is there is left alone.
    """
    before = Card.objects.count()
    calendar = Calendar(today)
    present = set(Workspace.objects.values_list("key", flat=True))
    missing = [name for key, names in FIXTURES.items() if key not in present for name in names]
    with transaction.atomic():
        if missing:
            with backdated(calendar.moment(BEGIN)):
                call_command("loaddata", *missing, verbosity=0)
        if WORKSPACE[0] not in present:
            story_of(calendar).play(_team(calendar))
    return Card.objects.count() - before


def story_of(calendar: Calendar) -> Story:
    """Everything that happens on the stage that `_team` sets."""
    story = Story(calendar)
    for project in PROJECTS:
        planning.tell(story, project)
    for board in BOARDS:
        working.tell(story, board)
    for comment in COMMENTS:
        detailing.tell_comment(story, comment)
    for checklist in CHECKLISTS:
        detailing.tell_checklist(story, checklist)
    for link in LINKS:
        detailing.tell_link(story, link)
    for channel in CHANNELS:
        talking.tell(story, channel)
    for transcript in TRANSCRIPTS:
        deciding.tell_transcript(story, transcript)
    for decision in DECISIONS:
        deciding.tell(story, decision)
    for repository in REPOSITORIES:
        coding.tell_repository(story, repository)
    for pull_request in PULL_REQUESTS:
        coding.tell(story, pull_request)
    for conversation in CONVERSATIONS:
        asking.tell(story, conversation)
    return story


def _team(calendar: Calendar) -> Stage:
    """The team's workspace with its people, in which nothing has happened yet."""
    people = {
        person.username: person
        for person in User.objects.present().filter(username__in=(ADMIN, MEMBER))
    }
    taken = User.objects.present().filter(username__in=COLLEAGUES).exists()
    if len(people) < 2 or taken:
        raise DemoInTheWay()
    key, name = WORKSPACE
    with backdated(calendar.moment(TEAM)):
        workspace = workspace_create(name=name, key=key, actor=people[ADMIN])
        for username, full_name in COLLEAGUES.items():
            people[username] = user_create(
                username=username,
                email=f"{username}@example.com",
                password=None,
                actor=None,
                full_name=full_name,
            )
        for username, person in people.items():
            if username != ADMIN:
                member_add(workspace=workspace, user=person, actor=people[ADMIN])
    return Stage(workspace=workspace, people=people)
