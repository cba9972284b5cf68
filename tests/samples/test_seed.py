"""`manage.py seed`: large installations that are plausible, the same for a seed, and logged."""

import io
import statistics
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Max, Min, Q

from assistant.models import Conversation, ConversationMessage, UserContext
from boards.models import Board, Sprint
from cards.models import Card, CardAssignee, CardLink, ChecklistItem, Comment, SavedFilter
from core.clock import NotTheOwner
from core.models import BaseModel, EventLog
from core.progress import Progress
from decisions.models import Decision, DecisionRelationship, Transcript
from discussions.models import Channel, ChannelMember, Message
from integrations.models import CardPullRequest, GitRepository, PullRequest
from projects.models import Feature, Project, ProjectMember, Release
from samples.seeding.figures import KANBAN, TRACKER, Lengths
from samples.seeding.rows import CHUNK, Shape, batches
from samples.seeding.services import installation_seed
from tests.core.connections import in_the_owners_role
from tests.factories import CardFactory, UserFactory
from tests.watching import all_tables
from workspaces.models import AccessToken, User, Workspace, WorkspaceInvitation, WorkspaceMember

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
LOGGED = {
    "user": User,
    "workspace": Workspace,
    "workspace_member": WorkspaceMember,
    "project": Project,
    "project_member": ProjectMember,
    "release": Release,
    "feature": Feature,
    "board": Board,
    "sprint": Sprint,
    "git_repository": GitRepository,
    "saved_filter": SavedFilter,
    "card": Card,
    "card_assignee": CardAssignee,
    "pull_request": PullRequest,
    "card_pull_request": CardPullRequest,
    "comment": Comment,
    "checklist_item": ChecklistItem,
    "card_link": CardLink,
    "channel": Channel,
    "channel_member": ChannelMember,
    "message": Message,
    "transcript": Transcript,
    "decision": Decision,
    "decision_relationship": DecisionRelationship,
    "conversation": Conversation,
    "conversation_message": ConversationMessage,
    "user_context": UserContext,
}
"""Every table that is seeded, in order, by what the log calls its rows."""


@pytest.fixture
def seed(db):
    def carry_out(cards, **options):
        out = io.StringIO()
        call_command("seed", cards=cards, stdout=out, stderr=io.StringIO(), **options)
        return out.getvalue().splitlines()

    return carry_out


def test_the_same_seed_makes_the_same_rows():
    first, second = (list(batches(Shape.of(700, seed=7), UNTIL)) for _each in range(2))
    assert first == second
    other = list(batches(Shape.of(700, seed=8), UNTIL))
    with_ids = [[batch for batch in made if batch.columns[0] == "id"] for made in (first, other)]
    ids = [{row[0] for batch in made for row in batch.rows} for made in with_ids]
    assert len(ids[0]) == sum(len(batch.rows) for batch in with_ids[0])
    assert not ids[0] & ids[1]


def test_no_batch_has_more_rows_than_fit_in_memory():
    made = list(batches(Shape.of(CHUNK + 5, boards=1), UNTIL))
    assert [len(batch.rows) for batch in made if batch.table == "cards"] == [CHUNK, 5]
    assert max(len(batch.rows) for batch in made) <= CHUNK


def test_what_was_asked_for_is_there_in_every_table(seed):
    said = seed(1_200, boards=6, workspaces=2)
    assert (Card.objects.count(), Board.objects.count(), Workspace.objects.count()) == (1_200, 6, 2)
    assert said == [
        f"{model.objects.count():>10,} {model._meta.db_table}" for model in LOGGED.values()
    ]
    assert all(model.objects.exists() for model in LOGGED.values())
    seeded = set(LOGGED.values())
    assert {
        model for model in apps.get_models() if issubclass(model, BaseModel) and model not in seeded
    } == {AccessToken, WorkspaceInvitation}


@pytest.mark.parametrize(
    ("asked", "shape"),
    [
        ({"cards": 0}, (1, 1)),
        ({"cards": 100}, (1, 1)),
        ({"cards": 10_000}, (20, 2)),
        ({"cards": 1_000_000}, (2_000, 200)),
        ({"cards": 100, "workspaces": 3}, (3, 3)),
        ({"cards": 100, "boards": 40}, (40, 4)),
    ],
)
def test_the_shape_follows_the_number_of_cards(asked, shape):
    made = Shape.of(**asked)
    assert (made.boards, made.workspaces) == shape
    amounts = list(made.amounts())
    assert len(amounts) == made.workspaces
    assert sum(map(len, amounts)) == made.boards
    assert sum(map(sum, amounts)) == asked["cards"]


