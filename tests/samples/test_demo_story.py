"""The demo's team and its weeks: what there is to see, and that it happened when it says.

Loaded once for all tests here, which only read.
"""

import datetime
from collections import Counter

from django.core.management import call_command
from django.db.models import F
from django.test import TestCase

from assistant.models import ConversationMessage, UserContext
from boards.models import Board, Sprint
from boards.services import column_of
from cards.models import Card, CardAssignee, CardLink, ChecklistItem, Comment
from core.models import EventLog
from decisions.models import Decision, DecisionRelationship, Transcript
from discussions.models import Channel, ChannelMember, Message
from integrations.models import CardPullRequest, GitRepository, PullRequest
from projects.models import Feature, Project, ProjectMember, Release
from samples.demo.content.product import LONG_TITLE
from samples.demo.content.projects import PROJECTS
from samples.demo.content.shapes import COLLEAGUES
from samples.demo.services import BOARDS, demo_load
from tests.core.connections import in_the_owners_role
from tests.watching import all_tables
from workspaces.models import User, Workspace, WorkspaceMember

TODAY = datetime.date(2026, 11, 18)
LATE = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)
TEAM = {"alice": "admin", "bob": "member"} | dict.fromkeys(COLLEAGUES, "member")
LOGGED = (
    (Board, "board"),
    (Card, "card"),
    (Channel, "channel"),
    (Decision, "decision"),
    (Feature, "feature"),
    (Message, "message"),
    (Project, "project"),
    (PullRequest, "pull_request"),
    (Release, "release"),
    (Transcript, "transcript"),
)


class TestDemoStory(TestCase):
    """Read by all tests, and loaded before the first."""

    @classmethod
    def setUpTestData(cls):
        with in_the_owners_role():
            cls.cards = demo_load(today=TODAY)
        cls.lumen = Workspace.objects.get(key="LUMEN")

    def test_a_team_comes_with_three_boards_and_a_hundred_cards(self):
        assert self.cards == 109
        members = WorkspaceMember.objects.filter(workspace=self.lumen)
        assert dict(members.values_list("user__username", "role")) == TEAM
        boards = Board.objects.filter(workspace=self.lumen)
        assert {board.name: (board.project.name, board.cards.count()) for board in boards} == {
            "Product": ("Lumen Boards 2", 42),
            "Website relaunch 🚀": ("Website relaunch", 31),
            "Поддержка": ("Поддержка клиентов", 27),
        }

    def test_of_the_team_only_two_sign_in(self):
        people = User.objects.filter(memberships__workspace__key="LUMEN")
        assert sorted(person.username for person in people if person.has_usable_password()) == [
            "alice",
            "bob",
        ]

    def test_dates_count_from_today(self):
        due = Card.objects.filter(
            workspace=self.lumen,
            due_date__isnull=False,
            completed_at__isnull=True,
            archived_at=None,
        )
        assert due.filter(due_date__lt=TODAY).count() >= 2
        assert due.filter(due_date=TODAY).count() >= 2
        assert due.filter(due_date__gt=TODAY).count() >= 20
        sprints = Sprint.objects.order_by("start_date")
        assert list(sprints.values_list("name", "start_date", "end_date", "status")) == [
            ("Sprint 10", datetime.date(2026, 10, 9), datetime.date(2026, 10, 22), "completed"),
            ("Sprint 11", datetime.date(2026, 10, 23), datetime.date(2026, 11, 5), "completed"),
            ("Sprint 12", datetime.date(2026, 11, 6), datetime.date(2026, 11, 19), "active"),
            ("Sprint 13", datetime.date(2026, 11, 20), datetime.date(2026, 12, 3), "planned"),
        ]

    def test_sprints_were_started_and_completed_with_cards_carried_over(self):
        done = Sprint.objects.filter(status="completed").order_by("start_date")
        assert [
            (each.committed_cards, each.completed_cards, each.completed_points) for each in done
        ] == [(3, 4, 11), (7, 4, 19)]
        active = Sprint.objects.get(status="active")
        assert active.committed_cards < active.cards.count()

    def test_the_boards_show_what_there_is_to_show_and_pass_no_limit(self):
        cards = Card.objects.filter(workspace=self.lumen)
        assert set(cards.values_list("priority", flat=True)) == set(Card.Priority.values)
        assert cards.filter(archived_at__isnull=False).count() == 4
        assert cards.filter(title=LONG_TITLE).exists()
        assert cards.filter(title__contains="🌙").exists()
        assert cards.search("карточка").exists()
        assert cards.filter(completed_at__isnull=False).count() >= 20
        assert (
            CardAssignee.objects.filter(workspace=self.lumen).values("card").distinct().count()
            >= 60
        )
        labels = Counter(label["name"] for card in cards for label in card.metadata["labels"])
        assert (
            len(labels) == sum(len(board.labels) for board in BOARDS) - 1
        )  # two boards have design
        limits = {}
        for board in Board.objects.filter(workspace=self.lumen):
            for column in board.columns:
                if column["wip_limit"]:
                    inside = Card.objects.live().filter(column_id=column["id"]).count()
                    limits[column["name"]] = (inside, column_of(board, column["id"])["wip_limit"])
        assert limits == {"In Progress": (4, 6), "In Review": (2, 3), "В работе": (4, 4)}

    def test_projects_of_every_status_have_people_of_every_role(self):
        projects = Project.objects.filter(workspace=self.lumen)
        assert dict(projects.values_list("name", "status")) == {
            "Trade fair in Leipzig": "completed",
            "Lumen Boards 2": "active",
            "Website relaunch": "active",
            "Поддержка клиентов": "active",
            "Partner API": "on_hold",
            "Mobile app 📱": "planned",
        }
        assert [each.name for each in projects if each.archived_at] == ["Trade fair in Leipzig"]
        roles = ProjectMember.objects.filter(workspace=self.lumen)
        assert set(roles.values_list("role", flat=True)) == set(ProjectMember.Role.values)
        assert set(roles.filter(user__username="bob").values_list("role", flat=True)) == {
            "director",
            "contributor",
            "observer",
        }

    def test_releases_and_features_of_every_status_are_carried_out_by_cards(self):
        releases = Release.objects.filter(workspace=self.lumen)
        assert set(releases.values_list("status", flat=True)) == set(Release.Status.values)
        assert releases.get(version="1.9").released_at.date() < TODAY
        features = Feature.objects.filter(workspace=self.lumen)
        assert set(features.values_list("status", flat=True)) == set(Feature.Status.values)
        assert Card.objects.filter(workspace=self.lumen, feature__isnull=False).count() >= 35
        told = {
            (title, feature.name)
            for project in PROJECTS
            for feature in project.features
            for title in feature.cards
        }
        tied = Card.objects.filter(workspace=self.lumen, feature__isnull=False)
        assert set(tied.values_list("title", "feature__name")) == told

    def test_cards_have_comments_checklists_and_links(self):
        comments = Comment.objects.filter(workspace=self.lumen)
        assert comments.count() == 15
        assert comments.filter(edited_at__isnull=False).count() == 1
        assert comments.exclude(mentions=[]).count() == 2
        items = ChecklistItem.objects.filter(workspace=self.lumen)
        assert items.count() == 12
        assert items.filter(done_at__isnull=True).count() == 3
        links = CardLink.objects.filter(workspace=self.lumen)
        assert set(links.values_list("kind", flat=True)) == {"blocks", "relates_to"}

    def test_people_talk_in_channels_some_of_which_are_private(self):
        channels = Channel.objects.filter(workspace=self.lumen)
        assert channels.count() == 9
        assert sorted(channels.filter(is_private=True).values_list("name", flat=True)) == [
            "budget",
            "security",
        ]
        messages = Message.objects.filter(workspace=self.lumen)
        assert messages.filter(parent__isnull=True).count() >= 40
        assert messages.filter(parent__isnull=False).count() >= 45
        assert messages.filter(is_edited=True).count() == 2
        assert messages.filter(deleted_at__isnull=False).count() == 1
        assert messages.exclude(mentions=[]).count() >= 5
        assert not messages.filter(content__contains="[[").exists()
        assert messages.filter(content__contains="LUMEN-").count() >= 8
        authors = set(messages.values_list("author__username", flat=True))
        assert authors == set(TEAM)

    def test_something_is_unread_for_those_who_sign_in(self):
        for name in ("alice", "bob"):
            inside = ChannelMember.objects.filter(workspace=self.lumen, user__username=name)
            unread = inside.filter(channel__messages__created_at__gt=F("last_read_at"))
            assert 0 < unread.values("channel").distinct().count() <= inside.count()

    def test_people_ask_the_assistant_which_answers_in_their_language(self):
        said = ConversationMessage.objects.filter(user__username__in=["alice", "bob"])
        answers = list(said.filter(role="assistant").values_list("content", flat=True))
        assert len(answers) == said.filter(role="user").count() == 8
        assert {answer.split(":")[0] for answer in answers} == {"Context", "Контекст"}
        contexts = UserContext.objects.filter(workspace=self.lumen)
        assert dict(contexts.values_list("user__username", "active_project__name")) == {
            "alice": "Lumen Boards 2",
            "bob": "Поддержка клиентов",
        }

    def test_the_fixtures_are_part_of_it_and_change_nothing_when_they_are_loaded_again(self):
        before = all_tables()
        assert Workspace.objects.filter(key__in=["TEST", "ALPHA"]).count() == 2
        call_command("loaddata", "demo", "planning", "decisions", "conversations", verbosity=0)
        assert all_tables() == before

    def test_meetings_lead_to_decisions_that_bear_on_each_other(self):
        transcripts = Transcript.objects.filter(workspace=self.lumen)
        assert transcripts.count() == 4
        decisions = Decision.objects.filter(workspace=self.lumen)
        assert Counter(decisions.filter(deleted_at=None).values_list("status", flat=True)) == {
            "accepted": 8,
            "superseded": 2,
            "rejected": 1,
            "proposed": 3,
        }
        assert decisions.filter(deleted_at__isnull=False).count() == 1
        kinds = DecisionRelationship.objects.filter(workspace=self.lumen).values_list(
            "kind", flat=True
        )
        assert set(kinds) == set(DecisionRelationship.Kind.values)
        accepted = decisions.filter(status="accepted")
        assert all(each.decided_by_id and each.decided_at.date() < TODAY for each in accepted)

    def test_pull_requests_of_every_state_carry_out_cards(self):
        assert GitRepository.objects.filter(workspace=self.lumen).count() == 2
        pulls = PullRequest.objects.filter(workspace=self.lumen)
        assert set(pulls.values_list("state", flat=True)) == {"open", "draft", "closed", "merged"}
        links = CardPullRequest.objects.filter(workspace=self.lumen)
        assert links.count() == pulls.count() - 1
        assert links.get(pull_request__number=238).card.title == "Sign in with GitHub"

    def test_it_was_done_by_the_people_themselves_through_the_usual_doors(self):
        entries = EventLog.objects.filter(workspace_id=self.lumen.pk)
        actions = Counter(entries.values_list("action", flat=True))
        assert actions["card.moved"] >= 120
        assert actions["card.archived"] == 4
        assert actions["message.posted"] >= 85
        assert not {action for action in actions if action.startswith("installation.")}
        actors = set(entries.exclude(actor_id=None).values_list("actor_id", flat=True))
        team = WorkspaceMember.objects.filter(workspace=self.lumen)
        assert actors == set(team.values_list("user_id", flat=True))
        assert set(entries.values_list("source", flat=True)) == {"admin", "command", "github"}
        by_command = entries.filter(source="command")
        assert set(by_command.values_list("action", flat=True)) == {
            "workspace.created",
            "member.added",
        }

    def test_the_log_tells_of_it_in_order_over_some_weeks(self):
        moments = list(
            EventLog.objects.filter(workspace_id=self.lumen.pk)
            .order_by("id")
            .values_list("timestamp", flat=True)
        )
        assert moments == sorted(moments)
        assert moments[0] < LATE
        assert moments[-1].date() == TODAY - datetime.timedelta(days=1)
        days = {moment.date() for moment in moments}
        assert len(days) >= 30
        assert all(day.weekday() < 5 for day in days)

    def test_rows_have_the_times_that_the_log_tells_of_them(self):
        for model, kind in LOGGED:
            entries = EventLog.objects.filter(workspace_id=self.lumen.pk, entity_type=kind)
            told = dict(entries.filter(details__before={}).values_list("entity_id", "timestamp"))
            rows = list(model.objects.filter(workspace=self.lumen))
            assert {row.pk: row.created_at for row in rows} == told, kind
            assert all(row.created_at <= row.updated_at for row in rows), kind
            assert max(row.updated_at.date() for row in rows) < TODAY, kind

    def test_members_joined_when_the_team_began(self):
        joined = WorkspaceMember.objects.filter(workspace=self.lumen).values_list(
            "joined_at", flat=True
        )
        assert {moment.date() for moment in joined} == {datetime.date(2026, 9, 30)}