def test_numbers_and_positions_are_what_the_services_would_have_given(seed):
    seed(400, boards=5, workspaces=2)
    for workspace in Workspace.objects.all():
        numbers = list(
            Card.objects.filter(workspace=workspace).order_by("id").values_list("number", flat=True)
        )
        assert numbers == list(range(1, len(numbers) + 1))
    for column_id in Card.objects.values_list("column_id", flat=True).distinct():
        positions = list(
            Card.objects.filter(column_id=column_id)
            .order_by("position")
            .values_list("position", flat=True)
        )
        assert positions == [65_536 * place for place in range(1, len(positions) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(last_number = (SELECT max(number) FROM cards c"
            " WHERE c.workspace_id = k.workspace_id)) FROM card_counters k"
        )
        assert cursor.fetchone() == (True,)


def test_every_row_has_its_entry_all_of_one_action(seed):
    before = EventLog.objects.count()
    seed(150)
    rows = Counter({kind: model.objects.count() for kind, model in LOGGED.items()})
    entries = EventLog.objects.order_by("id")[before:]
    assert Counter(entry.entity_type for entry in entries) == +rows
    assert {(entry.action, entry.source, entry.actor_id) for entry in entries} == {
        ("installation.seeded", "command", None)
    }
    assert len({entry.action_id for entry in entries}) == 1


def test_the_team_is_plausible(seed):
    seed(600, boards=3)
    assert not CardAssignee.objects.exclude(
        user__memberships__workspace_id=F("workspace_id")
    ).exists()
    assert WorkspaceMember.objects.filter(role="admin").count() == 1
    assert Card.objects.filter(completed_at__lt=F("created_at")).count() == 0
    assert Card.objects.filter(archived_at__lt=F("created_at")).count() == 0
    assert Card.objects.filter(~Q(column__category="done"), completed_at__isnull=False).count() == 0
    assert not ProjectMember.objects.exclude(
        user__memberships__workspace_id=F("workspace_id")
    ).exists()
    for project in Project.objects.all():
        roles = ProjectMember.objects.filter(project=project)
        assert set(roles.values_list("role", flat=True)) >= {"director", "architect"}
        assert roles.get(role="director").user_id == project.owner_id
    moments = Card.objects.aggregate(Min("created_at"), Max("created_at"), Max("completed_at"))
    assert moments["created_at__min"] > datetime(2025, 5, 10, tzinfo=UTC)
    assert max(moments["created_at__max"], moments["completed_at__max"]) <= UNTIL
    assert set(Sprint.objects.values_list("status", flat=True)) <= {"planned"}
    boards = Board.objects.annotate(amount=Count("cards")).values_list("amount", flat=True)
    assert min(boards) > 0


def test_features_are_promised_by_releases_and_carried_out_by_cards(seed):
    seed(1_200, boards=4)
    cards = Card.objects.filter(feature__isnull=False)
    assert 0.2 <= cards.count() / 1_200 <= 0.5
    assert not cards.exclude(feature__project_id=F("board__project_id")).exists()
    features = Feature.objects.all()
    assert set(features.values_list("status", flat=True)) == set(Feature.Status.values)
    assert not features.filter(status__in=["blocked", "cancelled"], status_reason="").exists()
    released = Release.objects.filter(status="released")
    assert released.exists()
    assert not released.filter(released_at__gt=UNTIL).exists()


def test_people_talk_in_threads_as_long_as_those_that_were_measured(seed):
    seed(3_000, boards=12)
    messages = Message.objects.all()
    assert 0.6 <= messages.count() / 3_000 <= 1.0
    replies = messages.filter(parent__isnull=False)
    assert 0.5 <= replies.count() / messages.count() <= 0.7  # Rails: 1.5 comments an issue
    assert not replies.filter(parent__parent__isnull=False).exists()
    assert not replies.filter(created_at__lt=F("parent__created_at")).exists()
    assert 200 <= statistics.median(map(len, messages.values_list("content", flat=True))) <= 300
    assert messages.filter(is_edited=True).exists()
    assert messages.filter(deleted_at__isnull=False).exists()
    for message in messages.exclude(mentions=[])[:20]:
        [mentioned] = message.mentions
        assert message.content.startswith(f"@{User.objects.get(pk=mentioned).username} ")
    inside = {
        (member.channel_id, member.user_id)
        for member in ChannelMember.objects.only("channel", "user")
    }
    assert {(each.channel_id, each.author_id) for each in messages} <= inside
    assert 0 < Channel.objects.filter(is_private=True).count() < Channel.objects.count() / 2


def test_decisions_come_from_meetings_and_bear_on_earlier_ones(seed):
    seed(2_500, boards=4)
    decisions = Decision.objects.all()
    assert set(decisions.values_list("status", flat=True)) == set(Decision.Status.values)
    assert decisions.filter(transcript__isnull=False).exists()
    assert not decisions.filter(status="accepted", decided_at__isnull=True).exists()
    ties = DecisionRelationship.objects.all()
    assert set(ties.values_list("kind", flat=True)) == set(DecisionRelationship.Kind.values)
    assert not ties.filter(source__created_at__lt=F("target__created_at")).exists()
    replaced = decisions.filter(relationships_to__kind="supersedes")
    assert set(replaced.values_list("status", flat=True)) == {"superseded"}
    assert Transcript.objects.exclude(webhook_id="").exists()


def test_pull_requests_name_the_cards_that_they_carry_out(seed):
    seed(600, boards=2)
    links = CardPullRequest.objects.select_related("card__workspace", "pull_request__repository")
    assert 0.2 <= links.count() / 600 <= 0.4
    assert PullRequest.objects.count() == links.count()
    assert set(PullRequest.objects.values_list("state", flat=True)) == {
        "open",
        "draft",
        "merged",
        "closed",
    }
    for link in links[:50]:
        pull = link.pull_request
        assert link.state == pull.state
        assert pull.title.startswith(f"{link.card.workspace.key}-{link.card.number} ")
        assert pull.url == f"https://github.com/{pull.repository.full_name}/pull/{pull.number}"


def test_cards_have_comments_checklists_and_links_to_earlier_ones(seed):
    seed(1_500, boards=10)
    comments = Comment.objects.all()
    assert 0.7 <= comments.count() / 1_500 <= 1.7  # Rails: 1.5 comments an issue
    assert not comments.filter(created_at__lt=F("card__created_at")).exists()
    listed = ChecklistItem.objects.values("card").distinct().count()
    assert 0.01 <= listed / 1_500 <= 0.05  # Trello 0.03
    done = ChecklistItem.objects.filter(card__completed_at__isnull=False)
    assert not done.filter(done_at__isnull=True).exists()
    links = CardLink.objects.all()
    assert 0.03 <= links.count() / 1_500 <= 0.09
    assert not links.filter(source__number__lt=F("target__number")).exists()
    assert set(links.values_list("kind", flat=True)) == set(CardLink.Kind.values)


def test_conversations_are_their_persons_own(seed):
    seed(600, boards=4, workspaces=2)
    said = ConversationMessage.objects.all()
    assert not said.exclude(user_id=F("conversation__user_id")).exists()
    assert said.filter(role="user").count() == said.filter(role="assistant").count()
    for context in UserContext.objects.select_related("active_project"):
        assert ProjectMember.objects.filter(
            project=context.active_project, user_id=context.user_id
        ).exists()


def test_the_log_is_filled_by_its_owner_with_changes_over_the_whole_time(seed):
    person = UserFactory()
    CardFactory()
    before = EventLog.objects.count()
    with in_the_owners_role():
        written = installation_seed(
            shape=Shape.of(200, boards=2), until=UNTIL, joining=[person], entries=4_000
        )
    assert EventLog.objects.count() == 4_000
    assert written["event_log"] == 4_000 - before - sum(
        rows for table, rows in written.items() if table != "event_log"
    )
    seeded = Workspace.objects.get(memberships__user=person)
    history = EventLog.objects.exclude(action="installation.seeded").order_by("id")[before:]
    assert {entry.workspace_id for entry in history} == {seeded.pk}
    actions = Counter(entry.action for entry in history)
    assert min(actions["card.moved"], actions["card.updated"]) > 1_000
    moments = [entry.timestamp for entry in history]
    assert moments == sorted(moments)
    assert moments[0] < datetime(2025, 5, 12, tzinfo=UTC)
    assert moments[-1] == UNTIL
    sown = EventLog.objects.filter(action="installation.seeded")
    assert {entry.timestamp for entry in sown} == {datetime(2025, 5, 10, tzinfo=UTC)}
    cards = Card.objects.filter(workspace=seeded)
    assert cards.aggregate(moment=Max("created_at"))["moment"] > datetime(2026, 10, 1, tzinfo=UTC)
    for entry in history:
        if entry.entity_type == "card":
            assert entry.board_id in set(cards.values_list("board_id", flat=True))
            break


def test_a_log_that_is_long_enough_is_left_alone(db):
    with in_the_owners_role():
        written = installation_seed(shape=Shape.of(20), until=UNTIL, entries=5)
    assert "event_log" not in written


@pytest.mark.django_db(transaction=True)
def test_the_command_fills_the_log_as_the_owner():
    out = io.StringIO()
    call_command("seed", cards=20, entries=1_000, stdout=out, stderr=io.StringIO())
    assert EventLog.objects.count() == 1_000
    assert out.getvalue().splitlines()[-1].endswith(" event_log")


def test_without_the_owner_the_log_is_not_filled(seed, settings):
    with pytest.raises(NotTheOwner):
        installation_seed(shape=Shape.of(20), until=UNTIL, entries=1_000)
    settings.DATABASE_OWNER = None
    with pytest.raises(CommandError, match="DATABASE_URL"):
        seed(20, entries=1_000)
    assert not EventLog.objects.exists()


def test_nobody_can_sign_in_as_one_of_them(seed):
    seed(10)
    assert not any(person.has_usable_password() for person in User.objects.all())
    assert not User.objects.filter(is_superuser=True).exists()


def test_who_joins_administers_all_of_it(seed):
    person = UserFactory(username="looker")
    seed(50, boards=4, workspaces=4, join=["Looker"])
    assert WorkspaceMember.objects.filter(user=person, role="admin").count() == 4


def test_two_seeds_live_side_by_side_but_one_only_once(seed):
    seed(20)
    seed(20, seed=2)
    before = all_tables()
    with pytest.raises(CommandError, match="sown here already"):
        seed(500)
    assert all_tables() == before
    assert Card.objects.count() == 40


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": 10_000}, "A seed is between 0 and 9999."),
        ({"seed": -1}, "A seed is between 0 and 9999."),
        ({"cards": -1}, "The numbers of cards and entries are not negative."),
        ({"entries": -1}, "The numbers of cards and entries are not negative."),
        ({"workspaces": 0}, "There are between 1 and 1000 workspaces."),
        ({"workspaces": 1_001}, "There are between 1 and 1000 workspaces."),
        ({"boards": 1, "workspaces": 2}, "Every workspace has at least one board."),
        ({"join": ["nobody"]}, "There is nobody called nobody."),
    ],
)
def test_what_cannot_be_is_refused(seed, options, message):
    with pytest.raises(CommandError) as refused:
        seed(**{"cards": 1, **options})
    assert str(refused.value) == message
    assert not Workspace.objects.exists()


def test_the_shapes_are_those_that_were_measured():
    titles, texts, labels, people = [], [], Counter(), 0
    for batch in batches(Shape.of(12_000, boards=200), UNTIL):
        if batch.table == "card_assignees":
            people += len(batch.rows)
        if batch.table == "cards":
            titles += [len(row[7]) for row in batch.rows]
            texts += [len(row[8]) for row in batch.rows]
            labels.update(row[9].count('"color"') for row in batch.rows)
    assert min(titles) >= 1
    assert max(titles) <= 350
    assert 43 <= statistics.median(titles) <= 49  # issues 52, Trello 31
    assert 0.22 <= texts.count(0) / len(texts) <= 0.30  # issues 0.10, Trello 0.60
    assert 8_000 <= max(texts) <= 20_003
    assert 0.48 <= labels[0] / 12_000 <= 0.56  # GitHub 0.57, Trello 0.47
    assert 0.40 <= people / 12_000 <= 0.46  # Trello 0.44


@pytest.mark.parametrize("lengths", [TRACKER.title, KANBAN.title, TRACKER.description])
def test_lengths_stay_between_the_least_and_the_greatest(lengths):
    class Fixed:
        def __init__(self, share):
            self.share = share

        def random(self):
            return self.share

    shares = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]
    assert [lengths.draw(Fixed(share)) for share in shares] == list(lengths.values[:-1])
    assert lengths.draw(Fixed(0.999_999_999)) in range(
        lengths.values[-1] - 1, lengths.values[-1] + 1
    )


def test_a_distribution_that_begins_with_nothing_is_drawn_in_straight_lines():
    lengths = Lengths((0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10))

    class Half:
        def random(self):
            return 0.995

    assert lengths.draw(Half()) == 5


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_progress_bar_is_drawn_in_a_terminal():
    terminal = Terminal()
    progress = Progress(terminal, 4_000, "cards")
    progress.reach(2_000)
    progress.reach(2_001)
    progress.reach(4_000)
    progress.end()
    assert terminal.getvalue().split("\r") == [
        "",
        "[###############---------------]  50 %  2,000 of 4,000 cards",
        "[##############################] 100 %  4,000 of 4,000 cards\n",
    ]


@pytest.mark.parametrize(("stream", "total"), [(io.StringIO(), 10), (Terminal(), 0)])
def test_elsewhere_and_for_nothing_it_stays_silent(stream, total):
    progress = Progress(stream, total, "cards")
    progress.reach(total)
    progress.end()
    assert stream.getvalue() == ""
